"""A run that is killed at a stage boundary is caught up by the next one, as if nothing had happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pipeline_kit import (
    Province,
    differences,
    forget_runs,
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


def resolved(_: Path, events: Events) -> bool:
    """Ids are given and registered; nothing downstream knows it."""
    return any(e["peristiwa"] == "identitas" for e in events)


def built(_: Path, events: Events) -> bool:
    """All marts are written, nothing is judged or published."""
    return sum(e["peristiwa"] == "dbt selesai" for e in events) == 2


BOUNDARIES = (sealed, staged, resolved, built)


@pytest.mark.slow
def test_killed_runs_end_in_the_same_tables(province: Province, published: Province, tmp_path: Path) -> None:
    home = province.home
    uninterrupted = tmp_path / "malam1.duckdb"
    advance(province.agencies, province.truth, night=1, share=0.05)
    assert satudata(home, "run").exit == 0
    uninterrupted.write_bytes(province.snapshot.read_bytes())

    forget_runs(province)
    _back_to_night_0(province, published)
    for boundary in BOUNDARIES:
        kill_at(start(home, "run"), home, boundary)
        assert current(home / "published") is None, f"published although killed when {boundary.__name__}"
    assert satudata(home, "run").exit == 0
    assert ledger_problems(province.snapshot) == []
    assert differences(published.snapshot, province.snapshot) == []

    before = current(home / "published")
    advance(province.agencies, province.truth, night=1, share=0.05)
    for boundary in BOUNDARIES:
        kill_at(start(home, "run"), home, boundary)
        assert current(home / "published") == before, f"the pointer moved although killed when {boundary.__name__}"
    assert satudata(home, "run").exit == 0
    assert ledger_problems(province.snapshot) == []
    assert differences(uninterrupted, province.snapshot) == []


def _back_to_night_0(province: Province, published: Province) -> None:
    import shutil

    for name in ("instansi", "kebenaran"):
        shutil.rmtree(province.folder / name)
        shutil.copytree(published.folder / name, province.folder / name)
