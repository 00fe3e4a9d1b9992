"""What a person should look at: pairs that the links left open, and a sample of those that they joined unseen."""

from __future__ import annotations

import duckdb

from resolution.links import REGISTRY
from resolution.persons import PREPARED

#: Joined pairs of which a person is asked, to know how well the links do.
AUDITED = 200


def ask(con: duckdb.DuckDBPyConnection) -> None:
    """Write ``resolved.tinjauan(jenis, tautan, id_catatan_a, id_catatan_b, bobot, peluang)`` anew.

    Records of one NIK are asked about once, by their first; which of them was compared differs between nights. The
    sample is the same every night until its pairs are answered: the lowest by digest.
    """
    con.execute(
        f"""
        delete from resolved.tinjauan;
        insert into resolved.tinjauan
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
        ),
        contoh as (
            from sekali where keputusan = 'padan' order by md5('contoh' || a || '|' || b), a, b limit {AUDITED}
        )
        select 'ragu', tautan, a, b, bobot, peluang from sekali where keputusan = 'tinjau'
        union all
        select 'contoh', tautan, a, b, bobot, peluang from contoh
        """
    )
