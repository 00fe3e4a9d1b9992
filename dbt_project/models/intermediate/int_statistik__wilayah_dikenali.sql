{%- set masukan = ['int_statistik__angka_sel', 'int_wilayah__kanonik', 'int_wilayah__alias'] -%}
{{ config(pre_hook="{{ kosongkan_bila_berubah(" ~ masukan ~ ") }}") }}

{#
  Which region a figure counts. A code leads through its system; a name only within the region that the
  table or the row states, level by level; the total of a table is its region. A name never corrects a code,
  but it tells whether the code was read in the right system: does the name belong to that region, to
  another one, or to none known?
#}
with asal as (
    select distinct
        kunci_wilayah,
        sistem_asal,
        kode_asal,
        nama_asal,
        nama_kecamatan,
        nama_kabkota,
        sistem_induk,
        kode_induk,
        bentuk_tanpa_awalan,
        is_baris_jumlah
    from {{ ref('int_statistik__angka_sel') }}
    where {{ bila_kosong() }}
),

berkode as (
    select
        asal.*,
        kanonik.kode_wilayah as kode_dari_kode,
        kanonik.cara as cara_kode,
        induk.kode_wilayah as kode_tabel
    from asal
    {{ gabung_kanonik('kanonik', 'asal.kode_asal', 'asal.sistem_asal') }}
    {{ gabung_kanonik('induk', 'asal.kode_induk', 'asal.sistem_induk') }}
),

berkabkota as (
    {{ cari_nama('berkode', 'nama_kabkota', 'kode_tabel', 'kode_kabkota', tingkat='kabkota') }}
),

berkecamatan as (
    {{ cari_nama('berkabkota', 'nama_kecamatan', 'kode_kabkota', 'kode_kecamatan', tingkat='kecamatan') }}
),

bernama as (
    {{ cari_nama('berkecamatan', 'nama_asal', 'kode_kecamatan', 'kode_dari_nama') }}
),

diputuskan as (
    select
        *,
        case
            when kode_asal is not null then kode_dari_kode
            when is_baris_jumlah then kode_tabel
            else kode_dari_nama
        end as kode_wilayah,
        {{ tingkat_wilayah('kode_wilayah', "'kemendagri'") }} as tingkat
    from bernama
),

nama_berkunci as (
    select
        kunci_wilayah,
        kode_wilayah,
        tingkat,
        unnest(list_distinct([
            {
                'bentuk': case when tingkat = 'kabkota' then wilayah_awalan(nama_asal, tingkat) else '' end,
                'kunci': wilayah_inti(nama_asal, tingkat)
            },
            {'bentuk': '', 'kunci': wilayah_kunci(nama_asal)}
        ])) as nama
    from diputuskan
    where kode_wilayah is not null and nama_asal is not null
),

nama_dibandingkan as (
    select
        asal.kunci_wilayah,
        bool_or(list_contains(alias.calon, asal.kode_wilayah)) as is_cocok
    from nama_berkunci as asal
    inner join {{ ref('int_wilayah__alias') }} as alias
        on
            asal.tingkat = alias.tingkat
            and asal.nama.bentuk = alias.bentuk
            and asal.nama.kunci = alias.nama_kunci
    where
        list_contains(alias.calon, asal.kode_wilayah)
        or asal.tingkat in ('provinsi', 'kabkota')
        or alias.kode_induk = {{ kode_induk('asal.kode_wilayah') }}
    group by asal.kunci_wilayah
),

int_statistik__wilayah_dikenali as (
    select
        diputuskan.kunci_wilayah,
        diputuskan.sistem_asal,
        diputuskan.kode_asal,
        diputuskan.nama_asal,
        diputuskan.kode_wilayah,
        diputuskan.tingkat,
        case
            when diputuskan.kode_wilayah is null then 'tidak_dikenal'
            when diputuskan.kode_asal is not null then diputuskan.cara_kode
            when diputuskan.is_baris_jumlah then 'baris_jumlah'
            else 'nama'
        end as cara_wilayah,
        case
            when diputuskan.kode_wilayah is null or diputuskan.nama_asal is null then null
            when dibandingkan.is_cocok then 'cocok'
            when not dibandingkan.is_cocok then 'wilayah_lain'
            else 'tak_dikenal'
        end as kecocokan_nama,
        {{ jumlah_masukan(masukan) }} as _jumlah_masukan,
        {{ run_kini() }} as _run_id
    from diputuskan
    left join nama_dibandingkan as dibandingkan using (kunci_wilayah)
)

select *
from int_statistik__wilayah_dikenali
