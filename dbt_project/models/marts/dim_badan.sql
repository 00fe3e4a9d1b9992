{{ config(materialized='table') }}

{# Owners that are companies or offices. Few enough to be gathered anew. #}
with kendaraan_badan as (
    select
        *,
        bentuk_badan(_nama_pemilik) as bentuk_badan,
        case
            when bentuk_badan(_nama_pemilik) = 'INSTANSI' then kata_badan(_nama_pemilik)
            else bentuk_badan(_nama_pemilik) || ' ' || inti_badan(_nama_pemilik)
        end as nama_tertulis,
        id_badan_pemilik = id_pendek('badan', kunci_badan(_nama_pemilik, kode_wilayah)) as is_tertulis_benar
    from {{ ref('dim_kendaraan') }}
    where id_badan_pemilik is not null
),

ejaan as (
    select
        id_badan_pemilik,
        bentuk_badan,
        nama_tertulis,
        bool_or(is_tertulis_benar) as is_tertulis_benar,
        min(left(kode_wilayah, 4)) as kode_wilayah,
        count(*) as jumlah_kendaraan,
        count(distinct upper(_nama_pemilik)) as jumlah_ejaan
    from kendaraan_badan
    group by id_badan_pemilik, bentuk_badan, nama_tertulis
),

dim_badan as (
    select
        id_badan_pemilik as id_badan,
        bentuk_badan,
        -- a firm or trader may bear its owner's name: only names that are nobody's are shown
        case
            when bernama_tunggal(bentuk_badan) or bentuk_badan = 'INSTANSI'
                then arg_max(
                    nama_tertulis,
                    struct_pack(benar := is_tertulis_benar, jumlah := jumlah_kendaraan, nama := nama_tertulis)
                )
        end as nama_badan,
        case when not bernama_tunggal(bentuk_badan) then min(kode_wilayah) end as kode_wilayah,
        cast(sum(jumlah_kendaraan) as bigint) as jumlah_kendaraan,
        cast(sum(jumlah_ejaan) as bigint) as jumlah_ejaan,
        {{ run_kini() }} as _run_id
    from ejaan
    group by id_badan_pemilik, bentuk_badan
)

select *
from dim_badan
