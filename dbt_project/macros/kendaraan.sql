{# What identifies a vehicle: the chassis number where it is one, else the plate. #}
{% macro kunci_kendaraan(rangka, nopol) -%}
    case
        when length(regexp_replace(upper({{ rangka }}), '[^A-Z0-9]', '', 'g')) >= 6
            then 'rangka:' || regexp_replace(upper({{ rangka }}), '[^A-Z0-9]', '', 'g')
        else 'nopol:' || {{ nopol }}
    end
{%- endmacro %}
