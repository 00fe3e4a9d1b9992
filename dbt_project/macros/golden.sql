{#
  Sort key of a record among those of one person (contracts/standar/prioritas.yaml): what a source still states before what it closed, then the declared
  criteria. `kolom` holds the value, `sepakat` how many records of the person state it.
#}
{% macro urutan_sumber(atribut, kolom, sepakat, alias=none) -%}
    {%- set dari = alias ~ "." if alias else "" -%}
    {%- set lengkap = "if(strftime(" ~ dari ~ kolom ~ ", '%m%d') = '0101', 0, 1)" if kolom == "tanggal_lahir"
        else "least(length(" ~ dari ~ kolom ~ "), 999)" -%}
    {%- set pemilihan = var('prioritas').atribut.get(atribut, var('prioritas').bawaan) -%}
    concat_ws(
        '|',
        cast({{ dari }}_berlaku_sampai is not null as integer),
        {%- for kriteria in pemilihan.urutan %}
        {%- if kriteria == 'sumber' %}
        case {{ dari }}entitas
            {%- for entitas in pemilihan.sumber %}
            when '{{ entitas }}' then {{ 10 + loop.index }}
            {%- endfor %}
            else 99
        end,
        {%- elif kriteria == 'kelengkapan' %}
        printf('%03d', 999 - {{ lengkap }}),
        {%- elif kriteria == 'kesepakatan' %}
        printf('%06d', 999999 - {{ sepakat }}),
        {%- else %}
        printf('%06d', 999999 - cast(left({{ dari }}_delivery_id, 6) as integer)),
        {%- endif %}
        {%- endfor %}
        {{ dari }}id_catatan
    )
{%- endmacro %}

{# Why a record with the second sort key lost against one with the first. #}
{% macro alasan_kalah(atribut, menang, kalah) -%}
    {%- set urutan = (var('prioritas').atribut.get(atribut, var('prioritas').bawaan)).urutan -%}
    {%- set nama = {
        'sumber': 'prioritas_sumber', 'kelengkapan': 'kurang_lengkap', 'kesepakatan': 'kurang_disepakati',
        'kebaruan': 'lebih_lama_diterima'
    } -%}
    [
        'sudah_ditutup',
        {%- for kriteria in urutan %} '{{ nama[kriteria] }}',{% endfor %}
        'urutan_catatan'
    ][list_position(
        list_transform(
            list_zip(
                string_split({{ menang }}, '|')[:{{ urutan | length + 1 }}],
                string_split({{ kalah }}, '|')[:{{ urutan | length + 1 }}]
            ),
            lambda bagian: bagian[1] = bagian[2]
        ) || [false],
        false
    )]
{%- endmacro %}

{# The winning value of an attribute within a person, of records that `dengan_kesepakatan` counted. #}
{% macro nilai_emas(atribut, kolom) -%}
    arg_min({{ kolom }}, {{ urutan_sumber(atribut, kolom, 'sepakat_' ~ kolom) }}) filter (where {{ kolom }} is not null)
{%- endmacro %}

{# Records of people with `sepakat_<kolom>`, how many of one person's say the same, for attributes that declare it. #}
{% macro dengan_kesepakatan(relasi, sumber_nilai) -%}
    {%- set kolom_sepakat = [] -%}
    {%- for atribut, pemilihan in var('prioritas').atribut.items() if 'kesepakatan' in pemilihan.urutan -%}
    {%- do kolom_sepakat.append(sumber_nilai.get(atribut, atribut)) -%}
    {%- endfor %}
    select
        {{ relasi }}.*
        {%- for kolom in kolom_sepakat %},
        coalesce(sepakat_{{ kolom }}.jumlah, 1) as sepakat_{{ kolom }}
        {%- endfor %}
    from {{ relasi }}
    {%- for kolom in kolom_sepakat %}
    left join (
        select
            id_orang,
            {{ kolom }},
            count(*) as jumlah
        from {{ relasi }}
        where {{ kolom }} is not null
        group by id_orang, {{ kolom }}
        having count(*) > 1
    ) as sepakat_{{ kolom }} using (id_orang, {{ kolom }})
    {%- endfor %}
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

{# Predicate: the digits can be a family card's; who typed the NIK twice states no card. #}
{% macro sah_nomor_kk(nomor_kk, nik) -%}
    regexp_full_match({{ nomor_kk }}, '[0-9]{16}') and {{ nomor_kk }} is distinct from {{ nik }}
{%- endmacro %}

{# Who is on a family card now: each person once, on one card. #}
{% macro anggota_keluarga() %}
    select
        id_orang,
        nomor_kk,
        shdk,
        kode_wilayah
    from {{ ref('dim_orang') }}
    where
        {{ sah_nomor_kk('nomor_kk', 'nik') }}
        and _is_terdaftar
        and coalesce(status_hidup, '') not in ('PINDAH', 'MATI')
{% endmacro %}

{# After dim_keluarga: cards whose last member left leave. #}
{% macro buang_keluarga_tanpa_anggota() %}
    delete from {{ this }}
    where nomor_kk not in (select anggota.nomor_kk from ({{ anggota_keluarga() }}) as anggota)
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
