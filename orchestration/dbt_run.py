"""Starting dbt inside this process: parse, and build a named set of models. No dbt text leaves this module."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.errors import SatuDataError
from contracts.masking import keep_original

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

    from orchestration.prepare import Prepared


_MANIFESTS: dict[Path, Any] = {}


class DbtFailed(SatuDataError):
    """A dbt model or test failed; the message names it, the original text is in the home's errors folder."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one dbt node."""

    unique_id: str
    name: str
    kind: str
    status: str
    seconds: float
    failures: int | None

    @property
    def ok(self) -> bool:
        """True when the model was built, or the test passed or only warned."""
        return self.status in ("success", "pass", "warn")


def parse(prepared: Prepared) -> None:
    """Parse the project with these contracts and write the manifest."""
    _MANIFESTS.pop(prepared.home.prepared, None)
    _invoke(prepared, ["parse", "--no-partial-parse"])


def build(prepared: Prepared, models: Sequence[str], *, full_refresh: bool = False) -> list[NodeResult]:
    """Build models with their tests.

    Args:
        prepared: the home.
        models: names of models, of one half of the graph.
        full_refresh: rebuild incremental models from all deliveries.

    Returns:
        One result per node that ran, failed ones included.

    Raises:
        DbtFailed: dbt itself broke before any node ran.
    """
    if prepared.home.prepared not in _MANIFESTS:
        _MANIFESTS[prepared.home.prepared] = _parsed(prepared)
    arguments = ["build", "--no-write-json", "--select", *models]
    if full_refresh:
        arguments.append("--full-refresh")
    result = _invoke(prepared, arguments, allow_failures=True)
    return [_node_result(prepared, run) for run in result]


def _parsed(prepared: Prepared) -> Any:
    """The parsed project, once per process: both halves of a run build from it."""
    return _outcome(prepared, ["parse", "--no-write-json"]).result


def _node_result(prepared: Prepared, run: Any) -> NodeResult:
    status = str(run.status)
    if status in ("error", "fail", "runtime error") and run.message:
        keep_original(RuntimeError(f"{run.node.unique_id}\n{run.message}"), prepared.home.errors)
    return NodeResult(
        unique_id=run.node.unique_id,
        name=run.node.name,
        kind=str(run.node.resource_type),
        status=status,
        seconds=float(run.execution_time),
        failures=run.failures,
    )


def _invoke(prepared: Prepared, arguments: list[str], *, allow_failures: bool = False) -> list[Any]:
    outcome = _outcome(prepared, arguments)
    if not outcome.success and not allow_failures:
        raise DbtFailed(f"dbt {arguments[0]} failed")
    return list(getattr(outcome.result, "results", []))


def _outcome(prepared: Prepared, arguments: list[str]) -> dbtRunnerResult:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    from orchestration.prepare import DBT_PROJECT

    folder = prepared.home.prepared
    options = [
        "--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT),
        "--vars", json.dumps(prepared.variables), "--no-version-check",
        "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
    ]  # fmt: skip
    quiet = ["--quiet", "--no-print", "--log-level", "none", "--log-level-file", "none", "--no-use-colors"]
    folder.mkdir(parents=True, exist_ok=True)
    with _environment(prepared.environ()), _silence():
        try:
            outcome = dbtRunner(manifest=_MANIFESTS.get(folder)).invoke([*quiet, *arguments, *options])
        finally:
            DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]
    if outcome.exception is not None:
        name = keep_original(outcome.exception, prepared.home.errors)
        raise DbtFailed(f"dbt {arguments[0]} could not start; the reason is in {prepared.home.errors / name}") from None
    return outcome


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """dbt prints and logs values of failing rows; nothing of that may reach a log."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            yield
        finally:
            root.handlers[:] = handlers
            root.setLevel(level)
