"""DuckDB identifiers and literals built from names and contract facts, never from data."""

from __future__ import annotations

from collections.abc import Iterable


def quote(name: str) -> str:
    """``tgl_lhr`` -> ``"tgl_lhr"``."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """``Musi's`` -> ``'Musi''s'``."""
    return "'" + text.replace("'", "''") + "'"


def relation(name: str) -> str:
    """``staging.stg_penduduk__orang`` -> ``"staging"."stg_penduduk__orang"``."""
    return ".".join(quote(part) for part in name.split("."))


def values(rows: Iterable[tuple[str, ...]], columns: tuple[str, ...]) -> str:
    """A relation of text literals; without rows an empty one with the same columns."""
    listed = [f"({', '.join(literal(value) for value in row)})" for row in rows]
    if listed:
        return f"(values {', '.join(listed)}) as t({', '.join(columns)})"
    empty = ", ".join(f"''::varchar as {column}" for column in columns)
    return f"(select {empty} where false) as t"
