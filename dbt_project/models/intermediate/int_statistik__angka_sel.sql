{{ config(
    unique_key=['_kontrak', '_delivery_id'],
    incremental_strategy='delete+insert',
    post_hook="{{ buang_sel_yang_hilang('statistik__angka') }}"
) }}

{#
  Every declared cell of every accepted row version as one figure. A cell that cannot be read stays, with
  its reason; a count that is no whole number is a thousands separator taken for a decimal one.
#}
with sel as (
    {{ sel_terurai('statistik__angka') }}
),

sel_berdimensi as (
    select
        _kontrak,
        _delivery_id,
        _lembar,
        _baris,
        _kunci,
        kolom,
        indikator,
        kode_wilayah__sistem as sistem_asal,
        kode_wilayah__vintage as vintage_asal,
        kode_wilayah as kode_asal,
        nama_wilayah as nama_asal,
        nama_kecamatan,
        nama_kabkota,
        kode_induk__sistem as sistem_induk,
        kode_induk,
        bentuk_tanpa_awalan,
        baris_jumlah(penanda_baris) and coalesce(kode_wilayah, nama_wilayah) is null as is_baris_jumlah,
        coalesce(try_cast(dimensi['tahun'] as bigint), tahun) as tahun,
        {{ dimensi_sel('periode') }} as periode,
        coalesce(tanggal(dimensi['tanggal_acuan']), tanggal_acuan) as tanggal_acuan,
        {{ dimensi_sel('hari_acuan') }} as hari_acuan,
        {% for nama in ['jenis_kelamin', 'kelompok_umur', 'kategori', 'satuan', 'konsep', 'metode'] %}
        {{ dimensi_sel(nama) }} as {{ nama }},
        {% endfor %}
        coalesce(angka_status(angka_tanda(teks)), {{ dimensi_sel('status_angka') }}) as status_angka,
        teks is null as is_kosong,
        bilangan(angka_teks(teks), desimal) as nilai
    from sel
),

sel_berperiode as (
    select
        * exclude (periode, tanggal_acuan, hari_acuan),
        starts_with(indikator, 'jumlah_')
        and not regexp_matches(coalesce(satuan, ''), '^(ribu|juta)') as is_cacah,
        coalesce(periode, cast(tahun as varchar)) as periode,
        coalesce(tanggal_acuan, try_cast(tahun || '-' || hari_acuan as date)) as tanggal_acuan
    from sel_berdimensi
),

sel_dinilai as (
    select
        *,
        case
            when is_kosong then null
            when nilai is null then 'sel_tak_terbaca'
            when tahun is null then 'sel_tanpa_tahun'
            when is_cacah and nilai <> floor(nilai) then 'sel_bukan_bulat'
        end as aturan
    from sel_berperiode
),

int_statistik__angka_sel as (
    select
        * exclude (is_kosong, is_cacah),
        md5(concat_ws(chr(31), _kontrak, _delivery_id, coalesce(_lembar, ''), _baris, kolom)) as kunci_sel,
        case
            when is_kosong then 'kosong'
            when aturan is not null then 'karantina'
            else 'angka'
        end as nasib_sel,
        md5(concat_ws(
            chr(31), sistem_asal, kode_asal, sistem_induk, kode_induk, coalesce(nama_kabkota, ''),
            coalesce(nama_kecamatan, ''), coalesce(nama_asal, ''), bentuk_tanpa_awalan, is_baris_jumlah
        )) as kunci_wilayah,
        {{ run_kini() }} as _run_id
    from sel_dinilai
)

select *
from int_statistik__angka_sel
