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
    {% if fakta.orang %}
    select
        '{{ fakta.entitas }}' as entitas,
        'nik_kode_tak_dikenal' as aturan,
        'peringatan' as tingkat,
        'Enam angka pertama NIK bukan kode kecamatan menurut daftar wilayah mana pun' as teks,
        'PP 37/2007; domain 1.1 W1' as sumber
    union all
    {% endif %}
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
