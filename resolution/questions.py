"""What a person should look at: pairs that the links left open, and samples of what was decided unseen.

Three samples, for the three ways to be wrong: pairs that a link joined (``contoh``), records that their NIK joined to
the registry's (``contoh_nik``), pairs that were compared and left apart (``contoh_lepas``). They are drawn by a digest
under the deployment's key: at random, the same every night until they are answered.
"""

from __future__ import annotations

import duckdb

from resolution.decisions import SAMPLE, SAMPLE_APART, SAMPLE_NIK
from resolution.links import REGISTRY
from resolution.persons import PREPARED

#: Pairs of every sample.
AUDITED = {SAMPLE: 200, SAMPLE_NIK: 100, SAMPLE_APART: 100}
_DRAWN = "md5((select rahasia from rahasia_nama) || a || '|' || b)"


def ask(con: duckdb.DuckDBPyConnection) -> None:
    """Write ``resolved.tinjauan(jenis, tautan, id_catatan_a, id_catatan_b, bobot, peluang)`` and
    ``resolved.contoh_lapis(asal, jumlah)``, how many pairs each sample stands for, anew; ids are stored already.

    Records of one NIK are asked about once, by their first; which of them was compared differs between nights.
    """
    _label(con)
    con.execute(
        f"""
        delete from resolved.tinjauan;
        insert into resolved.tinjauan
        with contoh as (
            from sekali where keputusan = 'padan' order by {_DRAWN}, a, b limit {AUDITED[SAMPLE]}
        )
        select 'ragu', tautan, a, b, bobot, peluang from sekali where keputusan = 'tinjau'
        union all
        select '{SAMPLE}', tautan, a, b, bobot, peluang from contoh;
        delete from resolved.contoh_lapis;
        insert into resolved.contoh_lapis
        select '{SAMPLE}', count(*) from sekali where keputusan = 'padan';
        drop table sekali
        """
    )
    _ask_by_nik(con)
    _ask_apart(con)


def _label(con: duckdb.DuckDBPyConnection) -> None:
    """``sekali(tautan, a, b, keputusan, bobot, peluang)``: pairs of the links, by the first records of their units."""
    con.execute(
        f"""
        create or replace temp table sekali as
        with ujung as (
            select l as nomor from resolved.tautan union select r from resolved.tautan
        ),
        bersatuan as (
            select nomor, entitas, peran, coalesce(kelompok_nik, id_catatan) as satuan from {PREPARED}
            semi join ujung using (nomor)
        ),
        wakil as (
            select coalesce(kelompok_nik, id_catatan) as satuan, entitas, peran, min(id_catatan) as wakil
            from {PREPARED} where coalesce(kelompok_nik, id_catatan) in (select satuan from bersatuan)
            group by all
        ),
        ujung_bernama as (
            select nomor, wakil, entitas = '{REGISTRY}' as is_registri
            from bersatuan inner join wakil using (satuan, entitas, peran)
        ),
        berlabel as (
            select tautan.tautan, tautan.keputusan, tautan.bobot, tautan.peluang,
                (kanan.is_registri and not kiri.is_registri) or kiri.wakil < kanan.wakil as is_searah,
                if(is_searah, kiri.wakil, kanan.wakil) as a, if(is_searah, kanan.wakil, kiri.wakil) as b
            from resolved.tautan
            inner join ujung_bernama as kiri on l = kiri.nomor
            inner join ujung_bernama as kanan on r = kanan.nomor
        ),
        sekali as (
            select tautan, a, b, min(keputusan) as keputusan, max(bobot) as bobot, max(peluang) as peluang
            from berlabel group by tautan, a, b
        )
        select * from sekali
        """
    )


def _ask_by_nik(con: duckdb.DuckDBPyConnection) -> None:
    """Records that their NIK joined to one of the registry's."""
    con.execute(
        f"""
        insert into resolved.contoh_lapis select '{SAMPLE_NIK}', count(*) from {PREPARED} where is_mantap;
        insert into resolved.tinjauan
        with terpilih as (
            select id_catatan as a, kelompok_nik, '' as b from {PREPARED}
            where is_mantap and id_catatan not in (select unnest([a, b]) from putusan)
            order by {_DRAWN}, a limit {AUDITED[SAMPLE_NIK]}
        ),
        terdaftar as (
            select kelompok_nik, min(id_catatan) as b from {PREPARED}
            where entitas = '{REGISTRY}' and kelompok_nik in (select kelompok_nik from terpilih) group by kelompok_nik
        )
        select '{SAMPLE_NIK}', 'nik', terpilih.a, terdaftar.b, null, null
        from terpilih inner join terdaftar using (kelompok_nik)
        """
    )


def _ask_apart(con: duckdb.DuckDBPyConnection) -> None:
    """Pairs that were compared, that resemble each other somewhat, and that nobody is asked about otherwise."""
    con.execute(
        f"""
        -- a table of its own: with the inequality in one statement DuckDB compares all people with all
        create or replace temp table dibandingkan as
        with tak_diputus as (
            from resolved.pasangan as pasangan
            anti join resolved.tautan as tautan on pasangan.l = tautan.l and pasangan.r = tautan.r
        ),
        bernama as (
            select tautan, bobot, kiri.id_catatan as kiri, kanan.id_catatan as kanan
            from tak_diputus
            inner join {PREPARED} as kiri on l = kiri.nomor
            inner join {PREPARED} as kanan on r = kanan.nomor
        )
        select tautan, bobot, least(kiri, kanan) as a, greatest(kiri, kanan) as b, orang_a.id_orang as orang_kiri,
            orang_b.id_orang as orang_kanan
        from bernama
        inner join resolved.orang_catatan as orang_a on kiri = orang_a.id_catatan
        inner join resolved.orang_catatan as orang_b on kanan = orang_b.id_catatan;
        create or replace temp table lepas as
        select min(tautan) as tautan, max(bobot) as bobot, a, b from dibandingkan
        -- who is one person already, by other records or by a word, is no pair left apart
        where orang_kiri <> orang_kanan and (a, b) not in (
            select (a, b) from putusan
            union all
            -- asked about already, under the first records of their units
            select (least(id_catatan_a, id_catatan_b), greatest(id_catatan_a, id_catatan_b)) from resolved.tinjauan
        )
        group by a, b;
        drop table dibandingkan;
        insert into resolved.contoh_lapis select '{SAMPLE_APART}', count(*) from lepas;
        insert into resolved.tinjauan
        select '{SAMPLE_APART}', tautan, a, b, bobot, null from (
            from lepas order by {_DRAWN}, a, b limit {AUDITED[SAMPLE_APART]}
        );
        drop table lepas
        """
    )
