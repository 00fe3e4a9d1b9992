{{ config(
    unique_key=['_kontrak', '_delivery_id'],
    incremental_strategy='delete+insert',
    pre_hook="{{ siapkan_pengiriman('wilayah__kode') }}"
) }}
{{ staging('wilayah__kode') }}
