{{ config(
    unique_key=['_kontrak', '_kunci'],
    incremental_strategy='delete+insert',
    post_hook="{{ buang_yang_hilang('kesehatan__pengukuran_balita') }}"
) }}
{{ berlaku('kesehatan__pengukuran_balita') }}
