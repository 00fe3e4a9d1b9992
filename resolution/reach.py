"""How far a night's changes reach: whose bonds are decided anew, and which units have a say in it."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from resolution.links import REGISTRY, Link
from resolution.persons import PREPARED
from resolution.units import UNITS


def reach(con: duckdb.DuckDBPyConnection, links: Sequence[Link], affected: str, *, everything: bool) -> None:
    """Write ``satuan(nomor, id_catatan, satuan, is_registri)``, the units that matter, and ``diputus(nomor)``, the
    records outside the registry that are decided anew: those affected, whom they compete or go with, and their chains.

    Args:
        con: connection to the build, pairs and their units up to date.
        links: all of them.
        affected: relation with the ``nomor`` of records whose pairs, NIK or family may have changed.
        everything: decide about all.
    """
    around = "true" if everything else f"satuan in (select satuan from {UNITS} semi join lebih using (nomor))"
    registry = ", ".join(f"'{link.nama}'" for link in links if link.is_registry)
    outside = f"tautan not in ({registry}) and r not in (select nomor from {UNITS} where is_registri)"
    con.execute(
        f"""
        create or replace temp table lebih as
        with dekat as (
            select nomor from {affected}
            union
            select l from resolved.pasangan semi join {affected} on r = nomor
            union
            select r from resolved.pasangan semi join {affected} on l = nomor
        )
        select nomor from dekat
        union
        select l from resolved.pasangan semi join dekat on r = nomor
        union
        select r from resolved.pasangan semi join dekat on l = nomor;
        create or replace temp table bertautan as
        select l, r from resolved.tautan where {outside}
        union all
        select min(nomor) over (partition by satuan), nomor from {UNITS} where not is_registri
        """
    )
    while not everything and _follow(con):
        pass
    con.execute(
        f"""
        create or replace temp table diputus as
        select nomor from {UNITS} where {around} and not is_registri
        union
        -- whose record is gone
        (select unnest([l, r]) from resolved.tautan except select nomor from {UNITS})
        """
    )
    _gather_units(
        con, "true" if everything else f"tautan in ({registry}) or l in (from diputus) or r in (from diputus)"
    )


def _gather_units(con: duckdb.DuckDBPyConnection, concerned: str) -> None:
    """``satuan``: units of the pairs that are ``concerned``, with those that theirs are bound to, and to whom these
    are; and units that a steward's word is about."""
    con.execute(
        f"""
        create or replace temp table dipakai as
        select unnest([l, r]) as nomor from resolved.pasangan where {concerned}
        union
        select unnest([l, r]) from resolved.tautan where {concerned}
        """
    )
    here = f"select nomor from {UNITS} where satuan in (select satuan from {UNITS} semi join dipakai using (nomor))"
    for _ in range(2):
        con.execute(
            f"""
            insert into dipakai
            with seunit as ({here}), terikat as (select r as nomor from resolved.tautan semi join seunit on l = nomor)
            select nomor from terikat where nomor not in (from dipakai)
            """
        )
    con.execute(
        f"""
        create or replace temp table satuan as
        select nomor, id_catatan, satuan, is_registri from {UNITS} semi join ({here}) using (nomor)
        union
        select nomor, id_catatan, coalesce(kelompok_nik, id_catatan), entitas = '{REGISTRY}' from {PREPARED}
        where nomor in ({_spoken_of()});
        drop table dipakai
        """
    )


def _follow(con: duckdb.DuckDBPyConnection) -> bool:
    """``lebih`` one step further along the bonds of those outside the registry: a chain is guarded as a whole."""
    row = con.execute(
        """
        insert into lebih
        with sekitar as (
            select r as nomor from bertautan semi join lebih on l = nomor
            union
            select l from bertautan semi join lebih on r = nomor
        )
        select nomor from sekitar where nomor not in (select nomor from lebih)
        """
    ).fetchone()
    return bool(row and row[0])


def _spoken_of() -> str:
    """SELECT of the records in units that a steward's word is about."""
    return f"""
        with disebut as (
            select kelompok_nik, nomor from {PREPARED} where id_catatan in (select unnest([a, b]) from putusan)
        )
        select nomor from disebut
        union
        select nomor from {PREPARED} where kelompok_nik in (select kelompok_nik from disebut)
    """
