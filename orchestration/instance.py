"""Dagster's instance of a home: storage, telemetry off."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from contracts.delivery import write_text_atomic
from contracts.errors import HomeError
from contracts.home import SETTINGS, Home, Settings

_HELD: dict[str, sqlite3.Connection] = {}
CODE_LOCATION = "orchestration.code_location"


def write_instance(home: Home, settings: Settings) -> None:
    """Write ``dagster.yaml`` from the settings, and ``workspace.yaml``, where they differ."""
    config: dict[str, Any] = {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        # What steps print is ours and stands in the run's log; capturing it costs two processes per step.
        "compute_logs": {
            "module": "dagster._core.storage.noop_compute_log_manager",
            "class": "NoOpComputeLogManager",
        },
        # one writer: a second run waits in the queue instead of failing at the lock
        "concurrency": {"runs": {"max_concurrent_runs": 1}},
        "retention": {
            "schedule": {"purge_after_days": settings.simpan_log_hari},
            "sensor": {"purge_after_days": settings.simpan_log_hari},
        },
    }
    if settings.dagster_postgres:
        config["storage"] = {"postgres": {"postgres_url": {"env": settings.dagster_postgres}}}
    else:
        config["storage"] = {
            "custom": {
                "module": "orchestration.event_history",
                "class": "HomeStorage",
                "config": {"base_dir": str(home.dagster / "storage")},
            }
        }
    workspace = {"load_from": [{"python_module": {"module_name": CODE_LOCATION, "location_name": "satu-data"}}]}
    _write_yaml(home.dagster / "dagster.yaml", config)
    _write_yaml(workspace_file(home), workspace)


def workspace_file(home: Home) -> Path:
    """What the web server and the daemon load."""
    return home.dagster / "workspace.yaml"


def _write_yaml(path: Path, data: dict[str, Any]) -> None:
    text = yaml.safe_dump(data, sort_keys=False)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        write_text_atomic(path, text)


def enter_instance(home: Home) -> Settings:
    """Prepare this process to use the home's instance.

    Returns:
        The home's settings.
    """
    settings = home.settings()
    write_instance(home, settings)
    if settings.dagster_postgres:
        os.environ[settings.dagster_postgres] = dagster_address(home, settings.dagster_postgres)
    os.environ["DAGSTER_HOME"] = str(home.dagster)
    os.environ["SATUDATA_HOME"] = str(home.root)
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    calm_sqlite(home)
    return settings


def dagster_address(home: Home, variable: str) -> str:
    """The address of Dagster's PostgreSQL, from the environment or ``sumber.env``.

    Raises:
        HomeError: there is none, or it names another driver than Dagster's storage works with.
    """
    address = home.environ().get(variable, "")
    if not address.startswith("postgresql+psycopg2://"):
        found = "is not set" if not address else "does not begin so"
        raise HomeError(
            f"{home.root / SETTINGS}: dagster_postgres names {variable}, which must hold "
            f"postgresql+psycopg2://user:password@host:port/database and {found}; "
            "without the setting Dagster's history stays in the home"
        )
    return address


def calm_sqlite(home: Home) -> None:
    """Let Dagster's SQLite files write without a disk flush per event.

    Dagster opens a connection per event, and SQLite flushes at every commit and when the last connection closes:
    measured, a quarter of an empty run. One held connection per file and ``synchronous = NORMAL`` keep the files
    whole; a power cut may cost the last events of the run history, never data.
    """
    storage = str(home.dagster)

    @sa.event.listens_for(sa.engine.Engine, "connect")
    def on_connect(connection: Any, record: object) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        rows = connection.execute("pragma database_list").fetchall()
        file = rows[0][2] if rows else ""
        if not file.startswith(storage):
            return
        connection.execute("pragma synchronous = normal")
        if file not in _HELD:
            _HELD[file] = sqlite3.connect(file, check_same_thread=False)
            _HELD[file].execute("select count(*) from sqlite_master").fetchone()
