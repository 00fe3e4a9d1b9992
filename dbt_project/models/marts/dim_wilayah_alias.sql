{%- set masukan = ['int_wilayah__alias'] -%}
{{ config(pre_hook="{{ kosongkan_bila_berubah(" ~ masukan ~ ") }}") }}

with dim_wilayah_alias as (
    select
        tingkat,
        kode_induk,
        bentuk,
        nama_kunci,
        kode_wilayah,
        jumlah_calon,
        sumber,
        contoh_nama,
        {{ jumlah_masukan(masukan) }} as _jumlah_masukan,
        {{ run_kini() }} as _run_id
    from {{ ref('int_wilayah__alias') }}
    where {{ bila_kosong() }}
)

select *
from dim_wilayah_alias
