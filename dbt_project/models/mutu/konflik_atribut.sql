{{ config(unique_key='id_orang', incremental_strategy='delete+insert', post_hook="{{ buang_temuan_selesai() }}") }}

{# Attributes on which the records of one person disagree: who won, who lost, and why. Values stay in the build. #}
with orang_tersentuh as (
    select distinct id_orang
    from {{ source('resolved', 'orang_tersentuh') }}
    where {{ sejak_terakhir() }}
),

anggota as (
    select
        orang.id_orang,
        catatan.*
    from {{ source('resolved', 'orang_catatan') }} as orang
    semi join orang_tersentuh using (id_orang)
    inner join {{ ref('int_identitas__catatan') }} as catatan using (id_catatan)
    inner join {{ ref('dim_orang') }} as golden on orang.id_orang = golden.id_orang and golden.jumlah_catatan > 1
),

nilai as (
    {% for atribut, kolom in {
        'nama_lengkap': 'nama_kunci', 'tanggal_lahir': 'cast(tanggal_lahir as varchar)',
        'jenis_kelamin': 'jenis_kelamin', 'kode_wilayah': 'kode_wilayah',
    }.items() %}
    select
        id_orang,
        '{{ atribut }}' as atribut,
        entitas,
        _kontrak,
        _delivery_id,
        _berlaku_sampai is not null as is_ditutup,
        {{ kolom }} as nilai,
        {{ urutan_sumber(atribut) }} as urutan
    from anggota
    where {{ kolom }} is not null
    union all
    {% endfor %}
    {% for atribut in ('nomor_kk', 'agama', 'status_perkawinan', 'shdk', 'pekerjaan', 'status_hidup') %}
    select
        anggota.id_orang,
        '{{ atribut }}' as atribut,
        anggota.entitas,
        anggota._kontrak,
        anggota._delivery_id,
        anggota._berlaku_sampai is not null as is_ditutup,
        penduduk.{{ atribut }} as nilai,
        {{ urutan_sumber(atribut, 'anggota') }} as urutan
    from anggota
    inner join {{ ref('int_penduduk__orang_berlaku') }} as penduduk
        on anggota._kontrak = penduduk._kontrak and anggota._kunci = penduduk._kunci
    where penduduk.{{ atribut }} is not null and anggota.entitas = 'penduduk.orang'
    {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

nilai_terpilih as (
    select
        id_orang,
        atribut,
        arg_min(nilai, urutan) as nilai_terpilih,
        arg_min(_kontrak, urutan) as kontrak_terpilih,
        arg_min(entitas, urutan) as entitas_terpilih,
        arg_min(_delivery_id, urutan) as delivery_terpilih,
        arg_min(is_ditutup, urutan) as is_terpilih_ditutup
    from nilai
    group by id_orang, atribut
    having count(distinct nilai) > 1
),

konflik_atribut as (
    select
        terpilih.id_orang,
        terpilih.atribut,
        terpilih.kontrak_terpilih,
        kalah._kontrak as kontrak_kalah,
        count(*) as jumlah_catatan_kalah,
        case
            when kalah.is_ditutup and not terpilih.is_terpilih_ditutup then 'sudah_ditutup'
            when terpilih.entitas_terpilih <> kalah.entitas then 'prioritas_sumber'
            when left(terpilih.delivery_terpilih, 6) > left(kalah._delivery_id, 6) then 'lebih_lama_diterima'
            else 'urutan_catatan'
        end as alasan,
        terpilih.nilai_terpilih,
        kalah.nilai as nilai_kalah,
        {{ run_kini() }} as _run_id
    from nilai_terpilih as terpilih
    inner join nilai as kalah
        on
            terpilih.id_orang = kalah.id_orang
            and terpilih.atribut = kalah.atribut
            and terpilih.nilai_terpilih <> kalah.nilai
    -- a regency does not contradict a village in it
    where
        terpilih.atribut <> 'kode_wilayah'
        or not (starts_with(terpilih.nilai_terpilih, kalah.nilai) or starts_with(kalah.nilai, terpilih.nilai_terpilih))
    group by all
)

select *
from konflik_atribut
