{{ config(
    unique_key='id_pembayaran',
    incremental_strategy='delete+insert',
    post_hook="{{ buang_fakta_tanpa_catatan('samsat__pembayaran') }}"
) }}

with kendaraan_produsen as (
    select
        split_part(_kontrak, '.', 2) as produsen,
        kode_kendaraan,
        arg_max(kunci_kendaraan(nomor_rangka, nomor_polisi), _delivery_id || _kunci) as kunci_kendaraan
    from {{ ref('int_samsat__kendaraan_berlaku') }}
    group by all
),

{# Of what staging wrote, not of what is in force: a vehicle may also have left. #}
kendaraan_tersentuh as (
    select distinct
        split_part(_kontrak, '.', 2) as produsen,
        kode_kendaraan
    from {{ ref('stg_samsat__kendaraan') }}
    where {{ sejak_terakhir() }}
),

pembayaran as (
    select
        *,
        split_part(_kontrak, '.', 2) as produsen
    from {{ ref('int_samsat__pembayaran_berlaku') }}
    where
        {{ sejak_terakhir() }}
        or (split_part(_kontrak, '.', 2), kode_kendaraan) in (
            select (produsen, kode_kendaraan)
            from kendaraan_tersentuh
        )
),

fct_samsat__pembayaran as (
    select
        id_pendek('pembayaran', bayar._kontrak || '|' || bayar._kunci) as id_pembayaran,
        id_pendek(
            'kendaraan',
            coalesce(milik.kunci_kendaraan, kunci_kendaraan(bayar.nomor_rangka, bayar.nomor_polisi))
        ) as id_kendaraan,
        bayar._kontrak as kontrak,
        bayar._kunci,
        bayar.tanggal_bayar,
        bayar.tanggal_akhir_pajak,
        bayar.pkb_pokok_rp,
        bayar.pkb_denda_rp,
        bayar.opsen_pkb_rp,
        bayar.swdkllj_pokok_rp,
        bayar.swdkllj_denda_rp,
        bayar.pnbp_stnk_rp,
        bayar.total_rp,
        list_contains(bayar._aturan, 'total_bukan_jumlah_komponen') as is_total_janggal,
        bayar._berlaku_sampai,
        {{ run_kini() }} as _run_id
    from pembayaran as bayar
    left join kendaraan_produsen as milik
        on bayar.produsen = milik.produsen and bayar.kode_kendaraan = milik.kode_kendaraan
)

select *
from fct_samsat__pembayaran
