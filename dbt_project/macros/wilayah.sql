{#
  Region codes and names. From other models use the two macros below; both need the code AND its system:
  without it a code says nothing (199 of 514 regency codes differ between BPS and Kemendagri, domain 2).

  kode_kanonik(kode, sistem)           expression: the Kemendagri code in force; null if unknown or ambiguous
  gabung_kanonik(alias, kode, sistem)  left join of int_wilayah__kanonik, for models that want ``cara`` too
#}

{# The Kemendagri code in force for a code of any system. kode, sistem: column expressions. #}
{% macro kode_kanonik(kode, sistem) -%}
    (
        select kanonik.kode_wilayah
        from {{ ref('int_wilayah__kanonik') }} as kanonik
        where kanonik.sistem = {{ sistem }} and kanonik.kode_asal = {{ kode }}
    )
{%- endmacro %}

{#
  Left join of int_wilayah__kanonik under a name: then <alias>.kode_wilayah, <alias>.tingkat, <alias>.cara.
#}
{% macro gabung_kanonik(alias, kode, sistem) -%}
    left join {{ ref('int_wilayah__kanonik') }} as {{ alias }}
        on {{ alias }}.sistem = {{ sistem }} and {{ alias }}.kode_asal = {{ kode }}
{%- endmacro %}

{# Level of a code by its width in its system; null when no level has that width. #}
{% macro tingkat_wilayah(kode, sistem) -%}
    case
        {%- for nama, fakta in var('sistem_wilayah').items() %}
        {%- for tingkat, lebar in fakta.lebar.items() %}
        when {{ sistem }} = '{{ nama }}' and length({{ kode }}) = {{ lebar }} then '{{ tingkat }}'
        {%- endfor %}
        {%- endfor %}
    end
{%- endmacro %}

{# The Kemendagri code one level up. #}
{% macro kode_induk(kode) -%}
    case length({{ kode }})
        when 10 then left({{ kode }}, 6)
        when 6 then left({{ kode }}, 4)
        when 4 then left({{ kode }}, 2)
        when 2 then '{{ var('sistem_wilayah').kemendagri.akar.kode }}'
    end
{%- endmacro %}

{#
  Form of a regency or city as the digits of its Kemendagri code state it (01-69, 71-99); '' at other
  levels.
#}
{% macro bentuk_wilayah(kode) -%}
    case
        when length({{ kode }}) <> 4 then ''
        when substr({{ kode }}, 3, 2) >= '71' then 'KOTA'
        else 'KABUPATEN'
    end
{%- endmacro %}

{# The Kemendagri vintages as rows: vintage, urutan, berlaku_dari. #}
{% macro daftar_vintage() %}
    select *
    from (
        values
        {%- for vintage in var('sistem_wilayah').kemendagri.vintage %}
        {%- set rincian = var('sistem_wilayah').kemendagri.rincian_vintage.get(vintage, {}) %}
        (
            {{ teks(vintage) }}, {{ loop.index }},
            {{ "date '" ~ rincian.berlaku_dari ~ "'" if rincian else 'cast(null as date)' }}
        ){{ ',' if not loop.last }}
        {%- endfor %}
    ) as daftar (vintage, urutan, berlaku_dari)
{% endmacro %}

{# Every (system, code) that a current row of any entity states in any of its region columns. #}
{% macro kode_terlihat() %}
    {% for entitas, fakta in var('entities').items() %}
    {% for nama, kolom in fakta.kolom.items() if kolom.jenis == 'wilayah' %}
    select
        {{ nama }}__sistem as sistem,
        {{ nama }} as kode_asal
    from {{ ref('int_' ~ entitas ~ '_berlaku') }}
    where {{ nama }} is not null and {{ nama }}__sistem is not null
    group by all
    union
    {% endfor %}
    {% endfor %}
    select null as sistem, null as kode_asal where false
{% endmacro %}

{# The same with the contract and column that state it, and in how many current rows. #}
{% macro kode_disebut() %}
    {% for entitas, fakta in var('entities').items() %}
    {% for nama, kolom in fakta.kolom.items() if kolom.jenis == 'wilayah' %}
    select
        _kontrak as kontrak,
        '{{ nama }}' as kolom,
        {{ nama }}__sistem as sistem,
        {{ nama }} as kode_asal,
        count(*) as jumlah_baris
    from {{ ref('int_' ~ entitas ~ '_berlaku') }}
    where {{ nama }} is not null and _berlaku_sampai is null
    group by all
    union all
    {% endfor %}
    {% endfor %}
    select null as kontrak, null as kolom, null as sistem, null as kode_asal, null as jumlah_baris where false
{% endmacro %}

{#
  Names for comparison only, created once per run.

  wilayah_kata(t)             upper case words of letters and digits; apostrophes fall away
  wilayah_kunci(t)            the words without blanks, KEP. written out, Roman or spelled numbers as digits:
                              "Dua-puluh-tujuh Ilir" = "27 Ilir", "Ilir Barat II" = "ILIR BARAT DUA"
  wilayah_awalan(t, tingkat)  the form that the name states: KABUPATEN, KOTA, KECAMATAN, DESA, PROVINSI; or ''
  wilayah_inti(t, tingkat)    wilayah_kunci of the name without that form
#}
{% macro buat_fungsi_wilayah() %}
create or replace macro wilayah_kata(t) as (
    trim(regexp_replace(regexp_replace(upper(t), '[''`’"]', '', 'g'), '[^A-Z0-9]+', ' ', 'g'))
);
create or replace macro wilayah_satu_kata(kata) as (
    coalesce(
        case kata when 'KEP' then 'KEPULAUAN' end,
        cast(
            list_position(
                [
                    'I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X',
                    'XI', 'XII', 'XIII', 'XIV', 'XV', 'XVI', 'XVII', 'XVIII', 'XIX', 'XX',
                    'XXI', 'XXII', 'XXIII', 'XXIV', 'XXV', 'XXVI', 'XXVII', 'XXVIII', 'XXIX', 'XXX'
                ],
                kata
            ) as varchar
        ),
        cast(
            list_position(
                [
                    'SATU', 'DUA', 'TIGA', 'EMPAT', 'LIMA', 'ENAM', 'TUJUH', 'DELAPAN', 'SEMBILAN',
                    'SEPULUH', 'SEBELAS'
                ],
                kata
            ) as varchar
        ),
        kata
    )
);
create or replace macro wilayah_kunci(t) as (
    replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    array_to_string(
                        list_transform(
                            string_split(wilayah_kata(t), ' '), lambda kata: wilayah_satu_kata(kata)
                        ),
                        ' '
                    ),
                    '\b([1-9]) BELAS\b', '1\1', 'g'
                ),
                '\b([1-9]) PULUH ([1-9])\b', '\1\2', 'g'
            ),
            '\b([1-9]) PULUH\b', '\10', 'g'
        ),
        ' ', ''
    )
);
create or replace macro wilayah_awalan(t, tingkat) as (
    case
        when tingkat = 'kabkota' and regexp_matches(wilayah_kata(t), '^(KAB|KABUPATEN) ') then 'KABUPATEN'
        when tingkat = 'kabkota' and regexp_matches(wilayah_kata(t), '^KOTA ') then 'KOTA'
        when tingkat = 'desa' and regexp_matches(wilayah_kata(t), '^(KEL|KELURAHAN|DESA) ') then 'DESA'
        when tingkat = 'kecamatan' and regexp_matches(wilayah_kata(t), '^(KEC|KECAMATAN|DISTRIK) ')
            then 'KECAMATAN'
        when tingkat = 'provinsi' and regexp_matches(wilayah_kata(t), '^(PROV|PROVINSI) ') then 'PROVINSI'
        else ''
    end
);
create or replace macro wilayah_inti(t, tingkat) as (
    wilayah_kunci(
        case
            when wilayah_awalan(t, tingkat) = '' then t
            else regexp_replace(
                wilayah_kata(t),
                '^(KABUPATEN|KAB|KOTA|KELURAHAN|KEL|DESA|KECAMATAN|KEC|DISTRIK|PROVINSI|PROV) '
                || '((ADMINISTRASI|ADM) )?',
                ''
            )
        end
    )
);
{% endmacro %}

{#
  A model that is rebuilt whole, but only in a run in which one of its inputs changed: the pre-hook empties
  it then, and ``where {{ bila_kosong() }}`` on its inputs keeps everything else from being read.
#}
{% macro kosongkan_bila_berubah(induk) %}
    {% if is_incremental() %}
    delete from {{ this }}
    where
        {% for nama in induk %}
        exists (
            select 1
            from {{ ref(nama) }} as masukan
            where masukan._run_id > (select coalesce(max(lama._run_id), '') from {{ this }} as lama)
        )
        or
        {% endfor %}
        (select max(lama._jumlah_masukan) from {{ this }} as lama)
        is distinct from ({{ jumlah_masukan(induk) }})
    {% else %}
    select 1
    {% endif %}
{% endmacro %}

{# Rows of the inputs: tells a model that rows only left. #}
{% macro jumlah_masukan(induk) -%}
    {% for nama in induk %}(select count(*) from {{ ref(nama) }}){{ ' + ' if not loop.last }}{% endfor %}
{%- endmacro %}

{% macro bila_kosong() -%}
    {%- if is_incremental() -%} not exists (select 1 from {{ this }} as lama) {%- else -%} true {%- endif -%}
{%- endmacro %}

{#
  Rows with the code of a name, looked up within a region; the region itself where the row names it. A name
  with a form (Kota Bogor) and the whole name as it stands (Kotabaru) are both tried; two answers are none.
  asal: CTE to read, with bentuk_tanpa_awalan; nama: column with the name; induk: column with the region;
  hasil: name of the new column; tingkat: level of the name, none for the level below the region. A row
  without a name at a given level stays in the region.
#}
{% macro cari_nama(asal, nama, induk, hasil, tingkat=none) %}
    select
        asal.* exclude (
            _tingkat, _tingkat_induk, _awalan, _awalan_induk, _inti, _utuh, _inti_induk, _bentuk, _bentuk_utuh
        ),
        case
            when asal.{{ nama }} is null then {{ 'asal.' ~ induk if tingkat else 'null' }}
            when asal._awalan_induk <> '' and list_contains(diri.calon, asal.{{ induk }})
                then asal.{{ induk }}
            when berbentuk.kode_wilayah <> utuh.kode_wilayah then null
            when coalesce(berbentuk.kode_induk, utuh.kode_induk) is not null
                then coalesce(berbentuk.kode_wilayah, utuh.kode_wilayah)
            when list_contains(diri.calon, asal.{{ induk }}) then asal.{{ induk }}
        end as {{ hasil }}
    from (
        select
            *,
            {{ tingkat_wilayah(induk, "'kemendagri'") }} as _tingkat_induk,
            {% if tingkat %}
            '{{ tingkat }}' as _tingkat,
            {% else %}
            case _tingkat_induk
                when 'negara' then 'provinsi'
                when 'provinsi' then 'kabkota'
                when 'kabkota' then 'kecamatan'
                when 'kecamatan' then 'desa'
            end as _tingkat,
            {% endif %}
            wilayah_awalan({{ nama }}, _tingkat) as _awalan,
            wilayah_awalan({{ nama }}, _tingkat_induk) as _awalan_induk,
            case when _awalan <> '' then wilayah_inti({{ nama }}, _tingkat) end as _inti,
            wilayah_kunci({{ nama }}) as _utuh,
            case
                when _tingkat_induk <> 'kabkota' or _awalan_induk in ('', {{ bentuk_wilayah(induk) }})
                    then wilayah_inti({{ nama }}, _tingkat_induk)
            end as _inti_induk,
            case when _tingkat = 'kabkota' then _awalan else '' end as _bentuk,
            case when _tingkat = 'kabkota' then coalesce(bentuk_tanpa_awalan, '') else '' end as _bentuk_utuh
        from {{ asal }}
    ) as asal
    left join {{ ref('int_wilayah__alias') }} as berbentuk
        on
            asal._tingkat = berbentuk.tingkat
            and asal.{{ induk }} = berbentuk.kode_induk
            and asal._bentuk = berbentuk.bentuk
            and asal._inti = berbentuk.nama_kunci
    left join {{ ref('int_wilayah__alias') }} as utuh
        on
            asal._tingkat = utuh.tingkat
            and asal.{{ induk }} = utuh.kode_induk
            and asal._bentuk_utuh = utuh.bentuk
            and asal._utuh = utuh.nama_kunci
    left join {{ ref('int_wilayah__alias') }} as diri
        on
            asal._tingkat_induk = diri.tingkat
            and coalesce({{ kode_induk('asal.' ~ induk) }}, '') = diri.kode_induk
            and diri.bentuk = ''
            and asal._inti_induk = diri.nama_kunci
{% endmacro %}

{#
  Predicate for incremental models that hold kode_wilayah with kode_wilayah_asal and sistem_wilayah_asal:
  the meaning of this code changed (a new vintage, a corrected bridge) since the model wrote it. kode,
  sistem: columns of the parent.
#}
{% macro kode_bergeser(kode, sistem) -%}
    {%- if is_incremental() -%}
    ({{ sistem }}, {{ kode }}) in (
        select (lama.sistem_wilayah_asal, lama.kode_wilayah_asal)
        from (
            select distinct
                sistem_wilayah_asal,
                kode_wilayah_asal,
                kode_wilayah
            from {{ this }}
            where kode_wilayah_asal is not null
        ) as lama
        left join {{ ref('int_wilayah__kanonik') }} as kini
            on lama.sistem_wilayah_asal = kini.sistem and lama.kode_wilayah_asal = kini.kode_asal
        where lama.kode_wilayah is distinct from kini.kode_wilayah
    )
    {%- else -%} false
    {%- endif -%}
{%- endmacro %}

{#
  Whether a district of a code ever was: kode, is_dikenal for every code of `kode`, a query of the first six digits of
  NIK. Districts in every vintage that was delivered count, for a NIK keeps the code of its first registration; where no
  list of a province's districts was, regencies do. Null: no list of provinces tells.
#}
{% macro kode_nik_dikenal(kode) %}
    with terbit as (
        select
            kode_wilayah,
            left(kode_wilayah, 2) as kode_provinsi,
            -- single retired codes are no list of what there is
            bool_or(vintage_dari is not null) as is_daftar
        from {{ ref('int_wilayah__masa_berlaku') }}
        where tingkat in ('provinsi', 'kabkota', 'kecamatan')
        group by kode_wilayah
    ),

    disebut as (
        select distinct kode
        from ({{ kode }})
        where kode is not null
    )

    select
        disebut.kode,
        case
            when left(disebut.kode, 2) in (select kode_provinsi from terbit where is_daftar and length(kode_wilayah) = 6)
                then disebut.kode in (select kode_wilayah from terbit)
            when left(disebut.kode, 2) in (select kode_provinsi from terbit where is_daftar and length(kode_wilayah) = 4)
                then left(disebut.kode, 4) in (select kode_wilayah from terbit)
            when exists (select 1 from terbit where is_daftar and length(kode_wilayah) = 2)
                then left(disebut.kode, 2) in (select kode_wilayah from terbit)
        end as is_dikenal
    from disebut
{% endmacro %}

{# The codes in the NIK of all roles; read from the rows, for a night's records need not be gathered twice for them. #}
{% macro kode_nik_disebut() %}
    {% for entitas, fakta in var('entities').items() if fakta.orang %}
    {% for peran in fakta.orang %}
    select kode_nik({{ peran.nik }}) as kode
    from {{ ref('int_' ~ entitas ~ '_berlaku') }}
    union
    {% endfor %}
    {% endfor %}
    select null as kode
{% endmacro %}

{# Predicate on a NIK: what is known of its district's code is no longer what this model wrote. #}
{% macro kode_nik_bergeser(nik) -%}
    {%- if is_incremental() -%}
    kode_nik({{ nik }}) in (
        select lama.kode
        from (
            select distinct
                kode_nik(nik_asal) as kode,
                is_kode_nik_dikenal
            from {{ this }}
        ) as lama
        inner join ({{ kode_nik_dikenal('select distinct kode_nik(nik_asal) as kode from ' ~ this) }}) as kini
            on lama.kode = kini.kode
        where lama.is_kode_nik_dikenal is distinct from kini.is_dikenal
    )
    {%- else -%} false
    {%- endif -%}
{%- endmacro %}
