{{ config(
    unique_key='nomor_kk',
    incremental_strategy='delete+insert',
    post_hook="{{ buang_keluarga_tanpa_anggota() }}"
) }}

{#
  A family as it stands now: who is on its card. The card changes with moves, deaths and divorces; the family keeps its
  id where most of it goes on together (bridge_keluarga__nomor_kk).
#}
with anggota as (
    {{ anggota_keluarga() }}
),

kartu_terdahulu as (
    select
        id_keluarga,
        any_value(_nomor_kk_pendiri) as nomor_kk_pendiri,
        any_value(nomor_kk) filter (where is_kini) as nomor_kk,
        count(*) as jumlah_kartu
    from {{ ref('bridge_keluarga__nomor_kk') }}
    group by id_keluarga
),

keluarga as (
    select
        nomor_kk,
        count(*) as jumlah_anggota,
        count(*) filter (where shdk = 'KEPALA KELUARGA') as jumlah_kepala,
        min(id_orang) filter (where shdk = 'KEPALA KELUARGA') as id_orang_kepala,
        coalesce(
            arg_min(kode_wilayah, id_orang) filter (where shdk = 'KEPALA KELUARGA'), min(kode_wilayah)
        ) as kode_wilayah
    from anggota
    group by nomor_kk
),

keluarga_berkartu as (
    select
        keluarga.*,
        coalesce(terdahulu.nomor_kk_pendiri, keluarga.nomor_kk) as nomor_kk_pendiri,
        coalesce(terdahulu.jumlah_kartu, 1) as jumlah_kartu
    from keluarga
    left join kartu_terdahulu as terdahulu on keluarga.nomor_kk = terdahulu.nomor_kk
),

{# Few change in a night, and each id is made of a keyed digest. #}
keluarga_berubah as (
    select *
    from keluarga_berkartu
    {% if is_incremental() %}
    except
    select
        nomor_kk,
        jumlah_anggota,
        jumlah_kepala,
        id_orang_kepala,
        kode_wilayah,
        _nomor_kk_pendiri as nomor_kk_pendiri,
        jumlah_kartu
    from {{ this }}
    {% endif %}
),

dim_keluarga as (
    select
        id_pendek('keluarga', nomor_kk_pendiri) as id_keluarga,
        nomor_kk,
        id_orang_kepala,
        jumlah_anggota,
        jumlah_kepala,
        kode_wilayah,
        jumlah_kartu,
        nomor_kk_pendiri as _nomor_kk_pendiri,
        {{ run_kini() }} as _run_id
    from keluarga_berubah
)

select *
from dim_keluarga
