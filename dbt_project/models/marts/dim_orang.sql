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

dihitung as (
    {{ dengan_kesepakatan('anggota', {'nama_lengkap': 'nama'}) }}
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
        bool_or(entitas = 'penduduk.orang' and _berlaku_sampai is null) as _is_terdaftar,
        count(*) as jumlah_catatan,
        count(distinct _kontrak) as jumlah_kontrak,
        case when count(*) = count(_berlaku_sampai) then max(_berlaku_sampai) end as _berlaku_sampai
    from dihitung
    group by id_orang
),

{# What a steward corrected wins over every source. #}
koreksi as (
    select
        id_orang,
        {% for atribut in var('prioritas').terkoreksi %}
        max(nilai) filter (where atribut = '{{ atribut }}') as {{ atribut }}{{ ',' if not loop.last }}
        {% endfor %}
    from ({{ koreksi_berlaku() }})
    group by id_orang
),

nilai_terkoreksi as (
    select
        terpilih.* exclude ({{ var('prioritas').terkoreksi | join(', ') }}),
        {% for atribut in var('prioritas').terkoreksi %}
        coalesce(
            {{ 'try_cast(koreksi.tanggal_lahir as date)' if atribut == 'tanggal_lahir' else 'koreksi.' ~ atribut }},
            terpilih.{{ atribut }}
        ) as {{ atribut }}{{ ',' if not loop.last }}
        {% endfor %}
    from nilai_terpilih as terpilih
    left join koreksi using (id_orang)
),

dim_orang as (
    select
        nilai.id_orang,
        nilai.nik,
        nilai.nama_lengkap,
        nilai.tanggal_lahir,
        year(nilai.tanggal_lahir) as tahun_lahir,
        nilai.jenis_kelamin,
        nilai.kode_wilayah,
        nilai.nomor_kk,
        nilai.agama,
        nilai.status_perkawinan,
        nilai.shdk,
        nilai.pekerjaan,
        nilai.status_hidup,
        nilai.is_padan,
        nilai.jumlah_catatan,
        nilai.jumlah_kontrak,
        nilai._berlaku_sampai,
        nilai._is_terdaftar,
        {{ run_kini() }} as _run_id
    from nilai_terkoreksi as nilai
)

select *
from dim_orang
