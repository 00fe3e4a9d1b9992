"""Logs, error texts and run records are kept as long as the home says, also where only the daemon starts runs."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

import dagster as dg
import pytest
from reception_kit import FILES, write_contract

from contracts.home import Home
from orchestration.instance import write_instance
from orchestration.resources import HomeResource

DAYS = 86_400
#: file -> its age in days; the home keeps thirty
AGES = {
    "logs/000000-lama.jsonl": 31, "logs/pemeriksaan-000000-lama.html": 31, "errors/lama.txt": 31,
    "logs/000000-baru.jsonl": 29, "logs/pemeriksaan-000000-baru.html": 29, "errors/baru.txt": 29,
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "rumah")
    home.create({"kontrak_bawaan": False})
    write_contract(home.own_contracts, server=FILES, facts="bentuk: penuh")
    write_instance(home, home.settings())
    return home


def hold(home: Home) -> str:
    """A job that holds the home and does nothing, without our command line, as the daemon executes it; its run id."""

    @dg.op(required_resource_keys={"rumah"})
    def nothing() -> None:
        pass

    @dg.job(resource_defs={"rumah": HomeResource(root=str(home.root))})
    def holds() -> None:
        nothing()

    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        result = holds.execute_in_process(instance=instance)
    assert result.success
    return result.run_id


@pytest.mark.slow
def test_a_job_removes_what_is_older_than_the_home_keeps(home: Home) -> None:
    history = home.dagster / "storage" / "history"
    old, recent = hold(home), hold(home)
    for name, days in AGES.items():
        path = home.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
        os.utime(path, (time.time() - days * DAYS,) * 2)
    with sqlite3.connect(history / "runs.db") as con:
        for run_id, days in ((old, 31), (recent, 29)):
            aged = f"update runs set update_timestamp = datetime('now', '-{days} days') where run_id = ?"
            con.execute(aged, [run_id])
    assert {path.name for path in (history / "runs").glob("*.db")} >= {f"{old}.db", f"{recent}.db"}

    last = hold(home)

    assert {name for name in AGES if (home.root / name).exists()} == {n for n, days in AGES.items() if days < 30}
    with sqlite3.connect(history / "runs.db") as con:
        assert {row[0] for row in con.execute("select run_id from runs")} == {recent, last}
    assert [path.name for path in (history / "runs").glob(f"{old}*")] == []
    assert (history / "runs" / f"{recent}.db").is_file()
