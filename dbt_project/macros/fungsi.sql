{#
  Functions of the field, created once per run as DuckDB macros so that rules and models call them by name.

  bersih(t)                 text without invisible characters and outer blanks; the offices' marks for "nothing" are null
  The functions below take text that bersih has cleaned.
  digit(t)                  an issued number: blanks, dots, dashes, apostrophes and a trailing ".0" removed
  tanggal(t)                dd-mm-yyyy, dd/mm/yyyy, ISO, "5 Mei 2026", Excel serial (1900 system) -> DATE
  bilangan(t, desimal)      "1.234.567,89", "Rp 1.500.000,-" -> DECIMAL(20, 4); desimal is "," or "."
  tanpa_koma_nol(t)         a code that became a number: 1601.0 -> 1601; other text as it is
  kode_wilayah_rapi(t, s)   region code as digits; Excel's 16.1 for 16.10 is undone for Kemendagri codes; null if no level
                            of the system has its width, or a village's begins with 0: a NIK or telephone number
                            typed there is no code (provinces begin at 11)
  ya_tidak(t)               Y/Ya/1/tick -> true, T/Tidak/0 -> false
  nik_lahir(nik)            birth date that a NIK states, for the century in which it is not in the future
  nik_sah_bentuk(nik)       16 digits, a calendar date, a serial; null passes
  nik_cocok_lahir, nik_cocok_kelamin   agreement with what the record says; null passes
  kode_nik(nik)             the district that issued a NIK: its first six digits; null for other text
  belum_bernama(nama)       "By. Ny. X": the words are the mother's
  nama_kunci(nama)          name for comparison only: upper case, titles and bin/binti removed, old spelling mapped;
                            initials stay; empty for what clerks write where they know none
  nama_terurai(kunci)       such a name with M. written out as Muhammad, to see whether sources disagree
  bentuk_badan(nama)        legal form of a company or office that is called so; null for a person
  inti_badan(nama)          words of a company's name without its legal form
  kunci_badan(nama, kode)   what is equal for one company, however it is written; within a regency or city where the
                            form lets several companies bear one name
  nomor_teknis(t)           chassis or engine number as letters and digits; null where it identifies nothing ("-", XXXXXX)
  kunci_huruf(t)            MD5 in letters g-v only: a published key in which no run of digits can look like a NIK
#}
{% macro buat_fungsi() %}
create or replace macro rapikan(t) as (
    case
        when regexp_matches(t, '[\x00-\x1f\x{00a0}\x{200b}-\x{200f}\x{feff}]|\s\s|^\s|\s$')
            then trim(regexp_replace(t, '[\x00-\x1f\x{00a0}\x{200b}-\x{200f}\x{feff}\s]+', ' ', 'g'))
        else t
    end
);
create or replace macro bersih(t) as (
    case
        when length(t) > 4 then nullif(rapikan(t), '')
        when list_contains(['', '-', '--', '...', 'NULL', 'null', 'N/A', '#N/A'], rapikan(t)) then null
        else rapikan(t)
    end
);
create or replace macro digit(t) as (
    case
        when regexp_full_match(t, '[0-9]+') then t
        else nullif(regexp_replace(regexp_replace(t, '\.0+$', ''), '[\s.''`-]', '', 'g'), '')
    end
);
create or replace macro bulan_ke(t) as (
    list_position(
        ['jan', 'feb', 'mar', 'apr', 'mei', 'jun', 'jul', 'agu', 'sep', 'okt', 'nov', 'des'],
        case left(lower(t), 3)
            when 'peb' then 'feb'
            when 'may' then 'mei'
            when 'agt' then 'agu'
            when 'ags' then 'agu'
            when 'aug' then 'agu'
            when 'oct' then 'okt'
            when 'nop' then 'nov'
            when 'dec' then 'des'
            else left(lower(t), 3)
        end
    )
);
create or replace macro tahun_empat(t) as (
    case
        when length(t) = 4 then try_cast(t as integer)
        when try_cast(t as integer) <= year(current_date) % 100 then 2000 + try_cast(t as integer)
        else 1900 + try_cast(t as integer)
    end
);
create or replace macro tanggal_bagian(t) as (
    regexp_extract(t, '^(\d{1,2})[-/. ]+(\d{1,2}|[A-Za-z]{3,9})[-/. ,]+(\d{4}|\d{2})$', ['h', 'b', 't'])
);
create or replace macro tanggal_kata(t) as (
    case
        when tanggal_bagian(t)['h'] <> '' then
            try_cast(
                printf(
                    '%04d-%02d-%02d',
                    tahun_empat(tanggal_bagian(t)['t']),
                    coalesce(try_cast(tanggal_bagian(t)['b'] as integer), bulan_ke(tanggal_bagian(t)['b']), 0),
                    try_cast(tanggal_bagian(t)['h'] as integer)
                ) as date
            )
    end
);
create or replace macro tanggal(t) as (
    case
        when t like '____-__-__%' then try_cast(left(t, 10) as date)
        when t like '__-__-____' or t like '__/__/____' then try_cast(try_strptime(t, ['%d-%m-%Y', '%d/%m/%Y']) as date)
        when regexp_full_match(t, '\d{5}(\.\d+)?')
            then try_cast(date '1899-12-30' + try_cast(floor(try_cast(t as double)) as integer) as date)
        else tanggal_kata(t)
    end
);
create or replace macro teks_bilangan(t, desimal) as (
    case
        when desimal = ','
            then replace(replace(regexp_replace(t, '(?i)^rp\.?\s*|,-$|\s', '', 'g'), '.', ''), ',', '.')
        else replace(regexp_replace(t, '(?i)^rp\.?\s*|\s', '', 'g'), ',', '')
    end
);
-- DuckDB 1.5 casts text to decimal(18, 4) 300 times faster than to decimal(20, 4); the wide cast is for the rest.
create or replace macro bilangan(t, desimal) as (
    case
        when try_cast(teks_bilangan(t, desimal) as decimal(18, 4)) is not null
            then cast(try_cast(teks_bilangan(t, desimal) as decimal(18, 4)) as decimal(20, 4))
        when length(t) > 14 then try_cast(teks_bilangan(t, desimal) as decimal(20, 4))
    end
);
create or replace macro ya_tidak(t) as (
    case
        when upper(t) in ('Y', 'YA', '1', 'TRUE', 'V', '√', '✓', 'ADA') then true
        when upper(t) in ('T', 'TIDAK', 'TDK', '0', 'FALSE', 'X', 'N') then false
    end
);
create or replace macro tanpa_koma_nol(t) as (
    case when t like '%.0%' then regexp_replace(t, '^(\d+)\.0+$', '\1') else t end
);
create or replace macro kode_wilayah_angka(t, sistem) as (
    case
        when regexp_full_match(t, '[0-9]+') then t
        else regexp_replace(
            case
                when sistem = 'kemendagri' and regexp_full_match(t, '\d\d\.[1-9]') then t || '0'
                else tanpa_koma_nol(t)
            end,
            '[^0-9]', '', 'g'
        )
    end
);
create or replace macro kode_wilayah_rapi(t, sistem) as (
    case
        when list_contains(
            case sistem
                {%- for nama, fakta in var('sistem_wilayah').items() %}
                when '{{ nama }}' then {{ fakta.lebar.values() | list }}
                {%- endfor %}
            end,
            length(kode_wilayah_angka(t, sistem))
        )
        and not (length(kode_wilayah_angka(t, sistem)) = 10 and kode_wilayah_angka(t, sistem) like '0%')
            then kode_wilayah_angka(t, sistem)
    end
);
create or replace macro nik_hari(nik) as (try_cast(substr(nik, 7, 2) as integer) % 40);
create or replace macro nik_lahir(nik) as (
    case
        when regexp_full_match(nik, '[0-9]{16}') then
            try_cast(
                printf(
                    '%04d-%02d-%02d',
                    try_cast(substr(nik, 11, 2) as integer)
                    + case
                        when try_cast(substr(nik, 11, 2) as integer) > year(current_date) % 100 then 1900
                        else 2000
                    end,
                    try_cast(substr(nik, 9, 2) as integer),
                    nik_hari(nik)
                ) as date
            )
    end
);
create or replace macro nik_sah_bentuk(nik) as (
    nik is null
    or (
        regexp_full_match(nik, '[0-9]{16}')
        and left(nik, 2) between '10' and '99'
        and right(nik, 4) <> '0000'
        and nik <> repeat(left(nik, 1), 16)
        and try_cast(substr(nik, 7, 2) as integer) not between 32 and 40
        and try_cast(substr(nik, 7, 2) as integer) <= 71
        and nik_lahir(nik) is not null
    )
);
create or replace macro nik_cocok_lahir(nik, lahir) as (
    nik_lahir(nik) is null or lahir is null
    or (
        nik_hari(nik) = day(lahir)
        and try_cast(substr(nik, 9, 2) as integer) = month(lahir)
        and try_cast(substr(nik, 11, 2) as integer) = year(lahir) % 100
    )
);
create or replace macro nik_cocok_kelamin(nik, kelamin) as (
    nik_lahir(nik) is null or kelamin is null
    or (try_cast(substr(nik, 7, 2) as integer) > 40) = (kelamin = 'P')
);
create or replace macro kode_nik(nik) as (case when regexp_full_match(nik, '[0-9]{16}') then left(nik, 6) end);
create or replace macro hanya_huruf_angka(t) as (regexp_replace(upper(t), '[^A-Z0-9]', '', 'g'));
create or replace macro nomor_teknis(t) as (
    case
        when
            length(hanya_huruf_angka(t)) >= 6
            and regexp_matches(hanya_huruf_angka(t), '[0-9]')
            and hanya_huruf_angka(t) <> repeat(left(hanya_huruf_angka(t), 1), length(hanya_huruf_angka(t)))
            then hanya_huruf_angka(t)
    end
);
create or replace macro kunci_huruf(t) as (translate(md5(t), '0123456789abcdef', 'ghijklmnopqrstuv'));
create or replace macro kata_badan(nama) as (
    trim(
        regexp_replace(
            regexp_replace(upper(coalesce(nama, '')), '^\s*([PCU])\.([TVD])\.', '\1\2 '), '[^A-Z0-9]+', ' ', 'g'
        )
    )
);
create or replace macro bentuk_tertulis(nama) as (
    coalesce(
        nullif(
            regexp_extract(
                kata_badan(nama),
                '^(PT|CV|UD|FA|FIRMA|PD|YAYASAN|KOPERASI|KUD|DINAS|BADAN|PEMERINTAH|PEMPROV|PEMKAB|PEMKOT|KANTOR)\b',
                1
            ), ''
        ),
        nullif(regexp_extract(upper(nama), ',\s*(PT|CV|UD)\b[^,]*$', 1), '')
    )
);
-- nearly all names are persons': one pattern says so, and only the others are looked at closely
create or replace macro mungkin_badan(nama) as (
    regexp_matches(
        nama,
        '(?i)^\W*([pcu]\.?[tvd]|fa|firma|pd|yayasan|koperasi|kud|dinas|badan|pemerintah|pemprov|pemkab|pemkot|kantor)\b'
        || '|,\s*(pt|cv|ud)\b'
    )
);
create or replace macro bentuk_badan(nama) as (
    case when mungkin_badan(nama) then
        case bentuk_tertulis(nama)
            when 'FA' then 'FIRMA'
            when 'PD' then 'PERUSAHAAN DAERAH'
            when 'KUD' then 'KOPERASI'
            when 'DINAS' then 'INSTANSI'
            when 'BADAN' then 'INSTANSI'
            when 'PEMERINTAH' then 'INSTANSI'
            when 'PEMPROV' then 'INSTANSI'
            when 'PEMKAB' then 'INSTANSI'
            when 'PEMKOT' then 'INSTANSI'
            when 'KANTOR' then 'INSTANSI'
            else bentuk_tertulis(nama)
        end
    end
);
-- PT (UU 40/2007), yayasan (UU 16/2001) and cooperatives bear names that nobody else may; others share theirs
create or replace macro bernama_tunggal(bentuk) as (list_contains(['PT', 'YAYASAN', 'KOPERASI'], bentuk));
create or replace macro inti_badan(nama) as (
    trim(
        regexp_replace(
            regexp_replace(
                kata_badan(nama), '\b(PT|CV|UD|FA|FIRMA|PD|YAYASAN|KOPERASI|TBK|PERSERO)\b', '', 'g'
            ), ' +', ' ', 'g'
        )
    )
);
create or replace macro kunci_badan(nama, kode_wilayah) as (
    bentuk_badan(nama)
    || '|'
    || nullif(replace(inti_badan(nama), ' ', ''), '')
    || case when bernama_tunggal(bentuk_badan(nama)) then '' else '|' || coalesce(left(kode_wilayah, 4), '') end
);
create or replace macro belum_bernama(nama) as (regexp_matches(upper(nama), '^[^A-Z]*(BY|BAYI|BAYINYA)[^A-Z]'));
create or replace macro nama_kunci(nama) as (
    regexp_replace(
        trim(
            regexp_replace(
                regexp_replace(
                    regexp_replace(
                        ' ' || regexp_replace(
                            regexp_replace(
                                regexp_replace(upper(coalesce(nama, '')), ',.*$', '', 's'), '[''`‘’´ʼ]+', '', 'g'
                            ),
                            '[^A-Z ]+', ' ', 'g'
                        ) || ' ',
                        ' (H|HJ|HAJI|HAJJAH|KH|UST|PROF|DR|DRG|DRS|DRA|IR|R|RR|RADEN|TN|NY|BIN|BINTI|BT|ALM|ALMH) ',
                        ' ', 'g'
                    ),
                    ' (MUHAMAD|MOHAMMAD|MOHAMAD|MOCHAMAD|MUCHAMAD|MUH|MOH|MOCH|MUHD|MHD|MUCH) ',
                    ' MUHAMMAD ', 'g'
                ),
                ' +', ' ', 'g'
            )
        ),
        '^(T(ID)?AK (DIKE)?TAHUI?|(TIDAK|BELUM) ADA( NAMA)?|TANPA NAMA|BELUM BERNAMA|N ?N|NO ?NAME|NULL|X+|TEST?'
        || '|UNKNOWN|N A|KOSONG|ANONIM|HAMBA ALLAH)$',
        ''
    )
);
create or replace macro nama_terurai(kunci) as (ltrim(replace(' ' || kunci, ' M ', ' MUHAMMAD ')));
{% endmacro %}
