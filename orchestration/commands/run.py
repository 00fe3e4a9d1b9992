"""``satudata run``: one nightly run, headless, recorded in Dagster."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import click

from contracts.home import Home
from orchestration.instance import enter_instance

PUBLISHED, NOT_PUBLISHED, USAGE, STALE = 0, 1, 2, 3
MOST_LISTED = 3


@click.command()
@click.option("--full-refresh", is_flag=True, help="Rebuild every model from the deliveries.")
@click.option("--select", "domain", metavar="DOMAIN", help="Only this domain's deliveries and what follows from them.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.pass_obj
def run(home: Home, full_refresh: bool, domain: str | None, as_json: bool) -> None:
    """Receive, reconcile, judge and publish.

    Exits 0 when published, 3 when published with stale or failed deliveries, 1 when not published, 2 on wrong usage.
    """
    outcome = execute(home, full_refresh=full_refresh, domain=domain, quiet=as_json)
    if as_json:
        click.echo(json.dumps(outcome, ensure_ascii=False, indent=1))
    elif outcome["exit"] == NOT_PUBLISHED:
        click.echo(f"not published: {outcome['reason']}", err=True)
    else:
        click.echo(f"published {outcome['snapshot']} in {outcome['seconds']:.0f} s")
        for reason in outcome["stale"]:
            click.echo(f"stale: {reason}", err=True)
    sys.exit(outcome["exit"])


def execute(
    home: Home, *, full_refresh: bool = False, domain: str | None = None, quiet: bool = False
) -> dict[str, Any]:
    """Run the nightly job, or a domain's, in this process.

    Returns:
        exit code, snapshot, seconds, stale deliveries and, when not published, the reason.
    """
    from orchestration.execution import UnknownDomain, execute_job
    from orchestration.runlog import listeners
    from publication.pointer import current

    enter_instance(home)
    started = time.monotonic()

    def show(entry: dict[str, object]) -> None:
        if not quiet and not (entry["peristiwa"] == "dbt" and entry["status"] in ("success", "pass", "skipped")):
            click.echo(f"{time.monotonic() - started:6.1f} s  {_line(entry)}", err=True)

    before = current(home.published)
    listeners.append(show)
    try:
        outcome = execute_job(home, domain=domain, full_refresh=full_refresh)
    except UnknownDomain as error:
        raise click.UsageError(str(error)) from None
    finally:
        listeners.remove(show)
    snapshot = current(home.published)
    published = outcome.success and snapshot != before
    code = NOT_PUBLISHED if not published else STALE if outcome.stale else PUBLISHED
    return {
        "exit": code,
        "snapshot": snapshot,
        "seconds": round(time.monotonic() - started, 2),
        "stale": outcome.stale,
        "reason": outcome.reason,
        "dagster_run_id": outcome.dagster_run_id,
    }


def _line(entry: dict[str, object]) -> str:
    facts = {k: v for k, v in entry.items() if k not in ("waktu", "peristiwa", "run_id", "dagster_run_id")}
    shown = ", ".join(f"{name} {_short(value)}" for name, value in facts.items() if value not in (None, (), [], ""))
    return f"{entry['peristiwa']}: {shown}" if shown else str(entry["peristiwa"])


def _short(value: object) -> object:
    """A list as its members, a long one as their number; the run's log holds them all."""
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value)) if len(value) <= MOST_LISTED else f"{len(value)} pengiriman"
    return value
