"""Ids that were found are put into force: who has which, which are redirected, how many people there are."""

from __future__ import annotations

import duckdb

from resolution.lookup import among


def count_people(con: duckdb.DuckDBPyConnection, *, anew: bool) -> None:
    """``resolved.jumlah_orang``: how many people there will be; ids are not stored yet.

    Who is touched is touched with all records of its ids, so that a night counts these alone.
    """
    if anew or not con.execute("from resolved.jumlah_orang").fetchone():
        con.execute(
            """
            delete from resolved.jumlah_orang;
            insert into resolved.jumlah_orang select count(distinct id_orang) from resolved.orang_catatan
            """
        )
    con.execute(
        """
        update resolved.jumlah_orang set jumlah = jumlah
            + (select count(distinct id_orang) from orang_kini) - (select count(distinct id_orang) from id_lama)
        """
    )


def store_people(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Put ``orang_kini`` into force, and redirect the ids of ``pensiun``."""
    con.execute(
        f"""
        insert into resolved.orang_tersentuh
        select id_orang, '{run_id}' from (select id_orang from id_lama union select id_orang from orang_kini);
        delete from resolved.orang_catatan
        where id_catatan in (select id_catatan from disentuh);
        insert into resolved.orang_catatan
        select id_catatan, id_orang, nik, aturan_padan, cast(split_part(kunci_urut, '|', 1) as integer), sidik,
            '{run_id}', nomor
        from orang_kini;
        create or replace temp table alih_baru as
        select id_orang as id_lama, ke as id_orang, sebab, run_id from pensiun
        union all
        select id_orang, ke, sebab, run_id from status_registri
        where peristiwa = 'alih' and id_orang not in (select id_orang from pensiun);
        delete from resolved.orang_alih
        where id_lama in (select id_orang from orang_kini) or id_lama in (select id_lama from alih_baru);
        insert into resolved.orang_alih
        select id_lama, id_orang, sebab, run_id from alih_baru
        where id_lama not in (
            select id_orang from resolved.orang_catatan where {among("id_orang", "alih_baru", "id_lama")}
        );
        -- who took the place may have retired in turn, more than once
        update resolved.orang_alih set id_orang = ujung.id_orang
        from (
            with recursive jejak as (
                select id_lama, id_orang from resolved.orang_alih
                union
                select jejak.id_lama, lanjut.id_orang
                from jejak inner join resolved.orang_alih as lanjut on jejak.id_orang = lanjut.id_lama
            )
            select id_lama, id_orang from jejak
            where id_orang not in (select id_lama from resolved.orang_alih)
        ) as ujung
        where orang_alih.id_lama = ujung.id_lama and orang_alih.id_orang <> ujung.id_orang;
        -- whose records are all gone: should they come back, the registry knows the way
        delete from resolved.orang_alih where id_orang not in (
            select id_orang from resolved.orang_catatan where {among("id_orang", "resolved.orang_alih")}
        )
        """
    )
