{{ config(
    unique_key='kontrak',
    incremental_strategy='delete+insert',
    post_hook="{{ buang_neraca_yang_hilang() }}"
) }}

{#
  Balance 3: accepted rows x declared cells = figures + superseded + empty + quarantined cells. The left
  side is counted on staging and the contracts (of a contract that is no more, on its last rows), the right
  side where the cells ended.
#}
with sel_per_baris as (
    {% for kontrak in var('contracts') if kontrak.cells %}
    select
        '{{ kontrak.id }}' as kontrak,
        {{ kontrak.cells | length }} as sel_per_baris
    {% if not loop.last %} union all {% endif %}
    {% else %}
    select null as kontrak, null as sel_per_baris where false
    {% endfor %}
),

baris as (
    {% for entitas, fakta in var('entities').items() if fakta.sel %}
    select
        _kontrak as kontrak,
        '{{ fakta.entitas }}' as entitas,
        count(*) as baris_diterima,
        max(len(_sel)) as sel_terakhir
    from {{ ref('stg_' ~ entitas) }}
    where _nasib = 'diterima'
    group by _kontrak
    {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

nasib as (
    select
        _kontrak as kontrak,
        nasib_sel as nasib
    from {{ ref('int_statistik__angka_sel') }}
    where nasib_sel <> 'angka'
    union all
    select
        _kontrak as kontrak,
        nasib_angka as nasib
    from {{ ref('int_statistik__angka_bernasib') }}
    union all
    select
        _kontrak as kontrak,
        case nasib_sel when 'nama' then 'fakta' else nasib_sel end as nasib
    from {{ ref('int_wilayah__kode_sel') }}
),

jumlah_nasib as (
    select
        kontrak,
        count(*) filter (where nasib = 'fakta') as fakta,
        count(*) filter (where nasib = 'digantikan') as digantikan,
        count(*) filter (where nasib = 'kosong') as kosong,
        count(*) filter (where nasib in ('karantina', 'bentrok')) as karantina
    from nasib
    group by kontrak
),

dihitung as (
    select
        baris.kontrak,
        baris.entitas,
        baris.baris_diterima,
        coalesce(sel_per_baris.sel_per_baris, baris.sel_terakhir) as sel_per_baris,
        baris.baris_diterima * coalesce(sel_per_baris.sel_per_baris, baris.sel_terakhir) as sel_dinyatakan,
        coalesce(jumlah_nasib.fakta, 0) as fakta,
        coalesce(jumlah_nasib.digantikan, 0) as digantikan,
        coalesce(jumlah_nasib.kosong, 0) as kosong,
        coalesce(jumlah_nasib.karantina, 0) as karantina
    from baris
    left join sel_per_baris using (kontrak)
    left join jumlah_nasib using (kontrak)
),

int_statistik__neraca_sel as (
    select
        *,
        sel_dinyatakan - fakta - digantikan - kosong - karantina as selisih,
        {{ run_kini() }} as _run_id
    from dihitung
)

select *
from int_statistik__neraca_sel
