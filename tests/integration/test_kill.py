"""A run that is killed at a stage boundary is caught up by the next one, as if nothing had happened."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from pipeline_kit import (
    NIGHT_SHARE,
    PUBLISHED,
    Nights,
    Province,
    differences,
    kill_at,
    ledger_problems,
    satudata,
    start,
)

from publication.pointer import current
from simulation import advance

Events = list[dict[str, Any]]


def sealed(home: Path, events: Events) -> bool:
    """Everything is received, nothing is staged."""
    run = next((e["run_id"] for e in events), "")
    return any(run and f'"{run}"' in path.read_text() for path in (home / "state" / "penerimaan").glob("*.json"))


def staged(_: Path, events: Events) -> bool:
    """The half of dbt before identity is finished."""
    return any(e["peristiwa"] == "dbt selesai" for e in events)


def built(_: Path, events: Events) -> bool:
    """All marts are written, nothing is judged or published."""
    return sum(e["peristiwa"] == "dbt selesai" for e in events) == 2


BOUNDARIES = (sealed, staged, built)


@pytest.mark.slow
def test_later_run_killed_at_every_boundary(province: Province, nights: Nights) -> None:
    before = current(province.home / "published")
    advance(province.agencies, province.truth, night=1, share=NIGHT_SHARE)
    for boundary in BOUNDARIES:
        kill_at(start(province.home, "run"), province.home, boundary)
        assert current(province.home / "published") == before, f"the pointer moved when {boundary.__name__}"
    assert satudata(province.home, "run").exit in PUBLISHED
    with sqlite3.connect(province.home / "dagster" / "storage" / "history" / "runs.db") as con:
        assert con.execute("select count(*) from runs where status = 'STARTED'").fetchone() == (0,), "none goes on"
    assert ledger_problems(province.snapshot) == []
    assert differences(nights.snapshots[1], province.snapshot) == []
