{{ config(
    unique_key=['_kontrak', '_delivery_id'],
    incremental_strategy='delete+insert',
    post_hook="{{ buang_sel_yang_hilang('wilayah__kode') }}"
) }}

{#
  Names of codes, one cell per vintage. A row that names its last vintage lists one code, not a whole
  vintage.
#}
with sel as (
    {{ sel_terurai('wilayah__kode') }}
),

sel_bervintage as (
    select
        _kontrak,
        _delivery_id,
        _lembar,
        _baris,
        _kunci,
        kolom,
        kode_wilayah__sistem as sistem,
        kode_wilayah,
        {{ tingkat_wilayah('kode_wilayah', 'kode_wilayah__sistem') }} as tingkat,
        left(kode_wilayah, 2) as kode_provinsi,
        coalesce(dimensi['vintage'], vintage_terakhir) as vintage,
        dimensi['vintage'] is not null as is_vintage_lengkap,
        teks as nama_wilayah
    from sel
),

int_wilayah__kode_sel as (
    select
        sel.*,
        wilayah_inti(sel.nama_wilayah, sel.tingkat) as nama_kunci,
        case
            when sel.nama_wilayah is null then 'kosong'
            when daftar.vintage is null then 'karantina'
            else 'nama'
        end as nasib_sel,
        case
            when sel.nama_wilayah is not null and daftar.vintage is null then 'vintage_tak_dikenal'
        end as aturan,
        {{ run_kini() }} as _run_id
    from sel_bervintage as sel
    left join ({{ daftar_vintage() }}) as daftar on sel.vintage = daftar.vintage
)

select *
from int_wilayah__kode_sel
