{{ config(materialized='table') }}

{# One line per quarantined cell: enough for the producer to find it. A table: the list is short and whole. #}
with sel_karantina as (
    select
        _kontrak,
        _delivery_id,
        _lembar,
        _baris,
        kolom,
        indikator,
        aturan
    from {{ ref('int_statistik__angka_sel') }}
    where nasib_sel = 'karantina'
    union all
    select
        _kontrak,
        _delivery_id,
        _lembar,
        _baris,
        kolom,
        indikator,
        'sel_bentrok' as aturan
    from {{ ref('int_statistik__angka_bernasib') }}
    where nasib_angka = 'bentrok'
    union all
    select
        _kontrak,
        _delivery_id,
        _lembar,
        _baris,
        kolom,
        'nama' as indikator,
        aturan
    from {{ ref('int_wilayah__kode_sel') }}
    where nasib_sel = 'karantina'
),

karantina_statistik_sel as (
    select
        _kontrak as kontrak,
        _delivery_id as delivery_id,
        _delivery_id || ':' || coalesce(_lembar || '!', '') || _baris as token_baris,
        kolom as kolom_asal,
        indikator,
        aturan,
        {{ run_kini() }} as _run_id
    from sel_karantina
)

select *
from karantina_statistik_sel
