"""The kept connections to Dagster's history write what Dagster's own storage reads."""

from __future__ import annotations

import time
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.events import DagsterEvent, DagsterEventType, EngineEventData
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage

from contracts.home import Home
from orchestration.event_history import KEPT, EventHistory
from orchestration.instance import enter_instance


@dg.asset
def benda() -> None:
    """Something to materialize."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "rumah")
    home.create({})
    return home


def entry(run_id: str) -> EventLogEntry:
    event = DagsterEvent(
        event_type_value=DagsterEventType.ENGINE_EVENT.value, job_name="malam", message="mulai",
        event_specific_data=EngineEventData({}),
    )  # fmt: skip
    return EventLogEntry(
        error_info=None, level=20, user_message="", run_id=run_id, timestamp=time.time(), dagster_event=event
    )


def test_dagsters_own_storage_reads_the_files(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(home.dagster))
    enter_instance(home)
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, EventHistory)
        run = dg.materialize([benda], instance=instance)
    own = SqliteEventLogStorage(str(home.dagster / "storage" / "history" / "runs"))
    assert [entry.dagster_event_type for entry in own.get_logs_for_run(run.run_id)][-1].value == "PIPELINE_SUCCESS"
    assert own.get_latest_materialization_events([benda.key])[benda.key].run_id == run.run_id


def test_few_files_stay_open_and_a_removed_one_is_made_anew(tmp_path: Path) -> None:
    history = EventHistory(str(tmp_path))
    runs = [f"run-{number}" for number in range(KEPT + 3)]
    for run_id in runs:
        history.store_event(entry(run_id))
    assert len(history._engines) == KEPT
    assert [len(history.get_logs_for_run(run_id)) for run_id in runs] == [1] * len(runs)
    for file in tmp_path.glob(f"{runs[-1]}.db*"):
        file.unlink()
    history.store_event(entry(runs[-1]))
    assert len(SqliteEventLogStorage(str(tmp_path)).get_logs_for_run(runs[-1])) == 1
    history.dispose()
    assert not history._engines
