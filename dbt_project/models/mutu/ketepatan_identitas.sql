{{ config(materialized='table') }}

{# How well records are joined without anybody looking, by the stewards' answers about a random sample of them.
   An answer tells about the model that joined the pair: a new model begins without any. #}
with jawaban as (
    select
        count(*) filter (where keputusan = 'sama') as jumlah_benar,
        count(*) filter (where keputusan = 'ragu') as jumlah_ragu,
        count(*) filter (where keputusan <> 'ragu') as jumlah_dijawab
    from {{ source('resolved', 'contoh_dijawab') }}
    where model in (select versi from {{ source('resolved', 'model_tautan') }})
),

bagian as (
    select
        *,
        jumlah_benar / nullif(jumlah_dijawab, 0) as presisi,
        1.96 * 1.96 / nullif(jumlah_dijawab, 0) as kuadrat
    from jawaban
),

selang as (
    select
        *,
        presisi + kuadrat / 2 as tengah,
        sqrt(kuadrat * (presisi * (1 - presisi) + kuadrat / 4)) as setengah
    from bagian
),

ketepatan_identitas as (
    select
        jumlah_dijawab,
        jumlah_benar,
        jumlah_ragu,
        cast(presisi as decimal(5, 4)) as presisi,
        cast((tengah - setengah) / (1 + kuadrat) as decimal(5, 4)) as batas_bawah,
        cast((tengah + setengah) / (1 + kuadrat) as decimal(5, 4)) as batas_atas,
        {{ run_kini() }} as _run_id
    from selang
)

select *
from ketepatan_identitas
