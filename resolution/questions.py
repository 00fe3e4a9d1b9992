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
from resolution.units import UNITS

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
    """``bertanya``: the links' pairs with their units, and each unit's first record; and ``sekali(tautan, a, b,
    keputusan, bobot, peluang)``, the pairs by these."""
    con.execute(
        f"""
        create or replace temp table orang_satuan as
        select nomor, id_orang from resolved.orang_catatan semi join {UNITS} using (nomor);
        create or replace temp table bertanya as
        select tautan.tautan, tautan.bobot, tautan.peluang,
            -- a bond that the groups do not obey is a question
            if(tautan.keputusan = 'padan' and orang_l.id_orang <> orang_r.id_orang, 'tinjau', tautan.keputusan)
            as keputusan,
            kiri.satuan as satuan_kiri, kanan.satuan as satuan_kanan, kiri.wakil as wakil_kiri,
            kanan.wakil as wakil_kanan, (kanan.is_registri and not kiri.is_registri) or wakil_kiri < wakil_kanan
            as is_searah
        from resolved.tautan
        inner join {UNITS} as kiri on l = kiri.nomor
        inner join {UNITS} as kanan on r = kanan.nomor
        inner join orang_satuan as orang_l on l = orang_l.nomor
        inner join orang_satuan as orang_r on r = orang_r.nomor;
        create or replace temp table sekali as
        select tautan, if(is_searah, wakil_kiri, wakil_kanan) as a, if(is_searah, wakil_kanan, wakil_kiri) as b,
            min(keputusan) as keputusan, max(bobot) as bobot, max(peluang) as peluang
        from bertanya group by tautan, a, b
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
    """Pairs that were compared, that resemble each other somewhat, and that nobody is asked about otherwise.

    Two units are one question, whichever of their records were compared: by the heaviest pair.
    """
    _gather_asked(con)
    con.execute(
        f"""
        -- a table of its own: with the inequality in one statement DuckDB compares all people with all
        create or replace temp table dibandingkan as
        with tak_diputus as (
            from resolved.pasangan as pasangan
            anti join resolved.tautan as tautan on pasangan.l = tautan.l and pasangan.r = tautan.r
        )
        select tautan, bobot,
            least(kiri.satuan, kanan.satuan) as satuan_a, greatest(kiri.satuan, kanan.satuan) as satuan_b,
            least(kiri.wakil, kanan.wakil) as a, greatest(kiri.wakil, kanan.wakil) as b,
            orang_l.id_orang as orang_kiri, orang_r.id_orang as orang_kanan
        from tak_diputus
        inner join orang_satuan as orang_l on l = orang_l.nomor
        inner join orang_satuan as orang_r on r = orang_r.nomor
        inner join {UNITS} as kiri on l = kiri.nomor
        inner join {UNITS} as kanan on r = kanan.nomor;
        create or replace temp table lepas as
        with terberat as (
            select max({{'bobot': bobot, 'tautan': tautan, 'a': a, 'b': b}}) as satu
            from dibandingkan
            anti join sudah_ditanya using (satuan_a, satuan_b)
            -- who is one person already, by other records or by a word, is no pair left apart
            where orang_kiri <> orang_kanan
            group by satuan_a, satuan_b
        )
        select satu.tautan, satu.bobot, satu.a, satu.b from terberat;
        drop table dibandingkan; drop table sudah_ditanya; drop table bertanya; drop table orang_satuan;
        insert into resolved.contoh_lapis select '{SAMPLE_APART}', count(*) from lepas;
        insert into resolved.tinjauan
        select '{SAMPLE_APART}', tautan, a, b, bobot, null from (
            from lepas order by {_DRAWN}, a, b limit {AUDITED[SAMPLE_APART]}
        );
        drop table lepas
        """
    )


def _gather_asked(con: duckdb.DuckDBPyConnection) -> None:
    """``sudah_ditanya(satuan_a, satuan_b)``: units that a link decided on or asked about, or a steward spoke of."""
    con.execute(
        f"""
        create or replace temp table sudah_ditanya as
        with berputusan as (
            select id_catatan, coalesce(kelompok_nik, id_catatan) as satuan from {PREPARED}
            where id_catatan in (select unnest([a, b]) from putusan)
        ),
        pasangan as (
            select satuan_kiri as kiri, satuan_kanan as kanan from bertanya
            union all
            select kiri.satuan, kanan.satuan from putusan
            inner join berputusan as kiri on a = kiri.id_catatan
            inner join berputusan as kanan on b = kanan.id_catatan
        )
        select distinct least(kiri, kanan) as satuan_a, greatest(kiri, kanan) as satuan_b from pasangan
        """
    )
