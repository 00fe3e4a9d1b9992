{#
  Figures.

  baris_jumlah(t)          true for the mark of a row that totals the whole table
  angka_tanda(t)           the mark behind a published figure: **, *, r, e (BPS publications); else ''
  angka_teks(t)            the figure without that mark
  mirip_salah_ketik(a, b)  two numbers that differ by one copied digit or by two exchanged neighbours: the
                           difference is a digit, or a multiple of nine below ninety, followed by zeros only,
                           and at most a tenth of the larger
#}
{% macro buat_fungsi_angka() %}
create or replace macro baris_jumlah(t) as (
    regexp_matches(upper(coalesce(t, '')), '^(JUMLAH|TOTAL|GRAND TOTAL|JUMLAH TOTAL)\b')
);
create or replace macro angka_tanda(t) as (
    regexp_extract(t, '\d\s*(\*\*|\*|[re])$', 1)
);
create or replace macro angka_teks(t) as (
    regexp_replace(t, '(\d)\s*(\*\*|\*|[re])$', '\1')
);
create or replace macro angka_status(tanda) as (
    case tanda
        when '*' then 'SEMENTARA'
        when '**' then 'SANGAT SEMENTARA'
        when 'r' then 'REVISI'
        when 'e' then 'PERKIRAAN'
    end
);
create or replace macro angka_pokok(selisih) as (
    try_cast(regexp_replace(cast(cast(abs(selisih) as decimal(20, 0)) as varchar), '0+$', '') as bigint)
);
create or replace macro mirip_salah_ketik(a, b) as (
    a <> b
    and a = floor(a) and b = floor(b)
    and abs(a - b) * 10 <= greatest(abs(a), abs(b))
    and (
        angka_pokok(a - b) between 1 and 9
        or (angka_pokok(a - b) % 9 = 0 and angka_pokok(a - b) <= 81)
    )
);
{% endmacro %}

{# A dimension of a figure: what the cell's header states, else what the row states. #}
{% macro dimensi_sel(nama) -%} coalesce(dimensi['{{ nama }}'], {{ nama }}) {%- endmacro %}

{# The columns that tell the figures of one region and period of one contract apart. #}
{% macro dimensi_angka() %}
    {{ return(['jenis_kelamin', 'kelompok_umur', 'kategori']) }}
{% endmacro %}

{# Indicators whose parts may be added: counts and rupiah, by the naming rule (architecture 5). #}
{% macro dapat_dijumlah(indikator) -%}
    (starts_with({{ indikator }}, 'jumlah_') or regexp_matches({{ indikator }}, '^nilai_.*_rp$'))
{%- endmacro %}

{#
  The declared cells of the accepted rows of an entity, since this model last wrote. Every accepted version
  of a row keeps its cells; which of them count today is decided later. Yields the row's columns and of each
  cell indikator, dimensi, kolom, desimal and teks.
#}
{% macro sel_terurai(entitas) %}
    select
        * exclude (_sel, _run_id, _nasib, _aturan),
        unnest(_sel, recursive := true)
    from {{ ref('stg_' ~ entitas) }}
    where _nasib = 'diterima' and {{ sejak_terakhir() }}
{% endmacro %}

{# After a model of cells: deliveries without an accepted row (put aside later, or read anew) leave. #}
{% macro buang_sel_yang_hilang(entitas) %}
    {% if is_incremental() %}
    delete from {{ this }}
    where (_kontrak, _delivery_id) not in (
        select distinct (stg._kontrak, stg._delivery_id)
        from {{ ref('stg_' ~ entitas) }} as stg
        where stg._nasib = 'diterima'
    )
    {% else %}
    select 1
    {% endif %}
{% endmacro %}

{# After the model: figures whose cell left. #}
{% macro buang_angka_yang_hilang() %}
    {% if is_incremental() %}
    delete from {{ this }}
    where (kunci_sel, indikator, periode) not in (
        select (sel.kunci_sel, sel.indikator, sel.periode)
        from {{ ref('int_statistik__angka_sel') }} as sel
        where sel.nasib_sel = 'angka'
    )
    {% else %}
    select 1
    {% endif %}
{% endmacro %}

{# After the ledger of cells: contracts without an accepted row leave. #}
{% macro buang_neraca_yang_hilang() %}
    delete from {{ this }}
    where kontrak not in (
        {% for entitas, fakta in var('entities').items() if fakta.sel %}
        select stg._kontrak from {{ ref('stg_' ~ entitas) }} as stg where stg._nasib = 'diterima'
        {% if not loop.last %} union all {% endif %}
        {% endfor %}
    )
{% endmacro %}

{# After the facts: figures that count no more leave. #}
{% macro buang_fakta_yang_hilang() %}
    {% if is_incremental() %}
    delete from {{ this }}
    where kunci_angka not in (
        select angka.kunci_angka
        from {{ ref('int_statistik__angka_bernasib') }} as angka
        where angka.nasib_angka = 'fakta'
    )
    {% else %}
    select 1
    {% endif %}
{% endmacro %}

{# What konflik_angka read of every indicator and year: changes with its figures, and with the regions. #}
{% macro sidik_angka() %}
    select
        indikator,
        tahun,
        xor(
            bit_xor(hash(
                kunci_angka,
                kode_wilayah,
                nilai,
                satuan,
                konsep,
                tanggal_acuan,
                kecocokan_nama,
                _berlaku_sampai
            )),
            any_value(wilayah.sidik)
        ) as _sidik_masukan,
        max(_run_id) as _run_id
    from {{ ref('fct_statistik__angka') }}
    cross join (
        select coalesce(bit_xor(hash(dim_wilayah.kode_wilayah)), 0) as sidik
        from {{ ref('dim_wilayah') }} as dim_wilayah
        where dim_wilayah.is_berlaku
    ) as wilayah
    group by indikator, tahun
{% endmacro %}

{# After konflik_angka: groups whose figures changed and no longer have a pair leave. #}
{% macro buang_konflik_usang() %}
    {% if is_incremental() %}
    delete from {{ this }}
    where (indikator, tahun, _sidik_masukan) not in (
        select (kini.indikator, kini.tahun, kini._sidik_masukan)
        from ({{ sidik_angka() }}) as kini
    )
    {% else %}
    select 1
    {% endif %}
{% endmacro %}

{#
  Figures summed over one dimension; the sum stands for the whole, so the dimension is null. No group by
  follows.
#}
{% macro jumlah_dimensi(asal, dimensi) %}
    select
        kontrak,
        indikator,
        tahun,
        periode,
        kode_wilayah,
        {% for nama in dimensi_angka() %}
        {{ 'cast(null as varchar) as ' ~ nama if nama == dimensi else nama }},
        {% endfor %}
        sum(nilai) as nilai,
        any_value(satuan) as satuan,
        any_value(konsep) as konsep,
        any_value(tanggal_acuan) as tanggal_acuan,
        bool_or(is_nama_lain) as is_nama_lain,
        'jumlah_{{ dimensi }}' as bentuk,
        count(distinct {{ dimensi }}) as bagian,
        cast(null as bigint) as bagian_seharusnya
    from {{ asal }}
    where {{ dimensi }} is not null and {{ dapat_dijumlah('indikator') }}
    group by
        kontrak, indikator, tahun, periode, kode_wilayah
        {%- for nama in dimensi_angka() if nama != dimensi %}, {{ nama }}{% endfor %}
{% endmacro %}

{#
  Figures of the regions one level down, summed; parts that a producer did not send are counted, not
  estimated. Codes that stand for each other do not change the sum.
#}
{% macro jumlah_wilayah(asal, lebar) %}
    select
        angka.kontrak,
        angka.indikator,
        angka.tahun,
        angka.periode,
        {{ kode_induk('angka.kode_wilayah') }} as kode_wilayah,
        {% for nama in dimensi_angka() %}
        angka.{{ nama }},
        {% endfor %}
        sum(angka.nilai) as nilai,
        any_value(angka.satuan) as satuan,
        any_value(angka.konsep) as konsep,
        any_value(angka.tanggal_acuan) as tanggal_acuan,
        false as is_nama_lain,
        'jumlah_wilayah' as bentuk,
        count(*) as bagian,
        any_value(wilayah_bagian.bagian_seharusnya) as bagian_seharusnya
    from {{ asal }} as angka
    inner join wilayah_bagian on {{ kode_induk('angka.kode_wilayah') }} = wilayah_bagian.kode_induk
    where
        length({{ kode_induk('angka.kode_wilayah') }}) = {{ lebar }}
        and {{ dapat_dijumlah('angka.indikator') }}
    group by
        angka.kontrak, angka.indikator, angka.tahun, angka.periode, {{ kode_induk('angka.kode_wilayah') }}
        {%- for nama in dimensi_angka() %}, angka.{{ nama }}{% endfor %}
{% endmacro %}

{# Figures, and the sums that nobody stated. lengkap: only sums of which no part is missing. #}
{% macro dengan_jumlah(asal, jumlah, lengkap=false) %}
    select *
    from {{ asal }}
    union all by name
    select jumlah.*
    from {{ jumlah }} as jumlah
    anti join {{ asal }} as asal
        on
            jumlah.kontrak = asal.kontrak
            and jumlah.indikator = asal.indikator
            and jumlah.periode = asal.periode
            and jumlah.kode_wilayah = asal.kode_wilayah
            {% for nama in dimensi_angka() %}
            and jumlah.{{ nama }} is not distinct from asal.{{ nama }}
            {% endfor %}
    {% if lengkap %}
    where jumlah.bagian = jumlah.bagian_seharusnya
    {% endif %}
{% endmacro %}

{#
  Figures of two relations about the same indicator, region, year and dimensions; a year stands beside any
  part of it.
#}
{% macro pasangan_angka(kiri, kanan, syarat) %}
    select
        a.indikator,
        a.kode_wilayah,
        a.tahun,
        {% for nama in dimensi_angka() %}
        a.{{ nama }},
        {% endfor %}
        {% for sisi in ('a', 'b') %}
        {% for nama in ('kontrak', 'bentuk', 'periode', 'tanggal_acuan', 'konsep', 'satuan', 'nilai') %}
        {{ sisi }}.{{ nama }} as {{ nama }}_{{ sisi }},
        {% endfor %}
        {% endfor %}
        a.is_nama_lain or b.is_nama_lain as is_nama_lain,
        b.bagian,
        b.bagian_seharusnya
    from {{ kiri }} as a
    inner join {{ kanan }} as b
        on
            {{ syarat }}
            and a.indikator = b.indikator
            and a.tahun = b.tahun
            and a.kode_wilayah = b.kode_wilayah
            and (a.periode = b.periode or cast(a.tahun as varchar) in (a.periode, b.periode))
            {% for nama in dimensi_angka() %}
            and a.{{ nama }} is not distinct from b.{{ nama }}
            {% endfor %}
{% endmacro %}
