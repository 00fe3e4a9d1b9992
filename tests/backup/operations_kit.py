"""One demo home for the tests of backup, deployment and documents, made with the real command line.

Its first run is also the run during which backups are taken: they lie beside the home, with what was seen meanwhile.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from contracts.home import Home
from orchestration.backup import make_backup
from orchestration.backup_store import backups

SATUDATA = Path(sys.executable).parent / "satudata"
PEOPLE = 2000
#: What differs between two runs by its nature: who wrote a row and when.
OF_THE_RUN = ("_run_id", "_waktu_%")


@dataclass(frozen=True)
class Operations:
    """A demo home after its first night, and the backups taken while that night ran."""

    home: Home
    meanwhile: Path
    exit_code: int

    def environ(self, **more: str) -> dict[str, str]:
        """The environment of a command against this home."""
        return {**os.environ, "SATUDATA_HOME": str(self.home.root), "DO_NOT_TRACK": "1", **more}


def satudata(home: Home, *arguments: str, expect: tuple[int, ...] = (0,)) -> subprocess.CompletedProcess[str]:
    """Run the command line against a home."""
    done = subprocess.run([SATUDATA, "--home", home.root, *arguments], capture_output=True, text=True, timeout=600)
    assert done.returncode in expect, f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr[-3000:]}"
    return done


def shared_operations(factory: pytest.TempPathFactory) -> Operations:
    """The home of this test session; the first who asks makes it."""
    folder = factory.getbasetemp() / "rumah-operasi"
    home, meanwhile, note = Home(folder / "rumah"), folder / "cadangan", folder / "selesai"
    if not note.exists():
        folder.mkdir()
        satudata(home, "demo", "--people", str(PEOPLE))
        note.write_text(str(_run_with_backups(home, meanwhile)))
    return Operations(home, meanwhile, int(note.read_text()))


def _run_with_backups(home: Home, meanwhile: Path) -> int:
    """The first night, in a process of its own; a backup whenever the deliveries, receipts or ids have grown."""
    log = meanwhile.with_suffix(".log")
    with log.open("wb") as out:
        run = subprocess.Popen([SATUDATA, "--home", home.root, "run"], stdout=out, stderr=out)
        seen: tuple[int, int, int] = (0, 0, 0)
        while run.poll() is None:
            now = counts(home.root)
            if now != seen:
                make_backup(home, meanwhile)
                seen = now
            try:
                run.wait(timeout=0.2)
            except subprocess.TimeoutExpired:
                continue
    assert run.returncode in (0, 3), log.read_text(errors="replace")[-3000:]
    return run.returncode


def counts(root: Path) -> tuple[int, int, int]:
    """Whole deliveries, sealed receipts and registry files below a home or a backup."""
    found = (
        root.glob("landing/*/[!.]*/delivery.json"),
        root.glob("state/penerimaan/*.json"),
        root.glob("state/identitas/[!.]*.parquet"),
    )
    deliveries, receipts, registry = (len(list(paths)) for paths in found)
    return deliveries, receipts, registry


def during(operations: Operations) -> list[Path]:
    """Folders of the backups that were taken while the first night ran, oldest first."""
    return [operations.meanwhile / name for name in backups(operations.meanwhile)]


def differences(one: Path, other: Path) -> dict[str, tuple[int, int]]:
    """Per published table the rows that only one of two snapshots has; tables that only one has count as -1."""
    with duckdb.connect() as con:
        con.execute(f"attach '{one}' as satu (read_only); attach '{other}' as dua (read_only)")
        tables = {base: _tables(con, base) for base in ("satu", "dua")}
        result = dict.fromkeys(tables["satu"].keys() ^ tables["dua"].keys(), (-1, -1))
        for name in tables["satu"].keys() & tables["dua"].keys():
            assert tables["satu"][name] == tables["dua"][name], name
            columns = ", ".join(f'"{column}"' for column in tables["satu"][name])
            counted = con.execute(
                f"select (select count(*) from (select {columns} from satu.{name} except all "
                f"select {columns} from dua.{name})), (select count(*) from (select {columns} from dua.{name} "
                f"except all select {columns} from satu.{name}))"
            ).fetchone()
            assert counted is not None
            if counted != (0, 0):
                result[name] = counted
        return result


def _tables(con: duckdb.DuckDBPyConnection, base: str) -> dict[str, tuple[str, ...]]:
    kept = " and ".join(f"not column_name like '{pattern.replace('_', '^_')}' escape '^'" for pattern in OF_THE_RUN)
    rows = con.execute(
        f"select schema_name || '.' || table_name, list(column_name order by column_index) from duckdb_columns() "
        f"where database_name = '{base}' and schema_name in ('marts', 'mutu') and {kept} group by all"
    ).fetchall()
    return {name: tuple(columns) for name, columns in rows}
