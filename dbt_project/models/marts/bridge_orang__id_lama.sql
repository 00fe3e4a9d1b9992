{{ config(materialized='table') }}

{# Where a person is found whose id retired. Ids whose person nobody states any more lead nowhere and are left out. #}
with bridge_orang__id_lama as (
    select
        alih.id_lama,
        alih.id_orang,
        nullif(alih.sebab, '') as sebab,
        {{ run_kini() }} as _run_id
    from {{ source('resolved', 'orang_alih') }} as alih
    semi join {{ ref('dim_orang') }} using (id_orang)
)

select *
from bridge_orang__id_lama
