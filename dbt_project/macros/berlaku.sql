{# The current accepted version of every record key of an entity; a key that its source lost is closed, not deleted. #}
{% macro berlaku(entitas) %}
{% set stg = ref('stg_' ~ entitas) %}
with kunci_tersentuh as (
    select distinct
        _kontrak,
        _kunci
    from {{ stg }}
    where _nasib in ('diterima', 'ditutup') and {{ sejak_terakhir() }}
),

riwayat as (
    select
        _kontrak,
        _kunci,
        min(_delivery_id) filter (where _nasib = 'diterima') as _delivery_pertama,
        max(_delivery_id) filter (where _nasib = 'diterima') as _delivery_terakhir,
        arg_max(_waktu_diterima, _delivery_id) filter (where _nasib = 'ditutup') as _waktu_tutup,
        max(_delivery_id) filter (where _nasib = 'ditutup') as _delivery_tutup
    from {{ stg }}
    semi join kunci_tersentuh using (_kontrak, _kunci)
    where _nasib in ('diterima', 'ditutup')
    group by _kontrak, _kunci
),

int_{{ entitas }}_berlaku as (
    select
        stg.* exclude (_nasib, _run_id),
        cast(left(riwayat._delivery_pertama, 6) as integer) as _urutan_pertama,
        cast(stg._waktu_diterima as date) as _berlaku_dari,
        case
            when riwayat._delivery_tutup > riwayat._delivery_terakhir then cast(riwayat._waktu_tutup as date)
        end as _berlaku_sampai,
        {{ run_kini() }} as _run_id
    from {{ stg }} as stg
    inner join riwayat
        on
            stg._kontrak = riwayat._kontrak
            and stg._kunci = riwayat._kunci
            and stg._delivery_id = riwayat._delivery_terakhir
    where stg._nasib = 'diterima'
)

select *
from int_{{ entitas }}_berlaku
{% endmacro %}

{#
  After a fact with one row per record: records that are in force no more leave. Only a key of which a version is
  quarantined can be one: its contract's mapping or a rule changed after it was accepted. The fact keeps kontrak and _kunci.
#}
{% macro buang_fakta_tanpa_catatan(entitas) %}
    delete from {{ this }}
    where (kontrak, _kunci) in (
        select (stg._kontrak, stg._kunci)
        from {{ ref('stg_' ~ entitas) }} as stg
        anti join {{ ref('int_' ~ entitas ~ '_berlaku') }} as berlaku using (_kontrak, _kunci)
        where stg._nasib = 'karantina'
    )
{% endmacro %}

{# After the model: keys that no longer have an accepted version (their mapping or a rule changed) leave. #}
{% macro buang_yang_hilang(entitas) %}
    {% if is_incremental() %}
    delete from {{ this }}
    where not exists (
        select 1
        from {{ ref('stg_' ~ entitas) }} as stg
        where stg._nasib = 'diterima' and stg._kontrak = {{ this.identifier }}._kontrak and stg._kunci = {{ this.identifier }}._kunci
    )
    {% else %}
    select 1
    {% endif %}
{% endmacro %}
