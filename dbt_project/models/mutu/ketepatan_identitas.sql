{{ config(materialized='table') }}

{#
  How well identity is decided without anybody looking, by the stewards' answers about random samples of what was
  decided. Precision weighs the two samples of joined pairs by how many pairs they stand for; recall asks how many of the
  pairs left apart should be joined, among those that were compared at all. Bounds are Wilson's of every sample, taken
  together the cautious way; one wrong answer of fewer than 20 proves nothing, and joined pairs may all be right.

  An answer tells about the model that decided. A new model has none, which is no evidence that it errs less: until 100
  answers of a sample are about it, those about the models before it count too, the newest first, each model whole. Its
  own answers are also read alone, so that many good ones about older models cannot hide a few bad ones. Of the two
  readings the one that proves more wrong joins counts (decision 0029).

  B3 is the mean over records of how much of their person is theirs, and of how much of theirs is in it. One record that
  is wrongly one of s takes (s - 1) / s from itself and 1 / s from each of the others; one record that is wrongly not one
  of s more takes as much of theirs. What few errors take adds up, taken over persons of all sizes alike.
#}
with model_kini as (
    select coalesce(max(versi), '') as versi
    from {{ source('resolved', 'model_tautan') }}
),

jawaban as (
    select
        dijawab.asal,
        dijawab.model,
        coalesce(dijawab.model, '') = model_kini.versi as is_kini,
        count(*) filter (where dijawab.keputusan = 'sama') as jumlah_sama,
        count(*) filter (where dijawab.keputusan = 'ragu') as jumlah_ragu,
        count(*) filter (where dijawab.keputusan <> 'ragu') as jumlah_dijawab,
        max(dijawab.waktu) as waktu
    from {{ source('resolved', 'contoh_dijawab') }} as dijawab
    cross join model_kini
    group by dijawab.asal, dijawab.model, is_kini
),

jawaban_berurut as (
    select
        *,
        coalesce(sum(jumlah_dijawab) over (
            partition by asal order by is_kini desc, waktu desc, model asc
            rows between unbounded preceding and 1 preceding
        ), 0) as dijawab_lebih_baru
    from jawaban
),

bacaan as (
    select
        'kini' as dasar,
        asal,
        jumlah_sama,
        jumlah_ragu,
        jumlah_dijawab
    from jawaban
    where is_kini
    union all
    select
        'terdahulu' as dasar,
        asal,
        sum(jumlah_sama) as jumlah_sama,
        sum(jumlah_ragu) as jumlah_ragu,
        sum(jumlah_dijawab) as jumlah_dijawab
    from jawaban_berurut
    where dijawab_lebih_baru < 100
    group by asal
),

lapis_dibaca as (
    select
        dasar.dasar,
        lapis.asal,
        lapis.jumlah
    from (values ('kini'), ('terdahulu')) as dasar (dasar)
    left join {{ source('resolved', 'contoh_lapis') }} as lapis on true
),

bagian as (
    select
        lapis_dibaca.dasar,
        lapis_dibaca.asal,
        lapis_dibaca.jumlah,
        coalesce(bacaan.jumlah_dijawab, 0) as jumlah_dijawab,
        coalesce(bacaan.jumlah_dijawab - bacaan.jumlah_sama, 0) as jumlah_beda,
        coalesce(bacaan.jumlah_ragu, 0) as jumlah_ragu,
        bacaan.jumlah_sama / nullif(bacaan.jumlah_dijawab, 0) as sama,
        1.96 * 1.96 / nullif(bacaan.jumlah_dijawab, 0) as kuadrat
    from lapis_dibaca
    left join bacaan using (dasar, asal)
),

{# Answers about the model now in force, and how many are missing: 100 of a sample, or all there is of it. #}
kecukupan as (
    select
        sum(jumlah_dijawab) filter (where asal <> 'contoh_lepas') as kini_gabung,
        sum(jumlah_dijawab) filter (where asal = 'contoh_lepas') as kini_lepas,
        sum(greatest(least(100 - jumlah_dijawab, jumlah), 0)) filter (where asal <> 'contoh_lepas') as kurang_gabung,
        sum(greatest(least(100 - jumlah_dijawab, jumlah), 0)) filter (where asal = 'contoh_lepas') as kurang_lepas
    from bagian
    where dasar = 'kini'
),

selang as (
    select
        *,
        (sama + kuadrat / 2 - sqrt(kuadrat * (sama * (1 - sama) + kuadrat / 4))) / (1 + kuadrat) as sama_bawah,
        if(
            asal <> 'contoh_lepas' and jumlah_beda <= 1 and jumlah_dijawab between 1 and 19, 1,
            (sama + kuadrat / 2 + sqrt(kuadrat * (sama * (1 - sama) + kuadrat / 4))) / (1 + kuadrat)
        ) as sama_atas
    from bagian
),

{# Pairs that are right, and pairs that are missed, as estimated from the samples that have answers. #}
taksiran_bacaan as (
    select
        dasar,
        sum(jumlah) filter (where asal <> 'contoh_lepas' and sama is not null) as gabung,
        sum(jumlah * sama) filter (where asal <> 'contoh_lepas') as benar,
        sum(jumlah * sama_bawah) filter (where asal <> 'contoh_lepas') as benar_bawah,
        sum(jumlah * sama_atas) filter (where asal <> 'contoh_lepas') as benar_atas,
        sum(jumlah * sama) filter (where asal = 'contoh_lepas') as luput,
        sum(jumlah * sama_bawah) filter (where asal = 'contoh_lepas') as luput_bawah,
        sum(jumlah * sama_atas) filter (where asal = 'contoh_lepas') as luput_atas,
        sum(jumlah_dijawab) filter (where asal <> 'contoh_lepas') as dijawab_gabung,
        sum(jumlah_dijawab) filter (where asal = 'contoh_lepas') as dijawab_lepas,
        sum(jumlah_beda) filter (where asal <> 'contoh_lepas') as beda_gabung,
        sum(jumlah_beda) filter (where asal = 'contoh_lepas') as beda_lepas,
        sum(jumlah_ragu) as jumlah_ragu
    from selang
    group by dasar
),

taksiran as (
    select *
    from taksiran_bacaan
    cross join kecukupan
    qualify row_number() over (
        order by round(benar_atas / nullif(gabung, 0), 4) asc nulls last, dijawab_gabung desc, dasar desc
    ) = 1
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
        beda_gabung as jumlah_beda,
        kini_gabung as jumlah_dijawab_kini,
        kurang_gabung as jumlah_kurang,
        jumlah_ragu
    from taksiran
    union all
    select
        'recall' as ukuran,
        benar / nullif(benar + luput, 0) as nilai,
        benar_bawah / nullif(benar_bawah + luput_atas, 0) as batas_bawah,
        benar_atas / nullif(benar_atas + luput_bawah, 0) as batas_atas,
        dijawab_gabung + dijawab_lepas as jumlah_dijawab,
        beda_gabung + beda_lepas as jumlah_beda,
        kini_gabung + kini_lepas as jumlah_dijawab_kini,
        kurang_gabung + kurang_lepas as jumlah_kurang,
        jumlah_ragu
    from taksiran
    union all
    select
        'f1' as ukuran,
        2 * benar / nullif(gabung + benar + luput, 0) as nilai,
        2 * benar_bawah / nullif(gabung + benar_bawah + luput_atas, 0) as batas_bawah,
        2 * benar_atas / nullif(gabung + benar_atas + luput_bawah, 0) as batas_atas,
        dijawab_gabung + dijawab_lepas as jumlah_dijawab,
        beda_gabung + beda_lepas as jumlah_beda,
        kini_gabung + kini_lepas as jumlah_dijawab_kini,
        kurang_gabung + kurang_lepas as jumlah_kurang,
        jumlah_ragu
    from taksiran
    union all
    select
        'b3_presisi' as ukuran,
        1 - dampak.salah_gabung * (1 - taksiran.benar / nullif(taksiran.gabung, 0)) as nilai,
        1 - dampak.salah_gabung * (1 - taksiran.benar_bawah / nullif(taksiran.gabung, 0)) as batas_bawah,
        1 - dampak.salah_gabung * (1 - taksiran.benar_atas / nullif(taksiran.gabung, 0)) as batas_atas,
        taksiran.dijawab_gabung as jumlah_dijawab,
        taksiran.beda_gabung as jumlah_beda,
        taksiran.kini_gabung as jumlah_dijawab_kini,
        taksiran.kurang_gabung as jumlah_kurang,
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
        taksiran.beda_lepas as jumlah_beda,
        taksiran.kini_lepas as jumlah_dijawab_kini,
        taksiran.kurang_lepas as jumlah_kurang,
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
        cast(coalesce(jumlah_beda, 0) as bigint) as jumlah_beda,
        cast(coalesce(jumlah_ragu, 0) as bigint) as jumlah_ragu,
        cast(coalesce(jumlah_dijawab_kini, 0) as bigint) as jumlah_dijawab_kini,
        cast(coalesce(jumlah_kurang, 0) as bigint) as jumlah_kurang,
        {{ run_kini() }} as _run_id
    from ukuran
)

select *
from ketepatan_identitas
