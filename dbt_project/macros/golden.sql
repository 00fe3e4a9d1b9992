{# Sort key of a record among those of one person: declared source priority, then the latest accepted version. #}
{% macro urutan_sumber(atribut) -%}
    printf(
        '%02d|%06d|%s',
        case entitas
            {%- for entitas in var('prioritas').atribut.get(atribut, var('prioritas').bawaan) %}
            when '{{ entitas }}' then {{ loop.index }}
            {%- endfor %}
            else 99
        end,
        999999 - cast(left(_delivery_id, 6) as integer),
        id_catatan
    )
{%- endmacro %}

{# The winning value of an attribute within a person. #}
{% macro nilai_emas(atribut, kolom) -%}
    arg_min({{ kolom }}, {{ urutan_sumber(atribut) }}) filter (where {{ kolom }} is not null)
{%- endmacro %}

{# After dim_orang: ids without a record (merged away, or all their records left) leave; redirects stay in resolved. #}
{% macro buang_orang_tanpa_catatan() %}
    delete from {{ this }}
    where id_orang in (
        select tersentuh.id_orang
        from {{ source('resolved', 'orang_tersentuh') }} as tersentuh
        where tersentuh.id_orang not in (select orang.id_orang from {{ source('resolved', 'orang_catatan') }} as orang)
    )
{% endmacro %}
