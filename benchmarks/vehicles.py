"""Vehicles and the companies that own them, against the simulated truth: pairs of Samsat's records."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.measure import Measure
from benchmarks.truth import rates_of_pairs


def vehicle_measures(con: duckdb.DuckDBPyConnection, truth: Path) -> list[Measure]:
    """Precision and recall of vehicles, and of companies as their owners.

    Args:
        con: connection with the build attached as ``gudang``.
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
    measures = []
    for what, found, true in (
        ("vehicle", "pendiri", "id_kendaraan_truth"),
        ("company", "id_badan_pemilik", "id_badan_truth"),
    ):
        precision, recall = rates_of_pairs(con, "dinilai_kendaraan", found, true)
        for name, rate in (("precision", precision), ("recall", recall)):
            low, high = rate.interval
            note = f"{rate.hits:,} of {rate.total:,} pairs of records, 95 % between {low:.4f} and {high:.4f}"
            measures.append(Measure(f"identity.{what}_{name}", rate.value, "share", note=note))
    return measures
