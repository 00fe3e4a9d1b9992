{%- set masukan = ['int_wilayah__jembatan'] -%}
{{ config(pre_hook="{{ kosongkan_bila_berubah(" ~ masukan ~ ") }}") }}

with bridge_bps__kemendagri as (
    select
        kode_asal as kode_bps,
        vintage as vintage_bps,
        tingkat,
        nama_asal as nama_bps,
        kode_kemendagri,
        vintage_kemendagri,
        kode_wilayah,
        cara,
        {{ jumlah_masukan(masukan) }} as _jumlah_masukan,
        {{ run_kini() }} as _run_id
    from {{ ref('int_wilayah__jembatan') }}
    where sistem = 'bps' and {{ bila_kosong() }}
)

select *
from bridge_bps__kemendagri
