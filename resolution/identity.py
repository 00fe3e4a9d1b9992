"""Stable ids: an increment recomputes exactly the groups it touches, and every id keeps its founder (architecture 3).

Relations written, in schema ``resolved``: ``orang_catatan`` (one row per person record: its id_orang), ``orang_alih``
(retired id -> id that took its place), ``orang_tersentuh`` (which ids a run touched; marts follow it), ``tinjauan``
(one row per pair that a person should look at), ``contoh_dijawab`` (answers about joined pairs), ``model_tautan`` (the
model whose weights the links have).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from contracts.keys import short_id
from resolution.linking import Linking, awaits_weighing, create_relations, link_records
from resolution.matching import cluster_by_nik
from resolution.registry import Event, append_events, events_table, load_registry

_CREATE = """
create schema if not exists resolved;
create table if not exists resolved.orang_catatan (
    id_catatan varchar, id_orang varchar, nik varchar, aturan_padan varchar, kunci_urut varchar, sidik varchar,
    _run_id varchar
);
create table if not exists resolved.orang_alih (id_lama varchar, id_orang varchar, _run_id varchar);
create table if not exists resolved.orang_tersentuh (id_orang varchar, _run_id varchar);
create table if not exists resolved.contoh_dijawab (keputusan varchar, model varchar);
create table if not exists resolved.model_tautan (versi varchar);
create table if not exists resolved.tinjauan (
    jenis varchar, tautan varchar, id_catatan_a varchar, id_catatan_b varchar, bobot double, peluang double
);
"""


@dataclass(frozen=True)
class Outcome:
    """What one run of the resolver did."""

    records: int
    touched_records: int
    people: int
    redirected: int
    pinned: int
    trained: bool
    questions: int
    answers: int


def resolve_people(
    con: duckdb.DuckDBPyConnection,
    records: str,
    *,
    key: bytes,
    registry: Path,
    run_id: str,
    linking: Linking | None = None,
    full_refresh: bool = False,
) -> Outcome:
    """Give every person record its id_orang.

    Args:
        con: read-write connection to the build database.
        records: relation with id_catatan, urutan_pertama, nik, nama_kunci, tanggal_lahir, _run_id.
        key: the deployment's id key.
        registry: folder of the id registry.
        run_id: this run; later runs sort after earlier ones.
        linking: how records are linked beyond their NIK; None leaves those without a valid one alone.
        full_refresh: recompute every group instead of the touched ones.
    """
    pinned: list[Event] = []
    trained = False
    # DuckDB 1.5 loses sight of more than a row group appended to a table that the same transaction made twice
    con.execute(_CREATE)
    con.execute("create or replace temp table diputus_ulang (id_catatan varchar)")
    if linking:
        create_relations(con, linking)
    con.execute("begin")
    try:
        if full_refresh:
            con.execute("delete from resolved.orang_tersentuh")
        touched = _touch(con, records, everything=full_refresh)
        if touched or (linking and awaits_weighing(con, linking)):
            load_registry(con, registry)
            cluster_by_nik(con, "tersentuh", "kelompok_catatan")
            trained = linking is not None and link_records(con, linking, records, everything=full_refresh)
            pinned = _pins(con)
            append_events(registry, run_id, [events_table(pinned, run_id)])
            load_registry(con, registry)
            _assign(con, key)
            append_events(registry, f"{run_id}-id", _id_events(con, run_id))
            _store(con, run_id)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return _outcome(con, touched, len(pinned) // 2, run_id, trained)


def _touch(con: duckdb.DuckDBPyConnection, records: str, *, everything: bool) -> int:
    """Collect the records of every group that a new, changed or vanished record belongs or belonged to.

    ``dikoreksi`` holds the records whose identifying content is no longer what it was when they got their id.
    """
    since = "''" if everything else "(select coalesce(max(_run_id), '') from resolved.orang_catatan)"
    con.execute(
        f"""
        create or replace temp table berubah as
        select id_catatan, nik, md5(concat_ws('|', nik, nama_kunci, tanggal_lahir)) as sidik
        from {records} where _run_id > {since} or id_catatan in (select id_catatan from diputus_ulang);
        create or replace temp table hilang as
        select id_catatan, id_orang, nik from resolved.orang_catatan
        where id_catatan not in (select id_catatan from {records});
        create or replace temp table nik_tersentuh as
        select nik from berubah where nik is not null
        union
        select nik from hilang where nik is not null
        union
        select lama.nik from resolved.orang_catatan as lama
        inner join berubah using (id_catatan) where lama.nik is not null;
        create or replace temp table tersentuh as
        select id_catatan, nik, nama_kunci, tanggal_lahir,
            printf('%06d|', urutan_pertama) || id_catatan as kunci_urut,
            md5(concat_ws('|', nik, nama_kunci, tanggal_lahir)) as sidik
        from {records}
        where nik in (select nik from nik_tersentuh) or id_catatan in (select id_catatan from berubah);
        create or replace temp table disentuh as
        select id_catatan from tersentuh union all select id_catatan from hilang;
        create or replace temp table dikoreksi as
        select id_catatan from hilang
        union all
        select berubah.id_catatan from berubah
        inner join resolved.orang_catatan as lama using (id_catatan) where berubah.sidik <> lama.sidik;
        """
    )
    row = con.execute("select count(*) from disentuh").fetchone()
    return int(row[0]) if row else 0


def _pins(con: duckdb.DuckDBPyConnection) -> list[Event]:
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


def _assign(con: duckdb.DuckDBPyConnection, key: bytes) -> None:
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
    ids = [short_id(key, "orang", text) for text in materials.column("bahan").to_pylist()]
    con.register("id_bahan", pa.table({"bahan": materials.column("bahan"), "id": pa.array(ids, pa.string())}))
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


def _id_events(con: duckdb.DuckDBPyConnection, run_id: str) -> list[pa.Table]:
    """New ids with their founders, and retired ids with what took their place."""
    con.execute(
        """
        create or replace temp table id_lama as
        select id_orang, id_catatan, kunci_urut from resolved.orang_catatan semi join disentuh using (id_catatan);
        create or replace temp table status_registri as
        with dicari as (
            select id_orang from orang_kini union select id_orang from registri where peristiwa = 'alih'
        )
        select id_orang, arg_max(peristiwa, run_id) as peristiwa, arg_max(ke, run_id) as ke
        from registri semi join dicari using (id_orang)
        where peristiwa in ('terbit', 'alih') group by id_orang;
        create or replace temp table pensiun as
        with pewaris as (
            select id_lama.id_orang, arg_min(kini.id_orang, id_lama.kunci_urut) as ke
            from id_lama inner join orang_kini as kini using (id_catatan) group by id_lama.id_orang
        )
        select pewaris.id_orang, pewaris.ke from pewaris
        where pewaris.id_orang not in (select id_orang from orang_kini);
        """
    )
    issued = con.execute(
        f"""
        select 'terbit' as peristiwa, id_orang, any_value(pendiri) as catatan, any_value(urut_pendiri) as kunci_urut,
            '' as ke, '{run_id}' as run_id
        from orang_kini
        where id_orang not in (select id_orang from status_registri where peristiwa = 'terbit')
        group by id_orang order by id_orang
        """
    ).to_arrow_table()
    retired = con.execute(
        f"""
        select 'alih' as peristiwa, id_orang, '' as catatan, '' as kunci_urut, ke, '{run_id}' as run_id
        from pensiun
        where (id_orang, ke) not in (select (id_orang, ke) from status_registri where peristiwa = 'alih')
        order by id_orang
        """
    ).to_arrow_table()
    return [issued, retired]


def _store(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    con.execute(
        f"""
        insert into resolved.orang_tersentuh
        select id_orang, '{run_id}' from (select id_orang from id_lama union select id_orang from orang_kini);
        delete from resolved.orang_catatan
        where id_catatan in (select id_catatan from disentuh);
        insert into resolved.orang_catatan
        select id_catatan, id_orang, nik, aturan_padan, kunci_urut, sidik, '{run_id}' from orang_kini;
        create or replace temp table alih_baru as
        select id_orang as id_lama, ke as id_orang from pensiun
        union all
        select id_orang, ke from status_registri
        where peristiwa = 'alih' and id_orang not in (select id_orang from pensiun);
        delete from resolved.orang_alih
        where id_lama in (select id_orang from orang_kini) or id_lama in (select id_lama from alih_baru);
        insert into resolved.orang_alih
        select id_lama, id_orang, '{run_id}' from alih_baru
        where id_lama not in (select id_orang from resolved.orang_catatan);
        update resolved.orang_alih set id_orang = lanjut.id_orang
        from resolved.orang_alih as lanjut where orang_alih.id_orang = lanjut.id_lama;
        """
    )


def _outcome(con: duckdb.DuckDBPyConnection, touched: int, pinned: int, run_id: str, trained: bool) -> Outcome:
    row = con.execute(
        f"""
        select count(*), count(distinct id_orang),
            (select count(*) from resolved.orang_alih where _run_id = '{run_id}'),
            (select count(*) from resolved.tinjauan),
            (select count(*) from resolved.contoh_dijawab semi join resolved.model_tautan on model = versi)
        from resolved.orang_catatan
        """
    ).fetchone()
    assert row is not None
    return Outcome(
        records=row[0], touched_records=touched, people=row[1], redirected=row[2], pinned=pinned, trained=trained,
        questions=row[3], answers=row[4],
    )  # fmt: skip
