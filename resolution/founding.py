"""Who founded which id, and keeps it when the founder leaves (architecture 3.5): pins, and ids of groups.

Temporary tables read: ``tersentuh``, ``disentuh``, ``hilang``, ``dikoreksi``, ``kelompok_catatan``, ``registri``;
written: ``orang_kini``.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from contracts.keys import short_id
from resolution.registry import Event

BATCH = 50_000


def pins(con: duckdb.DuckDBPyConnection) -> list[Event]:
    """Ids whose corrected or erased founder left the person it founded: they stay with the person."""
    rows = con.execute(
        """
        with lama as (
            select lama.id_orang, lama.id_catatan, lama.kunci_urut, kini.kelompok
            from resolved.orang_catatan as lama
            left join kelompok_catatan as kini using (id_catatan)
            semi join disentuh using (id_catatan)
        ),
        pendiri as (
            select id_orang, arg_max(catatan, run_id) as catatan, arg_max(kunci_urut, run_id) as kunci_urut
            from registri semi join lama using (id_orang)
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


def assign(con: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Per group the id of its oldest member: a pinned id keeps the age of its founder."""
    con.execute(
        """
        create or replace temp table calon as
        with lepas as (
            select catatan, count(distinct id_orang) as kali from registri where peristiwa = 'lepas' group by catatan
        ),
        jangkar as (
            select arg_max(catatan, run_id) as catatan, id_orang, arg_max(kunci_urut, run_id) as kunci_urut
            from registri where peristiwa = 'sematkan' group by id_orang
        ),
        anggota as (
            select id_catatan, kunci_urut, coalesce(kelompok, 'sendiri|' || id_catatan) as kelompok
            from tersentuh inner join kelompok_catatan using (id_catatan)
        ),
        hak as (
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
        select kelompok, kunci_urut, terpilih.catatan as catatan, terpilih.id as id_orang,
            terpilih.catatan || case when lepas.kali > 0 then '|' || lepas.kali else '' end as bahan
        from pendiri left join lepas on terpilih.catatan = lepas.catatan;
        """
    )
    materials = con.execute("select distinct bahan from calon where id_orang is null").to_arrow_table()
    con.register("id_bahan", materials.append_column("id", _ids(materials, key)))
    con.execute(
        """
        create or replace temp table orang_kini as
        select tersentuh.id_catatan, tersentuh.nik, tersentuh.kunci_urut, tersentuh.sidik, calon.catatan as pendiri,
            calon.kunci_urut as urut_pendiri, coalesce(calon.id_orang, id_bahan.id) as id_orang,
            kelompok_catatan.aturan_padan
        from tersentuh
        inner join kelompok_catatan using (id_catatan)
        inner join calon on calon.kelompok = coalesce(kelompok_catatan.kelompok, 'sendiri|' || tersentuh.id_catatan)
        left join id_bahan on calon.bahan = id_bahan.bahan
        """
    )
    con.unregister("id_bahan")


def _ids(materials: pa.Table, key: bytes) -> pa.ChunkedArray:
    """Ids in the order of ``bahan``, piece by piece: a million texts at once would be the peak of a run's memory."""
    pieces = (batch.column("bahan").to_pylist() for batch in materials.to_batches(max_chunksize=BATCH))
    return pa.chunked_array(
        [pa.array([short_id(key, "orang", text) for text in piece], pa.string()) for piece in pieces], pa.string()
    )
