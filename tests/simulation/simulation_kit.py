"""Builds provinces for tests and reads what their agencies show, as plainly as an outsider would."""

from __future__ import annotations

import csv
import io
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

import simulation

SIAK = "disdukcapil/siak.sqlite"
SAMSAT = "bapenda/samsat.sqlite"
KOHORT = "dinkes/kohort.sqlite"
CITY = "disdukcapil_palembang/penduduk_palembang.csv"
UPT_MAY = "bapenda/upt_muratara/pembayaran_2026-05.csv"
UPT_JUNE = "bapenda/upt_muratara/pembayaran_2026-06.csv"


@dataclass(frozen=True)
class Province:
    """A simulated province that tests only read."""

    agencies: Path
    truth: Path
    summary: simulation.Summary

    def records(self) -> pd.DataFrame:
        """Which record is whose, one row per record."""
        return pd.read_parquet(self.truth / "catatan.parquet")

    def people(self) -> pd.DataFrame:
        """The true persons."""
        return pd.read_parquet(self.truth / "orang.parquet")


def build(folder: Path, people: int, **options: object) -> Province:
    agencies, truth = folder / "agencies", folder / "truth"
    return Province(agencies, truth, simulation.simulate(agencies, truth, people=people, **options))  # type: ignore[arg-type]


def table(agencies: Path, database: str, name: str) -> pd.DataFrame:
    """A whole SQLite table."""
    connection = sqlite3.connect(agencies / database)
    try:
        return pd.read_sql(f"SELECT * FROM {name}", connection)
    finally:
        connection.close()


def lines(path: Path, encoding: str = "utf-8-sig", separator: str = ",") -> list[list[str]]:
    """All lines of a delimited file, split into cells."""
    return list(csv.reader(io.StringIO(path.read_text(encoding=encoding)), delimiter=separator))


def city(agencies: Path) -> pd.DataFrame:
    """Palembang's file."""
    return pd.read_csv(agencies / CITY, sep=";", dtype=str, encoding="utf-8-sig", keep_default_na=False)


def toddlers(agencies: Path, pattern: str = "*_2026-06.csv") -> pd.DataFrame:
    """All e-PPGBM files of June with file name and line number."""
    parts = []
    for path in sorted((agencies / "dinkes" / "eppgbm").glob(pattern)):
        part = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
        parts.append(part.assign(kunci=[f"{path.name}|{line + 2}" for line in range(len(part))]))
    return pd.concat(parts, ignore_index=True)
