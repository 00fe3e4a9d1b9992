"""The simulated truth, which the product cannot see, beside what the product made of the same records."""

from __future__ import annotations

from pathlib import Path

import duckdb

from resolution.addresses import address_expression

REGISTRY = ("siak.biodata_wni", "disdukcapil_palembang.penduduk")
#: dataset of the truth -> contract and role
ROLES = {
    "siak.biodata_wni": "penduduk.disdukcapil_sumsel.biodata|penduduk|",
    "disdukcapil_palembang.penduduk": "penduduk.disdukcapil_palembang.penduduk|penduduk|",
    "bapenda.kendaraan": "samsat.bapenda_sumsel.kendaraan|pemilik|",
    "dinkes.ibu_hamil": "kesehatan.dinkes_sumsel.kohort_ibu|ibu|",
}
CHILDREN = "dinkes.eppgbm"
CHILD = ("nik_anak", "nama_anak", "tanggal_lahir", "nik_ibu", "nama_ibu")
#: Marks of a record whose own NIK cannot settle who it is.
WRONG_NIK = (
    "nik_kosong", "nik_pengganti", "nik_salah_ketik", "nik_tertukar", "nik_excel_nol", "nik_excel_ilmiah",
    "nik_terpotong", "nik_orang_lain", "nik_kk_di_nik", "nik_nik_ibu", "kolom_tertukar", "nik_berkas_rusak",
)  # fmt: skip


def open_known(home: Path, truth: Path) -> duckdb.DuckDBPyConnection:
    """``dikenal(id_catatan, id_truth, dataset, defects)``: every record of a list that the truth knows by its key or
    its line. A record that stands in a file twice is known once."""
    con = duckdb.connect()
    con.execute(f"attach '{home}/build/gudang.duckdb' as gudang (read_only)")
    con.execute(f"create view truth as select * from '{truth}/catatan.parquet'")
    manifests = f"{home}/landing/kesehatan.dinkes_sumsel.eppgbm/*/delivery.json"
    content = ", ".join(f"coalesce(cast({name} as varchar), '')" for name in CHILD)
    keyed = " union all ".join(
        f"select '{start}' || record_key as id_catatan, dataset, id_truth, defects from truth "
        f"where dataset = '{dataset}'"
        for dataset, start in ROLES.items()
    )
    con.execute(
        f"""
        create table dikenal as
        with berkas as (select delivery_id, sumber.objek as objek from read_json_auto('{manifests}')),
        balita as (
            select _kontrak || '|anak|' || md5(concat_ws(chr(31), {content})) as id_catatan, truth.dataset,
                truth.id_truth, truth.defects
            from gudang.intermediate.int_kesehatan__pengukuran_balita_berlaku as baris
            inner join berkas on baris._delivery_id = berkas.delivery_id
            inner join truth
                on truth.dataset = '{CHILDREN}' and truth.record_key = berkas.objek || '|' || baris._baris
        ),
        semua as (select * from ({keyed}) where id_truth is not null union all select * from balita)
        select id_catatan, any_value(id_truth) as id_truth, any_value(dataset) as dataset, any_value(defects) as defects
        from semua group by id_catatan having count(distinct id_truth) = 1
        """
    )
    return con


def open_judged(home: Path, truth: Path) -> duckdb.DuckDBPyConnection:
    """``judged(id_catatan, id_orang, id_truth, dataset, is_registri, is_sulit, defects, aturan_padan)``: every record
    that the truth knows, and whose the product says it is."""
    con = open_known(home, truth)
    hard = ", ".join(f"'{mark}'" for mark in WRONG_NIK)
    registry = ", ".join(f"'{name}'" for name in REGISTRY)
    con.execute(
        f"""
        create table judged as
        select id_catatan, orang.id_orang, id_truth, dataset, dataset in ({registry}) as is_registri,
            dataset not in ({registry}) and list_has_any(defects, [{hard}]) as is_sulit, defects, orang.aturan_padan
        from dikenal inner join gudang.resolved.orang_catatan as orang using (id_catatan)
        """
    )
    return con


def mark_ambiguous(con: duckdb.DuckDBPyConnection, truth: Path) -> None:
    """``mendua(id_catatan)``: records without a right NIK whose remaining fields fit somebody else of the truth too.

    A field fits when it says the same of both: every written-out word of the name is one of theirs; birth date, sex,
    card, mother, husband, village, address, RT and RW are theirs where the record states them; a NIK that is nearly
    its person's own is nearly theirs.
    """
    con.execute(
        f"""
        create table orang as
        select orang.id_truth, string_split(upper(orang.nama), ' ') as kata, orang.tanggal_lahir, orang.jenis_kelamin,
            replace(orang.kode_desa, '.', '') as desa, orang.nik_true, orang.no_kk,
            {address_expression("orang.alamat")} as alamat, ltrim(orang.rt, '0') || '/' || ltrim(orang.rw, '0') as rtrw,
            string_split(upper(ibu.nama), ' ') as ibu,
            string_split(upper(pasangan.nama), ' ') as pasangan
        from '{truth}/orang.parquet' as orang
        left join '{truth}/orang.parquet' as ibu on orang.id_ibu = ibu.id_truth
        left join '{truth}/orang.parquet' as pasangan on orang.id_pasangan = pasangan.id_truth;
        create table sisa as
        select judged.id_catatan, judged.id_truth, {_words("catatan.nama_kunci")} as kata, catatan.tanggal_lahir,
            catatan.jenis_kelamin, catatan.kode_wilayah, banding.alamat, banding.rtrw,
            {_words("banding.nama_ibu")} as ibu, {_words("banding.pasangan")} as pasangan,
            case when banding.nomor_kk = orang.no_kk then banding.nomor_kk end as no_kk,
            case when {_near("catatan.nik_asal", "orang.nik_true")} then catatan.nik_asal end as nik,
            list_sort(kata, 'desc')[1] as kata_pertama
        from judged
        inner join gudang.intermediate.int_identitas__catatan as catatan using (id_catatan)
        inner join gudang.resolved.banding as banding using (id_catatan)
        inner join orang using (id_truth)
        where judged.is_sulit;
        create table mendua as
        with menurut_kata as (select id_truth as id_lain, unnest(kata) as kata_pertama from orang)
        select distinct sisa.id_catatan from sisa
        inner join menurut_kata using (kata_pertama)
        inner join orang on menurut_kata.id_lain = orang.id_truth
        where sisa.id_truth <> orang.id_truth and list_has_all(orang.kata, sisa.kata)
        and coalesce(sisa.tanggal_lahir = orang.tanggal_lahir, true)
        and coalesce(sisa.jenis_kelamin = orang.jenis_kelamin, true)
        and coalesce(starts_with(orang.desa, sisa.kode_wilayah), true) and coalesce(sisa.alamat = orang.alamat, true)
        and coalesce(sisa.rtrw = orang.rtrw, true)
        and coalesce(sisa.no_kk = orang.no_kk, true) and coalesce(list_has_all(orang.ibu, sisa.ibu), true)
        and coalesce(list_has_all(orang.pasangan, sisa.pasangan), true)
        and (sisa.nik is null or {_near("sisa.nik", "orang.nik_true")});
        create table ragu as
        select distinct banding.id_catatan from gudang.resolved.tautan as tautan
        inner join gudang.resolved.banding as banding on banding.nomor in (tautan.l, tautan.r)
        where tautan.keputusan = 'tinjau'
        """
    )


def _words(name: str) -> str:
    return f"list_filter(string_split(upper({name}), ' '), lambda kata: length(kata) > 1)"


def _near(one: str, other: str) -> str:
    return f"(regexp_full_match({one}, '[0-9]{{15,16}}') and damerau_levenshtein({one}, {other}) <= 2)"
