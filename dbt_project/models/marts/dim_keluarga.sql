{{ config(
    unique_key='id_keluarga',
    incremental_strategy='delete+insert',
    post_hook="{{ buang_keluarga_tanpa_anggota() }}"
) }}

{# A family card is a household as it stands now: it changes with moves, deaths and divorces, and is no permanent key. #}
with catatan_penduduk as (
    select
        {{ id_catatan(peran('penduduk__orang', 'penduduk')) }} as id_catatan,
        _kontrak,
        _kunci,
        nomor_kk,
        shdk,
        status_hidup,
        _berlaku_sampai
    from {{ ref('int_penduduk__orang_berlaku') }}
),

kunci_tersentuh as (
    select
        _kontrak,
        _kunci
    from catatan_penduduk
    semi join ({{ catatan_tersentuh() }}) as tersentuh using (id_catatan)
),

kk_tersentuh as (
    select distinct versi.nomor_kk
    from {{ ref('stg_penduduk__orang') }} as versi
    semi join kunci_tersentuh using (_kontrak, _kunci)
    where versi._nasib = 'diterima' and regexp_full_match(versi.nomor_kk, '[0-9]{16}')
),

anggota as (
    select
        catatan_penduduk.*,
        catatan.kode_wilayah,
        orang.id_orang
    from catatan_penduduk
    semi join kk_tersentuh using (nomor_kk)
    inner join {{ source('resolved', 'orang_catatan') }} as orang using (id_catatan)
    inner join {{ ref('int_identitas__catatan') }} as catatan using (id_catatan)
    where catatan_penduduk._berlaku_sampai is null and coalesce(catatan_penduduk.status_hidup, '') not in ('PINDAH', 'MATI')
),

keluarga as (
    select
        nomor_kk,
        count(distinct id_orang) as jumlah_anggota,
        count(distinct id_orang) filter (where shdk = 'KEPALA KELUARGA') as jumlah_kepala,
        min(id_orang) filter (where shdk = 'KEPALA KELUARGA') as id_orang_kepala,
        coalesce(
            arg_min(kode_wilayah, id_orang) filter (where shdk = 'KEPALA KELUARGA'), min(kode_wilayah)
        ) as kode_wilayah
    from anggota
    group by nomor_kk
),

dim_keluarga as (
    select
        id_pendek('keluarga', nomor_kk) as id_keluarga,
        nomor_kk,
        id_orang_kepala,
        jumlah_anggota,
        jumlah_kepala,
        kode_wilayah,
        {{ run_kini() }} as _run_id
    from keluarga
)

select *
from dim_keluarga
