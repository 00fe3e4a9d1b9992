{{ config(unique_key='id_pembayaran', incremental_strategy='delete+insert') }}

with kendaraan_produsen as (
    select
        split_part(_kontrak, '.', 2) as produsen,
        kode_kendaraan,
        arg_max(kunci_kendaraan(nomor_rangka, nomor_polisi), _delivery_id || _kunci) as kunci_kendaraan,
        bool_or({{ sejak_terakhir() }}) as is_tersentuh
    from {{ ref('int_samsat__kendaraan_berlaku') }}
    group by all
),

kendaraan_tersentuh as (
    select
        produsen,
        kode_kendaraan
    from kendaraan_produsen
    where is_tersentuh
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
