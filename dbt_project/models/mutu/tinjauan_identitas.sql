{{ config(materialized='table') }}

{#
  Pairs of records for a person to look at, ordered by what hangs on the answer; samples last, as their answer changes
  no id. Small enough to be made anew.
#}
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
        sum(bayar.total_rp) as nilai_rp,
        count(*) as jumlah
    from {{ ref('fct_samsat__pembayaran') }} as bayar
    inner join {{ ref('dim_kendaraan') }} as kendaraan using (id_kendaraan)
    where kendaraan.id_orang_pemilik in (select id_orang from orang)
    group by kendaraan.id_orang_pemilik
),

angka as (
    select
        id_orang,
        jumlah
    from pembayaran
    union all
    select
        id_orang,
        count(*) as jumlah
    from {{ ref('fct_kesehatan__kehamilan') }}
    semi join orang using (id_orang)
    group by id_orang
    union all
    select
        id_orang,
        count(*) as jumlah
    from {{ ref('fct_kesehatan__pengukuran_balita') }}
    semi join orang using (id_orang)
    group by id_orang
),

dampak as (
    select
        catatan.id_orang,
        catatan.jumlah as jumlah_catatan,
        coalesce(pembayaran.nilai_rp, 0) as nilai_rp,
        coalesce(jumlah_angka.jumlah, 0) as jumlah_angka
    from catatan
    left join pembayaran using (id_orang)
    left join (
        select
            id_orang,
            sum(jumlah) as jumlah
        from angka
        group by id_orang
    ) as jumlah_angka using (id_orang)
),

-- a sample's records are one person already, who counts once
berdampak as (
    select
        pasangan.*,
        dampak_a.jumlah_catatan + coalesce(dampak_b.jumlah_catatan, 0) as jumlah_catatan,
        cast(dampak_a.jumlah_angka + coalesce(dampak_b.jumlah_angka, 0) as bigint) as jumlah_angka,
        dampak_a.nilai_rp + coalesce(dampak_b.nilai_rp, 0) as nilai_rp
    from pasangan
    inner join dampak as dampak_a on pasangan.id_orang_a = dampak_a.id_orang
    left join dampak as dampak_b
        on pasangan.id_orang_b = dampak_b.id_orang and pasangan.id_orang_a <> pasangan.id_orang_b
),

tinjauan_identitas as (
    select
        id_pendek('tinjauan', berdampak.id_catatan_a || chr(10) || berdampak.id_catatan_b) as id_tinjauan,
        row_number() over (
            order by
                berdampak.jenis <> 'ragu' asc, berdampak.nilai_rp desc, berdampak.jumlah_angka desc,
                berdampak.jumlah_catatan desc, abs(berdampak.peluang - 0.5) asc,
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
        berdampak.jumlah_angka,
        berdampak.nilai_rp,
        {{ run_kini() }} as _run_id
    from berdampak
    inner join {{ ref('int_identitas__catatan') }} as kiri on berdampak.id_catatan_a = kiri.id_catatan
    inner join {{ ref('int_identitas__catatan') }} as kanan on berdampak.id_catatan_b = kanan.id_catatan
)

select *
from tinjauan_identitas
