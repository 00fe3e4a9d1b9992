{{ config(materialized='table') }}

{# The one table of row rules: those written with a standard entity, and those that follow from its columns. #}
with aturan as (
    {% for entitas, fakta in var('entities').items() %}
    {% for id, tingkat, syarat in aturan_kolom(fakta) + fakta.aturan %}
    select
        '{{ fakta.entitas }}' as entitas,
        '{{ id }}' as aturan,
        '{{ tingkat }}' as tingkat,
        {{ teks(fakta.teks_aturan.get(id, [teks_aturan_kolom(id), ''])[0]) }} as teks,
        {{ teks(fakta.teks_aturan.get(id, ['', 'standar data'])[1]) }} as sumber
    union all
    {% endfor %}
    {% endfor %}
    select
        null as entitas,
        null as aturan,
        null as tingkat,
        null as teks,
        null as sumber
    where false
)

select *
from aturan
