"""A run that was killed never ends in Dagster; nobody may wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from contracts.home import Home
from orchestration.history import free_queue
from orchestration.lock import writer

LATER = timedelta(minutes=10)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "rumah")
    home.create({})
    return home


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def add(instance: dg.DagsterInstance, status: dg.DagsterRunStatus) -> str:
    return instance.add_run(dg.DagsterRun(job_name="malam", status=status)).run_id


def state(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def test_dead_runs_end_and_others_stay_what_they_are(home: Home, instance: dg.DagsterInstance) -> None:
    dead = [add(instance, status) for status in (dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING)]
    others = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.CANCELED]
    left = {add(instance, status): status for status in others}

    assert sorted(free_queue(instance, home, datetime.now(UTC) + LATER)) == sorted(dead)
    assert {state(instance, name) for name in dead} == {dg.DagsterRunStatus.FAILURE}
    assert {name: state(instance, name) for name in left} == left


def test_a_run_that_writes_is_left_alone(home: Home, instance: dg.DagsterInstance) -> None:
    alive = add(instance, dg.DagsterRunStatus.STARTED)
    with writer(home, "run uji"):
        assert free_queue(instance, home, datetime.now(UTC) + LATER) == []
    assert state(instance, alive) == dg.DagsterRunStatus.STARTED


def test_a_run_that_is_just_starting_is_left_alone(home: Home, instance: dg.DagsterInstance) -> None:
    starting = add(instance, dg.DagsterRunStatus.STARTING)
    assert free_queue(instance, home) == []
    assert state(instance, starting) == dg.DagsterRunStatus.STARTING
