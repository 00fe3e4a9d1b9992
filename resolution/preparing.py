"""Prepared records and their keys, kept up to date: a night prepares what changed, and whose spouse did."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from contracts.duck import transaction
from resolution.couples import gather_couples, moved_spouses
from resolution.links import REGISTRY, Link
from resolution.lookup import among
from resolution.persons import OWN, PREPARED, comparable, gather_texts
from resolution.postings import gather_changed_keys, store_all, store_changed_keys

#: The prepared records as a night will leave them.
TONIGHT = "banding_kini"


def prepare_all(con: duckdb.DuckDBPyConnection, links: Sequence[Link], records: str) -> None:
    """Comparable forms and keys of all records, after they were grouped by NIK; nobody is in ``kotor``, for a full run
    compares all.

    Records go into the prepared ones as they are read: all of a province's at once would not fit in memory."""
    gather_texts(con, records)
    gather_couples(con, records, night=False)
    known = f"""
        select id_catatan, kini.entitas, lama.nomor from {records} as kini
        left join {PREPARED} as lama using (id_catatan)"""
    con.execute(
        f"""
        create or replace temp table kotor (nomor bigint, is_penuh boolean);
        create or replace temp table berkelompok as
        {_grouped(known)}
        """
    )
    # whole or not at all: the numbers of the records are there
    with transaction(con):
        con.execute(f"delete from {PREPARED}; insert into {PREPARED} {_prepared(records)}")
    con.execute("drop table berkelompok; drop table nama_banding; drop table alamat_banding; drop table pasangan_kartu")
    store_all(con, links)


def prepare_changed(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """Comparable forms of the touched records, after they were grouped by NIK, and their keys; ``store_prepared`` keeps
    them.

    Writes ``kotor(nomor, is_penuh)``: records whose pairs change, unless ``is_penuh`` those alone of links that read
    their spouse; ``berkelompok(nomor, ...)``, the touched records; ``disiapkan``, the forms that are new, ``diganti``,
    those that they replace or whose records are gone, and ``TONIGHT``; and what ``gather_changed_keys`` does.
    """
    con.execute(
        f"""
        create or replace temp table banding_dulu as
        select nomor, id_catatan, entitas, kelompok_nik, is_mantap, pihak, nomor_kk, pasangan, sidik
        from {PREPARED} where {among("id_catatan", "disentuh")};
        create or replace temp table banding_lalu as
        from banding_dulu
        where id_catatan in (select id_catatan from berubah_utuh union all select id_catatan from hilang)
        """
    )
    gather_texts(con, "berubah_utuh")
    gather_couples(con, "berubah_utuh", night=True)
    known = """
        select id_catatan, coalesce(kini.entitas, lama.entitas) as entitas, nomor from tersentuh
        left join berubah_utuh as kini using (id_catatan) left join banding_dulu as lama using (id_catatan)"""
    con.execute(
        f"""
        create or replace temp table berkelompok as {_grouped(known)};
        create or replace temp table disiapkan as {_prepared("berubah_utuh")};
        create or replace temp table lain as
        with beregu as (
            select nomor, baru.kelompok_nik, baru.is_mantap
            from berkelompok as baru inner join banding_dulu as lama using (nomor)
            where (baru.kelompok_nik, baru.is_mantap) is distinct from (lama.kelompok_nik, lama.is_mantap)
        ),
        berpasangan as ({moved_spouses()})
        select nomor, beregu.nomor is not null as is_beregu, kelompok_nik, is_mantap,
            berpasangan.nomor is not null as is_berpasangan, pasangan
        from beregu full join berpasangan using (nomor)
        where nomor not in (select nomor from disiapkan);
        create or replace temp table diganti as
        from {PREPARED} where {among("nomor", "(select nomor from banding_lalu union all select nomor from lain)")};
        insert into disiapkan
        select diganti.* replace (
            if(is_beregu, lain.kelompok_nik, diganti.kelompok_nik) as kelompok_nik,
            if(is_beregu, lain.is_mantap, diganti.is_mantap) as is_mantap,
            if(is_berpasangan, lain.pasangan, diganti.pasangan) as pasangan
        )
        from diganti inner join lain using (nomor);
        create or replace temp view {TONIGHT} as
        from {PREPARED} anti join diganti using (nomor) union all from disiapkan;
        create or replace temp table kotor as
        with berubah as (
            select nomor, (lama.sidik, lama.is_mantap) is distinct from (kini.sidik, kini.is_mantap) as is_penuh,
                lama.pasangan is distinct from kini.pasangan as is_berpasangan
            from disiapkan as kini left join diganti as lama using (nomor)
            union all
            select nomor, true, false from diganti anti join disiapkan using (nomor)
        )
        select nomor, is_penuh from berubah where is_penuh or is_berpasangan;
        drop table lain; drop table berubah_utuh; drop table banding_dulu; drop table banding_lalu; drop table sekartu;
        drop table nama_banding; drop table alamat_banding; drop table pasangan_kartu
        """
    )
    gather_changed_keys(con, links, "diganti", "disiapkan")


def store_prepared(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """Keep what ``prepare_changed`` wrote."""
    con.execute(
        f"""
        delete from {PREPARED} where nomor in (select nomor from diganti);
        insert into {PREPARED} from disiapkan;
        drop view {TONIGHT}; drop table diganti; drop table disiapkan
        """
    )
    store_changed_keys(con, links)


def _grouped(records: str) -> str:
    """SELECT of ``id_catatan, nomor, kelompok_nik, is_mantap``: the group that the NIK makes, and whether one of the
    registry is in it; new records get numbers.

    Args:
        records: SELECT of ``id_catatan, entitas, nomor``, with all that share a NIK.
    """
    return f"""
        with bernik as (
            select id_catatan, kini.entitas, kini.nomor, baru.kelompok as kelompok_nik
            from ({records}) as kini inner join kelompok_catatan as baru using (id_catatan)
        ),
        terdaftar as (select kelompok_nik from bernik where entitas = '{REGISTRY}' and kelompok_nik is not null)
        select
            id_catatan, kelompok_nik,
            coalesce(nomor, (select coalesce(max(nomor), 0) from {PREPARED}) + row_number() over (order by id_catatan))
            as nomor,
            entitas <> '{REGISTRY}'
            and coalesce(kelompok_nik in (select kelompok_nik from terdaftar), false) as is_mantap
        from bernik
    """


def _prepared(chosen: str) -> str:
    """SELECT of the prepared records of ``chosen``, after ``berkelompok``."""
    named = {"nomor", "kelompok_nik", "is_mantap"}
    columns = ", ".join(name if name in named else f"sebanding.{name}" for name in OWN)
    return f"""
        with sebanding as ({comparable(chosen)})
        select {columns} from sebanding inner join berkelompok using (id_catatan)
    """
