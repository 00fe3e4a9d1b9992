"""Stages of a run, read from its log."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.stages import describe, read_log, slowest_models, stage_seconds

START = datetime(2026, 7, 1, tzinfo=UTC)


def event(second: float, name: str, **facts: Any) -> dict[str, Any]:
    return {"waktu": (START + timedelta(seconds=second)).isoformat(), "peristiwa": name, **facts}


LOG = [
    event(0, "mulai"),
    event(2, "diterima", kontrak="a"),
    event(5, "diterima", kontrak="b"),
    event(18, "dbt", simpul="stg_a", detik=7.0),
    event(18, "dbt", simpul="stg_b", detik=9.5),
    event(18, "dbt selesai", detik=10.0),
    event(21, "identitas", records=3),
    event(22, "pemeriksaan", id="x"),
    event(27, "dbt selesai", detik=4.0),
    event(30, "terbit"),
    event(30.5, "selesai"),
]


def test_every_second_of_the_process_belongs_to_one_stage() -> None:
    stages = stage_seconds(LOG, wall=36.5)
    assert stages == {
        "program": 6.0, "reception": 5.0, "delivery gate": 3.0, "dbt up": 10.0, "warehouse gate, identity": 3.0,
        "before dbt down": 2.0, "dbt down": 4.0, "warehouse gate, release": 3.5,
    }  # fmt: skip
    assert sum(stages.values()) == 36.5


def test_a_run_that_broke_off_has_the_stages_it_reached() -> None:
    assert stage_seconds(LOG[:3], wall=6.0) == {"program": 1.0, "reception": 5.0, "warehouse gate, release": 0.0}


def test_a_run_without_a_log_is_all_program() -> None:
    assert stage_seconds([], wall=1.25) == {"program": 1.2}


def test_the_slowest_models_come_first() -> None:
    assert list(slowest_models(LOG)) == ["stg_b", "stg_a"]
    assert slowest_models(LOG, count=1) == {"stg_b": 9.5}


def test_the_latest_log_is_described(tmp_path: Path) -> None:
    (tmp_path / "000001-old.jsonl").write_text(json.dumps(LOG[0]) + "\n", encoding="utf-8")
    (tmp_path / "000002-new.jsonl").write_text("".join(json.dumps(entry) + "\n" for entry in LOG), encoding="utf-8")
    assert len(read_log(tmp_path)) == len(LOG)
    assert describe(tmp_path, 36.5).endswith("slowest models s: stg_b 9.5, stg_a 7")


def test_a_home_without_logs_has_none(tmp_path: Path) -> None:
    assert read_log(tmp_path) == []
