{{ config(
    unique_key='id_pembayaran',
    incremental_strategy='delete+insert',
    post_hook="{{ buang_fakta_tanpa_catatan('samsat__pembayaran') }}"
) }}

with pembayaran as (
    select
        berlaku.*,
        dikenali.pendiri
    from {{ ref('int_samsat__pembayaran_berlaku') }} as berlaku
    inner join {{ ref('int_samsat__kendaraan_dikenali') }} as dikenali using (_kontrak, _kunci)
    {% if is_incremental() %}
    left join {{ this }} as lama on berlaku._kontrak = lama.kontrak and berlaku._kunci = lama._kunci
    where {{ sejak_terakhir('berlaku._run_id') }} or lama._pendiri is distinct from dikenali.pendiri
    {% endif %}
),

fct_samsat__pembayaran as (
    select
        id_pendek('pembayaran', _kontrak || '|' || _kunci) as id_pembayaran,
        id_pendek('kendaraan', pendiri) as id_kendaraan,
        _kontrak as kontrak,
        _kunci,
        tanggal_bayar,
        tanggal_akhir_pajak,
        pkb_pokok_rp,
        pkb_denda_rp,
        opsen_pkb_rp,
        swdkllj_pokok_rp,
        swdkllj_denda_rp,
        pnbp_stnk_rp,
        total_rp,
        list_contains(_aturan, 'total_bukan_jumlah_komponen') as is_total_janggal,
        _berlaku_sampai,
        pendiri as _pendiri,
        {{ run_kini() }} as _run_id
    from pembayaran
)

select *
from fct_samsat__pembayaran
