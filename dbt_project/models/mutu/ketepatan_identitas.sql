{{ config(materialized='table') }}

{#
  How well identity is decided without anybody looking, by the stewards' answers about random samples of what was
  decided. An answer tells about the model that decided: a new model begins without any. Precision weighs the two samples
  of joined pairs by how many pairs they stand for; recall asks how many of the pairs left apart should be joined, among
  those that were compared at all. Bounds are Wilson's of every sample, taken together the cautious way.

  B3 is the mean over records of how much of their person is theirs, and of how much of theirs is in it. One record that
  is wrongly one of s takes (s - 1) / s from itself and 1 / s from each of the others; one record that is wrongly not one
  of s more takes as much of theirs. What few errors take adds up, taken over persons of all sizes alike.
#}
with jawaban as (
    select
        asal,
        count(*) filter (where keputusan = 'sama') as jumlah_sama,
        count(*) filter (where keputusan = 'ragu') as jumlah_ragu,
        count(*) filter (where keputusan <> 'ragu') as jumlah_dijawab
    from {{ source('resolved', 'contoh_dijawab') }}
    where model in (select versi from {{ source('resolved', 'model_tautan') }})
    group by asal
),

bagian as (
    select
        lapis.asal,
        lapis.jumlah,
        coalesce(jawaban.jumlah_dijawab, 0) as jumlah_dijawab,
        coalesce(jawaban.jumlah_ragu, 0) as jumlah_ragu,
        jawaban.jumlah_sama / nullif(jawaban.jumlah_dijawab, 0) as sama,
        1.96 * 1.96 / nullif(jawaban.jumlah_dijawab, 0) as kuadrat
    from {{ source('resolved', 'contoh_lapis') }} as lapis
    left join jawaban using (asal)
),

selang as (
    select
        *,
        (sama + kuadrat / 2 - sqrt(kuadrat * (sama * (1 - sama) + kuadrat / 4))) / (1 + kuadrat) as sama_bawah,
        (sama + kuadrat / 2 + sqrt(kuadrat * (sama * (1 - sama) + kuadrat / 4))) / (1 + kuadrat) as sama_atas
    from bagian
),

{# Pairs that are right, and pairs that are missed, as estimated from the samples that have answers. #}
taksiran as (
    select
        sum(jumlah) filter (where asal <> 'contoh_lepas' and sama is not null) as gabung,
        sum(jumlah * sama) filter (where asal <> 'contoh_lepas') as benar,
        sum(jumlah * sama_bawah) filter (where asal <> 'contoh_lepas') as benar_bawah,
        sum(jumlah * sama_atas) filter (where asal <> 'contoh_lepas') as benar_atas,
        sum(jumlah * sama) filter (where asal = 'contoh_lepas') as luput,
        sum(jumlah * sama_bawah) filter (where asal = 'contoh_lepas') as luput_bawah,
        sum(jumlah * sama_atas) filter (where asal = 'contoh_lepas') as luput_atas,
        sum(jumlah_dijawab) filter (where asal <> 'contoh_lepas') as dijawab_gabung,
        sum(jumlah_dijawab) filter (where asal = 'contoh_lepas') as dijawab_lepas,
        sum(jumlah_ragu) as jumlah_ragu
    from selang
),

ukuran_orang as (
    select count(*) as jumlah_catatan
    from {{ source('resolved', 'orang_catatan') }}
    group by id_orang
),

dampak as (
    select
        sum(2 * (jumlah_catatan - 1) * (jumlah_catatan - 1) / jumlah_catatan) / sum(jumlah_catatan) as salah_gabung,
        avg(2 * jumlah_catatan / (jumlah_catatan + 1)) / sum(jumlah_catatan) as salah_pisah
    from ukuran_orang
),

ukuran as (
    select
        'presisi' as ukuran,
        benar / nullif(gabung, 0) as nilai,
        benar_bawah / nullif(gabung, 0) as batas_bawah,
        benar_atas / nullif(gabung, 0) as batas_atas,
        dijawab_gabung as jumlah_dijawab,
        jumlah_ragu
    from taksiran
    union all
    select
        'recall' as ukuran,
        benar / nullif(benar + luput, 0) as nilai,
        benar_bawah / nullif(benar_bawah + luput_atas, 0) as batas_bawah,
        benar_atas / nullif(benar_atas + luput_bawah, 0) as batas_atas,
        dijawab_gabung + dijawab_lepas as jumlah_dijawab,
        jumlah_ragu
    from taksiran
    union all
    select
        'f1' as ukuran,
        2 * benar / nullif(gabung + benar + luput, 0) as nilai,
        2 * benar_bawah / nullif(gabung + benar_bawah + luput_atas, 0) as batas_bawah,
        2 * benar_atas / nullif(gabung + benar_atas + luput_bawah, 0) as batas_atas,
        dijawab_gabung + dijawab_lepas as jumlah_dijawab,
        jumlah_ragu
    from taksiran
    union all
    select
        'b3_presisi' as ukuran,
        1 - dampak.salah_gabung * (1 - taksiran.benar / nullif(taksiran.gabung, 0)) as nilai,
        1 - dampak.salah_gabung * (1 - taksiran.benar_bawah / nullif(taksiran.gabung, 0)) as batas_bawah,
        1 - dampak.salah_gabung * (1 - taksiran.benar_atas / nullif(taksiran.gabung, 0)) as batas_atas,
        taksiran.dijawab_gabung as jumlah_dijawab,
        taksiran.jumlah_ragu
    from taksiran
    cross join dampak
    union all
    select
        'b3_recall' as ukuran,
        1 - dampak.salah_pisah * taksiran.luput as nilai,
        1 - dampak.salah_pisah * taksiran.luput_atas as batas_bawah,
        1 - dampak.salah_pisah * taksiran.luput_bawah as batas_atas,
        taksiran.dijawab_lepas as jumlah_dijawab,
        taksiran.jumlah_ragu
    from taksiran
    cross join dampak
),

ketepatan_identitas as (
    select
        ukuran,
        cast(if(nilai < 0, 0, nilai) as decimal(5, 4)) as nilai,
        cast(if(batas_bawah < 0, 0, batas_bawah) as decimal(5, 4)) as batas_bawah,
        cast(if(batas_atas < 0, 0, batas_atas) as decimal(5, 4)) as batas_atas,
        cast(coalesce(jumlah_dijawab, 0) as bigint) as jumlah_dijawab,
        cast(coalesce(jumlah_ragu, 0) as bigint) as jumlah_ragu,
        {{ run_kini() }} as _run_id
    from ukuran
)

select *
from ketepatan_identitas
