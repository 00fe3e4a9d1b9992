{{ config(materialized='table') }}

{# How many rows in force carry each rule's label: what is accepted with a warning is not forgotten. #}
with berlabel as (
    {% for entitas in var('entities') %}
    select
        _kontrak as kontrak,
        unnest(_aturan) as aturan
    from {{ ref('int_' ~ entitas ~ '_berlaku') }}
    where len(_aturan) > 0 and _berlaku_sampai is null
    union all
    {% endfor %}
    -- what a row cannot know: which districts there ever were
    select
        _kontrak as kontrak,
        'nik_kode_tak_dikenal' as aturan
    from {{ ref('int_identitas__catatan') }}
    where not is_kode_nik_dikenal and _berlaku_sampai is null
),

jumlah_berlaku as (
    {% for entitas in var('entities') %}
    select
        _kontrak as kontrak,
        count(*) as baris_berlaku
    from {{ ref('int_' ~ entitas ~ '_berlaku') }}
    where _berlaku_sampai is null
    group by _kontrak
    {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

pelanggaran as (
    select
        berlabel.kontrak,
        berlabel.aturan,
        count(*) as jumlah_baris,
        any_value(jumlah_berlaku.baris_berlaku) as baris_berlaku,
        round(100.0 * count(*) / any_value(jumlah_berlaku.baris_berlaku), 3) as persen_baris
    from berlabel
    inner join jumlah_berlaku using (kontrak)
    group by berlabel.kontrak, berlabel.aturan
)

select *
from pelanggaran
