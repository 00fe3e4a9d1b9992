{{ config(unique_key=['kontrak', 'delivery_id'], incremental_strategy='delete+insert') }}

{# Balance 1: rows read by the connector against the fates of staging; unchanged rows were counted, not landed. #}
with nasib as (
    {% for entitas in var('entities') %}
    select
        _kontrak,
        _delivery_id,
        _nasib
    from {{ ref('stg_' ~ entitas) }}
    where {{ sejak_terakhir() }} and _nasib <> 'ditutup'
    {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

jumlah_nasib as (
    select
        _kontrak as kontrak,
        _delivery_id as delivery_id,
        count(*) filter (where _nasib = 'diterima') as diterima,
        count(*) filter (where _nasib = 'sama') as sama_mendarat,
        count(*) filter (where _nasib = 'ganda') as ganda,
        count(*) filter (where _nasib = 'karantina') as karantina,
        count(*) filter (where _nasib = 'bukan_data') as bukan_data
    from nasib
    group by _kontrak, _delivery_id
),

pengiriman as (
    select *
    from landing.pengiriman
    {% if is_incremental() %}
    where
        (kontrak, delivery_id) in (select (kontrak, delivery_id) from jumlah_nasib)
        or (kontrak, delivery_id) not in (select (lama.kontrak, lama.delivery_id) from {{ this }} as lama)
    {% endif %}
),

buku_besar as (
    select
        pengiriman.kontrak,
        pengiriman.delivery_id,
        pengiriman.produsen,
        pengiriman.bentuk,
        pengiriman.baris_dibaca,
        coalesce(jumlah.diterima, 0) as diterima,
        coalesce(jumlah.sama_mendarat, 0) + pengiriman.baris_sama as sama,
        coalesce(jumlah.ganda, 0) as ganda,
        coalesce(jumlah.karantina, 0) as karantina,
        coalesce(jumlah.bukan_data, 0) as bukan_data,
        -- a delivery that is put aside whole closes nothing
        if(pengiriman.alasan_karantina is null, pengiriman.kunci_ditutup, 0) as kunci_ditutup,
        pengiriman.baris_dibaca - pengiriman.baris_sama
        - coalesce(
            jumlah.diterima + jumlah.sama_mendarat + jumlah.ganda + jumlah.karantina + jumlah.bukan_data, 0
        ) as selisih,
        pengiriman.alasan_karantina,
        pengiriman.diterima_pada as _waktu_diterima,
        {{ run_kini() }} as _run_id
    from pengiriman
    left join jumlah_nasib as jumlah
        on pengiriman.kontrak = jumlah.kontrak and pengiriman.delivery_id = jumlah.delivery_id
)

select *
from buku_besar
