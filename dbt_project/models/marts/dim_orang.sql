{{ config(
    unique_key='id_orang',
    incremental_strategy='delete+insert',
    post_hook="{{ buang_orang_tanpa_catatan() }}"
) }}

with orang_tersentuh as (
    select distinct id_orang
    from {{ source('resolved', 'orang_tersentuh') }}
    where {{ sejak_terakhir() }}
),

anggota as (
    select
        orang.id_orang,
        catatan.* exclude (nomor_kk, shdk),
        penduduk.nomor_kk,
        penduduk.agama,
        penduduk.status_perkawinan,
        penduduk.shdk,
        penduduk.pekerjaan,
        penduduk.status_hidup
    from {{ source('resolved', 'orang_catatan') }} as orang
    semi join orang_tersentuh using (id_orang)
    inner join {{ ref('int_identitas__catatan') }} as catatan using (id_catatan)
    left join {{ ref('int_penduduk__orang_berlaku') }} as penduduk
        on catatan._kontrak = penduduk._kontrak and catatan._kunci = penduduk._kunci
),

nilai_terpilih as (
    select
        id_orang,
        {{ nilai_emas('nik', 'nik') }} as nik,
        {{ nilai_emas('nama_lengkap', 'nama') }} as nama_lengkap,
        {{ nilai_emas('tanggal_lahir', 'tanggal_lahir') }} as tanggal_lahir,
        {{ nilai_emas('jenis_kelamin', 'jenis_kelamin') }} as jenis_kelamin,
        {{ nilai_emas('kode_wilayah', 'kode_wilayah') }} as kode_wilayah,
        {% for atribut in ('nomor_kk', 'agama', 'status_perkawinan', 'shdk', 'pekerjaan', 'status_hidup') %}
        {{ nilai_emas(atribut, atribut) }} as {{ atribut }},
        {% endfor %}
        bool_or(entitas = 'penduduk.orang') as is_padan,
        count(*) as jumlah_catatan,
        count(distinct _kontrak) as jumlah_kontrak,
        case when count(*) = count(_berlaku_sampai) then max(_berlaku_sampai) end as _berlaku_sampai
    from anggota
    group by id_orang
),

dim_orang as (
    select
        terpilih.id_orang,
        terpilih.nik,
        terpilih.nama_lengkap,
        terpilih.tanggal_lahir,
        year(terpilih.tanggal_lahir) as tahun_lahir,
        terpilih.jenis_kelamin,
        terpilih.kode_wilayah,
        terpilih.nomor_kk,
        terpilih.agama,
        terpilih.status_perkawinan,
        terpilih.shdk,
        terpilih.pekerjaan,
        terpilih.status_hidup,
        terpilih.is_padan,
        terpilih.jumlah_catatan,
        terpilih.jumlah_kontrak,
        terpilih._berlaku_sampai,
        {{ run_kini() }} as _run_id
    from nilai_terpilih as terpilih
)

select *
from dim_orang
