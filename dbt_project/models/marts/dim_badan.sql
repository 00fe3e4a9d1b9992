{{ config(materialized='table') }}

{# Owners that are companies or offices. Few enough to be gathered anew. #}
with kendaraan_badan as (
    select
        *,
        bentuk_badan(_nama_pemilik) as bentuk_badan
    from {{ ref('dim_kendaraan') }}
    where id_badan_pemilik is not null
),

dim_badan as (
    select
        id_badan_pemilik as id_badan,
        bentuk_badan,
        -- a firm or trader may bear its owner's name: only names that are nobody's are shown
        case
            when bernama_tunggal(bentuk_badan) or bentuk_badan = 'INSTANSI'
                then arg_max(kata_badan(_nama_pemilik), _pendiri)
        end as nama_badan,
        case when not bernama_tunggal(bentuk_badan) then min(left(kode_wilayah, 4)) end as kode_wilayah,
        count(*) as jumlah_kendaraan,
        count(distinct upper(_nama_pemilik)) as jumlah_ejaan,
        {{ run_kini() }} as _run_id
    from kendaraan_badan
    group by id_badan_pemilik, bentuk_badan
)

select *
from dim_badan
