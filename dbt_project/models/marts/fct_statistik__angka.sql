{{ config(
    unique_key=['kontrak', 'indikator', 'periode'],
    incremental_strategy='delete+insert',
    post_hook="{{ buang_fakta_yang_hilang() }}"
) }}

with kelompok_tersentuh as (
    select distinct
        _kontrak,
        indikator,
        periode
    from {{ ref('int_statistik__angka_bernasib') }}
    where {{ sejak_terakhir() }}
),

angka as (
    select *
    from {{ ref('int_statistik__angka_bernasib') }}
    semi join kelompok_tersentuh using (_kontrak, indikator, periode)
    where nasib_angka = 'fakta'
),

angka_beragregat as (
    select
        *,
        coalesce(length(kode_wilayah) < max(length(kode_wilayah)) over kelompok, false)
        {%- for nama in dimensi_angka() %}
        or ({{ nama }} is null and count({{ nama }}) over kelompok > 0)
        {%- endfor %} as is_agregat
    from angka
    window kelompok as (partition by _kontrak, indikator, periode)
),

fct_statistik__angka as (
    select
        angka.kunci_angka,
        angka.indikator,
        angka.kode_wilayah,
        case when angka.kode_wilayah is not null then angka.tingkat end as tingkat,
        wilayah.nama_wilayah,
        angka.tahun,
        angka.periode,
        angka.tanggal_acuan,
        angka.jenis_kelamin,
        angka.kelompok_umur,
        angka.kategori,
        angka.nilai,
        angka.satuan,
        angka.konsep,
        angka.metode,
        angka.status_angka,
        angka.is_agregat,
        angka._kontrak as kontrak,
        pengiriman.produsen,
        angka._delivery_id as delivery_id,
        angka._delivery_id || ':' || coalesce(angka._lembar || '!', '') || angka._baris as token_baris,
        angka.kolom as kolom_asal,
        angka.sistem_asal,
        angka.vintage_asal,
        angka.kode_asal,
        angka.nama_asal,
        case
            when angka.kode_wilayah is null and angka.kode_dikenali is not null then 'rangkap'
            else angka.cara_wilayah
        end as cara_wilayah,
        angka.kecocokan_nama,
        angka._berlaku_sampai,
        {{ run_kini() }} as _run_id
    from angka_beragregat as angka
    left join {{ ref('int_wilayah__masa_berlaku') }} as wilayah
        on angka.kode_wilayah = wilayah.kode_wilayah and wilayah.is_berlaku
    left join landing.pengiriman as pengiriman
        on angka._kontrak = pengiriman.kontrak and angka._delivery_id = pengiriman.delivery_id
)

select *
from fct_statistik__angka
