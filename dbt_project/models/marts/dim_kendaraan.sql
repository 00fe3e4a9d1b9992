{{ config(
    unique_key='id_kendaraan',
    incremental_strategy='delete+insert',
    post_hook="{{ buang_kendaraan_tanpa_catatan() }}"
) }}

with catatan_kendaraan as (
    select
        *,
        kunci_kendaraan(nomor_rangka, nomor_polisi) as kunci_kendaraan,
        {{ id_catatan(peran('samsat__kendaraan', 'pemilik')) }} as id_catatan
    from {{ ref('int_samsat__kendaraan_berlaku') }}
),

susunan_kendaraan as (
    select
        kunci_kendaraan,
        count(*) as jumlah_catatan,
        bit_xor(hash(_kontrak, _kunci)) as _sidik_catatan
    from catatan_kendaraan
    group by kunci_kendaraan
),

{# The fingerprint finds the vehicles that a record left: for another vehicle, or because it is in force no more. #}
kendaraan_tersentuh as (
    select kunci_kendaraan
    from catatan_kendaraan
    where
        {{ sejak_terakhir() }}
        or id_catatan in ({{ catatan_tersentuh() }})
        or {{ kode_bergeser('kode_wilayah', 'kode_wilayah__sistem') }}
    {% if is_incremental() %}
    union
    select kini.kunci_kendaraan
    from susunan_kendaraan as kini
    inner join {{ this }} as lama using (kunci_kendaraan)
    where lama._sidik_catatan <> kini._sidik_catatan
    {% endif %}
),

catatan_berurut as (
    select
        *,
        row_number() over (
            partition by kunci_kendaraan
            order by _berlaku_sampai desc nulls first, waktu_ubah desc nulls last, _delivery_id desc, _kontrak, _kunci
        ) as urutan
    from catatan_kendaraan
    semi join kendaraan_tersentuh using (kunci_kendaraan)
),

dim_kendaraan as (
    select
        id_pendek('kendaraan', terpilih.kunci_kendaraan) as id_kendaraan,
        terpilih.kunci_kendaraan,
        terpilih.nomor_polisi,
        orang.id_orang as id_orang_pemilik,
        nama_badan(terpilih.nama_pemilik) as is_milik_badan,
        wilayah.kode_wilayah,
        terpilih.kode_wilayah as kode_wilayah_asal,
        terpilih.kode_wilayah__sistem as sistem_wilayah_asal,
        terpilih.jenis_kendaraan,
        terpilih.merk,
        terpilih.tipe,
        terpilih.tahun_buat,
        terpilih.warna,
        terpilih.bahan_bakar,
        terpilih.milik_ke,
        terpilih.njkb_rp,
        terpilih.bobot,
        terpilih.tanggal_akhir_pajak,
        terpilih.status_kendaraan,
        susunan.jumlah_catatan,
        terpilih._kontrak as kontrak,
        terpilih._berlaku_sampai,
        susunan._sidik_catatan,
        {{ run_kini() }} as _run_id
    from catatan_berurut as terpilih
    inner join susunan_kendaraan as susunan using (kunci_kendaraan)
    left join {{ source('resolved', 'orang_catatan') }} as orang using (id_catatan)
    {{ gabung_kanonik('wilayah', 'terpilih.kode_wilayah', 'terpilih.kode_wilayah__sistem') }}
    where terpilih.urutan = 1
)

select *
from dim_kendaraan
