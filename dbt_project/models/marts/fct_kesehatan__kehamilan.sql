{{ config(
    unique_key='id_kehamilan',
    incremental_strategy='delete+insert',
    post_hook="{{ buang_fakta_tanpa_catatan('kesehatan__kehamilan') }}"
) }}

with kehamilan as (
    select
        *,
        {{ id_catatan(peran('kesehatan__kehamilan', 'ibu')) }} as id_catatan
    from {{ ref('int_kesehatan__kehamilan_berlaku') }}
),

fct_kesehatan__kehamilan as (
    select
        id_pendek('kehamilan', hamil.id_catatan) as id_kehamilan,
        orang.id_orang,
        hamil._kontrak as kontrak,
        hamil._kunci,
        hamil.kode_puskesmas,
        hamil.periode,
        catatan.kode_wilayah,
        hamil.tanggal_hpht,
        hamil.tanggal_htp,
        hamil.gravida,
        hamil.partus,
        hamil.abortus,
        hamil.tanggal_k1,
        hamil.tanggal_k4,
        hamil.tanggal_k6,
        hamil.is_risiko_tinggi,
        hamil.status_kehamilan,
        hamil.berat_badan_kg,
        hamil.tinggi_badan_cm,
        hamil.lila_cm,
        hamil._berlaku_sampai,
        {{ run_kini() }} as _run_id
    from kehamilan as hamil
    inner join {{ source('resolved', 'orang_catatan') }} as orang using (id_catatan)
    inner join {{ ref('int_identitas__catatan') }} as catatan using (id_catatan)
    where {{ sejak_terakhir('hamil._run_id') }} or hamil.id_catatan in ({{ catatan_tersentuh() }})
)

select *
from fct_kesehatan__kehamilan
