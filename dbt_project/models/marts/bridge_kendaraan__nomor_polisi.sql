{{ config(
    pre_hook="{{ kosongkan_bila_berubah(['int_samsat__kendaraan_dikenali']) }}"
) }}

{#
  The plates that a vehicle bore: plates change every five years, with a move, and are given again to others. A version
  of a vehicle's record shows its plate on the day it came in, a payment on the day it was paid.
#}
with versi_catatan as (
    select
        _kontrak,
        _kunci,
        _delivery_id,
        nomor_polisi,
        cast(_waktu_diterima as date) as tanggal
    from {{ ref('stg_samsat__kendaraan') }}
    where _nasib = 'diterima' and {{ bila_kosong() }}
    union all
    select
        _kontrak,
        _kunci,
        _delivery_id,
        nomor_polisi,
        tanggal_bayar as tanggal
    from {{ ref('int_samsat__pembayaran_berlaku') }}
    where {{ bila_kosong() }}
),

riwayat as (
    select
        dikenali.pendiri,
        versi.nomor_polisi,
        min(versi.tanggal) as tanggal_pertama,
        max(versi.tanggal) as tanggal_terakhir,
        min(versi._delivery_id) as pengiriman_pertama
    from versi_catatan as versi
    inner join {{ ref('int_samsat__kendaraan_dikenali') }} as dikenali using (_kontrak, _kunci)
    where versi.nomor_polisi is not null
    group by all
),

bridge_kendaraan__nomor_polisi as (
    select
        kendaraan.id_kendaraan,
        riwayat.nomor_polisi,
        row_number() over (
            partition by riwayat.pendiri
            order by riwayat.tanggal_pertama, riwayat.pengiriman_pertama, riwayat.nomor_polisi
        ) as urutan,
        riwayat.tanggal_pertama,
        riwayat.tanggal_terakhir,
        riwayat.nomor_polisi = kendaraan.nomor_polisi as is_kini,
        {{ jumlah_masukan(['int_samsat__kendaraan_dikenali']) }} as _jumlah_masukan,
        {{ run_kini() }} as _run_id
    from riwayat
    inner join {{ ref('dim_kendaraan') }} as kendaraan on riwayat.pendiri = kendaraan._pendiri
)

select *
from bridge_kendaraan__nomor_polisi
