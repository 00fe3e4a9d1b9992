"""Who founded which id, and keeps it when the founder leaves (architecture 3.5): pins, and ids of groups.

Temporary tables read: ``tersentuh``, ``id_lama``, ``hilang``, ``dikoreksi``, ``kelompok_catatan``, ``riwayat``;
written: ``orang_kini``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

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
    """Per group the id of its oldest member: a pinned id keeps the age of its founder. Within ``new_ids``.

    ``pendiri`` and ``urut_pendiri`` of ``orang_kini`` are null for whoever stands alone and founds its own id.
    """
    con.execute(
        """
        create or replace temp table lepas as
        select catatan, '|' || count(distinct id_orang) as kali from riwayat where peristiwa = 'lepas'
        group by catatan;
        create or replace temp table jangkar as
        select arg_max(catatan, run_id) as catatan, id_orang, arg_max(kunci_urut, run_id) as kunci_urut
        from riwayat where peristiwa = 'sematkan' group by id_orang;
        create or replace temp table calon as
        with bersama as (
            -- most records stand alone: these are not grouped, unless an id is pinned to them
            select id_catatan, kelompok from kelompok_catatan where kelompok is not null
            union all
            select id_catatan, id_catatan from kelompok_catatan
            where kelompok is null and id_catatan in (select catatan from jangkar)
        ),
        hak as (
            select kelompok, kunci_urut, id_catatan, null as id_orang
            from bersama inner join tersentuh using (id_catatan)
            union all
            select bersama.kelompok, jangkar.kunci_urut, jangkar.catatan, jangkar.id_orang
            from bersama inner join jangkar on bersama.id_catatan = jangkar.catatan
        ),
        tertua as (
            -- a pinned id goes before the founder itself, should that one come back
            select kelompok, min(kunci_urut) as kunci_urut,
                arg_min({'catatan': id_catatan, 'id': id_orang},
                    kunci_urut || case when id_orang is null then '~1' else '~0' end) as terpilih
            from hak group by kelompok
        ),
        pendiri as (
            select kelompok, kunci_urut, terpilih.catatan as catatan, terpilih.id as id_orang from tertua
        )
        -- not coalesce: DuckDB 1.5 lets go of what a function of Python's gave back to it
        select pendiri.* replace (
            case when id_orang is null then id_baru(catatan || coalesce(lepas.kali, '')) else id_orang end as id_orang
        )
        from pendiri left join lepas using (catatan);
        create or replace temp table orang_kini as
        with berkelompok as (
            select tersentuh.id_catatan, nomor, nik, kunci_urut, sidik, aturan_padan,
                coalesce(kelompok, id_catatan) as kelompok
            from tersentuh inner join kelompok_catatan using (id_catatan)
        ),
        berpendiri as (
            select berkelompok.* exclude (kelompok), calon.id_orang, calon.catatan as pendiri,
                calon.kunci_urut as urut_pendiri
            from berkelompok left join calon using (kelompok)
        )
        select berpendiri.* replace (
            case when id_orang is null then id_baru(id_catatan || coalesce(lepas.kali, '')) else id_orang end
                as id_orang
        )
        from berpendiri left join lepas on id_catatan = lepas.catatan
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
        with suppress(duckdb.Error):  # a connection that broke has said so
            con.execute("select 1").fetchall()  # a result half read, as an interruption leaves it, undoes the removal
            con.remove_function("id_baru")
