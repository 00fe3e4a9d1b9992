"""Dagster's record of runs: what a dead run left standing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg

from contracts.home import Home
from orchestration.lock import HomeBusy, writer

#: A run is launched, loads the contracts and only then takes the lock; a younger one may be on its way there.
ON_ITS_WAY = timedelta(minutes=3)
_GOING_ON = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
_DEAD = "the run died without a word (killed, or the machine went down); the next one catches up what it left"


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
