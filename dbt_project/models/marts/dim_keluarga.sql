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

catatan_anggota as (
    select *
    from catatan_penduduk
    where
        regexp_full_match(nomor_kk, '[0-9]{16}')
        and _berlaku_sampai is null
        and coalesce(status_hidup, '') not in ('PINDAH', 'MATI')
),

susunan_keluarga as (
    select
        nomor_kk,
        bit_xor(hash(_kontrak, _kunci)) as _sidik_catatan
    from catatan_anggota
    group by nomor_kk
),

{# The fingerprint finds the cards that a record left: for another card, or because it is in force no more. #}
kk_tersentuh as (
    select catatan_anggota.nomor_kk
    from catatan_anggota
    semi join ({{ catatan_tersentuh() }}) as tersentuh using (id_catatan)
    {% if is_incremental() %}
    union
    select kini.nomor_kk
    from susunan_keluarga as kini
    inner join {{ this }} as lama using (nomor_kk)
    where lama._sidik_catatan <> kini._sidik_catatan
    {% endif %}
),

anggota as (
    select
        catatan_anggota.*,
        catatan.kode_wilayah,
        orang.id_orang
    from catatan_anggota
    semi join kk_tersentuh using (nomor_kk)
    inner join {{ source('resolved', 'orang_catatan') }} as orang using (id_catatan)
    inner join {{ ref('int_identitas__catatan') }} as catatan using (id_catatan)
),

keluarga as (
    select
        nomor_kk,
        count(distinct id_orang) as jumlah_anggota,
        count(distinct id_orang) filter (where shdk = 'KEPALA KELUARGA') as jumlah_kepala,
        min(id_orang) filter (where shdk = 'KEPALA KELUARGA') as id_orang_kepala,
        coalesce(
            arg_min(kode_wilayah, id_orang || '|' || id_catatan) filter (where shdk = 'KEPALA KELUARGA'), min(kode_wilayah)
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
        susunan._sidik_catatan,
        {{ run_kini() }} as _run_id
    from keluarga
    inner join susunan_keluarga as susunan using (nomor_kk)
)

select *
from dim_keluarga
