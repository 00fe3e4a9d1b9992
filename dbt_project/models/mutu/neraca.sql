{{ config(materialized='table') }}

{# The three balances in one place; every difference must be zero, else the release is held back. #}
with baris_mendarat as (
    select
        kontrak,
        sum(baris_dibaca - baris_sama) as kiri
    from landing.pengiriman
    group by kontrak
),

baris_bernasib as (
    {% for entitas in var('entities') %}
    select
        _kontrak as kontrak,
        count(*) as kanan
    from {{ ref('stg_' ~ entitas) }}
    where _nasib <> 'ditutup'
    group by _kontrak
    {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

{# Counted anew on what staging holds now: the ledger was written when a delivery was staged and cannot see a later loss. #}
neraca_1 as (
    select
        1 as neraca,
        kontrak as objek,
        coalesce(kiri, 0) as kiri,
        coalesce(kanan, 0) as kanan
    from baris_mendarat
    full outer join baris_bernasib using (kontrak)
    union all
    select
        1 as neraca,
        'buku_besar ' || kontrak as objek,
        sum(baris_dibaca) as kiri,
        sum(diterima + sama + ganda + karantina + bukan_data) as kanan
    from {{ ref('buku_besar') }}
    group by kontrak
),

neraca_2 as (
    select
        2 as neraca,
        'orang' as objek,
        (select count(*) from ({{ id_semua_catatan() }})) as kiri,
        (select coalesce(sum(jumlah_catatan), 0) from {{ ref('dim_orang') }}) as kanan
    union all
    select
        2 as neraca,
        'kendaraan' as objek,
        (
            select count(*)
            from (
                select _kunci from {{ ref('int_samsat__kendaraan_berlaku') }}
                union all
                select _kunci from {{ ref('int_samsat__pembayaran_berlaku') }}
            )
        ) as kiri,
        (select coalesce(sum(jumlah_catatan + jumlah_pembayaran), 0) from {{ ref('dim_kendaraan') }}) as kanan
    {% for entitas in var('entities') %}
    union all
    select
        2 as neraca,
        'berlaku {{ entitas }}' as objek,
        (
            select count(distinct (_kontrak, _kunci))
            from {{ ref('stg_' ~ entitas) }}
            where _nasib = 'diterima'
        ) as kiri,
        (select count(*) from {{ ref('int_' ~ entitas ~ '_berlaku') }}) as kanan
    {% endfor %}
    {% for entitas in ('samsat__pembayaran', 'kesehatan__kehamilan', 'kesehatan__pengukuran_balita') %}
    union all
    select
        2 as neraca,
        'fct_{{ entitas }}' as objek,
        (select count(*) from {{ ref('int_' ~ entitas ~ '_berlaku') }}) as kiri,
        (select count(*) from {{ ref('fct_' ~ entitas) }}) as kanan
    {% endfor %}
),

neraca_3 as (
    select
        3 as neraca,
        kontrak as objek,
        coalesce(sel_dinyatakan, 0) as kiri,
        fakta + digantikan + kosong + karantina as kanan
    from {{ ref('int_statistik__neraca_sel') }}
    union all
    select
        3 as neraca,
        'fct_statistik__angka' as objek,
        (
            select coalesce(sum(fakta), 0)
            from {{ ref('int_statistik__neraca_sel') }}
            where entitas = 'statistik.angka'
        ) as kiri,
        (select count(*) from {{ ref('fct_statistik__angka') }}) as kanan
),

neraca as (
    select
        neraca,
        objek,
        kiri,
        kanan,
        kiri - kanan as selisih,
        {{ run_kini() }} as _run_id
    from (select * from neraca_1 union all select * from neraca_2 union all select * from neraca_3)
)

select *
from neraca
