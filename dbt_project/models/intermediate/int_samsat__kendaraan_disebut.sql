{{ config(
    unique_key=['_kontrak', '_kunci'],
    incremental_strategy='delete+insert',
    post_hook="{{ buang_sebutan_yang_hilang() }}"
) }}

{# Every record that names a vehicle, with what identifies the vehicle made comparable: the input of the next model. #}
with catatan_kendaraan as (
    select
        'samsat.kendaraan' as entitas,
        _kontrak,
        _kunci,
        _delivery_id,
        _urutan_pertama,
        kode_kendaraan,
        nomor_teknis(nomor_rangka) as rangka,
        nomor_teknis(nomor_mesin) as mesin,
        nomor_polisi
    from {{ ref('int_samsat__kendaraan_berlaku') }}
    where {{ sejak_terakhir() }}
),

pembayaran as (
    select
        'samsat.pembayaran' as entitas,
        _kontrak,
        _kunci,
        _delivery_id,
        _urutan_pertama,
        kode_kendaraan,
        nomor_teknis(nomor_rangka) as rangka,
        cast(null as varchar) as mesin,
        nomor_polisi
    from {{ ref('int_samsat__pembayaran_berlaku') }}
    where {{ sejak_terakhir() }}
),

int_samsat__kendaraan_disebut as (
    select
        *,
        {{ run_kini() }} as _run_id
    from (
        select * from catatan_kendaraan
        union all
        select * from pembayaran
    )
)

select *
from int_samsat__kendaraan_disebut
