"""Identity against the simulated truth, which the product cannot see: precision and recall of record pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import duckdb
import networkx as nx

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
_Z = 1.96


@dataclass(frozen=True)
class Rate:
    """A share with its 95 % interval (Wilson)."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share; 1 of nothing."""
        return self.hits / self.total if self.total else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """From, to."""
        if not self.total:
            return 0.0, 1.0
        middle = self.value + _Z**2 / (2 * self.total)
        half = _Z * math.sqrt(self.value * (1 - self.value) / self.total + _Z**2 / (4 * self.total**2))
        scale = 1 + _Z**2 / self.total
        return (middle - half) / scale, (middle + half) / scale


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


def pair_rates(con: duckdb.DuckDBPyConnection, condition: str = "true") -> tuple[Rate, Rate]:
    """Precision and recall over all pairs of records."""
    return rates_of_pairs(con, f"(select * from judged where {condition})", "id_orang", "id_truth")


def rates_of_pairs(con: duckdb.DuckDBPyConnection, relation: str, found: str, true: str) -> tuple[Rate, Rate]:
    """Precision and recall over pairs of rows: two go together by ``found``, and should by ``true``; null is nobody."""
    row = con.execute(
        f"""
        with dinilai as (select {found} as ditemukan, {true} as benar from {relation}),
        kedua as (
            select count(*) as n from dinilai
            where ditemukan is not null and benar is not null group by ditemukan, benar
        ),
        kelompok as (select count(*) as n from dinilai where ditemukan is not null group by ditemukan),
        kebenaran as (select count(*) as n from dinilai where benar is not null group by benar)
        select (select sum(n * (n - 1) // 2) from kedua), (select sum(n * (n - 1) // 2) from kelompok),
            (select sum(n * (n - 1) // 2) from kebenaran)
        """
    ).fetchone()
    assert row is not None
    hits, joined, real = (int(value or 0) for value in row)
    return Rate(hits, joined), Rate(hits, real)


def answered_rates(con: duckdb.DuckDBPyConnection) -> tuple[Rate, Rate]:
    """Precision and recall over all pairs of records once stewards have said, rightly, of every pair that was left open
    whether it is one person; nobody is told of anything else."""
    edges = con.execute(
        """
        select kiri.id_orang, kanan.id_orang from gudang.resolved.tautan as tautan
        inner join gudang.resolved.banding as a on tautan.l = a.nomor
        inner join gudang.resolved.banding as b on tautan.r = b.nomor
        inner join judged as kiri on a.id_catatan = kiri.id_catatan
        inner join judged as kanan on b.id_catatan = kanan.id_catatan
        where tautan.keputusan = 'tinjau' and kiri.id_truth = kanan.id_truth
        """
    ).fetchall()
    said = [(one, min(group)) for group in nx.connected_components(nx.Graph(edges)) for one in group]
    con.execute("create or replace temp table dijawab (id_orang varchar, satu varchar)")
    if said:
        con.executemany("insert into dijawab values (?, ?)", said)
    found = "(select coalesce(satu, id_orang) as id_orang, id_truth from judged left join dijawab using (id_orang))"
    return rates_of_pairs(con, found, "id_orang", "id_truth")


def f1(precision: Rate, recall: Rate) -> float:
    """Harmonic mean of the two."""
    both = precision.value + recall.value
    return 2 * precision.value * recall.value / both if both else 0.0


def b_cubed(con: duckdb.DuckDBPyConnection) -> tuple[float, float]:
    """B3 precision and recall over ``judged``: of a record's group the share that is its person, of its person the
    share that is in its group; means over records."""
    row = con.execute(
        """
        with bagian as (select id_orang, id_truth, count(*) as n from judged group by all),
        berukuran as (
            select n, sum(n) over (partition by id_orang) as kelompok, sum(n) over (partition by id_truth) as benar
            from bagian
        )
        select sum(n * n / kelompok) / sum(n), sum(n * n / benar) / sum(n) from berukuran
        """
    ).fetchone()
    assert row is not None
    precision, recall = (1.0 if value is None else float(value) for value in row)
    return precision, recall


def record_rates(con: duckdb.DuckDBPyConnection, condition: str = "is_sulit") -> tuple[Rate, Rate]:
    """Of records outside the registry: how many of those joined to registry people are joined to their own; how many
    of those whose person the registry knows are joined to it."""
    row = con.execute(
        f"""
        with registri as (select id_orang, id_truth from judged where is_registri group by all),
        orang as (select distinct id_orang from registri),
        dikenal as (select distinct id_truth from registri),
        dinilai as (
            select judged.id_orang in (select id_orang from orang) as is_padan,
                judged.id_truth in (select id_truth from dikenal) as is_dikenal,
                (judged.id_orang, judged.id_truth) in (select (id_orang, id_truth) from registri) as is_benar
            from judged where not is_registri and {condition}
        )
        select count(*) filter (where is_benar), count(*) filter (where is_padan), count(*) filter (where is_dikenal)
        from dinilai
        """
    ).fetchone()
    assert row is not None
    return Rate(row[0], row[1]), Rate(row[0], row[2])


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


def missed_pairs(con: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Pairs of records of one person that are not joined; how many of them because a record fits somebody else too; how
    many because one tells a name and no more: no NIK, no birth date, and the address of a home that was left."""
    row = con.execute(
        """
        with lepas as (
            select kiri.id_catatan as a, kanan.id_catatan as b from judged as kiri
            inner join judged as kanan using (id_truth)
            where kiri.id_catatan < kanan.id_catatan and kiri.id_orang <> kanan.id_orang
        ),
        bernama_saja as (
            select id_catatan from judged
            where is_sulit and list_has_all(defects, ['alamat_lama', 'tgl_lahir_kosong'])
        ),
        sebab as (
            select a in (select id_catatan from mendua) or b in (select id_catatan from mendua) as is_mendua,
                a in (select id_catatan from bernama_saja) or b in (select id_catatan from bernama_saja) as is_nama
            from lepas
        )
        select count(*), count(*) filter (where is_mendua), count(*) filter (where is_nama and not is_mendua) from sebab
        """
    ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def hard_rates(con: duckdb.DuckDBPyConnection) -> tuple[Rate, Rate, int]:
    """Precision and recall of the records without a right NIK, and how many of them fit two people.

    A record that fits two people is right when it stands by itself and is asked about, and wrong when it is joined.
    """
    row = con.execute(
        """
        with registri as (select id_orang, id_truth from judged where is_registri group by all),
        orang as (select distinct id_orang from registri),
        dikenal as (select distinct id_truth from registri),
        dinilai as (
            select id_catatan in (select id_catatan from mendua) as is_mendua,
                id_catatan in (select id_catatan from ragu) as is_ragu,
                id_orang in (select id_orang from orang) as is_padan,
                id_truth in (select id_truth from dikenal) as is_dikenal,
                (id_orang, id_truth) in (select (id_orang, id_truth) from registri) as is_benar
            from judged where is_sulit
        )
        select count(*) filter (where is_benar and not is_mendua), count(*) filter (where is_padan),
            count(*) filter (where is_dikenal and if(is_mendua, is_ragu and not is_padan, is_benar)),
            count(*) filter (where is_dikenal), count(*) filter (where is_mendua)
        from dinilai
        """
    ).fetchone()
    assert row is not None
    return Rate(row[0], row[1]), Rate(row[2], row[3]), row[4]
