"""Vehicles, the companies that own them, and families, against the simulated truth: pairs of records."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.measure import Measure
from benchmarks.rates import rates_of_pairs


def group_measures(con: duckdb.DuckDBPyConnection, truth: Path) -> list[Measure]:
    """Precision and recall of vehicles, of companies as their owners, and of families that the registry knows.

    Args:
        con: connection as ``open_judged`` gives it.
        truth: folder of the truth.
    """
    con.execute(
        f"""
        create or replace table dinilai_kendaraan as
        select dikenali.pendiri, kendaraan.id_badan_pemilik, benar.id_kendaraan_truth, benar.id_badan_truth
        from '{truth}/kendaraan.parquet' as benar
        inner join gudang.intermediate.int_samsat__kendaraan_dikenali as dikenali
            on cast(benar.id_kendaraan as varchar) = dikenali._kunci
            and dikenali._kontrak = 'samsat.bapenda_sumsel.kendaraan'
        inner join gudang.marts.dim_kendaraan as kendaraan on dikenali.pendiri = kendaraan._pendiri
        """
    )
    con.execute(
        f"""
        create or replace table dinilai_keluarga as
        with satu_satu as (
            select id_orang, any_value(id_truth) as id_truth from judged
            where is_registri group by id_orang having count(distinct id_truth) = 1
        )
        select keluarga.id_keluarga, benar.id_keluarga as id_keluarga_truth from satu_satu
        inner join '{truth}/orang.parquet' as benar using (id_truth)
        inner join gudang.marts.dim_orang as orang using (id_orang)
        left join gudang.marts.dim_keluarga as keluarga on orang.nomor_kk = keluarga.nomor_kk
        where benar.status = 'hidup' and orang.status_hidup = 'HIDUP'
        """
    )
    measures = []
    for what, relation, found, true in (
        ("vehicle", "dinilai_kendaraan", "pendiri", "id_kendaraan_truth"),
        ("company", "dinilai_kendaraan", "id_badan_pemilik", "id_badan_truth"),
        ("family", "dinilai_keluarga", "id_keluarga", "id_keluarga_truth"),
    ):
        precision, recall = rates_of_pairs(con, relation, found, true)
        for name, rate in (("precision", precision), ("recall", recall)):
            low, high = rate.interval
            note = f"{rate.hits:,} of {rate.total:,} pairs of records, 95 % between {low:.4f} and {high:.4f}"
            measures.append(Measure(f"identity.{what}_{name}", rate.value, "share", note=note))
    return measures
