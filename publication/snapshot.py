"""Making a snapshot: a new DuckDB file with the published relations, descriptions included."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from publication.errors import PublicationError

FORMAT_VERSION = 1
FILE = "satudata.duckdb"
MANIFEST = "snapshot.json"


@dataclass(frozen=True)
class PublishedColumn:
    """A column that leaves the build."""

    name: str
    description: str
    kelas: str


@dataclass(frozen=True)
class PublishedTable:
    """A relation that leaves the build, with its columns in order; ``query`` where it is not a build relation as is."""

    schema: str
    name: str
    description: str
    columns: tuple[PublishedColumn, ...]
    query: str | None = None

    @property
    def rows(self) -> str:
        """Where the rows come from: the relation itself, or a query over the build."""
        return f"({self.query})" if self.query else f"{self.schema}.{self.name}"


def write_snapshot(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[PublishedTable],
    folder: Path,
    *,
    name: str,
    run_id: str,
    made: datetime,
) -> Path:
    """Write ``folder/name`` whole or not at all; nothing points at it yet.

    Args:
        con: connection to the build database.
        tables: what to publish.
        folder: the home's published folder.
        name: snapshot name; must be new.
        run_id: the run that made it.
        made: when.

    Returns:
        The snapshot's folder.
    """
    target = folder / name
    if target.exists():
        raise PublicationError(f"snapshot {name} exists already; a snapshot is never rewritten")
    work = folder / f".{name}.tmp"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, mode=0o700)
    rows = _copy(con, tables, work / FILE)
    manifest = {
        "format_version": FORMAT_VERSION,
        "snapshot": name,
        "run_id": run_id,
        "dibuat": made.isoformat(timespec="seconds"),
        "duckdb": duckdb.__version__,
        "baris": rows,
    }
    (work / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    with (work / MANIFEST).open("rb") as handle:
        os.fsync(handle.fileno())
    os.replace(work, target)
    return target


def _copy(con: duckdb.DuckDBPyConnection, tables: Sequence[PublishedTable], path: Path) -> dict[str, int]:
    rows: dict[str, int] = {}
    con.execute(f"attach {_text(str(path))} as terbitan")
    try:
        for schema in sorted({table.schema for table in tables}):
            con.execute(f"create schema terbitan.{schema}")
        for table in tables:
            full = f"{table.schema}.{table.name}"
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            con.execute(f"create table terbitan.{full} as select {columns} from {table.rows}")
            con.execute(f"comment on table terbitan.{full} is {_text(table.description)}")
            for column in table.columns:
                con.execute(f'comment on column terbitan.{full}."{column.name}" is {_text(column.description)}')
            row = con.execute(f"select count(*) from terbitan.{full}").fetchone()
            rows[full] = int(row[0]) if row else 0
    finally:
        con.execute("detach terbitan")
    with duckdb.connect(str(path)) as own:
        for table in tables:
            own.execute(f"create view main.{table.name} as from {table.schema}.{table.name}")
        own.execute("create table main.satudata_snapshot as select ? as format_version", [FORMAT_VERSION])
        own.execute("checkpoint")
    return rows


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
