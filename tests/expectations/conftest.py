"""Contracts, deliveries and tables with known truth; every personal value in them is invented."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from expectations_samples import NOW, TEMPLATE, Row

from contracts.contract import Contract
from contracts.delivery import Manifest, Source
from contracts.load import load_contract
from contracts.standard import Standards, load_standards
from expectations.model import Result, Suite
from expectations.profile import Delivery
from expectations.runner import run_gate


@pytest.fixture(scope="session")
def standards() -> Standards:
    return load_standards()


@pytest.fixture
def contract(tmp_path: Path, standards: Standards) -> Callable[..., Contract]:
    def build(
        produsen: str = "dinas_a",
        *,
        bentuk: str = "penuh",
        baris: str = "{min: 1, maks: 5000}",
        facts: str = "",
    ) -> Contract:
        path = tmp_path / f"{produsen}__biodata.odcs.yaml"
        path.write_text(TEMPLATE.format(produsen=produsen, bentuk=bentuk, baris=baris, facts=facts), "utf-8")
        return load_contract(path, standards)

    return build


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": "2"}) as connection:
        yield connection


@pytest.fixture
def deliver(tmp_path: Path) -> Callable[..., Delivery]:
    def write(contract: Contract, rows: Sequence[Row], *, number: int = 1, **manifest: Any) -> Delivery:
        delivery_id = f"{number:06}-00001"
        path = tmp_path / contract.id / delivery_id / "rows.parquet"
        path.parent.mkdir(parents=True)
        columns = list(rows[0]) if rows else ["nik", "nama", "tgl", "jk", "nik_ibu"]
        with duckdb.connect() as writer:
            lists = [[row[name] for row in rows] for name in columns]
            names = ", ".join(f'unnest(?::varchar[]) as "{name}"' for name in columns)
            writer.execute(
                f"create table t as select *, row_number() over () as _baris, false as _bukan_data, "
                f"false as _hapus from (select {names})",
                lists,
            )
            writer.execute(f"copy t to '{path}' (format parquet)")
        facts: dict[str, Any] = {
            "delivery_id": delivery_id, "kontrak": contract.id, "versi_kontrak": "1.0.0", "urutan": number,
            "diterima_pada": NOW - timedelta(hours=2), "bentuk": contract.facts.bentuk,
            "kolom": tuple(columns), "sumber": Source(jenis="csv", alamat="berkas", objek="biodata.csv"),
            "baris_dibaca": len(rows), "baris_mendarat": len(rows), "baris_sama": 0,
            "sidik_isi": "-", "sidik_skema": "-",
        }  # fmt: skip
        return contract, Manifest(**{**facts, **manifest}), path

    return write


@pytest.fixture
def judge(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> Callable[..., dict[str, Result]]:
    def run(*suites: Suite) -> dict[str, Result]:
        results = run_gate(con, suites, errors=tmp_path / "errors", run_id="uji", now=NOW)
        return {result.check.id: result for result in results}

    return run
