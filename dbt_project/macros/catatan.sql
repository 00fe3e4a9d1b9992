{# Id of the person record that a row names in one role: the row's key, or what identifies the person in the row. #}
{% macro id_catatan(peran) -%}
    {%- if peran.kunci -%}
    _kontrak || '|{{ peran.peran }}|' || md5(concat_ws(chr(31)
        {%- for nama in peran.kunci %}, coalesce(cast({{ nama }} as varchar), ''){% endfor %}))
    {%- else -%}
    _kontrak || '|{{ peran.peran }}|' || _kunci
    {%- endif -%}
{%- endmacro %}

{# Rows that name a person in this role. #}
{% macro syarat_orang(peran) -%} ({{ peran.hanya_bila }}) and {{ peran.nama }} is not null {%- endmacro %}

{# An attribute of a role: the column it names, a fixed value, or nothing. #}
{% macro atribut_orang(kolom, tetap, tipe) -%}
    {%- if kolom -%} {{ kolom }} {%- elif tetap -%} {{ teks(tetap) }} {%- else -%} cast(null as {{ tipe }}) {%- endif -%}
{%- endmacro %}

{# What a role may tell of a person beside NIK, name, birth date, sex and region (contracts/standard.py). #}
{% macro rincian_orang() -%}
    {{ return(['nomor_kk', 'shdk', 'tempat_lahir', 'nik_ibu', 'nama_ibu', 'nama_ayah', 'nama_pasangan', 'alamat', 'rt', 'rw']) }}
{%- endmacro %}

{# The code system of a role's region. #}
{% macro sistem_orang(peran) -%}
    {%- if peran.kode_wilayah -%} {{ peran.kode_wilayah }}__sistem {%- else -%} cast(null as varchar) {%- endif -%}
{%- endmacro %}

{# Predicate: the region of this role's row means another one than when it was last written. #}
{% macro wilayah_bergeser(peran) -%}
    {%- if peran.kode_wilayah -%} {{ kode_bergeser(peran.kode_wilayah, sistem_orang(peran)) }} {%- else -%} false {%- endif -%}
{%- endmacro %}

{#
  Predicate: the row itself does not say that the NIK is somebody else's. A pregnant woman does not carry a man's; a child
  does not carry its mother's; and a child that is only called "By. Ny. X" carries the words of its mother's name, so
  that a NIK is its own only when its birth date is in it.
#}
{% macro nik_milik_sendiri(peran) -%}
    nik_sah_bentuk({{ peran.nik }})
    {%- if peran.jenis_kelamin_tetap %} and nik_cocok_kelamin({{ peran.nik }}, {{ teks(peran.jenis_kelamin_tetap) }}) {%- endif -%}
    {%- if peran.nik_ibu %}
    and {{ peran.nik }} is distinct from {{ peran.nik_ibu }}
    and (
        not belum_bernama({{ peran.nama }})
        or ({{ peran.tanggal_lahir }} is not null and nik_cocok_lahir({{ peran.nik }}, {{ peran.tanggal_lahir }}))
    )
    {%- endif -%}
{%- endmacro %}

{#
  All person records of all entities.
  tersentuh: predicate on the rows that changed. A role whose rows repeat a person (a toddler measured monthly) is
  gathered to one record; which rows are gathered follows from the changed ones.
#}
{% macro catatan_orang(tersentuh) %}
    {% for entitas, fakta in var('entities').items() if fakta.orang %}
    {% for peran in fakta.orang %}
    select
        {{ id_catatan(peran) }} as id_catatan,
        '{{ fakta.entitas }}' as entitas,
        '{{ peran.peran }}' as peran,
        _kontrak,
        {{ 'min(_kunci)' if peran.kunci else '_kunci' }} as _kunci,
        {{ 'min(_urutan_pertama)' if peran.kunci else '_urutan_pertama' }} as urutan_pertama,
        {{ 'max(_delivery_id)' if peran.kunci else '_delivery_id' }} as _delivery_id,
        case when {{ nik_milik_sendiri(peran) }} then {{ peran.nik }} end as nik,
        {{ peran.nik }} as nik_asal,
        {{ peran.nama }} as nama,
        {{ atribut_orang(peran.tanggal_lahir, none, 'date') }} as tanggal_lahir,
        {% if peran.kunci %}
        arg_max({{ atribut_orang(peran.jenis_kelamin, peran.jenis_kelamin_tetap, 'varchar') }}, _kunci) as jenis_kelamin,
        arg_max({{ atribut_orang(peran.kode_wilayah, none, 'varchar') }}, _kunci) as kode_wilayah_asal,
        arg_max({{ sistem_orang(peran) }}, _kunci) as sistem_wilayah_asal,
        {% for rincian in rincian_orang() %}
        arg_max({{ atribut_orang(peran[rincian], none, 'varchar') }}, _kunci) as {{ rincian }},
        {% endfor %}
        case when count(*) = count(_berlaku_sampai) then max(_berlaku_sampai) end as _berlaku_sampai
        {% else %}
        {{ atribut_orang(peran.jenis_kelamin, peran.jenis_kelamin_tetap, 'varchar') }} as jenis_kelamin,
        {{ atribut_orang(peran.kode_wilayah, none, 'varchar') }} as kode_wilayah_asal,
        {{ sistem_orang(peran) }} as sistem_wilayah_asal,
        {% for rincian in rincian_orang() %}
        {{ atribut_orang(peran[rincian], none, 'varchar') }} as {{ rincian }},
        {% endfor %}
        _berlaku_sampai
        {% endif %}
    from {{ ref('int_' ~ entitas ~ '_berlaku') }}
    where
        {{ syarat_orang(peran) }}
        {% if peran.kunci %}
        and {{ id_catatan(peran) }} in (
            select {{ id_catatan(peran) }}
            from {{ ref('int_' ~ entitas ~ '_berlaku') }}
            where {{ tersentuh }} or {{ wilayah_bergeser(peran) }} or {{ kode_nik_bergeser(peran.nik) }}
        )
    group by {{ (['id_catatan', '_kontrak'] + peran.kunci) | join(', ') }}
        {% else %}
        and ({{ tersentuh }} or {{ wilayah_bergeser(peran) }} or {{ kode_nik_bergeser(peran.nik) }})
        {% endif %}
    union all
    {% endfor %}
    {% endfor %}
    select
        null as id_catatan, null as entitas, null as peran, null as _kontrak, null as _kunci, null as urutan_pertama,
        null as _delivery_id,
        null as nik, null as nik_asal, null as nama, null as tanggal_lahir, null as jenis_kelamin,
        null as kode_wilayah_asal, null as sistem_wilayah_asal,
        {% for rincian in rincian_orang() %}null as {{ rincian }}, {% endfor %}null as _berlaku_sampai
    where false
{% endmacro %}

{# Ids of all person records that the current rows name. #}
{% macro id_semua_catatan() %}
    {% for entitas, fakta in var('entities').items() if fakta.orang %}
    {% for peran in fakta.orang %}
    select {{ 'distinct ' if peran.kunci }}{{ id_catatan(peran) }} as id_catatan
    from {{ ref('int_' ~ entitas ~ '_berlaku') }}
    where {{ syarat_orang(peran) }}
    union all
    {% endfor %}
    {% endfor %}
    select null as id_catatan where false
{% endmacro %}

{# After the model: records whose rows are gone or no longer name a person leave. #}
{% macro buang_catatan_yang_hilang() %}
    {% if is_incremental() %}
    delete from {{ this }}
    where id_catatan not in ({{ id_semua_catatan() }})
    {% else %}
    select 1
    {% endif %}
{% endmacro %}

{# The entities whose lists should name each person once, as SQL texts. #}
{% macro entitas_sekali() %}
    {%- set nama = [] -%}
    {%- for fakta in var('entities').values() if fakta.orang | selectattr('sekali') | list -%}
        {%- do nama.append("'" ~ fakta.entitas ~ "'") -%}
    {%- endfor -%}
    {{- nama | join(', ') or 'null' -}}
{% endmacro %}
