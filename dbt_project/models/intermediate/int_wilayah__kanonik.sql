{%- set masukan = [
    'int_wilayah__masa_berlaku', 'int_wilayah__pengganti', 'int_wilayah__jembatan'
] -%}
{% for entitas, fakta in var('entities').items() %}
{% if 'wilayah' in fakta.kolom.values() | map(attribute='jenis') | list %}
{% do masukan.append('int_' ~ entitas ~ '_berlaku') %}
{% endif %}
{% endfor %}
{{ config(pre_hook="{{ kosongkan_bila_berubah(" ~ masukan ~ ") }}") }}

{#
  Every region code that anybody states, and the Kemendagri code in force for it: known, or nothing; never
  guessed.
#}
with terlihat as (
    select *
    from ({{ kode_terlihat() }})
    where {{ bila_kosong() }}
),

kini as (
    select
        'kemendagri' as sistem,
        kode_wilayah as kode_asal,
        kode_wilayah,
        'langsung' as cara
    from {{ ref('int_wilayah__masa_berlaku') }}
    where is_berlaku and {{ bila_kosong() }}
    union all
    select
        'kemendagri' as sistem,
        kode_lama as kode_asal,
        kode_pengganti as kode_wilayah,
        'pengganti' as cara
    from {{ ref('int_wilayah__pengganti') }}
    where {{ bila_kosong() }}
    union all
    select
        sistem,
        kode_asal,
        case
            when count(distinct kode_wilayah) = 1 and count(kode_wilayah) = count(*)
                then any_value(kode_wilayah)
        end as kode_wilayah,
        'jembatan' as cara
    from {{ ref('int_wilayah__jembatan') }}
    where {{ bila_kosong() }}
    group by sistem, kode_asal
),

int_wilayah__kanonik as (
    select
        sistem,
        kode_asal,
        kini.kode_wilayah,
        {{ tingkat_wilayah('kini.kode_wilayah', "'kemendagri'") }} as tingkat,
        case when kini.kode_wilayah is null then 'tidak_dikenal' else kini.cara end as cara,
        {{ jumlah_masukan(masukan) }} as _jumlah_masukan,
        {{ run_kini() }} as _run_id
    from (select sistem, kode_asal from terlihat union select sistem, kode_asal from kini)
    left join kini using (sistem, kode_asal)
)

select *
from int_wilayah__kanonik
