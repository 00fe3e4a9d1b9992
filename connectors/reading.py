"""What every reader hands over: a DuckDB query whose rows are text, with their place in the source."""

from __future__ import annotations

from dataclasses import dataclass, field

from contracts.delivery import Source


@dataclass(frozen=True)
class Reading:
    """Rows of one source object, not yet read.

    ``query`` is a DuckDB SELECT that yields, in source order, ``_lembar`` (sheet, VARCHAR, null for one table),
    ``_baris`` (BIGINT, 1-based line or row in the source), ``_bukan_data`` (BOOLEAN, a title, header, blank or total
    row by the contract's layout) and every taken contract column as VARCHAR, named as in the contract.
    """

    query: str
    source: Source
    columns: tuple[str, ...]
    missing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    types: dict[str, str] = field(default_factory=dict)


def quote(name: str) -> str:
    """A DuckDB identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A DuckDB text literal."""
    return "'" + text.replace("'", "''") + "'"
