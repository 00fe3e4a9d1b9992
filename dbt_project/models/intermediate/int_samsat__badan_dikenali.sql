{{ config(materialized='table') }}

{#
  Which company the name of an owner means: itself, or, where a clerk's slip is in it, the company that is called so but
  for the slip. A slip is one letter, or two exchanged, in one word: a word that names ten times as often have right, or
  one that no other name has, on fewer vehicles than the right name. No PT may be called nearly as another (UU 40/2007,
  article 16); names of other forms must have owners in one village besides, and so must words of which another letter
  makes another word (JAYA, RAYA). Those of offices are places' names, of which many differ by a letter. A company is
  called by the name that was written first.
#}
with nama_tertulis as (
    select
        kunci_badan(kendaraan.nama_pemilik, wilayah.kode_wilayah) as kunci,
        bentuk_badan(kendaraan.nama_pemilik) as bentuk,
        inti_badan(kendaraan.nama_pemilik) as inti,
        coalesce(wilayah.kode_wilayah, '') as desa,
        count(*) as jumlah,
        min(struct_pack(urutan := kendaraan._urutan_pertama, catatan := kendaraan._kunci)) as pertama
    from {{ ref('int_samsat__kendaraan_berlaku') }} as kendaraan
    {{ gabung_kanonik('wilayah', 'kendaraan.kode_wilayah', 'kendaraan.kode_wilayah__sistem') }}
    where mungkin_badan(kendaraan.nama_pemilik)
    group by all
),

nama_badan as (
    select
        kunci,
        any_value(bentuk) as bentuk,
        sum(jumlah) as jumlah,
        min(pertama) as pertama,
        list(distinct desa) as daftar_desa,
        bool_and(length(desa) = 10) as is_berdesa
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

kata_dipakai as (
    select
        kata,
        count(distinct kunci) as jumlah_nama
    from kata_nama
    group by kata
),

{# The rest of a name around each of its words; of the word itself, either end is free of the slip. #}
kata_berkerangka as (
    select
        nama.kunci,
        nama.kata,
        dipakai.jumlah_nama,
        concat_ws(
            '|', nama.bentuk, nama.ke, len(nama.daftar_kata),
            array_to_string(list_concat(nama.daftar_kata[:nama.ke - 1], nama.daftar_kata[nama.ke + 1:]), ' ')
        ) as kerangka,
        unnest(['<' || left(nama.kata, 1), '>' || right(nama.kata, 1)]) as ujung
    from kata_nama as nama
    inner join kata_dipakai as dipakai on nama.kata = dipakai.kata
    where
        nama.bentuk <> 'INSTANSI'
        and regexp_full_match(nama.kata, '[A-Z]+')
        and length(nama.kata) >= case when len(nama.daftar_kata) = 1 then 5 else 4 end
),

nama_mirip as (
    select distinct
        salah.kunci as kunci_salah,
        benar.kunci as kunci_benar,
        salah.jumlah_nama * 10 <= benar.jumlah_nama as is_kata_jarang,
        levenshtein(salah.kata, benar.kata) = 1 and length(salah.kata) = length(benar.kata) as is_huruf_lain
    from kata_berkerangka as salah
    inner join kata_berkerangka as benar on salah.kerangka = benar.kerangka and salah.ujung = benar.ujung
    where
        (salah.jumlah_nama = 1 or salah.jumlah_nama * 10 <= benar.jumlah_nama)
        and damerau_levenshtein(salah.kata, benar.kata) = 1
),

salah_tulis as (
    select
        mirip.kunci_salah,
        min(mirip.kunci_benar) as kunci_benar
    from nama_mirip as mirip
    inner join nama_badan as salah on mirip.kunci_salah = salah.kunci
    inner join nama_badan as benar on mirip.kunci_benar = benar.kunci
    where
        (mirip.is_kata_jarang or salah.jumlah < benar.jumlah)
        and (
            (salah.is_berdesa and list_has_all(benar.daftar_desa, salah.daftar_desa))
            or (salah.bentuk = 'PT' and not mirip.is_huruf_lain)
        )
    group by mirip.kunci_salah
    having count(distinct mirip.kunci_benar) = 1
),

{# Of a slip of a slip nobody knows what is right. #}
bernama_benar as (
    select
        nama.kunci,
        nama.pertama,
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
        first_value(kunci) over (partition by kunci_benar order by pertama, kunci) as kunci_pendiri,
        {{ run_kini() }} as _run_id
    from bernama_benar
)

select *
from int_samsat__badan_dikenali
