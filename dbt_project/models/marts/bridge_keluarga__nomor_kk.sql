{{ config(materialized='table') }}

{#
  The cards of families that had several. A card is given anew with a move, or when the head dies: the family goes on
  with the card to which most of those went who left the old one, if nobody stayed, and if most who came with an earlier
  card came from there. Who marries or divorces leaves others behind, and is another family; who moves in with
  one joins it. A family is called by
  the card that was received first. The card that a person has now comes last, whichever office sent it.
#}
with versi_catatan as (
    select
        {{ id_catatan(peran('penduduk__orang', 'penduduk')) }} as id_catatan,
        nomor_kk,
        _delivery_id,
        cast(_waktu_diterima as date) as tanggal
    from {{ ref('stg_penduduk__orang') }}
    where _nasib = 'diterima' and {{ sah_nomor_kk('nomor_kk', 'nik') }}
),

kartu_orang as (
    select
        orang.id_orang,
        versi.nomor_kk,
        min(versi._delivery_id) as pengiriman_pertama,
        max(versi._delivery_id) as pengiriman_terakhir,
        min(versi.tanggal) as tanggal_pertama,
        max(versi.tanggal) as tanggal_terakhir
    from versi_catatan as versi
    inner join {{ source('resolved', 'orang_catatan') }} as orang using (id_catatan)
    group by orang.id_orang, versi.nomor_kk
),

kartu_kini as (
    {{ anggota_keluarga() }}
),

langkah as (
    select
        kartu.id_orang,
        kartu.nomor_kk as dari,
        lead(kartu.nomor_kk) over (
            partition by kartu.id_orang
            order by kini.nomor_kk is not null, kartu.pengiriman_terakhir, kartu.nomor_kk
        ) as ke,
        lead(kartu.pengiriman_pertama) over (
            partition by kartu.id_orang
            order by kini.nomor_kk is not null, kartu.pengiriman_terakhir, kartu.nomor_kk
        ) as pengiriman_tiba
    from kartu_orang as kartu
    left join kartu_kini as kini on kartu.id_orang = kini.id_orang and kartu.nomor_kk = kini.nomor_kk
),

langkah_kartu as (
    select
        dari,
        ke,
        count(*) as jumlah,
        min(pengiriman_tiba) as pengiriman_tiba
    from langkah
    where ke is not null
    group by dari, ke
),

kartu_dibuka as (
    select
        nomor_kk,
        min(pengiriman_pertama) as pengiriman_dibuka
    from kartu_orang
    group by nomor_kk
),

lanjutan as (
    select
        langkah.dari,
        langkah.ke
    from langkah_kartu as langkah
    inner join kartu_dibuka as dibuka on langkah.ke = dibuka.nomor_kk
    qualify
        langkah.jumlah * 2 > sum(langkah.jumlah) over (partition by langkah.dari)
        and langkah.jumlah * 2 > sum(langkah.jumlah) over (partition by langkah.ke)
        and langkah.dari not in (select kartu_kini.nomor_kk from kartu_kini)
        -- who moves in with a family that was there becomes one of it
        and langkah.pengiriman_tiba = dibuka.pengiriman_dibuka
),

jejak as (
    with recursive jalan as (
        select
            dari as nomor_kk,
            ke as nomor_kk_terakhir
        from lanjutan
        union
        select
            jalan.nomor_kk,
            lanjutan.ke as nomor_kk_terakhir
        from jalan
        inner join lanjutan on jalan.nomor_kk_terakhir = lanjutan.dari
    )

    select *
    from jalan
    where nomor_kk_terakhir not in (select lanjutan.dari from lanjutan)
),

kartu_keluarga as (
    select
        nomor_kk,
        nomor_kk_terakhir
    from jejak
    union
    select
        nomor_kk_terakhir as nomor_kk,
        nomor_kk_terakhir
    from jejak
),

kartu_terlihat as (
    select
        kartu.nomor_kk,
        kartu.nomor_kk_terakhir,
        min(terlihat.pengiriman_pertama) as pengiriman_pertama,
        min(terlihat.tanggal_pertama) as tanggal_pertama,
        max(terlihat.tanggal_terakhir) as tanggal_terakhir
    from kartu_keluarga as kartu
    inner join kartu_orang as terlihat on kartu.nomor_kk = terlihat.nomor_kk
    group by kartu.nomor_kk, kartu.nomor_kk_terakhir
),

kartu_berpendiri as (
    select
        *,
        first_value(nomor_kk) over (
            partition by nomor_kk_terakhir order by pengiriman_pertama, nomor_kk
        ) as nomor_kk_pendiri
    from kartu_terlihat
),

bridge_keluarga__nomor_kk as (
    select
        id_pendek('keluarga', nomor_kk_pendiri) as id_keluarga,
        nomor_kk,
        row_number() over (
            partition by nomor_kk_terakhir
            order by nomor_kk = nomor_kk_terakhir, pengiriman_pertama, nomor_kk
        ) as urutan,
        tanggal_pertama,
        tanggal_terakhir,
        nomor_kk in (select kartu_kini.nomor_kk from kartu_kini) as is_kini,
        nomor_kk_pendiri as _nomor_kk_pendiri,
        {{ run_kini() }} as _run_id
    from kartu_berpendiri
)

select *
from bridge_keluarga__nomor_kk
