"""Dagster's history in PostgreSQL, as docs/operating.md says to set it up."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from contracts.home import Home
from orchestration.instance import write_instance

pytestmark = pytest.mark.postgres


@pytest.fixture
def database() -> Iterator[str]:
    """Address of an empty database of this test's own."""
    url = sa.make_url(os.environ["SATUDATA_TEST_POSTGRES_URL"]).set(drivername="postgresql+psycopg")
    name = f"dagster_{uuid.uuid4().hex[:12]}"
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with server.connect() as con:
        con.execute(sa.text(f"create database {name}"))
    yield url.set(drivername="postgresql+psycopg2", database=name).render_as_string(hide_password=False)
    with server.connect() as con:
        con.execute(sa.text(f"drop database {name} with (force)"))


def test_runs_are_recorded_there(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "rumah")
    home.create({"dagster_postgres": "SATUDATA_DAGSTER_PG"})
    write_instance(home, home.settings())
    monkeypatch.setenv("DAGSTER_HOME", str(home.dagster))
    monkeypatch.setenv("SATUDATA_DAGSTER_PG", database)

    @dg.asset
    def kosong() -> None: ...

    with dg.DagsterInstance.get() as instance:
        result = dg.materialize([kosong], instance=instance)
        assert result.success
        assert [run.run_id for run in instance.get_runs()] == [result.run_id]
    assert not (home.dagster / "storage").exists()
