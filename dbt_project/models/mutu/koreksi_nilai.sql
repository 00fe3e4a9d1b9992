{{ config(materialized='table') }}

{% set sumber_nilai = {
    'nama_lengkap': 'nama', 'tanggal_lahir': 'tanggal_lahir', 'jenis_kelamin': 'jenis_kelamin',
    'kode_wilayah': 'kode_wilayah',
} %}

{#
  What stewards corrected, and whether it is still needed: the sources may have come to say the same, or a third thing.
  Few enough to be made anew.
#}
with koreksi as (
    select
        koreksi.*,
        orang.id_orang
    from {{ source('resolved', 'koreksi') }} as koreksi
    left join {{ source('resolved', 'orang_catatan') }} as orang using (id_catatan)
),

bertentangan as (
    select
        id_orang,
        atribut
    from koreksi
    group by all
    having min(nilai) <> max(nilai)
),

catatan_orang as (
    select
        orang.id_orang,
        catatan.*,
        penduduk.agama,
        penduduk.status_perkawinan,
        penduduk.pekerjaan
    from {{ source('resolved', 'orang_catatan') }} as orang
    semi join koreksi using (id_orang)
    inner join {{ ref('int_identitas__catatan') }} as catatan using (id_catatan)
    left join {{ ref('int_penduduk__orang_berlaku') }} as penduduk
        on catatan._kontrak = penduduk._kontrak and catatan._kunci = penduduk._kunci
),

dihitung as (
    {{ dengan_kesepakatan('catatan_orang', sumber_nilai) }}
),

nilai_sumber as (
    {% for atribut in var('prioritas').terkoreksi %}
    select
        id_orang,
        '{{ atribut }}' as atribut,
        cast({{ nilai_emas(atribut, sumber_nilai.get(atribut, atribut)) }} as varchar) as nilai
    from dihitung
    group by id_orang
    {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

koreksi_nilai as (
    select
        koreksi.keputusan as id_keputusan,
        koreksi.id_orang,
        koreksi.atribut,
        case
            when koreksi.id_orang is null then 'tanpa_catatan'
            when bertentangan.id_orang is not null then 'bertentangan'
            when sumber.nilai = koreksi.nilai then 'tidak_perlu'
            when sumber.nilai is distinct from koreksi.semula then 'sumber_berubah'
            else 'berlaku'
        end as keadaan,
        {{ run_kini() }} as _run_id
    from koreksi
    left join bertentangan using (id_orang, atribut)
    left join nilai_sumber as sumber using (id_orang, atribut)
)

select *
from koreksi_nilai
