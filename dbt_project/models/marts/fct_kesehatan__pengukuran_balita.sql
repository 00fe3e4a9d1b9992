{{ config(
    unique_key='id_pengukuran',
    incremental_strategy='delete+insert',
    post_hook="{{ buang_fakta_tanpa_catatan('kesehatan__pengukuran_balita') }}"
) }}

with pengukuran as (
    select
        *,
        {{ id_catatan(peran('kesehatan__pengukuran_balita', 'anak')) }} as id_catatan
    from {{ ref('int_kesehatan__pengukuran_balita_berlaku') }}
),

fct_kesehatan__pengukuran_balita as (
    select
        id_pendek('pengukuran', ukur._kontrak || '|' || ukur._kunci) as id_pengukuran,
        orang.id_orang,
        ukur._kontrak as kontrak,
        ukur._kunci,
        ukur.kode_puskesmas,
        ukur.kode_posyandu,
        ukur.periode,
        wilayah.kode_wilayah,
        ukur.kode_wilayah as kode_wilayah_asal,
        ukur.kode_wilayah__sistem as sistem_wilayah_asal,
        ukur.tanggal_ukur,
        date_diff('month', ukur.tanggal_lahir, ukur.tanggal_ukur) as umur_bulan,
        ukur.jenis_kelamin,
        ukur.berat_badan_kg,
        ukur.tinggi_badan_cm,
        ukur.lila_cm,
        ukur.cara_ukur,
        ukur._berlaku_sampai,
        {{ run_kini() }} as _run_id
    from pengukuran as ukur
    inner join {{ source('resolved', 'orang_catatan') }} as orang using (id_catatan)
    {{ gabung_kanonik('wilayah', 'ukur.kode_wilayah', 'ukur.kode_wilayah__sistem') }}
    where
        {{ sejak_terakhir('ukur._run_id') }}
        or ukur.id_catatan in ({{ catatan_tersentuh() }})
        or {{ kode_bergeser('ukur.kode_wilayah', 'ukur.kode_wilayah__sistem') }}
)

select *
from fct_kesehatan__pengukuran_balita
