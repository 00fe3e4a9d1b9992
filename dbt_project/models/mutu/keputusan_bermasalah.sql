{{ config(materialized='table') }}

{# Decisions in force that the groups do not obey, for a steward to take back or decide anew. Few. #}
with keputusan_bermasalah as (
    select
        id_keputusan,
        keputusan,
        alasan_tidak_berlaku,
        id_keputusan_lawan,
        {{ run_kini() }} as _run_id
    from {{ source('resolved', 'keputusan_bermasalah') }}
)

select *
from keputusan_bermasalah
