{%- set masukan = ['int_wilayah__jembatan_berlaku', 'int_wilayah__masa_berlaku', 'int_wilayah__pengganti'] -%}
{{ config(pre_hook="{{ kosongkan_bila_berubah(" ~ masukan ~ ") }}") }}

{#
  Codes of other systems and the Kemendagri code in force. Two bridges that disagree give no code. BPS
  tables name a province by two digits or by PP00 and no bridge lists them: a province follows when all its
  regencies lead to one.
#}
with dinyatakan as (
    select
        kode_asal__sistem as sistem,
        kode_asal__vintage as vintage,
        kode_asal,
        {{ tingkat_wilayah('kode_asal', 'kode_asal__sistem') }} as tingkat,
        nama_asal,
        kode_kemendagri,
        kode_kemendagri__vintage as vintage_kemendagri,
        _delivery_id || _kontrak as urutan
    from {{ ref('int_wilayah__jembatan_berlaku') }}
    where kode_kemendagri__sistem = 'kemendagri' and _berlaku_sampai is null and {{ bila_kosong() }}
),

kini as (
    select
        kode_wilayah,
        kode_wilayah as kode_kini
    from {{ ref('int_wilayah__masa_berlaku') }}
    where is_berlaku
    union all
    select
        kode_lama as kode_wilayah,
        kode_pengganti as kode_kini
    from {{ ref('int_wilayah__pengganti') }}
    where is_setingkat
),

jembatan_dinyatakan as (
    select
        dinyatakan.sistem,
        dinyatakan.vintage,
        dinyatakan.kode_asal,
        any_value(dinyatakan.tingkat) as tingkat,
        arg_max(dinyatakan.nama_asal, dinyatakan.urutan) as nama_asal,
        case
            when count(distinct dinyatakan.kode_kemendagri) = 1 then any_value(dinyatakan.kode_kemendagri)
        end as kode_kemendagri,
        max(dinyatakan.vintage_kemendagri) as vintage_kemendagri,
        case
            when count(distinct dinyatakan.kode_kemendagri) = 1 then any_value(kini.kode_kini)
        end as kode_wilayah,
        count(distinct dinyatakan.kode_kemendagri) as jumlah_calon,
        'dinyatakan' as cara
    from dinyatakan
    left join kini on dinyatakan.kode_kemendagri = kini.kode_wilayah
    group by dinyatakan.sistem, dinyatakan.vintage, dinyatakan.kode_asal
),

provinsi_bps as (
    select
        sistem,
        vintage,
        left(kode_asal, 2) as kode_asal,
        case when count(distinct left(kode_kemendagri, 2)) = 1 then any_value(left(kode_kemendagri, 2)) end
            as kode_kemendagri,
        max(vintage_kemendagri) as vintage_kemendagri,
        case
            when count(distinct left(kode_wilayah, 2)) = 1 and count(kode_wilayah) = count(*)
                then any_value(left(kode_wilayah, 2))
        end as kode_wilayah,
        count(distinct left(kode_wilayah, 2)) as jumlah_calon
    from jembatan_dinyatakan
    where sistem = 'bps' and tingkat = 'kabkota'
    group by sistem, vintage, left(kode_asal, 2)
),

jembatan_diturunkan as (
    select
        * exclude (kode_asal),
        kode_asal || unnest(['', '00']) as kode_asal,
        'provinsi' as tingkat,
        'diturunkan' as cara
    from provinsi_bps
),

int_wilayah__jembatan as (
    select
        *,
        wilayah_kunci(nama_asal) as nama_kunci,
        {{ jumlah_masukan(masukan) }} as _jumlah_masukan,
        {{ run_kini() }} as _run_id
    from (
        select * from jembatan_dinyatakan
        union all by name
        select * from jembatan_diturunkan
        where (sistem, vintage, kode_asal) not in (
            select (jembatan_dinyatakan.sistem, jembatan_dinyatakan.vintage, jembatan_dinyatakan.kode_asal)
            from jembatan_dinyatakan
        )
    )
)

select *
from int_wilayah__jembatan
