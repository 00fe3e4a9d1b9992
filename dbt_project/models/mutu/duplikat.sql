{{ config(unique_key='kelompok', incremental_strategy='delete+insert', post_hook="{{ buang_temuan_selesai() }}") }}

{#
  Duplicates that remain after reconciliation: one person twice in a list that should hold each person once, and one
  NIK carried by several people. ``kelompok`` is keyed, so that it says nothing about the NIK.
#}
with orang_tersentuh as (
    select distinct id_orang
    from {{ source('resolved', 'orang_tersentuh') }}
    where {{ sejak_terakhir() }}
),

catatan as (
    select
        orang.id_orang,
        orang.id_catatan,
        orang.nik,
        dasar.entitas,
        dasar._kontrak
    from {{ source('resolved', 'orang_catatan') }} as orang
    inner join {{ ref('int_identitas__catatan') }} as dasar using (id_catatan)
    where dasar._berlaku_sampai is null
),

catatan_ganda as (
    select
        'catatan_ganda' as jenis,
        id_pendek('ganda', entitas || '|' || id_orang) as kelompok,
        id_orang,
        string_agg(distinct _kontrak, ', ' order by _kontrak) as kontrak,
        count(*) as jumlah
    from catatan
    semi join orang_tersentuh using (id_orang)
    where entitas in ({{ entitas_sekali() }})
    group by entitas, id_orang
    having count(*) > 1
),

nik_tersentuh as (
    select distinct nik
    from catatan
    semi join orang_tersentuh using (id_orang)
    where nik is not null
),

nik_bersama as (
    select
        nik,
        count(distinct id_orang) as jumlah
    from catatan
    semi join nik_tersentuh using (nik)
    group by nik
    having count(distinct id_orang) > 1
),

nik_ganda as (
    select
        'nik_ganda' as jenis,
        id_pendek('nik', catatan.nik) as kelompok,
        catatan.id_orang,
        string_agg(distinct catatan._kontrak, ', ' order by catatan._kontrak) as kontrak,
        any_value(nik_bersama.jumlah) as jumlah
    from catatan
    inner join nik_bersama using (nik)
    group by catatan.nik, catatan.id_orang
),

duplikat as (
    select
        *,
        {{ run_kini() }} as _run_id
    from (
        select * from catatan_ganda
        union all
        select * from nik_ganda
    )
)

select *
from duplikat
