"""Finding a night's few records among all."""

from __future__ import annotations


def among(column: str, relation: str, name: str | None = None) -> str:
    """Predicate: ``column`` is one of the values that ``relation`` has under ``name``, or under the column's own name.

    A column store decodes what it scans. DuckDB 1.5 leaves out what a semi join will not let through, by a Bloom filter
    of the other side, but only if that side is filtered itself: the filter here lets everything through.
    """
    name = name or column
    return f"{column} in (select {name} from {relation} where hash({name}) % 2 < 2)"
