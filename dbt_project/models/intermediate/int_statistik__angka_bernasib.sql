{{ config(
    unique_key=['_kontrak', 'indikator', 'periode'],
    incremental_strategy='delete+insert',
    post_hook="{{ buang_angka_yang_hilang() }}"
) }}

{#
  Which of the readable figures counts today: of the same figure sent twice the latest accepted one wins,
  the older one stays here. Two values in one sending contradict each other, and none counts; the open rows
  of a source that sends everything are one sending, whenever they first came. Groups (contract, indicator,
  period) are judged whole, and again when the region of one of theirs is known otherwise than before.
#}
with sel as (
    select *
    from {{ ref('int_statistik__angka_sel') }}
    where nasib_sel = 'angka'
),

baris_kini as (
    select
        _kontrak,
        _kunci,
        _delivery_id,
        _berlaku_sampai,
        _run_id
    from {{ ref('int_statistik__angka_berlaku') }}
),

kelompok_tersentuh as (
    select
        sel._kontrak,
        sel.indikator,
        sel.periode
    from sel
    {% if is_incremental() %}
    left join baris_kini using (_kontrak, _kunci)
    left join {{ ref('int_statistik__wilayah_dikenali') }} as dikenali using (kunci_wilayah)
    left join {{ this }} as lama on sel.kunci_sel = lama.kunci_sel
    where
        {{ sejak_terakhir('sel._run_id') }}
        or {{ sejak_terakhir('baris_kini._run_id') }}
        or lama.kunci_sel is null
        or lama.kode_dikenali is distinct from dikenali.kode_wilayah
        or lama.kecocokan_nama is distinct from dikenali.kecocokan_nama
    union
    select
        lama._kontrak,
        lama.indikator,
        lama.periode
    from {{ this }} as lama
    anti join sel using (kunci_sel, indikator, periode)
    {% endif %}
),

angka as (
    select
        sel.*,
        dikenali.kode_wilayah as kode_dikenali,
        dikenali.tingkat,
        dikenali.cara_wilayah,
        dikenali.kecocokan_nama,
        baris_kini._berlaku_sampai,
        coalesce(sel._delivery_id = baris_kini._delivery_id, false) as is_baris_kini,
        case
            when pengiriman.bentuk = 'penuh' and is_baris_kini and baris_kini._berlaku_sampai is null
                then 'kini'
            else sel._delivery_id
        end as sekiriman
    from sel
    semi join kelompok_tersentuh using (_kontrak, indikator, periode)
    left join {{ ref('int_statistik__wilayah_dikenali') }} as dikenali using (kunci_wilayah)
    left join baris_kini using (_kontrak, _kunci)
    left join landing.pengiriman as pengiriman
        on sel._kontrak = pengiriman.kontrak and sel._delivery_id = pengiriman.delivery_id
),

angka_berwilayah as (
    select
        *,
        case
            when min(kunci_wilayah) over sewilayah = max(kunci_wilayah) over sewilayah then kode_dikenali
        end as kode_wilayah
    from angka
    window sewilayah as (
        partition by
            {% for nama in dimensi_angka() %}
            {{ nama }},
            {% endfor %}
            _kontrak,
            sekiriman,
            indikator,
            periode,
            kode_dikenali
    )
),

angka_berkunci as (
    select
        *,
        kunci_huruf(concat_ws(
            chr(31),
            {% for nama in dimensi_angka() %}
            coalesce({{ nama }}, ''),
            {% endfor %}
            _kontrak,
            indikator,
            periode,
            coalesce(kode_wilayah, '?' || kunci_wilayah)
        )) as kunci_angka
    from angka_berwilayah
),

angka_bandingan as (
    select
        *,
        min(nilai) over (partition by kunci_angka, sekiriman, is_baris_kini)
        <> max(nilai) over (partition by kunci_angka, sekiriman, is_baris_kini) as is_bentrok
    from angka_berkunci
),

angka_berurut as (
    select
        *,
        row_number() over (
            partition by kunci_angka
            order by
                is_baris_kini and not is_bentrok desc, _berlaku_sampai is null desc, _delivery_id desc,
                _lembar asc nulls first, _baris asc, kolom asc
        ) as urutan
    from angka_bandingan
),

int_statistik__angka_bernasib as (
    select
        * exclude (nasib_sel, aturan, is_baris_kini, sekiriman, is_bentrok, urutan, _run_id),
        case
            when is_baris_kini and is_bentrok then 'bentrok'
            when is_baris_kini and urutan = 1 then 'fakta'
            else 'digantikan'
        end as nasib_angka,
        {{ run_kini() }} as _run_id
    from angka_berurut
)

select *
from int_statistik__angka_bernasib
