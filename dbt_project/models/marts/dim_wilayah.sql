{%- set masukan = ['int_wilayah__masa_berlaku', 'int_wilayah__pengganti'] -%}
{{ config(pre_hook="{{ kosongkan_bila_berubah(" ~ masukan ~ ") }}") }}

with dim_wilayah as (
    select
        masa.kode_wilayah,
        masa.tingkat,
        masa.nama_wilayah,
        masa.kode_induk,
        masa.kode_provinsi,
        masa.vintage_dari,
        masa.vintage_sampai,
        masa._berlaku_dari,
        masa._berlaku_sampai,
        masa.is_berlaku,
        pengganti.calon as kode_pengganti,
        pengganti.cara as cara_pengganti,
        {{ jumlah_masukan(masukan) }} as _jumlah_masukan,
        {{ run_kini() }} as _run_id
    from {{ ref('int_wilayah__masa_berlaku') }} as masa
    left join {{ ref('int_wilayah__pengganti') }} as pengganti on masa.kode_wilayah = pengganti.kode_lama
    where {{ bila_kosong() }}
)

select *
from dim_wilayah
