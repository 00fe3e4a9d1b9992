{{ config(
    unique_key=['_kontrak', '_kunci'],
    incremental_strategy='delete+insert',
    post_hook="{{ buang_yang_hilang('statistik__angka') }}"
) }}
{{ berlaku('statistik__angka') }}
