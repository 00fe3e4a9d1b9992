"""What runs leave behind: dead ones in Dagster's record, logs and error texts too old to be kept."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from contracts.home import Home
from orchestration.lock import HomeBusy, writer

#: A run is launched, loads the contracts and only then takes the lock; a younger one may be on its way there.
ON_ITS_WAY = timedelta(minutes=3)
_DAY = 86_400
_GOING_ON = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_DEAD = "the run died without a word (killed, or the machine went down); the next one catches up what it left"
#: Of a home that was never pruned not everything goes in one night, so that no run waits long for it.
_MOST_FORGOTTEN = 200


def fail_dead_runs(instance: dg.DagsterInstance, *, but: str = "", before: datetime | None = None) -> list[str]:
    """Mark runs as failed that Dagster believes to be going on; only for who knows that nobody writes the home.

    A killed process cannot report its end, and the queue of one would wait for it for ever.

    Args:
        instance: the home's instance.
        but: id of the run that is going on.
        before: only runs whose state has not changed since then.

    Returns:
        Their ids.
    """
    runs = instance.get_runs(dg.RunsFilter(statuses=_GOING_ON, updated_before=before))
    dead = [run for run in runs if run.run_id != but]
    for run in dead:
        instance.report_run_failed(run, _DEAD)
    return [run.run_id for run in dead]


def free_queue(instance: dg.DagsterInstance, home: Home, now: datetime | None = None) -> list[str]:
    """Mark dead runs as failed unless the home is being written; runs that wait in the queue stay there.

    A run that has let go of the home an instant ago and has yet to say so ends as what it says itself.
    """
    before = (now or datetime.now(UTC)) - ON_ITS_WAY
    if not instance.get_runs(dg.RunsFilter(statuses=_GOING_ON, updated_before=before), limit=1):
        return []
    try:
        with writer(home, "free_queue"):
            return fail_dead_runs(instance, before=before)
    except HomeBusy:
        return []


def forget_old_runs(instance: dg.DagsterInstance, home: Home, days: int) -> None:
    """Delete the records of runs that ended more than ``days`` ago, with their event logs."""
    before = datetime.now(UTC) - timedelta(days=days)
    ended = dg.RunsFilter(statuses=_ENDED, updated_before=before)
    for record in instance.get_run_records(ended, limit=_MOST_FORGOTTEN, ascending=True):
        name = record.dagster_run.run_id
        instance.delete_run(name)
        # SQLite keeps one file per run, which Dagster empties and leaves behind
        for file in (home.dagster / "storage").rglob(f"{name}.db*"):
            file.unlink(missing_ok=True)


def remove_old_logs(folder: Path, days: int) -> None:
    """Delete entries of a folder that were last changed more than ``days`` ago."""
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        if time.time() - entry.stat().st_mtime > days * _DAY:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink(missing_ok=True)
