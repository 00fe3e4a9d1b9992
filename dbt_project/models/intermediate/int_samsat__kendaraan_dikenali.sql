{{ config(pre_hook="{{ kosongkan_bila_berubah(['int_samsat__kendaraan_disebut']) }}") }}

{#
  Which vehicle a record means: by chassis number, else by engine number, else by plate, and a payment by its office's
  own number of the vehicle. What means several vehicles means none of them. A vehicle is called by the record that
  named it first, so that a number filled in later, or a new plate, changes no id.
#}
with disebut as (
    select *
    from {{ ref('int_samsat__kendaraan_disebut') }}
    where {{ bila_kosong() }}
),

{# A short number of before the 17-place standard may be another maker's too: then the engine tells them apart. #}
rangka_bersama as (
    select rangka
    from disebut
    where length(rangka) < 17
    group by rangka
    having min(mesin) <> max(mesin)
),

berangka as (
    select
        disebut.*,
        case
            when bersama.rangka is null then 'rangka:' || disebut.rangka
            else 'rangka:' || disebut.rangka || '|' || coalesce(disebut.mesin, disebut.nomor_polisi, '')
        end as menurut_rangka
    from disebut
    left join rangka_bersama as bersama on disebut.rangka = bersama.rangka
),

mesin_dikenal as (
    select
        mesin,
        min(menurut_rangka) as menurut_mesin
    from berangka
    where mesin is not null
    group by mesin
    having min(menurut_rangka) = max(menurut_rangka)
),

bermesin as (
    select
        berangka.*,
        coalesce(berangka.menurut_rangka, dikenal.menurut_mesin, 'mesin:' || berangka.mesin) as menurut_nomor
    from berangka
    left join mesin_dikenal as dikenal on berangka.mesin = dikenal.mesin
),

nomor_polisi_dikenal as (
    select
        nomor_polisi,
        min(menurut_nomor) as menurut_nomor_polisi
    from bermesin
    where nomor_polisi is not null
    group by nomor_polisi
    having min(menurut_nomor) = max(menurut_nomor)
),

bernomor_polisi as (
    select
        bermesin.*,
        split_part(bermesin._kontrak, '.', 2) as produsen,
        case when bermesin.entitas = 'samsat.pembayaran' then bermesin.kode_kendaraan end as kode_dibayar,
        coalesce(
            bermesin.menurut_nomor,
            dikenal.menurut_nomor_polisi,
            'nopol:' || bermesin.nomor_polisi,
            'catatan:' || bermesin._kontrak || '|' || bermesin._kunci
        ) as menurut_sendiri
    from bermesin
    left join nomor_polisi_dikenal as dikenal on bermesin.nomor_polisi = dikenal.nomor_polisi
),

kode_dikenal as (
    select
        produsen,
        kode_kendaraan,
        arg_max(menurut_sendiri, _delivery_id || _kunci) as menurut_kode
    from bernomor_polisi
    where entitas = 'samsat.kendaraan'
    group by all
),

berkunci as (
    select
        sebutan.*,
        coalesce(dikenal.menurut_kode, sebutan.menurut_sendiri) as kunci_kendaraan,
        case
            when dikenal.menurut_kode is not null then 'kode'
            when sebutan.menurut_rangka like '%|%' then 'rangka_mesin'
            when sebutan.menurut_rangka is not null then 'rangka'
            when sebutan.mesin is not null then 'mesin'
            else 'nomor_polisi'
        end as aturan_padan
    from bernomor_polisi as sebutan
    left join kode_dikenal as dikenal
        on sebutan.produsen = dikenal.produsen and sebutan.kode_dibayar = dikenal.kode_kendaraan
),

pendiri as (
    select
        kunci_kendaraan,
        min(struct_pack(urutan := _urutan_pertama, kontrak := _kontrak, kunci := _kunci)) as pertama,
        min(mesin) <> max(mesin) as is_mesin_berbeda
    from berkunci
    group by kunci_kendaraan
),

int_samsat__kendaraan_dikenali as (
    select
        berkunci._kontrak,
        berkunci._kunci,
        berkunci.entitas,
        berkunci.nomor_polisi,
        berkunci.aturan_padan,
        pendiri.pertama.kontrak || '|' || pendiri.pertama.kunci as pendiri,
        coalesce(pendiri.is_mesin_berbeda, false) as is_mesin_berbeda,
        {{ jumlah_masukan(['int_samsat__kendaraan_disebut']) }} as _jumlah_masukan,
        {{ run_kini() }} as _run_id
    from berkunci
    inner join pendiri on berkunci.kunci_kendaraan = pendiri.kunci_kendaraan
)

select *
from int_samsat__kendaraan_dikenali
