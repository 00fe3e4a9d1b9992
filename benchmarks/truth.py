"""Identity against the simulated truth, which the product cannot see: precision and recall of record pairs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import duckdb

REGISTRY = ("siak.biodata_wni", "disdukcapil_palembang.penduduk")
#: dataset of the truth -> contract and role
ROLES = {
    "siak.biodata_wni": "penduduk.disdukcapil_sumsel.biodata|penduduk|",
    "disdukcapil_palembang.penduduk": "penduduk.disdukcapil_palembang.penduduk|penduduk|",
    "bapenda.kendaraan": "samsat.bapenda_sumsel.kendaraan|pemilik|",
    "dinkes.ibu_hamil": "kesehatan.dinkes_sumsel.kohort_ibu|ibu|",
}
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


def open_judged(home: Path, truth: Path) -> duckdb.DuckDBPyConnection:
    """``judged(id_catatan, id_orang, id_truth, dataset, is_registri, is_sulit, defects)``: every record of a list that
    the truth knows by its key or its line. A record that stands in a file twice is judged once."""
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
    hard = ", ".join(f"'{mark}'" for mark in WRONG_NIK)
    registry = ", ".join(f"'{name}'" for name in REGISTRY)
    con.execute(
        f"""
        create table judged as
        with berkas as (select delivery_id, sumber.objek as objek from read_json_auto('{manifests}')),
        balita as (
            select _kontrak || '|anak|' || md5(concat_ws(chr(31), {content})) as id_catatan, truth.dataset,
                truth.id_truth, truth.defects
            from gudang.intermediate.int_kesehatan__pengukuran_balita_berlaku as baris
            inner join berkas on baris._delivery_id = berkas.delivery_id
            inner join truth
                on truth.dataset = 'dinkes.eppgbm' and truth.record_key = berkas.objek || '|' || baris._baris
        ),
        semua as (select * from ({keyed}) where id_truth is not null union all select * from balita)
        select id_catatan, any_value(orang.id_orang) as id_orang, any_value(id_truth) as id_truth,
            any_value(dataset) as dataset, any_value(dataset) in ({registry}) as is_registri,
            any_value(dataset) not in ({registry}) and list_has_any(any_value(defects), [{hard}]) as is_sulit,
            any_value(defects) as defects, any_value(orang.aturan_padan) as aturan_padan
        from semua inner join gudang.resolved.orang_catatan as orang using (id_catatan)
        group by id_catatan having count(distinct id_truth) = 1
        """
    )
    return con


def pair_rates(con: duckdb.DuckDBPyConnection, condition: str = "true") -> tuple[Rate, Rate]:
    """Precision and recall over all pairs of records."""
    row = con.execute(
        f"""
        with dipakai as (select * from judged where {condition}),
        bersama as (select count(*) as n from dipakai group by id_orang, id_truth),
        ditemukan as (select count(*) as n from dipakai group by id_orang),
        benar as (select count(*) as n from dipakai group by id_truth)
        select (select sum(n * (n - 1) // 2) from bersama), (select sum(n * (n - 1) // 2) from ditemukan),
            (select sum(n * (n - 1) // 2) from benar)
        """
    ).fetchone()
    assert row is not None
    hits, found, true = (int(value or 0) for value in row)
    return Rate(hits, found), Rate(hits, true)


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
