{%- set masukan = ['int_wilayah__masa_berlaku', 'int_wilayah__kode_berlaku'] -%}
{{ config(pre_hook="{{ kosongkan_bila_berubah(" ~ masukan ~ ") }}") }}

{#
  What became of a code that is no longer in force. A list of former codes says it itself; else a code is
  taken for the successor when it first appears in the very vintage in which the old one is gone, at the
  same level, with the same name and form, under the same parent or the parent's successor, and no other
  code on either side does.
#}
with recursive masa as (
    select *
    from {{ ref('int_wilayah__masa_berlaku') }}
    where {{ bila_kosong() }}
),

daftar as (
    {{ daftar_vintage() }}
),

kode as (
    select
        masa.kode_wilayah,
        masa.tingkat,
        masa.kode_induk,
        masa.bentuk,
        bool_or(masa.is_berlaku) as is_berlaku,
        arg_max(masa.nama_kunci, akhir.urutan) as nama_akhir,
        max(akhir.urutan) as urutan_akhir,
        arg_min(masa.nama_kunci, awal.urutan) as nama_awal,
        min(awal.urutan) as urutan_awal
    from masa
    left join daftar as awal on masa.vintage_dari = awal.vintage
    left join daftar as akhir on masa.vintage_sampai = akhir.vintage
    group by masa.kode_wilayah, masa.tingkat, masa.kode_induk, masa.bentuk
),

dinyatakan as (
    select distinct
        kode_wilayah as kode_lama,
        regexp_replace(unnest(string_split(kode_pengganti, '|')), '[^0-9]', '', 'g') as kode_baru
    from {{ ref('int_wilayah__kode_berlaku') }}
    where
        kode_pengganti is not null
        and _berlaku_sampai is null
        and kode_wilayah__sistem = 'kemendagri'
        and {{ bila_kosong() }}
),

senama as (
    select
        lama.kode_wilayah as kode_lama,
        lama.kode_induk as induk_lama,
        lama.tingkat,
        baru.kode_wilayah as kode_baru,
        baru.kode_induk as induk_baru
    from kode as lama
    inner join kode as baru
        on
            lama.tingkat = baru.tingkat
            and lama.bentuk = baru.bentuk
            and lama.nama_akhir = baru.nama_awal
            and lama.urutan_akhir + 1 = baru.urutan_awal
    where
        not lama.is_berlaku
        and lama.kode_wilayah not in (select dinyatakan.kode_lama from dinyatakan)
),

{% for tingkat, induk in [('kabkota', none), ('kecamatan', 'kabkota'), ('desa', 'kecamatan')] %}
senama_{{ tingkat }} as (
    select
        senama.kode_lama,
        senama.kode_baru
    from senama
    {% if induk %}
    left join senama_{{ induk }} as pindah on senama.induk_lama = pindah.kode_lama
    {% endif %}
    where senama.tingkat = '{{ tingkat }}'
        {% if induk %} and senama.induk_baru = coalesce(pindah.kode_baru, senama.induk_lama){% endif %}

    qualify
        count(*) over (partition by senama.kode_lama) = 1
        and count(*) over (partition by senama.kode_baru) = 1
),

{% endfor %}
langkah as (
    select
        kode_lama,
        kode_baru,
        'dinyatakan' as cara
    from dinyatakan
    {% for tingkat in ('kabkota', 'kecamatan', 'desa') %}
    union all
    select
        kode_lama,
        kode_baru,
        'nama_sama' as cara
    from senama_{{ tingkat }}
    {% endfor %}
),

jalan as (
    select
        kode_lama,
        kode_baru,
        cara,
        1 as panjang
    from langkah
    union
    select
        jalan.kode_lama,
        langkah.kode_baru,
        case when langkah.cara = 'dinyatakan' then jalan.cara else 'nama_sama' end as cara,
        jalan.panjang + 1 as panjang
    from jalan
    inner join langkah on jalan.kode_baru = langkah.kode_lama
    where jalan.panjang < 9
),

int_wilayah__pengganti as (
    select
        jalan.kode_lama,
        any_value(lama.tingkat) as tingkat,
        case when count(distinct jalan.kode_baru) = 1 then any_value(jalan.kode_baru) end as kode_pengganti,
        string_agg(distinct jalan.kode_baru, '|' order by jalan.kode_baru) as calon,
        count(distinct jalan.kode_baru) as jumlah_calon,
        bool_and(length(jalan.kode_baru) = length(jalan.kode_lama)) as is_setingkat,
        max(jalan.cara) as cara,
        {{ jumlah_masukan(masukan) }} as _jumlah_masukan,
        {{ run_kini() }} as _run_id
    from jalan
    inner join kode as baru on jalan.kode_baru = baru.kode_wilayah and baru.is_berlaku
    inner join kode as lama on jalan.kode_lama = lama.kode_wilayah and not lama.is_berlaku
    group by jalan.kode_lama
)

select *
from int_wilayah__pengganti
