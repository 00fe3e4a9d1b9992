{{ config(materialized='table') }}

{#
  Which company the name of an owner means: itself, or, where a clerk's slip is in it, the company that is called so but
  for the slip. A slip is a letter doubled, left out or added, or two exchanged, in one word; another letter in the place
  of one makes another word (JAYA, RAYA). Which of two names is right the words tell: the right word is in ten times as
  many names as the other, or, where they do not tell, the other is the right one with a letter doubled. How many vehicles
  bear a name tells nothing, and more of them part nothing. Both names have owners in one village; of a PT, which may not
  be called nearly as another (UU 40/2007, article 16), in one regency, unless a letter is left out or added (KARYA, KAYA).
  Offices bear names of places, of which many differ by a letter.
#}
with nama_tertulis as (
    select distinct
        kunci_badan(kendaraan.nama_pemilik, wilayah.kode_wilayah) as kunci,
        bentuk_badan(kendaraan.nama_pemilik) as bentuk,
        inti_badan(kendaraan.nama_pemilik) as inti,
        wilayah.kode_wilayah as desa
    from {{ ref('int_samsat__kendaraan_berlaku') }} as kendaraan
    {{ gabung_kanonik('wilayah', 'kendaraan.kode_wilayah', 'kendaraan.kode_wilayah__sistem') }}
    where mungkin_badan(kendaraan.nama_pemilik)
),

nama_badan as (
    select
        kunci,
        any_value(bentuk) as bentuk,
        list(distinct desa) filter (where length(desa) = 10) as daftar_desa,
        list(distinct left(desa, 4)) filter (where length(desa) >= 4) as daftar_kabkota
    from nama_tertulis
    where kunci is not null
    group by kunci
),

inti_nama as (
    select distinct
        kunci,
        bentuk,
        inti
    from nama_tertulis
    where kunci is not null
),

kata_nama as (
    select
        kunci,
        bentuk,
        string_split(inti, ' ') as daftar_kata,
        unnest(string_split(inti, ' ')) as kata,
        generate_subscripts(string_split(inti, ' '), 1) as ke
    from inti_nama
),

{# A name is one here in however many regencies it is borne, or a slip that is made twice would pass for a word. #}
kata_dipakai as (
    select
        kata,
        count(distinct bentuk || ' ' || array_to_string(daftar_kata, ' ')) as jumlah_nama
    from kata_nama
    group by kata
),

{#
  The rest of a name around each of its words; of the word itself, what is left when a letter is left out: words that
  are a slip apart have one of these in common.
#}
kata_berkerangka as (
    select
        nama.kunci,
        nama.kata,
        dipakai.jumlah_nama,
        concat_ws(
            '|', nama.bentuk, nama.ke, len(nama.daftar_kata),
            array_to_string(list_concat(nama.daftar_kata[:nama.ke - 1], nama.daftar_kata[nama.ke + 1:]), ' ')
        ) as kerangka,
        unnest(
            list_distinct(
                list_append(
                    list_transform(
                        range(0, length(nama.kata)), lambda i: left(nama.kata, i) || substr(nama.kata, i + 2)
                    ), nama.kata
                )
            )
        ) as sisa_kata
    from kata_nama as nama
    inner join kata_dipakai as dipakai on nama.kata = dipakai.kata
    where
        nama.bentuk <> 'INSTANSI'
        and regexp_full_match(nama.kata, '[A-Z]+')
        and not regexp_full_match(nama.kata, '[IVXLC]+')
        and length(nama.kata) >= case when len(nama.daftar_kata) = 1 then 7 else 4 end
),

kata_mirip as (
    select distinct
        salah.kunci as kunci_salah,
        benar.kunci as kunci_benar,
        salah.jumlah_nama as jumlah_salah,
        benar.jumlah_nama as jumlah_benar,
        length(salah.kata) = length(benar.kata) as is_bertukar,
        list_contains(
            list_transform(
                range(1, length(benar.kata) + 1), lambda i: left(benar.kata, i) || substr(benar.kata, i)
            ), salah.kata
        ) as is_berganda
    from kata_berkerangka as salah
    inner join kata_berkerangka as benar on salah.kerangka = benar.kerangka and salah.sisa_kata = benar.sisa_kata
    where
        damerau_levenshtein(salah.kata, benar.kata) = 1
        and not (length(salah.kata) = length(benar.kata) and levenshtein(salah.kata, benar.kata) = 1)
),

nama_mirip as (
    select
        kunci_salah,
        kunci_benar,
        is_bertukar or is_berganda as is_kata_sama
    from kata_mirip
    where jumlah_salah * 10 <= jumlah_benar or (is_berganda and jumlah_benar * 10 > jumlah_salah)
),

salah_tulis as (
    select
        mirip.kunci_salah,
        min(mirip.kunci_benar) as kunci_benar
    from nama_mirip as mirip
    inner join nama_badan as salah on mirip.kunci_salah = salah.kunci
    inner join nama_badan as benar on mirip.kunci_benar = benar.kunci
    where
        list_has_any(benar.daftar_desa, salah.daftar_desa)
        or (
            salah.bentuk = 'PT'
            and mirip.is_kata_sama
            and list_has_any(benar.daftar_kabkota, salah.daftar_kabkota)
        )
    group by mirip.kunci_salah
    having count(distinct mirip.kunci_benar) = 1
),

{# Of a slip of a slip nobody knows what is right. #}
bernama_benar as (
    select
        nama.kunci,
        coalesce(tulis.kunci_benar, nama.kunci) as kunci_benar
    from nama_badan as nama
    left join salah_tulis as tulis
        on
            nama.kunci = tulis.kunci_salah
            and tulis.kunci_benar not in (select lain.kunci_salah from salah_tulis as lain)
),

int_samsat__badan_dikenali as (
    select
        kunci,
        kunci_benar,
        {{ run_kini() }} as _run_id
    from bernama_benar
)

select *
from int_samsat__badan_dikenali
