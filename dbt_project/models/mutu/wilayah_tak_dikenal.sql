{{ config(materialized='table') }}

{#
  What each contract states of regions, and how much of it leads to no region in force. A table: it is short
  and counted whole.
#}
with disebut as (
    {{ kode_disebut() }}
),

wilayah_tak_dikenal as (
    select
        disebut.kontrak,
        disebut.kolom,
        disebut.sistem,
        sum(disebut.jumlah_baris) as jumlah_baris,
        count(*) as jumlah_kode,
        coalesce(sum(disebut.jumlah_baris) filter (where kanonik.kode_wilayah is null), 0)
            as jumlah_baris_tak_dikenal,
        count(*) filter (where kanonik.kode_wilayah is null) as jumlah_kode_tak_dikenal,
        min(disebut.kode_asal) filter (where kanonik.kode_wilayah is null) as contoh_kode,
        {{ run_kini() }} as _run_id
    from disebut
    {{ gabung_kanonik('kanonik', 'disebut.kode_asal', 'disebut.sistem') }}
    group by disebut.kontrak, disebut.kolom, disebut.sistem
)

select *
from wilayah_tak_dikenal
