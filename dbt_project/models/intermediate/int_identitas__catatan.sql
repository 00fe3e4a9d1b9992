{{ config(
    unique_key='id_catatan',
    incremental_strategy='delete+insert',
    post_hook="{{ buang_catatan_yang_hilang() }}"
) }}

{# Every person that a current record names, in one shape: the input of identity resolution. #}
with catatan as (
    {{ catatan_orang(sejak_terakhir()) }}
),

kode_nik as (
    {{ kode_nik_dikenal(kode_nik_disebut()) }}
),

int_identitas__catatan as (
    select
        catatan.*,
        wilayah.kode_wilayah,
        nama_kunci(catatan.nama) as nama_kunci,
        kode_nik.is_dikenal as is_kode_nik_dikenal,
        regexp_full_match(catatan.nik_asal, '[0-9]{16}') and not (
            nik_sah_bentuk(catatan.nik_asal)
            and nik_cocok_lahir(catatan.nik_asal, catatan.tanggal_lahir)
            and nik_cocok_kelamin(catatan.nik_asal, catatan.jenis_kelamin)
            and coalesce(kode_nik.is_dikenal, true)
        ) as is_nik_janggal,
        {{ run_kini() }} as _run_id
    from catatan
    {{ gabung_kanonik('wilayah', 'catatan.kode_wilayah_asal', 'catatan.sistem_wilayah_asal') }}
    left join kode_nik on kode_nik(catatan.nik_asal) = kode_nik.kode
)

select *
from int_identitas__catatan
