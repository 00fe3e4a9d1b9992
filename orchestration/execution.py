"""Executing a job in this process, recorded in the home's Dagster instance."""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg

from contracts.home import Home
from contracts.masking import mask_numbers
from orchestration.assets import FRESH
from orchestration.definitions import NIGHTLY, build_defs
from orchestration.prepare import prepare
from orchestration.resources import FULL_REFRESH_TAG


@dataclass(frozen=True)
class JobOutcome:
    """How a job ended."""

    success: bool
    reason: str
    stale: list[str]
    dagster_run_id: str


def execute_job(home: Home, *, domain: str | None, full_refresh: bool) -> JobOutcome:
    """Execute the nightly job, or a domain's."""
    prepared = prepare(home)
    defs = build_defs(prepared)
    name = domain or NIGHTLY
    names = [job.name for job in defs.jobs or []]
    if name not in names:
        raise dg.DagsterInvalidInvocationError(f"there is no domain {name}; valid: {', '.join(names)}")
    tags = {FULL_REFRESH_TAG: "true"} if full_refresh else {}
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def(name).execute_in_process(
            instance=instance,
            tags=tags,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    stale = [
        str(check.metadata["alasan"].value)
        for check in result.get_asset_check_evaluations()
        if check.check_name == FRESH and not check.passed
    ]
    return JobOutcome(result.success, _reason(result), stale, result.run_id)


def _reason(result: dg.ExecuteInProcessResult) -> str:
    reasons = []
    for event in result.all_events:
        data = event.event_specific_data
        error = getattr(data, "error", None)
        if event.is_failure and error is not None:
            text = error.message.strip().splitlines()[0] if error.message else "failed"
            if getattr(data, "user_failure_data", None) is not None:
                text = data.user_failure_data.description or text  # type: ignore[union-attr]
            reasons.append(f"{event.step_key or 'run'}: {mask_numbers(text)}")
    return "; ".join(reasons)
