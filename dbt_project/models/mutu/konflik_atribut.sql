{{ config(unique_key='id_orang', incremental_strategy='delete+insert', post_hook="{{ buang_temuan_selesai() }}") }}

{# Attributes on which the records of one person disagree: who won, who lost, and why. Values stay in the build. #}
{% set identitas = {
    'nama_lengkap': 'nama_terurai(nama_kunci)', 'tanggal_lahir': 'cast(tanggal_lahir as varchar)',
    'jenis_kelamin': 'jenis_kelamin', 'kode_wilayah': 'kode_wilayah',
} %}
{% set kolom_asal = {'nama_lengkap': 'nama'} %}
{% set kependudukan = ['nomor_kk', 'agama', 'status_perkawinan', 'shdk', 'pekerjaan', 'status_hidup'] %}

with orang_tersentuh as (
    select distinct id_orang
    from {{ source('resolved', 'orang_tersentuh') }}
    where {{ sejak_terakhir() }}
),

anggota as (
    select
        orang.id_orang,
        catatan.id_catatan,
        catatan.entitas,
        catatan._kontrak,
        catatan._kunci,
        catatan.nama_kunci,
        catatan.tanggal_lahir,
        catatan.jenis_kelamin,
        catatan.kode_wilayah
    from {{ source('resolved', 'orang_catatan') }} as orang
    semi join orang_tersentuh using (id_orang)
    inner join {{ ref('int_identitas__catatan') }} as catatan using (id_catatan)
    inner join {{ ref('dim_orang') }} as golden using (id_orang)
    where
        golden.jumlah_catatan > 1
        or golden.id_orang in (select terkoreksi.id_orang from ({{ koreksi_berlaku() }}) as terkoreksi)
),

koreksi as (
    select *
    from ({{ koreksi_berlaku() }})
    semi join orang_tersentuh using (id_orang)
),

nilai as (
    {% for atribut, kolom in identitas.items() %}
    select
        id_orang,
        '{{ atribut }}' as atribut,
        id_catatan,
        {{ kolom }} as nilai
    from anggota
    where {{ kolom }} is not null
    union all
    {% endfor %}
    {% for atribut in kependudukan %}
    select
        anggota.id_orang,
        '{{ atribut }}' as atribut,
        anggota.id_catatan,
        penduduk.{{ atribut }} as nilai
    from anggota
    inner join {{ ref('int_penduduk__orang_berlaku') }} as penduduk
        on anggota._kontrak = penduduk._kontrak and anggota._kunci = penduduk._kunci
    where penduduk.{{ atribut }} is not null and anggota.entitas = 'penduduk.orang'
    union all
    {% endfor %}
    select
        id_orang,
        atribut,
        null as id_catatan,
        {# names are compared as keys #}
        if(atribut = 'nama_lengkap', nama_terurai(nama_kunci(nilai)), nilai) as nilai
    from koreksi
),

-- most people's records agree: only the others are worth ordering
berbeda as (
    select
        id_orang,
        atribut
    from nilai
    group by id_orang, atribut
    having min(hash(nilai)) <> max(hash(nilai))
),

disepakati as (
    select
        nilai.*,
        count(id_catatan) over (partition by id_orang, atribut, nilai) as sepakat
    from nilai
    semi join berbeda using (id_orang, atribut)
),

berperingkat as (
    select
        nilai.id_orang,
        nilai.atribut,
        nilai.nilai,
        catatan._kontrak,
        case nilai.atribut
            {% for atribut in (identitas | list) + kependudukan %}
            when
                '{{ atribut }}'
                then {{ urutan_sumber(atribut, kolom_asal.get(atribut, atribut), 'nilai.sepakat', 'catatan') }}
            {% endfor %}
        end as urutan
    from disepakati as nilai
    inner join {{ ref('int_identitas__catatan') }} as catatan using (id_catatan)
    union all
    -- a steward's word sorts before every source
    select
        id_orang,
        atribut,
        nilai,
        'keputusan' as _kontrak,
        '' as urutan
    from disepakati
    where id_catatan is null
),

terpilih as (
    select
        id_orang,
        atribut,
        arg_min(nilai, urutan) as nilai_terpilih,
        arg_min(_kontrak, urutan) as kontrak_terpilih,
        min(urutan) as urutan_terpilih
    from berperingkat
    group by id_orang, atribut
),

konflik_atribut as (
    select
        terpilih.id_orang,
        terpilih.atribut,
        terpilih.kontrak_terpilih,
        kalah._kontrak as kontrak_kalah,
        count(*) as jumlah_catatan_kalah,
        -- the first part of the sort keys that tells the two apart
        case
            when terpilih.urutan_terpilih = '' then 'keputusan_petugas'
            {% for atribut in (identitas | list) + kependudukan %}
            when
                terpilih.atribut = '{{ atribut }}'
                then {{ alasan_kalah(atribut, 'terpilih.urutan_terpilih', 'kalah.urutan') }}
            {% endfor %}
        end as alasan,
        terpilih.nilai_terpilih,
        kalah.nilai as nilai_kalah,
        {{ run_kini() }} as _run_id
    from terpilih
    inner join berperingkat as kalah
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
