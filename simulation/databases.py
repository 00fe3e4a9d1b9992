"""Where agencies keep their tables: SQLite files, or PostgreSQL and MariaDB when an address is given."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pymysql

from simulation.tables import TableSpec, as_text, chunks
from simulation.text import glue

CHUNK = 50_000


class Store(Protocol):
    """A database of one agency. Use as a context manager; leaving it without an exception commits."""

    def __enter__(self) -> Store:
        """Connects."""

    def __exit__(self, *failure: object) -> None:
        """Commits unless something failed, and closes."""

    def create(self, specs: Sequence[TableSpec]) -> None:
        """Drops what was there and creates the tables empty."""

    def insert(self, spec: TableSpec, rows: Any) -> None:
        """Appends an Arrow table."""

    def read(self, spec: TableSpec, keys: Sequence[int | str]) -> Any:
        """The rows of these keys as an Arrow table of text columns, in key order."""

    def replace(self, spec: TableSpec, rows: Any) -> None:
        """Puts rows in the place of those with the same key, or adds them."""


def _as_strings(spec: TableSpec, rows: Iterable[Sequence[Any]]) -> Any:
    columns = list(zip(*rows, strict=True)) or [()] * len(spec.columns)
    texts = [[None if value is None else str(value) for value in column] for column in columns]
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(spec.names, texts, strict=True)})


class SqliteStore:
    """One SQLite file; the schema name is not part of the table name."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._open: sqlite3.Connection | None = None

    def __enter__(self) -> SqliteStore:
        """Connects without a journal: a broken simulation is simply run again."""
        self._open = sqlite3.connect(self._path, isolation_level=None)
        self._open.execute("PRAGMA journal_mode = off")
        self._open.execute("PRAGMA synchronous = off")
        self._open.execute("BEGIN")
        return self

    def __exit__(self, *failure: object) -> None:
        """Commits and closes."""
        self._db.execute("COMMIT")
        self._db.close()

    @property
    def _db(self) -> sqlite3.Connection:
        assert self._open is not None
        return self._open

    def create(self, specs: Sequence[TableSpec]) -> None:
        """Drops and creates the tables."""
        for spec in specs:
            self._db.execute(f"DROP TABLE IF EXISTS {spec.name}")
            self._db.execute(spec.ddl("sqlite", spec.name))

    def insert(self, spec: TableSpec, rows: Any, *, verb: str = "INSERT") -> None:
        """Appends rows in chunks, so that memory stays flat."""
        marks = ", ".join("?" * len(spec.columns))
        for part in chunks(rows, CHUNK):
            values = [column.to_pylist() for column in as_text(part.select(spec.names)).columns]
            self._db.executemany(f"{verb} INTO {spec.name} VALUES ({marks})", zip(*values, strict=True))

    def replace(self, spec: TableSpec, rows: Any) -> None:
        """Inserts or overwrites by primary key."""
        self.insert(spec, rows, verb="INSERT OR REPLACE")

    def read(self, spec: TableSpec, keys: Sequence[int | str]) -> Any:
        """The rows of these keys as text."""
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS wanted (key PRIMARY KEY)")
        self._db.execute("DELETE FROM wanted")
        self._db.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", ((key,) for key in keys))
        found = self._db.execute(
            f"SELECT {', '.join(spec.names)} FROM {spec.name} "
            f"WHERE {spec.key} IN (SELECT key FROM wanted) ORDER BY {spec.key}"
        )
        return _as_strings(spec, found)


class PostgresStore:
    """One schema of a PostgreSQL database."""

    def __init__(self, url: str) -> None:
        """Takes an SQLAlchemy style address; a driver name in it is ignored."""
        self._url = "postgresql" + url[url.index("://") :]
        self._open: psycopg.Connection[tuple[Any, ...]] | None = None

    def __enter__(self) -> PostgresStore:
        """Connects."""
        self._open = psycopg.connect(self._url)
        return self

    def __exit__(self, *failure: object) -> None:
        """Commits unless something failed."""
        if failure[0] is None:
            self._db.commit()
        self._db.close()

    @property
    def _db(self) -> psycopg.Connection[tuple[Any, ...]]:
        assert self._open is not None
        return self._open

    def _run(self, statement: str, values: Sequence[Any] = ()) -> psycopg.Cursor[tuple[Any, ...]]:
        return self._db.execute(statement.encode(), values)

    def create(self, specs: Sequence[TableSpec]) -> None:
        """Drops and creates the schemas with their tables."""
        for schema in dict.fromkeys(spec.schema for spec in specs):
            self._run(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            self._run(f"CREATE SCHEMA {schema}")
        for spec in specs:
            self._run(spec.ddl("postgres", f"{spec.schema}.{spec.name}"))

    def insert(self, spec: TableSpec, rows: Any) -> None:
        """COPY; tabs and backslashes do not occur in the simulated texts."""
        statement = f"COPY {spec.schema}.{spec.name} ({', '.join(spec.names)}) FROM STDIN"
        with self._db.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for part in chunks(rows, CHUNK):
                columns = [pc.fill_null(column.cast(pa.string()), "\\N") for column in part.select(spec.names).columns]
                lines = glue(pc.binary_join_element_wise(*columns, "\t"), "\n")
                copy.write("".join(lines.to_pylist()))

    def replace(self, spec: TableSpec, rows: Any) -> None:
        """Deletes by key and appends."""
        self._run(f"DELETE FROM {spec.schema}.{spec.name} WHERE {spec.key} = ANY(%s)", [rows[spec.key].to_pylist()])
        self.insert(spec, rows)

    def read(self, spec: TableSpec, keys: Sequence[int | str]) -> Any:
        """The rows of these keys as text."""
        found = self._run(
            f"SELECT {', '.join(spec.names)} FROM {spec.schema}.{spec.name} "
            f"WHERE {spec.key} = ANY(%s) ORDER BY {spec.key}",
            [list(keys)],
        )
        return _as_strings(spec, found)


class MariaStore:
    """One database of a MariaDB server."""

    def __init__(self, url: str) -> None:
        """Takes an SQLAlchemy style address; its path is ignored, the tables' schema names the database."""
        self._url = urlsplit(url)
        self._open: Any = None

    def __enter__(self) -> MariaStore:
        """Connects."""
        self._open = pymysql.connect(
            host=self._url.hostname or "127.0.0.1",
            port=self._url.port or 3306,
            user=unquote(self._url.username or "root"),
            password=unquote(self._url.password or ""),
            charset="utf8mb4",
        )
        return self

    def __exit__(self, *failure: object) -> None:
        """Commits unless something failed."""
        if failure[0] is None:
            self._open.commit()
        self._open.close()

    def create(self, specs: Sequence[TableSpec]) -> None:
        """Drops and creates the databases with their tables."""
        with self._open.cursor() as cursor:
            for schema in dict.fromkeys(spec.schema for spec in specs):
                cursor.execute(f"DROP DATABASE IF EXISTS {schema}")
                cursor.execute(f"CREATE DATABASE {schema} CHARACTER SET utf8mb4")
            for spec in specs:
                cursor.execute(spec.ddl("mariadb", f"{spec.schema}.{spec.name}"))

    def insert(self, spec: TableSpec, rows: Any, *, verb: str = "INSERT") -> None:
        """Many rows per statement, written as literals at Arrow speed."""
        head = f"{verb} INTO {spec.schema}.{spec.name} ({', '.join(spec.names)}) VALUES "
        with self._open.cursor() as cursor:
            for part in chunks(rows, 5_000):
                columns = [_literal(column) for column in part.select(spec.names).columns]
                lines = glue("(", pc.binary_join_element_wise(*columns, ", "), ")")
                cursor.execute(head + ",".join(lines.to_pylist()))

    def replace(self, spec: TableSpec, rows: Any) -> None:
        """Inserts or overwrites by primary key."""
        self.insert(spec, rows, verb="REPLACE")

    def read(self, spec: TableSpec, keys: Sequence[int | str]) -> Any:
        """The rows of these keys as text."""
        with self._open.cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join(spec.names)} FROM {spec.schema}.{spec.name} "
                f"WHERE {spec.key} IN %s ORDER BY {spec.key}",
                [tuple(keys) or ("",)],
            )
            return _as_strings(spec, cursor.fetchall())


def _literal(column: Any) -> Any:
    """A column as SQL literals."""
    text = column.cast(pa.string())
    if pa.types.is_string(column.type) or pa.types.is_temporal(column.type):
        for plain, escaped in (("\\", "\\\\"), ("'", "\\'")):
            text = pc.replace_substring(text, plain, escaped)
        text = pc.binary_join_element_wise("'", text, "'", "")
    return pc.fill_null(text, "NULL")
