"""The commands of the two units really start on a home, serve, stop, and write nowhere else."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from deploy_kit import DEPLOY, command, environment
from pipeline_kit import Province, kill_at, start

pytestmark = pytest.mark.slow
REPOSITORY = DEPLOY.parent
_OURS = ("benchmarks", "connectors", "contracts", "dbt_project", "deploy", "docs", "expectations", "orchestration",
         "publication", "resolution", "simulation")  # fmt: skip


def test_the_web_server_serves_the_home_and_writes_nowhere_else(province: Province, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    before = _tree()
    with _service(command("satudata-web.service", port), province.home, tmp_path) as process:
        _until(process, lambda: "dagster_webserver_version" in _get(f"http://127.0.0.1:{port}/server_info"))
        answer = _graphql(port)
        jobs, schedules = _names(answer)

    assert {"malam", "penduduk", "samsat"} <= jobs
    assert schedules == {"setiap_malam"}
    assert process.returncode in (0, -signal.SIGTERM)
    assert [str(path) for folder in ("cwd", "rumah-pengguna", "tmp") for path in (tmp_path / folder).iterdir()] == []
    assert _tree() == before


def test_the_daemon_beats(province: Province, tmp_path: Path) -> None:
    storage = province.home / "dagster" / "storage" / "history" / "runs.db"
    with _service(command("satudata-daemon.service"), province.home, tmp_path) as process:
        _until(process, lambda: "SCHEDULER" in _heartbeats(storage))

    assert process.returncode in (0, -signal.SIGTERM)
    assert list((tmp_path / "rumah-pengguna").iterdir()) == []


def test_the_daemon_starts_the_next_run_though_one_was_killed(province: Province, tmp_path: Path) -> None:
    """Of a run killed on the command line nobody tells the daemon, whose queue lets one run through at a time."""
    storage = province.home / "dagster" / "storage" / "history" / "runs.db"
    before = set(_runs(storage))
    kill_at(start(province.home, "run"), province.home, lambda _, events: len(events) > 2)
    (dead,) = set(_runs(storage)) - before
    with sqlite3.connect(storage) as con:
        con.execute("update runs set update_timestamp = datetime('now', '-10 minutes') where run_id = ?", [dead])
    subprocess.run(
        [sys.executable, "-m", "dagster", "job", "launch", "-m", "orchestration.code_location", "-j", "malam"],
        env={"PATH": os.environ["PATH"], **environment(province.home)}, cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    (waiting,) = set(_runs(storage)) - before - {dead}
    assert _runs(storage) | {dead: "STARTED", waiting: "QUEUED"} == _runs(storage)

    with _service(command("satudata-daemon.service"), province.home, tmp_path) as process:
        _until(process, lambda: _runs(storage)[waiting] == "STARTED")
        assert _runs(storage)[dead] == "FAILURE"


@contextmanager
def _service(words: list[str], home: Path, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A unit's command as systemd starts it; ended by SIGTERM to its pid, with everything that it started."""
    for name in ("cwd", "rumah-pengguna", "tmp"):
        (folder / name).mkdir()
    own = {"PATH": os.environ["PATH"], "HOME": str(folder / "rumah-pengguna"), "TMPDIR": str(folder / "tmp"),
           "PYTHONDONTWRITEBYTECODE": "1", **environment(home)}  # fmt: skip
    with (folder / "service.log").open("wb") as log:
        process = subprocess.Popen(words, cwd=folder / "cwd", env=own, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=90)
            for pid in _of_home(home):
                _wait_gone(pid)


def _until(process: subprocess.Popen[bytes], reached: Callable[[], bool]) -> None:
    for _ in range(600):
        if reached():
            return
        try:
            process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"it ended with {process.returncode}")
    raise AssertionError("it never got there")


def _get(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read(), "utf-8")
    except (urllib.error.URLError, OSError):
        return ""


def _graphql(port: int) -> dict[str, Any]:
    """What the web server has loaded."""
    query = """{ repositoriesOrError { ... on PythonError { message } ... on RepositoryConnection {
        nodes { jobs { name } schedules { name } } } } }"""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql", json.dumps({"query": query}).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def _names(answer: dict[str, Any]) -> tuple[set[str], set[str]]:
    nodes = answer["data"]["repositoriesOrError"].get("nodes", [])
    assert nodes, answer
    return {job["name"] for job in nodes[0]["jobs"]}, {schedule["name"] for schedule in nodes[0]["schedules"]}


def _heartbeats(storage: Path) -> set[str]:
    if not storage.exists():
        return set()
    try:
        with sqlite3.connect(f"file:{storage}?mode=ro", uri=True, timeout=5) as con:
            return {row[0] for row in con.execute("select daemon_type from daemon_heartbeats")}
    except sqlite3.OperationalError:
        return set()


def _runs(storage: Path) -> dict[str, str]:
    """Run id -> what Dagster believes of the run."""
    with sqlite3.connect(f"file:{storage}?mode=ro", uri=True, timeout=30) as con:
        return dict(con.execute("select run_id, status from runs").fetchall())


def _of_home(home: Path) -> list[int]:
    """Processes that still serve this home."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"SATUDATA_HOME={home}\0".encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def _wait_gone(pid: int) -> None:
    ended = subprocess.run(["tail", "--pid", str(pid), "-f", "/dev/null"], timeout=90, check=False)
    assert ended.returncode == 0


def _tree() -> set[str]:
    """Every file and folder of the program that is not bytecode."""
    return {
        str(path.relative_to(REPOSITORY))
        for name in _OURS
        for path in (REPOSITORY / name).rglob("*")
        if "__pycache__" not in path.parts
    }
