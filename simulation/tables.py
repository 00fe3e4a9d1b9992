"""Tables as agencies declare them, independent of the database that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

TYPES: dict[str, tuple[str, str, str]] = {  # kind: SQLite, PostgreSQL, MariaDB
    "big": ("INTEGER", "bigint", "bigint"),
    "int": ("INTEGER", "integer", "int"),
    "date": ("TEXT", "date", "date"),
    "stamp": ("TEXT", "timestamp", "datetime"),
}
DIALECTS = ("sqlite", "postgres", "mariadb")


@dataclass(frozen=True)
class Column:
    """A column: kind is a key of `TYPES`, or 'text' / 'char' / 'decimal' with a size."""

    name: str
    kind: str
    size: str = ""

    def sql(self, dialect: str) -> str:
        """The column's type in a dialect."""
        if self.kind in TYPES:
            return TYPES[self.kind][DIALECTS.index(dialect)]
        if self.kind == "decimal":
            return f"DECIMAL({self.size})"
        return f"VARCHAR({self.size})" if self.kind == "text" else f"CHAR({self.size})"


@dataclass(frozen=True)
class TableSpec:
    """A table: schema (PostgreSQL) or database (MariaDB), name, columns, and its primary key."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    key: str

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    def ddl(self, dialect: str, relation: str) -> str:
        """The CREATE TABLE statement."""
        columns = ",\n  ".join(
            f"{column.name} {column.sql(dialect)}{' PRIMARY KEY' if column.name == self.key else ''}"
            for column in self.columns
        )
        return f"CREATE TABLE {relation} (\n  {columns}\n)"


def chunks(table: Any, size: int) -> Iterator[Any]:
    """Slices of an Arrow table."""
    for start in range(0, table.num_rows, size):
        yield table.slice(start, size)


def as_text(table: Any) -> Any:
    """Dates and timestamps as ISO text, everything else untouched."""

    def convert(column: Any) -> Any:
        return column.cast(pa.string()) if pa.types.is_temporal(column.type) else column

    return pa.table({name: convert(table[name]) for name in table.column_names})
