"""The results as a table: counts, shares, thresholds and owners, never a value of a row."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from expectations.model import Result

TABLE = "mutu.hasil_pemeriksaan"
COLUMNS = {
    "_run_id": ("varchar", "Nomor jalannya proses"),
    "gerbang": ("varchar", "Gerbang: pengiriman, gudang, atau rilis"),
    "suite": ("varchar", "Kelompok pemeriksaan"),
    "pemeriksaan": ("varchar", "Nama pemeriksaan"),
    "aset": ("varchar", "Aset data yang diperiksa"),
    "tingkat": ("varchar", "Tingkat: kritis atau peringatan"),
    "status": ("varchar", "lulus, gagal, atau rusak (pemeriksaan tidak dapat dijalankan)"),
    "teks": ("varchar", "Hal yang dituntut"),
    "jumlah_diperiksa": ("bigint", "Baris yang diperiksa"),
    "jumlah_gagal": ("bigint", "Baris yang tidak memenuhi ambang"),
    "persen_gagal": ("double", "Persen baris yang tidak memenuhi ambang"),
    "nilai": ("double", "Angka yang dinilai; bila banyak, yang terburuk"),
    "ambang": ("varchar", "Ambang pemeriksaan"),
    "pemilik": ("varchar", "Penanggung jawab perbaikan"),
    "_waktu_diperiksa": ("timestamptz", "Waktu pemeriksaan"),
}


def results_table(con: duckdb.DuckDBPyConnection, results: Iterable[Result], run_id: str) -> int:
    """Append results to ``mutu.hasil_pemeriksaan``; the same check of the same run is replaced, not doubled.

    Args:
        con: a writable connection.
        results: of one or several gates.
        run_id: the run that they belong to.

    Returns:
        The number of results written.
    """
    rows = [_row(result, run_id) for result in results]
    _create(con)
    if rows:
        row = f"({', '.join('?' * len(COLUMNS))})"
        parameters = [value for values in rows for value in values]
        con.execute(f"insert or replace into {TABLE} values {', '.join([row] * len(rows))}", parameters)
    return len(rows)


def _create(con: duckdb.DuckDBPyConnection) -> None:
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in COLUMNS.items())
    con.execute("create schema if not exists mutu")
    con.execute(f"create table if not exists {TABLE} ({columns}, primary key (_run_id, pemeriksaan))")
    con.execute(f"comment on table {TABLE} is 'Satu baris per pemeriksaan mutu pada satu jalannya proses'")
    for name, (_, text) in COLUMNS.items():
        con.execute(f"comment on column {TABLE}.{name} is '{text}'")


def _row(result: Result, run_id: str) -> tuple[object, ...]:
    check, observed = result.check, result.observed
    return (
        run_id,
        check.gate,
        check.suite,
        check.id,
        check.asset,
        check.severity,
        result.status,
        check.text,
        observed.get("jumlah_diperiksa"),
        observed.get("jumlah_gagal"),
        observed.get("persen_gagal"),
        observed.get("nilai"),
        check.threshold,
        check.owner,
        result.checked_at,
    )
