{{ config(
    unique_key=['kontrak', 'delivery_id'],
    incremental_strategy='delete+insert',
    post_hook="{{ buang_karantina_selesai() }}"
) }}

{# One line per quarantined row and rule: enough for the agency to find the row, nothing about a person. #}
with karantina_baris as (
    {% for entitas in var('entities') %}
    select
        _kontrak as kontrak,
        _delivery_id as delivery_id,
        _delivery_id || ':' || coalesce(_lembar || '!', '') || _baris as token_baris,
        _nasib as nasib,
        unnest(_aturan) as aturan
    from {{ ref('stg_' ~ entitas) }}
    where _nasib = 'karantina' and {{ sejak_terakhir() }}
    {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

karantina as (
    select
        kontrak,
        delivery_id,
        token_baris,
        aturan,
        {{ run_kini() }} as _run_id
    from karantina_baris
)

select *
from karantina
