{{ config(
    unique_key=['indikator', 'tahun'],
    incremental_strategy='delete+insert',
    post_hook="{{ buang_konflik_usang() }}"
) }}

{#
  Figures that say something about the same thing, side by side: of two producers, of two tables of one
  producer, and a stated total against the sum of its parts. A difference is a conflict only when concept,
  reference date and unit agree (architecture 3.8, domain 6); otherwise it is explained. Indicators and
  years are judged whole when a figure changed.
#}
with kelompok as (
    {{ sidik_angka() }}
),

kelompok_tersentuh as (
    select kelompok.*
    from kelompok
    {% if is_incremental() %}
    left join (select distinct indikator, tahun, _sidik_masukan from {{ this }}) as lama
        using (indikator, tahun)
    where
        (lama._sidik_masukan is not null and lama._sidik_masukan <> kelompok._sidik_masukan)
        or (lama._sidik_masukan is null and {{ sejak_terakhir('kelompok._run_id') }})
    {% endif %}
),

dinyatakan as (
    select
        angka.kontrak,
        angka.indikator,
        angka.tahun,
        angka.periode,
        angka.kode_wilayah,
        angka.jenis_kelamin,
        angka.kelompok_umur,
        angka.kategori,
        angka.nilai,
        angka.satuan,
        angka.konsep,
        angka.tanggal_acuan,
        angka.kecocokan_nama is not distinct from 'wilayah_lain' as is_nama_lain,
        'dinyatakan' as bentuk,
        cast(null as bigint) as bagian,
        cast(null as bigint) as bagian_seharusnya
    from {{ ref('fct_statistik__angka') }} as angka
    semi join kelompok_tersentuh using (indikator, tahun)
    where angka.kode_wilayah is not null and angka._berlaku_sampai is null
),

jumlah_umur as (
    {{ jumlah_dimensi('dinyatakan', 'kelompok_umur') }}
    having count(*) > 1
),

angka_umur as (
    {{ dengan_jumlah('dinyatakan', 'jumlah_umur') }}
),

jumlah_kelamin as (
    {{ jumlah_dimensi('angka_umur', 'jenis_kelamin') }}
    having count(distinct jenis_kelamin) = 2
),

angka_kelamin as (
    {{ dengan_jumlah('angka_umur', 'jumlah_kelamin') }}
),

banyak_kategori as (
    select
        kontrak,
        indikator,
        periode,
        count(distinct kategori) as banyak
    from dinyatakan
    group by kontrak, indikator, periode
),

jumlah_kategori as (
    select jumlah.*
    from ({{ jumlah_dimensi('angka_kelamin', 'kategori') }}) as jumlah
    inner join banyak_kategori as kategori
        on
            jumlah.kontrak = kategori.kontrak
            and jumlah.indikator = kategori.indikator
            and jumlah.periode = kategori.periode
    where jumlah.bagian = kategori.banyak and kategori.banyak > 1
),

angka_kategori as (
    {{ dengan_jumlah('angka_kelamin', 'jumlah_kategori') }}
),

wilayah_bagian as (
    select
        kode_induk,
        count(*) as bagian_seharusnya
    from {{ ref('dim_wilayah') }}
    where is_berlaku and kode_induk is not null
    group by kode_induk
),

{% set asal = namespace(nama='angka_kategori') %}
{% for lebar in (6, 4, 2, 1) %}
jumlah_wilayah_{{ lebar }} as (
    {{ jumlah_wilayah(asal.nama, lebar) }}
),

angka_wilayah_{{ lebar }} as (
    {{ dengan_jumlah(asal.nama, 'jumlah_wilayah_' ~ lebar, lengkap=true) }}
),

{% set asal.nama = 'angka_wilayah_' ~ lebar %}
{% endfor %}
pasangan as (
    {{ pasangan_angka(asal.nama, asal.nama, 'a.kontrak < b.kontrak') }}
    {% for nama in ['umur', 'kelamin', 'kategori', 'wilayah_6', 'wilayah_4', 'wilayah_2', 'wilayah_1'] %}
    union all
    {{ pasangan_angka('dinyatakan', 'jumlah_' ~ nama, 'a.kontrak = b.kontrak and a.periode = b.periode') }}
    {% endfor %}
),

pasangan_berselisih as (
    select
        pasangan.*,
        pasangan.nilai_a - pasangan.nilai_b as selisih,
        pasangan.kontrak_a = pasangan.kontrak_b as is_dalam,
        semua_a.nilai as nilai_semua_a,
        semua_b.nilai as nilai_semua_b
    from pasangan
    {% for sisi in ('a', 'b') %}
    left join angka_kategori as semua_{{ sisi }}
        on
            pasangan.kategori is not null
            and semua_{{ sisi }}.kategori is null
            and semua_{{ sisi }}.kontrak = pasangan.kontrak_{{ sisi }}
            and semua_{{ sisi }}.indikator = pasangan.indikator
            and semua_{{ sisi }}.periode = pasangan.periode_{{ sisi }}
            and semua_{{ sisi }}.kode_wilayah = pasangan.kode_wilayah
            and semua_{{ sisi }}.jenis_kelamin is not distinct from pasangan.jenis_kelamin
            and semua_{{ sisi }}.kelompok_umur is not distinct from pasangan.kelompok_umur
    {% endfor %}
),

pasangan_bersebab as (
    select
        *,
        case
            when selisih = 0 then null
            when satuan_a is distinct from satuan_b then 'SATUAN'
            when is_nama_lain then 'KODE_WILAYAH'
            when konsep_a is distinct from konsep_b then 'KONSEP'
            when tanggal_acuan_a is distinct from tanggal_acuan_b then 'WAKTU_ACUAN'
            when nilai_semua_b = nilai_a or nilai_semua_a = nilai_b then 'CAKUPAN'
            when is_dalam and bagian < bagian_seharusnya then 'CAKUPAN'
            when is_dalam and mirip_salah_ketik(nilai_a, nilai_b) then 'SALAH_KETIK'
            else 'BELUM_DIKETAHUI'
        end as kode_sebab
    from pasangan_berselisih
),

konflik_angka as (
    select
        kunci_huruf(concat_ws(
            chr(31),
            {% for nama in dimensi_angka() %}
            coalesce({{ nama }}, ''),
            {% endfor %}
            indikator, kode_wilayah, periode_a, periode_b, kontrak_a, kontrak_b, bentuk_a, bentuk_b
        )) as kunci_konflik,
        sebab.indikator,
        sebab.kode_wilayah,
        {{ tingkat_wilayah('sebab.kode_wilayah', "'kemendagri'") }} as tingkat,
        sebab.tahun,
        sebab.jenis_kelamin,
        sebab.kelompok_umur,
        sebab.kategori,
        {% for sisi in ('a', 'b') %}
        sebab.kontrak_{{ sisi }},
        sebab.bentuk_{{ sisi }},
        sebab.periode_{{ sisi }},
        sebab.tanggal_acuan_{{ sisi }},
        sebab.konsep_{{ sisi }},
        sebab.satuan_{{ sisi }},
        sebab.nilai_{{ sisi }},
        {% endfor %}
        sebab.selisih,
        cast(round(100 * sebab.selisih / nullif(sebab.nilai_b, 0), 4) as decimal(20, 4)) as persen_selisih,
        sebab.bagian,
        sebab.bagian_seharusnya,
        case
            when sebab.selisih = 0 then 'sama'
            when sebab.kode_sebab in ('SATUAN', 'KONSEP', 'WAKTU_ACUAN', 'CAKUPAN') then 'perbedaan_konsep'
            else 'konflik'
        end as jenis,
        sebab.kode_sebab,
        kelompok_tersentuh._sidik_masukan,
        {{ run_kini() }} as _run_id
    from pasangan_bersebab as sebab
    inner join kelompok_tersentuh using (indikator, tahun)
)

select *
from konflik_angka
