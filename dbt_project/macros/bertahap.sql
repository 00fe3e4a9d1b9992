{#
  Incremental models: each stamps the run that wrote its rows, and reads what its parents wrote after the last run
  that it holds itself. Nothing is remembered elsewhere, so a killed run is simply caught up by the next.
#}

{# The run that is writing now. #}
{% macro run_kini() -%} (select jalan.run_id from landing.jalan as jalan) {%- endmacro %}

{# Predicate: written by a parent since this model last wrote. #}
{% macro sejak_terakhir(kolom='_run_id') -%}
    {%- if is_incremental() -%}
    {{ kolom }} > (select coalesce(max(terakhir._run_id), '') from {{ this }} as terakhir)
    {%- else -%} true
    {%- endif -%}
{%- endmacro %}

{# Person records whose id, or whose person, changed since this model last wrote. #}
{% macro catatan_tersentuh() %}
    select orang.id_catatan
    from {{ source('resolved', 'orang_catatan') }} as orang
    semi join (
        select distinct tersentuh.id_orang
        from {{ source('resolved', 'orang_tersentuh') }} as tersentuh
        where {{ sejak_terakhir('tersentuh._run_id') }}
    ) as tersentuh using (id_orang)
{% endmacro %}

{# The declared person role of an entity. #}
{% macro peran(entitas, nama) %}
    {{ return((var('entities')[entitas].orang | selectattr('peran', 'equalto', nama) | list)[0]) }}
{% endmacro %}
