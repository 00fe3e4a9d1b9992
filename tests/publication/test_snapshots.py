"""Snapshots: new names, one pointer, readable by anybody, never rewritten."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from publication.errors import PublicationError
from publication.pointer import current, database, move_pointer, prune, snapshots
from publication.snapshot import FILE, MANIFEST, PublishedColumn, PublishedTable, write_snapshot

NOW = datetime(2026, 6, 30, 18, 0, tzinfo=UTC)
COLUMNS = (
    PublishedColumn("id_orang", "Id orang", "internal"),
    PublishedColumn("tahun_lahir", "Tahun lahir", "pribadi"),
)
TABLE = PublishedTable("marts", "dim_orang", "Satu baris per orang", COLUMNS)


@pytest.fixture
def build(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(tmp_path / "gudang.duckdb"))
    con.execute("create schema marts; create table marts.dim_orang (id_orang varchar, nik varchar, tahun_lahir int)")
    con.execute("insert into marts.dim_orang values ('a', '1671016503900001', 1990), ('b', '1671016503900002', 1991)")
    return con


def publish(con: duckdb.DuckDBPyConnection, folder: Path, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    return write_snapshot(con, [TABLE], folder, name=name, run_id="000001-uji", made=NOW)


def test_a_plain_duckdb_opens_the_snapshot(build: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = publish(build, tmp_path / "published", "s1")
    code = (
        "import duckdb,sys; c = duckdb.connect(sys.argv[1], read_only=True);"
        "print(c.execute('select count(*), max(tahun_lahir) from dim_orang').fetchone(),"
        "c.execute(\"select comment from duckdb_columns() where table_name = 'dim_orang' and schema_name = 'marts' "
        "and column_name = 'id_orang'\").fetchone())"
    )
    out = subprocess.run([sys.executable, "-c", code, str(folder / FILE)], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "(2, 1991) ('Id orang',)"


def test_only_the_listed_columns_leave_the_build(build: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = publish(build, tmp_path / "published", "s1")
    assert b"1671016503900001" not in (folder / FILE).read_bytes()
    with duckdb.connect(str(folder / FILE), read_only=True) as con:
        assert [c[0] for c in con.execute("describe dim_orang").fetchall()] == ["id_orang", "tahun_lahir"]


def test_a_snapshot_is_never_rewritten(build: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    publish(build, tmp_path / "published", "s1")
    with pytest.raises(PublicationError, match="never rewritten"):
        publish(build, tmp_path / "published", "s1")


def test_nothing_half_written_is_seen(build: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    wrong = PublishedTable("marts", "tidak_ada", "", COLUMNS)
    folder.mkdir()
    with pytest.raises(duckdb.Error):
        write_snapshot(build, [TABLE, wrong], folder, name="s1", run_id="r", made=NOW)
    assert snapshots(folder) == []


def test_the_pointer_moves_and_moves_back(build: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    for name in ("s1", "s2"):
        publish(build, folder, name)
        move_pointer(folder, name)
    assert current(folder) == "s2"
    move_pointer(folder, "s1")
    assert database(folder).parent.name == "s1"
    with pytest.raises(PublicationError, match="there are: s1, s2"):
        move_pointer(folder, "s3")
    assert current(folder) == "s1"


def test_pruning_keeps_the_newest_and_the_current_one(build: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    for number in range(1, 10):
        publish(build, folder, f"s{number}")
    move_pointer(folder, "s1")
    assert prune(folder, 7) == ["s2"]
    assert snapshots(folder) == ["s1", *(f"s{n}" for n in range(3, 10))]


def test_a_reader_keeps_its_snapshot_while_the_next_is_written(
    build: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    folder = tmp_path / "published"
    publish(build, folder, "s1")
    move_pointer(folder, "s1")
    with duckdb.connect(str(database(folder)), read_only=True) as reader:
        build.execute("insert into marts.dim_orang values ('c', null, 2000)")
        publish(build, folder, "s2")
        move_pointer(folder, "s2")
        assert reader.execute("select count(*) from dim_orang").fetchone() == (2,)
    with duckdb.connect(str(database(folder)), read_only=True) as reader:
        assert reader.execute("select count(*) from dim_orang").fetchone() == (3,)


def test_a_newer_snapshot_is_refused_by_name(build: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    path = publish(build, folder, "s1") / MANIFEST
    path.write_text(path.read_text().replace('"format_version": 1', '"format_version": 9'))
    move_pointer(folder, "s1")
    with pytest.raises(PublicationError, match="format_version 9, newer than 1"):
        database(folder)


def test_before_the_first_snapshot_a_reader_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PublicationError, match="satudata run"):
        database(tmp_path)
