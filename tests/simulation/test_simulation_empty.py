"""A province without people: every table and file is there, and holds nothing but its header."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from simulation_kit import KOHORT, SAMSAT, SIAK, Province, build, table

import simulation

pytestmark = pytest.mark.slow

TABLES = [
    (SIAK, "biodata_wni"),
    (SAMSAT, "kendaraan"),
    (SAMSAT, "pembayaran"),
    (SAMSAT, "ref_kelurahan"),
    (KOHORT, "ibu_hamil"),
]


@pytest.mark.parametrize(("database", "name"), TABLES)
def test_tables_exist_and_are_empty(empty: Province, database: str, name: str) -> None:
    rows = table(empty.agencies, database, name)
    assert len(rows) == 0
    assert len(rows.columns) >= 3


def test_files_hold_headers_only(empty: Province) -> None:
    references = ("kemendagri/", "bps/jembatan_kabkota.csv")
    counted = [count for count in empty.summary.files if not count.path.startswith(references)]
    assert len(counted) > 25
    assert sum(count.data + count.blank for count in counted if count.sheet not in ("Rekap", "2024", "2025")) == 0
    for count in counted:
        if count.path.endswith(".csv"):
            encoding = "cp1252" if "muratara" in count.path else "utf-8-sig"
            lines = (empty.agencies / count.path).read_text(encoding=encoding).splitlines()
            assert len(lines) == count.title + count.header, count.path


def test_workbooks_open(empty: Province) -> None:
    paths = sorted((empty.agencies / "puskesmas").glob("*.xlsx"))
    assert len(paths) == 6
    assert openpyxl.load_workbook(paths[0]).sheetnames == ["Desa A-M", "Desa N-Z", "Rekap"]


def test_truth_is_empty(empty: Province) -> None:
    assert len(empty.people()) == len(empty.records()) == 0
    assert set(empty.summary.rows.values()) == {0}


def test_nights_pass_without_people(tmp_path: Path) -> None:
    built = build(tmp_path, 0)
    for night in (1, 2):
        summary = simulation.advance(built.agencies, built.truth, night=night, share=0.5)
        assert summary.changed == {}
        assert summary.people == 0


@pytest.mark.parametrize("options", [{"people": -1}, {"people": 10, "workbooks": -1}])
def test_negative_numbers_are_refused(tmp_path: Path, options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        simulation.simulate(tmp_path / "a", tmp_path / "t", **options)
