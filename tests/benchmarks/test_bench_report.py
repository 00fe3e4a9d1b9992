"""``bench.json`` and the table."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.measure import Bar, Measure
from benchmarks.report import machine, table, write_report

MEASURES = [
    Measure("demo.seconds", 61.25, "s", Bar("<=", 90), runs=5, note="where the time went"),
    Measure("postgres.vs_pandas", 3.1, "x rows/s", Bar(">=", 4), peer="pandas", runs=5),
    Measure("nights.first", 1234.5, "s"),
    Measure("gates", None, "", runs=0, failed=True),
]


def test_the_report_is_read_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    write_report(path, {"cores": 2}, MEASURES, ["mariadb: no server answers"])
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data["machine"] == {"cores": 2}
    assert data["left_out"] == ["mariadb: no server answers"]
    assert [(line["name"], line["ok"]) for line in data["measures"]] == [
        ("demo.seconds", True), ("postgres.vs_pandas", False), ("nights.first", None), ("gates", False),
    ]  # fmt: skip
    assert set(data["measures"][0]) == {"name", "value", "unit", "bar", "peer", "runs", "note", "ok"}


def test_the_machine_is_described() -> None:
    facts = machine()
    assert set(facts) == {"cpu", "cores", "memory_gib", "load_at_start", "python", "duckdb", "date"}
    assert facts["cores"] >= 1
    assert facts["memory_gib"] > 0


def test_the_table_shows_every_measure_and_what_was_missed() -> None:
    lines = table(MEASURES).splitlines()
    assert lines[0].split() == ["measure", "value", "bar", "unit", "ok", "runs", "peer"]
    assert lines[2].split()[:5] == ["demo.seconds", "61.2", "<=", "90", "s"]
    assert "NO" in lines[3]
    assert "1,234" in lines[4]
    assert lines[5].split() == ["gates", "-", "-", "NO", "0", "-"]
    assert lines[-1] == "demo.seconds: where the time went"


def test_no_line_of_the_table_ends_in_blanks() -> None:
    assert all(line == line.rstrip() for line in table(MEASURES).splitlines())
