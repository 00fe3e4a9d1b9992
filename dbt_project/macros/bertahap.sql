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
