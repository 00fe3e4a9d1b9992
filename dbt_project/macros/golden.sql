{#
  Sort key of a record among those of one person: what a source still states before what it closed, then the declared
  source priority, then the latest accepted version.
#}
{% macro urutan_sumber(atribut, alias=none) -%}
    {%- set dari = alias ~ "." if alias else "" -%}
    printf(
        '%d|%02d|%06d|%s',
        cast({{ dari }}_berlaku_sampai is not null as integer),
        case {{ dari }}entitas
            {%- for entitas in var('prioritas').atribut.get(atribut, var('prioritas').bawaan) %}
            when '{{ entitas }}' then {{ loop.index }}
            {%- endfor %}
            else 99
        end,
        999999 - cast(left({{ dari }}_delivery_id, 6) as integer),
        {{ dari }}id_catatan
    )
{%- endmacro %}

{# The winning value of an attribute within a person. #}
{% macro nilai_emas(atribut, kolom) -%}
    arg_min({{ kolom }}, {{ urutan_sumber(atribut) }}) filter (where {{ kolom }} is not null)
{%- endmacro %}

{# Corrected values of persons; two words about one value that differ correct nothing until one is taken back. #}
{% macro koreksi_berlaku() %}
    select
        orang.id_orang,
        koreksi.atribut,
        min(koreksi.nilai) as nilai
    from {{ source('resolved', 'koreksi') }} as koreksi
    inner join {{ source('resolved', 'orang_catatan') }} as orang using (id_catatan)
    group by orang.id_orang, koreksi.atribut
    having min(koreksi.nilai) = max(koreksi.nilai)
{% endmacro %}

{# After dim_orang: ids without a record (merged away, or all their records left) leave; redirects stay in resolved. #}
{% macro buang_orang_tanpa_catatan() %}
    delete from {{ this }}
    where id_orang in (
        select tersentuh.id_orang
        from {{ source('resolved', 'orang_tersentuh') }} as tersentuh
        where tersentuh.id_orang not in (select orang.id_orang from {{ source('resolved', 'orang_catatan') }} as orang)
    )
{% endmacro %}

{# After dim_keluarga: cards whose last member left leave. #}
{% macro buang_keluarga_tanpa_anggota() %}
    delete from {{ this }}
    where nomor_kk not in (
        select orang.nomor_kk
        from {{ ref('int_penduduk__orang_berlaku') }} as orang
        where
            orang.nomor_kk is not null
            and orang._berlaku_sampai is null
            and coalesce(orang.status_hidup, '') not in ('PINDAH', 'MATI')
    )
{% endmacro %}

{# After int_samsat__kendaraan_disebut: records that are in force no more leave. #}
{% macro buang_sebutan_yang_hilang() %}
    delete from {{ this }}
    where (_kontrak, _kunci) not in (
        select (kendaraan._kontrak, kendaraan._kunci) from {{ ref('int_samsat__kendaraan_berlaku') }} as kendaraan
        union all
        select (bayar._kontrak, bayar._kunci) from {{ ref('int_samsat__pembayaran_berlaku') }} as bayar
    )
{% endmacro %}

{# After dim_kendaraan: vehicles that no record means any more leave. #}
{% macro buang_kendaraan_tanpa_catatan() %}
    delete from {{ this }}
    where _pendiri not in (select dikenali.pendiri from {{ ref('int_samsat__kendaraan_dikenali') }} as dikenali)
{% endmacro %}

{# After a table of findings about people: lines of people whom a later run touched and did not find again leave. #}
{% macro buang_temuan_selesai() %}
    delete from {{ this }}
    where
        _run_id < {{ run_kini() }}
        and exists (
            select 1
            from {{ source('resolved', 'orang_tersentuh') }} as tersentuh
            where
                tersentuh.id_orang = {{ this.identifier }}.id_orang
                and tersentuh._run_id > {{ this.identifier }}._run_id
        )
{% endmacro %}

{# After karantina: lines of deliveries that were staged anew and no longer hold the row back leave. #}
{% macro buang_karantina_selesai() %}
    delete from {{ this }}
    where
        _run_id < {{ run_kini() }}
        and (kontrak, delivery_id) in (
            {% for entitas in var('entities') %}
            select distinct (_kontrak, _delivery_id)
            from {{ ref('stg_' ~ entitas) }}
            where _run_id = {{ run_kini() }}
            {% if not loop.last %} union {% endif %}
            {% endfor %}
        )
{% endmacro %}
