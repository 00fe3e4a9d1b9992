{# SQL text literal of a fact from a contract. #}
{% macro teks(nilai) -%} '{{ nilai | string | replace("'", "''") }}' {%- endmacro %}

{# SQL list of text literals. #}
{% macro daftar_teks(nilai) -%} [{% for satu in nilai %}{{ teks(satu) }}{{ ', ' if not loop.last }}{% endfor %}] {%- endmacro %}
