"""All Dagster definitions, assembled by one function."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg

from contracts.home import Home
from orchestration.assets import dbt_half, identity_asset, raw_key, reception_asset, snapshot_asset
from orchestration.checks import warehouse_gate
from orchestration.history import free_queue
from orchestration.prepare import Prepared, prepare
from orchestration.resources import NIGHTLY, HomeResource

HOME_VARIABLE = "SATUDATA_HOME"
#: Dagster's console logger would print every event to the terminal or the daemon's journal; the run's log holds them.
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


#: How often the daemon looks for dead runs; each look leaves one line in Dagster's history.
SENSOR_SECONDS = 300


def home_from_environ() -> Home:
    """The home named by SATUDATA_HOME, else ``./var``."""
    return Home(Path(os.environ.get(HOME_VARIABLE, "var")).resolve())


def build_defs(prepared: Prepared) -> dg.Definitions:
    """Assets, checks, jobs and the schedule of one home."""
    upstream, downstream = dbt_half(prepared, "dbt_hulu", "hulu"), dbt_half(prepared, "dbt_hilir", "hilir")
    reception, identity = reception_asset(prepared), identity_asset(prepared)
    gates = [
        warehouse_gate(prepared, "gerbang_gudang_hulu", upstream.keys),
        warehouse_gate(prepared, "gerbang_gudang_hilir", downstream.keys),
    ]
    snapshot = snapshot_asset(prepared, sorted(downstream.keys))
    jobs = [nightly_job(), *domain_jobs(prepared)]
    return dg.Definitions(
        assets=[reception, upstream, identity, downstream, snapshot],
        asset_checks=gates,
        jobs=jobs,
        schedules=[nightly_schedule(prepared)],
        sensors=[dead_run_sensor(prepared)],
        resources={"rumah": HomeResource(root=str(prepared.home.root))},
        executor=dg.in_process_executor,
    )


def nightly_job() -> dg.UnresolvedAssetJobDefinition:
    """Everything, once a night."""
    return dg.define_asset_job(
        NIGHTLY, selection=dg.AssetSelection.all(), description="Seluruh pengiriman sampai terbit.", config=QUIET
    )


def domain_jobs(prepared: Prepared) -> list[dg.UnresolvedAssetJobDefinition]:
    """Per domain its deliveries and everything that follows from them, through the same gates."""
    jobs = []
    for domain in sorted({contract.domain for contract in prepared.contracts}):
        keys = [raw_key(contract) for contract in prepared.contracts if contract.domain == domain]
        selection = dg.AssetSelection.assets(*keys).downstream()
        jobs.append(
            dg.define_asset_job(
                domain, selection=selection, description=f"Pengiriman {domain} dan semua turunannya.", config=QUIET
            )
        )
    return jobs


def nightly_schedule(prepared: Prepared) -> dg.ScheduleDefinition:
    """The nightly run in the region's zone; on in a deployment, off in the demo."""
    settings = prepared.settings
    status = dg.DefaultScheduleStatus.RUNNING if settings.jadwal_aktif else dg.DefaultScheduleStatus.STOPPED
    return dg.ScheduleDefinition(
        name="setiap_malam",
        job_name=NIGHTLY,
        cron_schedule=settings.jadwal,
        execution_timezone=settings.zona,
        default_status=status,
    )


def dead_run_sensor(prepared: Prepared) -> dg.SensorDefinition:
    """Frees the queue of a run that was killed: on wherever the daemon runs, also for runs of the command line."""

    @dg.sensor(
        name="bebaskan_antrean",
        description="Menandai gagal jalan yang mati, agar antrean tidak menunggunya.",
        minimum_interval_seconds=SENSOR_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def free(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        dead = free_queue(context.instance, prepared.home)
        return dg.SkipReason(f"marked as failed: {', '.join(dead)}" if dead else "no dead run")

    return free


def definitions() -> dg.Definitions:
    """Entry point of workspace.yaml."""
    return build_defs(prepare(home_from_environ()))
