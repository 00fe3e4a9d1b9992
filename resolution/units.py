"""Units: the records that one NIK made one, as far as pairs or bonds concern them; most records stand by themselves.

Relation written: ``resolved.satuan(nomor, id_catatan, satuan, wakil, is_registri)``; ``wakil`` is the first
record of its entity and role in the unit, by which it is asked about.
"""

from __future__ import annotations

import duckdb

from resolution.links import REGISTRY
from resolution.lookup import among
from resolution.persons import PREPARED

UNITS = "resolved.satuan"


def create_units(con: duckdb.DuckDBPyConnection) -> None:
    """The relation, when it is not there yet."""
    con.execute(
        f"create table if not exists {UNITS} "
        "(nomor bigint, id_catatan varchar, satuan varchar, wakil varchar, is_registri boolean)"
    )


def drop_idle_units(con: duckdb.DuckDBPyConnection) -> None:
    """Without the records in ``tautan_usang`` that lost their last bond, and stand in no pair."""
    held = " union all ".join(
        f"select {side} as nomor from {table} where {among(side, 'lepas', 'nomor')}"
        for table in ("resolved.pasangan", "resolved.tautan")
        for side in ("l", "r")
    )
    con.execute(
        f"""
        create or replace temp table lepas as select distinct unnest([l, r]) as nomor from tautan_usang;
        delete from lepas where nomor in ({held});
        delete from {UNITS} where nomor in (select nomor from lepas);
        drop table lepas
        """
    )


def refresh_units(con: duckdb.DuckDBPyConnection, affected: str, *, everything: bool) -> None:
    """Units of the records that stand in pairs or bonds, anew of those in ``affected(nomor)``: of all whose pairs, or
    whose unit, may be others than they were.

    Args:
        con: connection to the build.
        affected: relation with these.
        everything: these are all; a full run that was killed may have left numbers that nobody has.

    Writes ``satuan_lama(satuan)``, the units that these were in, and those that are gone.
    """
    concerned = "true" if everything else f"nomor in (from {affected} union all select nomor from hilang)"
    in_pairs = " union ".join(
        f"select unnest([l, r]) as nomor from {table} where {among(side, affected, 'nomor')}"
        for table in ("resolved.pasangan", "resolved.tautan")
        for side in ("l", "r")
    )
    con.execute(
        f"""
        create or replace temp table satuan_lama as
        select distinct satuan from {UNITS} where {concerned};
        delete from {UNITS} where {concerned};
        insert into {UNITS}
        with berpasangan as ({in_pairs}),
        baru as (select nomor from berpasangan where nomor not in (select nomor from {UNITS})),
        terpilih as (
            select nomor, id_catatan, entitas, peran, kelompok_nik from {PREPARED} where {among("nomor", "baru")}
        ),
        kelompok as (select distinct kelompok_nik from terpilih where kelompok_nik is not null),
        wakil as (
            select kelompok_nik, entitas, peran, min(id_catatan) as wakil
            from {PREPARED} where {among("kelompok_nik", "kelompok")} group by kelompok_nik, entitas, peran
        )
        select nomor, id_catatan, coalesce(kelompok_nik, id_catatan), coalesce(wakil, id_catatan),
            entitas = '{REGISTRY}'
        from terpilih left join wakil using (kelompok_nik, entitas, peran)
        """
    )
