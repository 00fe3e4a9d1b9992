{{ config(materialized='table') }}

{# Pairs of records for a person to look at, ordered by what hangs on the answer. Small enough to be made anew. #}
with pasangan as (
    select
        tinjauan.*,
        kiri.id_orang as id_orang_a,
        kanan.id_orang as id_orang_b
    from {{ source('resolved', 'tinjauan') }} as tinjauan
    inner join {{ source('resolved', 'orang_catatan') }} as kiri on tinjauan.id_catatan_a = kiri.id_catatan
    inner join {{ source('resolved', 'orang_catatan') }} as kanan on tinjauan.id_catatan_b = kanan.id_catatan
),

orang as (
    select id_orang_a as id_orang
    from pasangan
    union
    select id_orang_b
    from pasangan
),

catatan as (
    select
        id_orang,
        count(*) as jumlah
    from {{ source('resolved', 'orang_catatan') }}
    semi join orang using (id_orang)
    group by id_orang
),

pembayaran as (
    select
        kendaraan.id_orang_pemilik as id_orang,
        sum(bayar.total_rp) as nilai_rp
    from {{ ref('fct_samsat__pembayaran') }} as bayar
    inner join {{ ref('dim_kendaraan') }} as kendaraan using (id_kendaraan)
    where kendaraan.id_orang_pemilik in (select id_orang from orang)
    group by kendaraan.id_orang_pemilik
),

berdampak as (
    select
        pasangan.*,
        pemilik_a.jumlah + if(pasangan.id_orang_a <> pasangan.id_orang_b, pemilik_b.jumlah, 0) as jumlah_catatan,
        coalesce(bayar_a.nilai_rp, 0)
        + if(pasangan.id_orang_a <> pasangan.id_orang_b, coalesce(bayar_b.nilai_rp, 0), 0) as nilai_rp
    from pasangan
    inner join catatan as pemilik_a on pasangan.id_orang_a = pemilik_a.id_orang
    inner join catatan as pemilik_b on pasangan.id_orang_b = pemilik_b.id_orang
    left join pembayaran as bayar_a on pasangan.id_orang_a = bayar_a.id_orang
    left join pembayaran as bayar_b on pasangan.id_orang_b = bayar_b.id_orang
),

tinjauan_identitas as (
    select
        id_pendek('tinjauan', berdampak.id_catatan_a || chr(10) || berdampak.id_catatan_b) as id_tinjauan,
        row_number() over (
            order by
                berdampak.nilai_rp desc, berdampak.jumlah_catatan desc, berdampak.bobot desc,
                berdampak.id_catatan_a asc, berdampak.id_catatan_b asc
        ) as urutan,
        berdampak.jenis,
        berdampak.tautan,
        berdampak.id_orang_a,
        berdampak.id_orang_b,
        kiri._kontrak as kontrak_a,
        kanan._kontrak as kontrak_b,
        berdampak.id_catatan_a,
        berdampak.id_catatan_b,
        cast(berdampak.bobot as decimal(7, 2)) as bobot,
        cast(berdampak.peluang as decimal(5, 4)) as peluang,
        berdampak.jumlah_catatan,
        berdampak.nilai_rp,
        {{ run_kini() }} as _run_id
    from berdampak
    inner join {{ ref('int_identitas__catatan') }} as kiri on berdampak.id_catatan_a = kiri.id_catatan
    inner join {{ ref('int_identitas__catatan') }} as kanan on berdampak.id_catatan_b = kanan.id_catatan
)

select *
from tinjauan_identitas
