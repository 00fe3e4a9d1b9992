"""Tables of rules that people extend: one line each, with an example of what becomes of it and where it is from."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from resolution.settings import SettingsError

#: Per kind of rule the patterns of ``dari`` and ``ke``: they go into SQL, and must be understood before.
Shapes = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class TableRule:
    """One line of a table; ``contoh`` must become ``hasil``."""

    aturan: str
    dari: str
    ke: str
    contoh: str
    hasil: str
    sumber: str


def read_rules(table: Path, shapes: Shapes) -> tuple[TableRule, ...]:
    """The rules of a table with the columns of ``TableRule``, in its order.

    Raises:
        SettingsError: with every line that is no rule, and what is valid.
    """
    columns = [field.name for field in fields(TableRule)]
    with table.open(encoding="utf-8", newline="") as handle:
        lines = csv.DictReader(handle)
        if lines.fieldnames != columns:
            raise SettingsError(f"{table.name}: the columns must be {', '.join(columns)}; nothing was made comparable")
        rows = [(lines.line_num, row) for row in lines]
    problems = [f"{table.name}: line {n}: {problem}" for n, row in rows if (problem := _problem(row, shapes))]
    if problems:
        raise SettingsError("\n".join([*problems, "nothing was made comparable"]))
    return tuple(TableRule(**row) for _, row in rows)


def _problem(row: Mapping[str, str | None], shapes: Shapes) -> str | None:
    """Why a line is no rule."""
    if len(row) != len(fields(TableRule)) or None in row.values():
        return "has more or fewer columns than the first; a text with commas stands in double quotes"
    if row["aturan"] not in shapes:
        return f"there is no aturan {row['aturan']!r}; valid: {', '.join(shapes)}"
    for name, pattern in zip(("dari", "ke"), shapes[row["aturan"] or ""], strict=True):
        if not re.fullmatch(pattern, row[name] or ""):
            return f"{name} {row[name]!r} does not fit {row['aturan']}; valid: {pattern or 'nothing'}"
    return None
