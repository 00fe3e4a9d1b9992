"""Who founded which id, and keeps it when the founder leaves (architecture 3.5): pins, and ids of groups.

Temporary tables read: ``tersentuh``, ``id_lama``, ``hilang``, ``dikoreksi``, ``kelompok_catatan``, ``riwayat``;
written: ``orang_kini``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from contracts.keys import short_ids
from resolution.registry import Event


def pins(con: duckdb.DuckDBPyConnection) -> list[Event]:
    """Ids whose corrected or erased founder left the person it founded: they stay with the person."""
    rows = con.execute(
        """
        with lama as (
            select lama.id_orang, lama.id_catatan, lama.kunci_urut, kini.kelompok
            from id_lama as lama
            left join kelompok_catatan as kini using (id_catatan)
        ),
        pendiri as (
            select id_orang, arg_max(catatan, run_id) as catatan, arg_max(kunci_urut, run_id) as kunci_urut
            from riwayat semi join lama using (id_orang)
            where peristiwa in ('terbit', 'sematkan') group by id_orang
        ),
        pergi as (
            select pendiri.id_orang, pendiri.catatan, pendiri.kunci_urut, lama.kelompok
            from pendiri inner join lama on pendiri.id_orang = lama.id_orang and pendiri.catatan = lama.id_catatan
            where pendiri.catatan in (select id_catatan from dikoreksi)
        ),
        sisa as (
            select pergi.id_orang, pergi.catatan as pendiri, pergi.kunci_urut,
                min(lama.kunci_urut) as urut_jangkar,
                bool_or(lama.kelompok is not distinct from pergi.kelompok and pergi.kelompok is not null) as is_bersama
            from pergi inner join lama on pergi.id_orang = lama.id_orang and pergi.catatan <> lama.id_catatan
            where lama.id_catatan not in (select id_catatan from hilang)
            group by all
        )
        select id_orang, pendiri, kunci_urut, substr(urut_jangkar, 8) from sisa where not is_bersama
        """
    ).fetchall()
    events = []
    for id_orang, founder, order, anchor in rows:
        events.append(Event("sematkan", id_orang, anchor, order))
        events.append(Event("lepas", id_orang, founder))
    return events


def assign(con: duckdb.DuckDBPyConnection) -> None:
    """Per group the id of its oldest member: a pinned id keeps the age of its founder. Within ``new_ids``."""
    con.execute(
        """
        create or replace temp table lepas as
        select catatan, '|' || count(distinct id_orang) as kali from riwayat where peristiwa = 'lepas'
        group by catatan;
        create or replace temp table jangkar as
        select arg_max(catatan, run_id) as catatan, id_orang, arg_max(kunci_urut, run_id) as kunci_urut
        from riwayat where peristiwa = 'sematkan' group by id_orang;
        create or replace temp table anggota as
        -- nearly all records stand alone: these are not grouped
        select id_catatan, kunci_urut, coalesce(kelompok, id_catatan) as kelompok
        from tersentuh inner join kelompok_catatan using (id_catatan)
        where kelompok is not null or id_catatan in (select catatan from jangkar);
        create or replace temp table calon as
        with hak as (
            select kelompok, kunci_urut, id_catatan, null as id_orang from anggota
            union all
            select anggota.kelompok, jangkar.kunci_urut, jangkar.catatan, jangkar.id_orang
            from anggota inner join jangkar on anggota.id_catatan = jangkar.catatan
        ),
        pendiri as (
            -- a pinned id goes before the founder itself, should that one come back
            select kelompok, min(kunci_urut) as kunci_urut,
                arg_min({'catatan': id_catatan, 'id': id_orang},
                    kunci_urut || case when id_orang is null then '~1' else '~0' end) as terpilih
            from hak group by kelompok
        )
        select pendiri.kelompok, pendiri.kunci_urut, terpilih.catatan as catatan, terpilih.id as id_orang
        from pendiri;
        create or replace temp table orang_kini as
        with berpendiri as (
            select tersentuh.id_catatan, kelompok_catatan.nomor, tersentuh.nik, tersentuh.kunci_urut, tersentuh.sidik,
                kelompok_catatan.aturan_padan, calon.id_orang,
                coalesce(calon.catatan, tersentuh.id_catatan) as pendiri,
                coalesce(calon.kunci_urut, tersentuh.kunci_urut) as urut_pendiri
            from tersentuh
            inner join kelompok_catatan using (id_catatan)
            left join calon on coalesce(kelompok_catatan.kelompok, tersentuh.id_catatan) = calon.kelompok
        )
        -- not coalesce: DuckDB 1.5 lets go of what a function of Python's gave back to it
        select berpendiri.* replace (
            case when id_orang is null then id_baru(pendiri || coalesce(lepas.kali, '')) else id_orang end as id_orang
        )
        from berpendiri left join lepas on pendiri = lepas.catatan
        """
    )


@contextmanager
def new_ids(con: duckdb.DuckDBPyConnection, key: bytes) -> Iterator[None]:
    """Let ``id_baru(text)``, the id that a record founds, work on this connection; the key stays outside."""

    def id_baru(texts: pa.ChunkedArray) -> pa.Array:
        return short_ids(key, "orang", texts.to_pylist())

    varchar = duckdb.sqltype("VARCHAR")
    con.create_function("id_baru", id_baru, [varchar], varchar, type="arrow")  # type: ignore[call-overload]
    try:
        yield
    finally:
        con.remove_function("id_baru")
