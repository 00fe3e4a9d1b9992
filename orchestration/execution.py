"""Executing a job in this process, recorded in the home's Dagster instance."""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from contracts.errors import ContractError, HomeError, SatuDataError
from contracts.home import Home
from contracts.masking import mask_name
from orchestration.assets import FRESH
from orchestration.definitions import build_defs
from orchestration.lock import HomeBusy
from orchestration.prepare import prepare
from orchestration.resources import FULL_REFRESH_TAG, NIGHTLY


class UnknownDomain(SatuDataError):
    """No contract of this home belongs to the domain that was asked for."""


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
        raise UnknownDomain(f"there is no domain {name}; valid: {', '.join(n for n in names if n != NIGHTLY)}")
    tags = {FULL_REFRESH_TAG: "true"} if full_refresh else {}
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_job_def(name).execute_in_process(instance=instance, tags=tags, raise_on_error=False)
    stale = [
        str(check.metadata["alasan"].value)
        for check in result.get_asset_check_evaluations()
        if check.check_name == FRESH and not check.passed
    ]
    reason = _reason(result)
    if domain and not result.success:
        reason += (
            f"; a run of {domain} alone does not finish what an interrupted run left of other domains, "
            "the whole one does: satudata run"
        )
    return JobOutcome(result.success, reason, stale, result.run_id)


def _reason(result: dg.ExecuteInProcessResult) -> str:
    """Why the run did not end well, step by step, in our words."""
    reasons = [
        f"{'/'.join(dict.fromkeys(check.asset_key.path))}: {check.metadata['pesan'].value} ({check.check_name})"
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR and "pesan" in check.metadata
    ]
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            if data.user_failure_data is not None:
                reasons.append(f"{event.step_key}: {data.user_failure_data.description}")
            elif data.error is not None and not reasons:
                reasons.append(f"{event.step_key}: {data.error.cls_name or 'failed'}")
        elif event.is_engine_event and not reasons and event.engine_event_data.error is not None:
            reasons.append(_root(event.engine_event_data.error))
        elif event.is_run_failure and not reasons and event.job_failure_data.error is not None:
            reasons.append(_root(event.job_failure_data.error))
    return "; ".join(reasons)


def _root(error: SerializableErrorInfo) -> str:
    """What began it: our own message, or only the kind of a foreign error; runs and folders keep their digits."""
    while error.cause is not None:
        error = error.cause
    ours = {kind.__name__ for kind in (HomeError, HomeBusy, ContractError, SatuDataError)}
    text = mask_name(error.message.strip()).split(f"{error.cls_name}: ", 1)[-1]
    return text if error.cls_name in ours else str(error.cls_name)
