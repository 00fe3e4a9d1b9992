{{ config(
    unique_key='id_catatan',
    incremental_strategy='delete+insert',
    post_hook="{{ buang_catatan_yang_hilang() }}"
) }}

{# Every person that a current record names, in one shape: the input of identity resolution. #}
with catatan as (
    {{ catatan_orang(sejak_terakhir()) }}
),

int_identitas__catatan as (
    select
        catatan.*,
        wilayah.kode_wilayah,
        nama_kunci(catatan.nama) as nama_kunci,
        {{ run_kini() }} as _run_id
    from catatan
    {{ gabung_kanonik('wilayah', 'catatan.kode_wilayah_asal', 'catatan.sistem_wilayah_asal') }}
)

select *
from int_identitas__catatan
