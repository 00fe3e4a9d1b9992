{{ config(materialized='table') }}

{# How many rows in force carry each rule's label: what is accepted with a warning is not forgotten. #}
with berlabel as (
    {% for entitas in var('entities') %}
    select
        _kontrak as kontrak,
        unnest(_aturan) as aturan
    from {{ ref('int_' ~ entitas ~ '_berlaku') }}
    where len(_aturan) > 0 and _berlaku_sampai is null
    {% if not loop.last %} union all {% endif %}
    {% endfor %}
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

jumlah_berlabel as (
    select
        berlabel.kontrak,
        berlabel.aturan,
        count(*) as jumlah_baris,
        any_value(jumlah_berlaku.baris_berlaku) as baris_berlaku
    from berlabel
    inner join jumlah_berlaku using (kontrak)
    group by berlabel.kontrak, berlabel.aturan
),

{# What a row cannot know, which districts there ever were: of persons, whom several rows may name. #}
kode_nik_tak_dikenal as (
    select
        _kontrak as kontrak,
        'nik_kode_tak_dikenal' as aturan,
        count(*) filter (where not is_kode_nik_dikenal) as jumlah_baris,
        count(*) as baris_berlaku
    from {{ ref('int_identitas__catatan') }}
    where _berlaku_sampai is null
    group by _kontrak
),

pelanggaran as (
    select
        *,
        round(100.0 * jumlah_baris / baris_berlaku, 3) as persen_baris
    from (
        select * from jumlah_berlabel
        union all
        select * from kode_nik_tak_dikenal
        where jumlah_baris > 0
    )
)

select *
from pelanggaran
