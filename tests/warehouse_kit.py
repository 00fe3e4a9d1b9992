"""Running a small warehouse by its parts, without Dagster, and asking what it holds."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from contracts.contract import Contract
from contracts.home import Home
from contracts.keys import load_key
from orchestration import dbt_run
from orchestration.control import next_run_id, open_build, store_verdicts, unjudged, write_control
from orchestration.prepare import Prepared, prepare
from orchestration.reception import receive_all
from resolution.identity import resolve_people

#: The region and figure models with everything they read, and the row ledger.
MODELS = (
    "+konflik_angka", "+dim_wilayah_alias", "+bridge_bps__kemendagri", "+karantina_statistik_sel",
    "int_statistik__neraca_sel", "wilayah_tak_dikenal", "+buku_besar",
)  # fmt: skip
#: A contract that reads BPS codes in the Kemendagri system.
WRONG_SYSTEM = "statistik.keliru.sistem"
#: What these models write: compared between an incremental build and a full one.
TABLES = (
    "intermediate.int_wilayah__kode_sel", "intermediate.int_wilayah__masa_berlaku",
    "intermediate.int_wilayah__pengganti", "intermediate.int_wilayah__jembatan",
    "intermediate.int_wilayah__kanonik", "intermediate.int_wilayah__alias",
    "intermediate.int_statistik__angka_sel", "intermediate.int_statistik__wilayah_dikenali",
    "intermediate.int_statistik__angka_bernasib", "intermediate.int_statistik__neraca_sel",
    "marts.dim_wilayah", "marts.dim_wilayah_alias", "marts.bridge_bps__kemendagri", "marts.fct_statistik__angka",
    "mutu.konflik_angka", "mutu.karantina_statistik_sel", "mutu.wilayah_tak_dikenal",
)  # fmt: skip


@dataclass(frozen=True)
class RegionNights:
    """Build databases, night by night.

    Without the BPS bridge; with it, and with revisions; a quiet night; after a contract's code system and a figure of
    BPS were put right; the same, rebuilt from the deliveries.
    """

    truth: Path
    agencies: Path
    tanpa_jembatan: Path
    direvisi: Path
    tenang: Path
    dibetulkan: Path
    ulang: Path


class Warehouse:
    """One home, and the agencies it reads."""

    def __init__(self, root: Path, environ: Mapping[str, str], **settings: object) -> None:
        self.home = Home(root)
        self.home.create(settings)
        (root / "sumber.env").write_text("".join(f"{name}={value}\n" for name, value in environ.items()))

    def prepare(self) -> Prepared:
        """Read the contracts and parse the models."""
        return prepare(self.home)

    def receive(self, prepared: Prepared, chosen: Callable[[Contract], bool] = lambda contract: True) -> str:
        """Receive, write the control tables, accept every delivery; the run's id."""
        contracts = [contract for contract in prepared.contracts if chosen(contract)]
        receipts = receive_all(prepared, contracts, run_id="000000-uji", backoff=0)
        assert not [receipt.gagal for receipt in receipts if receipt.gagal]
        with open_build(prepared) as con:
            run_id = next_run_id(con, self.home, "ujiujiuj")
            write_control(con, prepared, run_id)
            if judged := unjudged(con):
                store_verdicts(con, self.home, run_id, judged, {})
        return run_id

    def identify(self, prepared: Prepared, run_id: str) -> None:
        """Resolve the persons, of whom there may be none."""
        with open_build(prepared) as con:
            resolve_people(
                con,
                "intermediate.int_identitas__catatan",
                key=load_key(prepared.key),
                registry=self.home.state / "identitas",
                run_id=run_id,
            )

    def build(self, prepared: Prepared, *models: str, full_refresh: bool = False) -> None:
        """Build models with their tests; every one must succeed."""
        results = dbt_run.build(prepared, models, full_refresh=full_refresh)
        assert results
        failed = [(result.name, result.status) for result in results if not result.ok]
        assert failed == []

    def keep(self, name: str) -> Path:
        """A copy of the build database as it is now."""
        return Path(shutil.copyfile(self.home.warehouse, self.home.root / f"{name}.duckdb"))


def ask(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query on a kept database."""
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()


def one(path: Path, sql: str) -> Any:
    """The single value of a query on a kept database."""
    rows = ask(path, sql)
    assert len(rows) == 1 and len(rows[0]) == 1
    return rows[0][0]


def different_rows(before: Path, after: Path, table: str) -> int:
    """Rows that only one of two kept databases holds, the runs that wrote them apart."""
    with duckdb.connect(config={"threads": "2"}) as con:
        con.execute(f"attach '{before}' as dulu (read_only); attach '{after}' as kini (read_only)")
        dulu, kini = (f"select * exclude (_run_id) from {name}.{table}" for name in ("dulu", "kini"))
        query = f"select count(*) from ((({dulu}) except all ({kini})) union all (({kini}) except all ({dulu})))"
        row = con.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def exchange_first(digits: str) -> str:
    """The first two different neighbouring digits change places, as in the simulation's miscopied figure."""
    for place in range(len(digits) - 1):
        if digits[place] != digits[place + 1]:
            return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    return digits
