{#
  Staging of one standard entity over all its contracts: every row of every unprocessed delivery, typed, standardised,
  and labelled once with its fate. Contracts and entities come from the vars that preparation writes.
#}

{# Before the model: one list of unprocessed deliveries per contract; the empty file keeps the list valid. #}
{% macro siapkan_pengiriman(entitas) %}
    {% for kontrak in var('contracts') if kontrak.entity == entitas %}
    set variable kiriman_{{ kontrak.name }} = (
        select list_prepend('{{ kontrak.empty }}', coalesce(list(berkas order by delivery_id), []))
        from landing.pengiriman
        where
            kontrak = '{{ kontrak.id }}'
            {% if is_incremental() %}
            and (delivery_id, pemetaan) not in (
                select distinct (_delivery_id, _pemetaan) from {{ this }} where _kontrak = '{{ kontrak.id }}'
            )
            {% endif %}
    );
    {% endfor %}
    select 1
{% endmacro %}

{# Rows without a whole key: the connector keyed them by their content, behind a question mark. #}
{% macro tanpa_kunci(kunci) -%} regexp_full_match({{ kunci }}, '\?[0-9a-f]{32}') {%- endmacro %}

{# SQL type of a standard column. #}
{% macro tipe_kolom(jenis) -%}
    {{- {'tanggal': 'date', 'waktu': 'timestamp', 'bulat': 'bigint', 'desimal': 'decimal(20, 4)',
         'ya_tidak': 'boolean'}.get(jenis, 'varchar') -}}
{%- endmacro %}

{# Typed expression of one standard column over its clean text. #}
{% macro kolom_terketik(nama, jenis, nilai) -%}
    {%- set teks = nama ~ '__teks' -%}
    {%- if jenis == 'digit' -%} digit({{ teks }})
    {%- elif jenis == 'tanggal' -%} tanggal({{ teks }})
    {%- elif jenis == 'waktu' -%} try_cast({{ teks }} as timestamp)
    {%- elif jenis == 'bulat' -%} try_cast(bilangan({{ teks }}, {{ nama }}__desimal) as bigint)
    {%- elif jenis == 'desimal' -%} bilangan({{ teks }}, {{ nama }}__desimal)
    {%- elif jenis == 'ya_tidak' -%} ya_tidak({{ teks }})
    {%- elif jenis == 'nrkb' -%} nullif(regexp_replace(upper({{ teks }}), '[^A-Z0-9]', '', 'g'), '')
    {%- elif jenis == 'wilayah' -%} kode_wilayah_rapi({{ teks }}, {{ nama }}__sistem)
    {%- elif jenis == 'pilihan' -%}
    case when list_contains({{ daftar_teks(nilai) }}, upper({{ teks }})) then upper({{ teks }}) end
    {%- elif jenis == 'kode' -%} tanpa_koma_nol(nullif(ltrim({{ teks }}, ''''), ''))
    {%- else -%} {{ teks }}
    {%- endif -%}
{%- endmacro %}

{# Clean text of one standard column as one contract delivers it: dated by format, translated, or as is. #}
{% macro teks_kolom(kontrak, nama) -%}
    {%- set asal = kontrak.columns.get(nama) -%}
    {%- if asal and asal.formats -%}
    cast(cast(try_strptime({{ asal.source }}, {{ daftar_teks(asal.formats) }}) as date) as varchar)
    {%- elif asal and asal.translations -%}
    case upper(tanpa_koma_nol(bersih({{ asal.source }})))
        {%- for dari, ke in asal.translations.items() %}
        when {{ teks(modules.re.sub('^([0-9]+)[.]0+$', '\\1', dari) | upper) }} then {{ teks(ke) }}
        {%- endfor %}
        else bersih({{ asal.source }})
    end
    {%- elif asal -%} bersih({{ asal.source }})
    {%- else -%} cast(null as varchar)
    {%- endif -%}
{%- endmacro %}

{# The figures of a row: indicator, the dimensions its header states, and the text of the cell. #}
{% macro tipe_sel() -%}
    struct(indikator varchar, dimensi map(varchar, varchar), kolom varchar, desimal varchar, teks varchar)[]
{%- endmacro %}

{% macro daftar_sel(kontrak) -%}
    cast([
        {%- for sel in kontrak.cells %}
        {
            'indikator': {{ teks(sel.indicator) }},
            'dimensi': map([
                {%- for n in sel.dimensions %}{{ teks(n) }}{{ ', ' if not loop.last }}{% endfor -%}
            ], [
                {%- for n in sel.dimensions %}{{ teks(sel.dimensions[n]) }}{{ ', ' if not loop.last }}{% endfor -%}
            ]),
            'kolom': {{ teks(sel.name) }},
            'desimal': {{ teks(sel.decimal) }},
            'teks': bersih({{ sel.source }})
        }{{ ',' if not loop.last }}
        {%- endfor %}
    ] as {{ tipe_sel() }})
{%- endmacro %}

{# One contract's unprocessed rows under standard names, as clean text. #}
{% macro baris_kontrak(kontrak, fakta) %}
    select
        '{{ kontrak.id }}' as _kontrak,
        '{{ kontrak.mapping_hash }}' as _pemetaan,
        filename as _berkas,
        _lembar,
        _baris,
        _bukan_data,
        _hapus,
        _kunci,
        _sidik,
        {% for nama, satu in fakta.kolom.items() %}
        {% set asal = kontrak.columns.get(nama) %}
        {% if satu.jenis in ('bulat', 'desimal') %}
        '{{ asal.decimal if asal else '.' }}' as {{ nama }}__desimal,
        {% endif %}
        {% if satu.jenis == 'wilayah' %}
        {{ teks(asal.system) if asal and asal.system else 'cast(null as varchar)' }} as {{ nama }}__sistem,
        {{ teks(asal.vintage) if asal and asal.vintage else 'cast(null as varchar)' }} as {{ nama }}__vintage,
        {% endif %}
        {{ teks_kolom(kontrak, nama) }} as {{ nama }}__teks{{ ',' if not loop.last or fakta.sel }}
        {% endfor %}
        {% if fakta.sel %}
        {{ daftar_sel(kontrak) }} as _sel
        {% endif %}
    from {{ source('raw_' ~ kontrak.domain, kontrak.name) }}
{% endmacro %}

{# The same columns without a row, for an entity that nobody delivers yet. #}
{% macro baris_kosong(fakta) %}
    select
        {% for nama in ('_kontrak', '_pemetaan', '_berkas', '_lembar', '_kunci', '_sidik') %}
        cast(null as varchar) as {{ nama }},
        {% endfor %}
        cast(null as bigint) as _baris,
        false as _bukan_data,
        false as _hapus,
        {% for nama, satu in fakta.kolom.items() %}
        {% for akhiran in {'bulat': ['__desimal'], 'desimal': ['__desimal'],
                           'wilayah': ['__sistem', '__vintage']}.get(satu.jenis, []) %}
        cast(null as varchar) as {{ nama }}{{ akhiran }},
        {% endfor %}
        cast(null as varchar) as {{ nama }}__teks{{ ',' if not loop.last or fakta.sel }}
        {% endfor %}
        {% if fakta.sel %}
        cast(null as {{ tipe_sel() }}) as _sel
        {% endif %}
    where false
{% endmacro %}

{# Rules that follow from the standard columns, as [id, severity, predicate]: required, readable, known category. #}
{% macro aturan_kolom(fakta) %}
    {% set hasil = [] %}
    {% for nama, satu in fakta.kolom.items() %}
        {% set tingkat = 'kritis' if satu.wajib else 'peringatan' %}
        {% if satu.wajib %}
            {% do hasil.append([nama ~ '_kosong', 'kritis', nama ~ '__teks is not null']) %}
        {% endif %}
        {% if satu.jenis not in ('teks', 'pilihan') %}
            {% do hasil.append([nama ~ '_tak_terbaca', tingkat, nama ~ '__teks is null or ' ~ nama ~ ' is not null']) %}
        {% elif satu.jenis == 'pilihan' %}
            {% do hasil.append([nama ~ '_tak_dikenal', tingkat, nama ~ '__teks is null or ' ~ nama ~ ' is not null']) %}
        {% endif %}
    {% endfor %}
    {{ return(hasil) }}
{% endmacro %}

{# What a rule that follows from a standard column demands. #}
{% macro teks_aturan_kolom(id) -%}
    {%- if id.endswith('_kosong') -%} {{ id[:-7] }} wajib diisi
    {%- elif id.endswith('_tak_terbaca') -%} {{ id[:-12] }} harus dapat dibaca menurut jenisnya
    {%- else -%} {{ id[:-12] }} harus salah satu nilai baku
    {%- endif -%}
{%- endmacro %}

{# Ids of the broken rules, as a list; a predicate that is null passes. #}
{% macro aturan_terlanggar(aturan, kritis) -%}
    list_filter(
        [
            cast(null as varchar)
            {%- for id, tingkat, syarat in aturan if (tingkat == 'kritis') == kritis %},
            case when not coalesce({{ syarat }}, true) then '{{ id }}' end
            {%- endfor %}
        ],
        lambda x: x is not null
    )
{%- endmacro %}

{% macro staging(entitas) %}
{% set fakta = var('entities')[entitas] %}
{% set kontrak = var('contracts') | selectattr('entity', 'equalto', entitas) | list %}
{% set aturan = aturan_kolom(fakta) + fakta.aturan %}
with mentah as (
    {% for satu in kontrak %}
    {{ baris_kontrak(satu, fakta) }}
    {% if not loop.last %} union all by name {% endif %}
    {% else %}
    {{ baris_kosong(fakta) }}
    {% endfor %}
),

mentah_berpengiriman as (
    select
        mentah.* exclude (_berkas),
        pengiriman.delivery_id as _delivery_id,
        pengiriman.diterima_pada as _diterima_pada,
        pengiriman.alasan_karantina as _alasan_pengiriman
    from mentah
    inner join landing.pengiriman as pengiriman on mentah._berkas = pengiriman.berkas
    -- a delivery that is put aside whole closes nothing
    where not (mentah._hapus and pengiriman.alasan_karantina is not null)
),

terketik as (
    select
        *,
        {% for nama, satu in fakta.kolom.items() %}
        {{ kolom_terketik(nama, satu.jenis, satu.nilai) }} as {{ nama }}{{ ',' if not loop.last }}
        {% endfor %}
    from mentah_berpengiriman
),

dinilai as (
    select
        *,
        {{ aturan_terlanggar(aturan, true) }} as _aturan_kritis,
        {{ aturan_terlanggar(aturan, false) }} as _aturan_peringatan
    from terketik
),

bernasib_sendiri as (
    select
        *,
        case
            when _hapus then 'ditutup'
            when _bukan_data then 'bukan_data'
            when _alasan_pengiriman is not null then 'karantina'
            when {{ tanpa_kunci('_kunci') }} then 'karantina'
            when len(_aturan_kritis) > 0 then 'karantina'
        end as _nasib_sendiri
    from dinilai
),

kejadian as (
    select _kontrak, _kunci, _delivery_id, _lembar, _baris, _sidik, _hapus, _nasib_sendiri, false as _lama
    from bernasib_sendiri
    where not _bukan_data and _alasan_pengiriman is null
    {% if is_incremental() %}
    union all
    ({{ versi_terdahulu() }})
    {% endif %}
),

kunci_berulang as (
    select _kontrak, _kunci
    from kejadian
    group by _kontrak, _kunci
    having count(*) > 1
),

kejadian_berulang as (
    select
        *,
        row_number() over (
            partition by _kontrak, _delivery_id, _kunci, _sidik order by _lembar nulls first, _baris
        ) > 1 as _is_ganda,
        min(_sidik) over (partition by _kontrak, _delivery_id, _kunci)
        <> max(_sidik) over (partition by _kontrak, _delivery_id, _kunci) as _is_bentrok
    from kejadian
    semi join kunci_berulang using (_kontrak, _kunci)
),

versi_berurut as (
    select
        *,
        lag(_sidik) over (partition by _kontrak, _kunci order by _delivery_id) is not distinct from _sidik
        and lag(_delivery_id) over (partition by _kontrak, _kunci order by _delivery_id) is not null as _is_sama
    from kejadian_berulang
    where not _is_ganda and not _is_bentrok and (_nasib_sendiri is null or _nasib_sendiri = 'ditutup')
),

nasib_berulang as (
    select
        kejadian_berulang._kontrak,
        kejadian_berulang._delivery_id,
        kejadian_berulang._lembar,
        kejadian_berulang._baris,
        kejadian_berulang._kunci,
        kejadian_berulang._is_ganda,
        kejadian_berulang._is_bentrok,
        coalesce(versi_berurut._is_sama, false) as _is_sama
    from kejadian_berulang
    left join versi_berurut
        on
            kejadian_berulang._kontrak = versi_berurut._kontrak
            and kejadian_berulang._delivery_id = versi_berurut._delivery_id
            and kejadian_berulang._lembar is not distinct from versi_berurut._lembar
            and kejadian_berulang._baris = versi_berurut._baris
            and kejadian_berulang._kunci = versi_berurut._kunci
    where not kejadian_berulang._lama
),

stg_{{ entitas }} as (
    select
        baris._kontrak,
        baris._delivery_id,
        baris._lembar,
        baris._baris,
        baris._kunci,
        baris._sidik,
        case
            when baris._nasib_sendiri in ('ditutup', 'bukan_data') then baris._nasib_sendiri
            when baris._alasan_pengiriman is not null then 'karantina'
            when berulang._is_ganda then 'ganda'
            when baris._nasib_sendiri = 'karantina' or berulang._is_bentrok then 'karantina'
            when berulang._is_sama then 'sama'
            else 'diterima'
        end as _nasib,
        case
            when not baris._bukan_data and not baris._hapus
                then
                    list_concat(
                        list_filter(
                            [
                                baris._alasan_pengiriman,
                                case when {{ tanpa_kunci('baris._kunci') }} then 'kunci_kosong' end,
                                case when berulang._is_bentrok then 'kunci_bentrok' end
                            ],
                            lambda x: x is not null
                        ),
                        list_concat(baris._aturan_kritis, baris._aturan_peringatan)
                    )
            else []
        end as _aturan,
        {% for nama, satu in fakta.kolom.items() %}
        baris.{{ nama }},
        {% if satu.jenis == 'wilayah' %}
        baris.{{ nama }}__sistem,
        baris.{{ nama }}__vintage,
        {% endif %}
        {% endfor %}
        {% if fakta.sel %}
        baris._sel,
        {% endif %}
        baris._pemetaan,
        baris._diterima_pada as _waktu_diterima,
        (select jalan.run_id from landing.jalan as jalan) as _run_id
    from bernasib_sendiri as baris
    left join nasib_berulang as berulang
        on
            baris._kontrak = berulang._kontrak
            and baris._kunci = berulang._kunci
            and baris._delivery_id = berulang._delivery_id
            and baris._lembar is not distinct from berulang._lembar
            and baris._baris = berulang._baris
)

select *
from stg_{{ entitas }}
{% endmacro %}

{# The last accepted version, or closing, of every key that arrives again; what is processed anew does not count. #}
{% macro versi_terdahulu() %}
    select
        _kontrak,
        _kunci,
        max(_delivery_id) as _delivery_id,
        cast(null as varchar) as _lembar,
        cast(-1 as bigint) as _baris,
        arg_max(coalesce(_sidik, ''), _delivery_id) as _sidik,
        arg_max(_nasib, _delivery_id) = 'ditutup' as _hapus,
        cast(null as varchar) as _nasib_sendiri,
        true as _lama
    from {{ this }}
    where
        _nasib in ('diterima', 'ditutup')
        and (_kontrak, _kunci) in (select (bernasib_sendiri._kontrak, bernasib_sendiri._kunci) from bernasib_sendiri)
        and (_kontrak, _delivery_id) not in (
            select (bernasib_sendiri._kontrak, bernasib_sendiri._delivery_id) from bernasib_sendiri
        )
    group by _kontrak, _kunci
{% endmacro %}
