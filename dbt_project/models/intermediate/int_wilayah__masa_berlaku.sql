{%- set masukan = ['int_wilayah__kode_sel', 'int_wilayah__kode_berlaku'] -%}
{{ config(pre_hook="{{ kosongkan_bila_berubah(" ~ masukan ~ ") }}") }}

{#
  Kemendagri codes through the vintages. A vintage counts only at the level and in the province for which a
  list of it was delivered: that a kecamatan is in no list of 2017 says nothing when none of 2017 was sent.
#}
with kode as (
    select
        _kontrak,
        _kunci,
        _delivery_id,
        kode_wilayah,
        vintage_terakhir
    from {{ ref('int_wilayah__kode_berlaku') }}
    where kode_wilayah__sistem = 'kemendagri' and _berlaku_sampai is null and {{ bila_kosong() }}
),

daftar as (
    {{ daftar_vintage() }}
),

nama_terpilih as (
    select
        sel.kode_wilayah,
        sel.tingkat,
        sel.kode_provinsi,
        sel.vintage,
        arg_max(sel.nama_wilayah, sel._delivery_id || sel._kontrak) as nama_wilayah,
        arg_max(sel.nama_kunci, sel._delivery_id || sel._kontrak) as nama_kunci
    from {{ ref('int_wilayah__kode_sel') }} as sel
    semi join kode using (_kontrak, _kunci, _delivery_id)
    where sel.nasib_sel = 'nama' and sel.is_vintage_lengkap
    group by sel.kode_wilayah, sel.tingkat, sel.kode_provinsi, sel.vintage
),

vintage_dikirim as (
    select
        tingkat,
        lingkup,
        daftar.vintage,
        daftar.berlaku_dari,
        row_number() over berurut as urutan,
        lead(daftar.berlaku_dari) over berurut as berlaku_berikut,
        daftar.urutan = max(daftar.urutan) over (partition by tingkat, lingkup) as is_terakhir
    from (
        select distinct
            tingkat,
            case when tingkat = 'provinsi' then '' else kode_provinsi end as lingkup,
            vintage
        from nama_terpilih
    )
    inner join daftar using (vintage)
    window berurut as (partition by tingkat, lingkup order by daftar.urutan)
),

nama_berurut as (
    select
        nama.*,
        dikirim.urutan,
        dikirim.berlaku_dari,
        dikirim.berlaku_berikut,
        dikirim.is_terakhir,
        lag(dikirim.urutan) over vintage_kode is distinct from dikirim.urutan - 1
        or lag(nama.nama_kunci) over vintage_kode is distinct from nama.nama_kunci as is_masa_baru
    from nama_terpilih as nama
    inner join vintage_dikirim as dikirim
        on
            nama.tingkat = dikirim.tingkat
            and nama.vintage = dikirim.vintage
            and case when nama.tingkat = 'provinsi' then '' else nama.kode_provinsi end = dikirim.lingkup
    window vintage_kode as (partition by nama.kode_wilayah order by dikirim.urutan)
),

masa_bernomor as (
    select
        *,
        sum(cast(is_masa_baru as integer)) over (partition by kode_wilayah order by urutan) as masa
    from nama_berurut
),

masa_bernama as (
    select
        kode_wilayah,
        tingkat,
        kode_provinsi,
        arg_max(nama_wilayah, urutan) as nama_wilayah,
        arg_max(nama_kunci, urutan) as nama_kunci,
        arg_min(vintage, urutan) as vintage_dari,
        arg_max(vintage, urutan) as vintage_sampai,
        min(berlaku_dari) as _berlaku_dari,
        max(berlaku_berikut) as _berlaku_sampai,
        bool_or(is_terakhir) as is_berlaku
    from masa_bernomor
    group by kode_wilayah, tingkat, kode_provinsi, masa
),

masa_tanpa_nama as (
    select
        kode.kode_wilayah,
        {{ tingkat_wilayah('kode.kode_wilayah', "'kemendagri'") }} as tingkat,
        left(kode.kode_wilayah, 2) as kode_provinsi,
        cast(null as varchar) as nama_wilayah,
        cast(null as varchar) as nama_kunci,
        cast(null as varchar) as vintage_dari,
        max(kode.vintage_terakhir) as vintage_sampai,
        cast(null as date) as _berlaku_dari,
        min(berikut.berlaku_dari) as _berlaku_sampai,
        false as is_berlaku
    from kode
    inner join daftar as terakhir on kode.vintage_terakhir = terakhir.vintage
    left join daftar as berikut on terakhir.urutan + 1 = berikut.urutan
    where kode.kode_wilayah not in (select masa_bernama.kode_wilayah from masa_bernama)
    group by kode.kode_wilayah
),

akar as (
    {%- set akar = var('sistem_wilayah').kemendagri.akar %}
    select
        '{{ akar.kode }}' as kode_wilayah,
        'negara' as tingkat,
        '{{ akar.kode }}' as kode_provinsi,
        '{{ akar.nama }}' as nama_wilayah,
        wilayah_kunci('{{ akar.nama }}') as nama_kunci,
        null as vintage_dari,
        null as vintage_sampai,
        null as _berlaku_dari,
        null as _berlaku_sampai,
        true as is_berlaku
    where exists (select 1 from kode)
),

int_wilayah__masa_berlaku as (
    select
        * exclude (_berlaku_sampai),
        case when not is_berlaku then _berlaku_sampai end as _berlaku_sampai,
        {{ kode_induk('kode_wilayah') }} as kode_induk,
        {{ bentuk_wilayah('kode_wilayah') }} as bentuk,
        {{ jumlah_masukan(masukan) }} as _jumlah_masukan,
        {{ run_kini() }} as _run_id
    from (
        select * from masa_bernama
        union all by name
        select * from masa_tanpa_nama
        union all by name
        select * from akar
    )
)

select *
from int_wilayah__masa_berlaku
