{{ config(
    unique_key='_pendiri',
    incremental_strategy='delete+insert',
    post_hook="{{ buang_kendaraan_tanpa_catatan() }}"
) }}

{%- set sifat = ['jenis_kendaraan', 'merk', 'tipe', 'tahun_buat', 'warna', 'bahan_bakar', 'njkb_rp', 'bobot'] %}

with sebutan as (
    select
        dikenali._kontrak,
        dikenali._kunci,
        dikenali.entitas,
        dikenali.pendiri,
        dikenali.is_mesin_berbeda,
        disebut.nomor_polisi,
        disebut._delivery_id,
        disebut._run_id
    from {{ ref('int_samsat__kendaraan_dikenali') }} as dikenali
    inner join {{ ref('int_samsat__kendaraan_disebut') }} as disebut using (_kontrak, _kunci)
),

catatan_kendaraan as (
    select
        kendaraan.*,
        sebutan.pendiri,
        {{ id_catatan(peran('samsat__kendaraan', 'pemilik')) }} as id_catatan
    from {{ ref('int_samsat__kendaraan_berlaku') }} as kendaraan
    inner join sebutan using (_kontrak, _kunci)
),

susunan_kendaraan as (
    select
        pendiri,
        count(*) filter (where entitas = 'samsat.kendaraan') as jumlah_catatan,
        count(*) filter (where entitas = 'samsat.pembayaran') as jumlah_pembayaran,
        bool_or(is_mesin_berbeda) as is_mesin_berbeda,
        arg_max(nomor_polisi, _delivery_id || _kunci) as nomor_polisi_terakhir,
        bit_xor(hash(_kontrak, _kunci)) as _sidik_catatan
    from sebutan
    group by pendiri
),

{# The fingerprint finds the vehicles that a record left: for another vehicle, or because it is in force no more. #}
kendaraan_tersentuh as (
    select pendiri
    from sebutan
    where {{ sejak_terakhir() }}
    union
    select pendiri
    from catatan_kendaraan
    where
        id_catatan in ({{ catatan_tersentuh() }})
        or {{ kode_bergeser('kode_wilayah', 'kode_wilayah__sistem') }}
    {% if is_incremental() %}
    union
    select kini.pendiri
    from susunan_kendaraan as kini
    left join {{ this }} as lama on kini.pendiri = lama._pendiri
    where kini._sidik_catatan is distinct from lama._sidik_catatan
    union
    select lama._pendiri
    from {{ this }} as lama
    inner join {{ ref('int_samsat__badan_dikenali') }} as badan
        on kunci_badan(lama._nama_pemilik, lama.kode_wilayah) = badan.kunci
    where lama.is_milik_badan and lama.id_badan_pemilik <> id_pendek('badan', badan.kunci_benar)
    {% endif %}
),

catatan_berurut as (
    select
        *,
        row_number() over (
            partition by pendiri
            order by _berlaku_sampai desc nulls first, waktu_ubah desc nulls last, _delivery_id desc, _kontrak, _kunci
        ) as urutan
    from catatan_kendaraan
    semi join kendaraan_tersentuh using (pendiri)
),

{# What a vehicle is: the best record that says it. Who owns it and where it stands: the best record alone. #}
sifat_kendaraan as (
    select
        pendiri,
        {% for nama in sifat %}
        arg_min({{ nama }}, urutan) filter (where {{ nama }} is not null) as {{ nama }}{{ ',' if not loop.last }}
        {% endfor %}
    from catatan_berurut
    group by pendiri
),

dim_kendaraan as (
    select
        id_pendek('kendaraan', susunan.pendiri) as id_kendaraan,
        coalesce(terpilih.nomor_polisi, susunan.nomor_polisi_terakhir) as nomor_polisi,
        orang.id_orang as id_orang_pemilik,
        id_pendek('badan', badan.kunci_benar) as id_badan_pemilik,
        bentuk_badan(terpilih.nama_pemilik) is not null as is_milik_badan,
        wilayah.kode_wilayah,
        terpilih.kode_wilayah as kode_wilayah_asal,
        terpilih.kode_wilayah__sistem as sistem_wilayah_asal,
        {% for nama in sifat %}
        sifat.{{ nama }},
        {% endfor %}
        terpilih.milik_ke,
        terpilih.tanggal_akhir_pajak,
        terpilih.status_kendaraan,
        susunan.jumlah_catatan,
        susunan.jumlah_pembayaran,
        susunan.is_mesin_berbeda,
        terpilih._kontrak as kontrak,
        terpilih._berlaku_sampai,
        terpilih.nama_pemilik as _nama_pemilik,
        susunan.pendiri as _pendiri,
        susunan._sidik_catatan,
        {{ run_kini() }} as _run_id
    from susunan_kendaraan as susunan
    semi join kendaraan_tersentuh using (pendiri)
    left join catatan_berurut as terpilih on susunan.pendiri = terpilih.pendiri and terpilih.urutan = 1
    left join sifat_kendaraan as sifat on susunan.pendiri = sifat.pendiri
    left join {{ source('resolved', 'orang_catatan') }} as orang using (id_catatan)
    {{ gabung_kanonik('wilayah', 'terpilih.kode_wilayah', 'terpilih.kode_wilayah__sistem') }}
    left join {{ ref('int_samsat__badan_dikenali') }} as badan
        on kunci_badan(terpilih.nama_pemilik, wilayah.kode_wilayah) = badan.kunci
)

select *
from dim_kendaraan
