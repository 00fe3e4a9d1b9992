{%- set masukan = [
    'int_wilayah__kode_sel', 'int_wilayah__masa_berlaku', 'int_wilayah__pengganti', 'int_wilayah__jembatan'
] -%}
{{ config(pre_hook="{{ kosongkan_bila_berubah(" ~ masukan ~ ") }}") }}

{#
  Names under which a region may be looked up: of every vintage, and of other systems. Always within the
  region above: 27,544 of 83,762 villages share their name with another. ``bentuk`` is the form that the
  name states; '' is a name without form, which leads to a code only where no second form has it (Bogor:
  regency and city).
#}
with kini as (
    select
        kode_wilayah as kode_asal,
        kode_wilayah
    from {{ ref('int_wilayah__masa_berlaku') }}
    where is_berlaku and {{ bila_kosong() }}
    union all
    select
        kode_lama as kode_asal,
        kode_pengganti as kode_wilayah
    from {{ ref('int_wilayah__pengganti') }}
    where is_setingkat and kode_pengganti is not null and {{ bila_kosong() }}
),

nama as (
    select
        sel.kode_wilayah as kode_asal,
        sel.nama_kunci,
        sel.nama_wilayah,
        'kemendagri' as sumber
    from {{ ref('int_wilayah__kode_sel') }} as sel
    where sel.nasib_sel = 'nama' and sel.sistem = 'kemendagri' and {{ bila_kosong() }}
    union all
    select
        kode_wilayah as kode_asal,
        nama_kunci,
        nama_asal as nama_wilayah,
        sistem as sumber
    from {{ ref('int_wilayah__jembatan') }}
    where nama_kunci is not null and kode_wilayah is not null and {{ bila_kosong() }}
    union all
    select
        kode_wilayah as kode_asal,
        nama_kunci,
        nama_wilayah,
        'kemendagri' as sumber
    from {{ ref('int_wilayah__masa_berlaku') }}
    where tingkat = 'negara' and {{ bila_kosong() }}
),

nama_berinduk as (
    select
        kini.kode_wilayah,
        nama.nama_kunci,
        nama.nama_wilayah,
        nama.sumber,
        {{ tingkat_wilayah('kini.kode_wilayah', "'kemendagri'") }} as tingkat,
        {{ bentuk_wilayah('kini.kode_wilayah') }} as bentuk,
        unnest(list_distinct([
            coalesce({{ kode_induk('kini.kode_wilayah') }}, ''),
            coalesce({{ kode_induk('nama.kode_asal') }}, '')
        ])) as kode_induk
    from nama
    inner join kini on nama.kode_asal = kini.kode_asal
),

nama_berbentuk as (
    select
        * exclude (bentuk),
        unnest(list_distinct(['', bentuk])) as bentuk
    from nama_berinduk
),

int_wilayah__alias as (
    select
        tingkat,
        kode_induk,
        bentuk,
        nama_kunci,
        case when count(distinct kode_wilayah) = 1 then any_value(kode_wilayah) end as kode_wilayah,
        list_sort(list(distinct kode_wilayah)) as calon,
        count(distinct kode_wilayah) as jumlah_calon,
        string_agg(distinct sumber, ', ' order by sumber) as sumber,
        min(nama_wilayah) as contoh_nama,
        {{ jumlah_masukan(masukan) }} as _jumlah_masukan,
        {{ run_kini() }} as _run_id
    from nama_berbentuk
    where nama_kunci <> ''
    group by tingkat, kode_induk, bentuk, nama_kunci
)

select *
from int_wilayah__alias
