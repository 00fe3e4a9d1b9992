"""Tables of rules that people extend: one line each, with an example of what becomes of it and where it is from."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from resolution.settings import SettingsError

#: Per kind of rule the patterns of ``dari`` and ``ke``: they go into SQL, and must be understood before.
Shapes = Mapping[str, tuple[str, str]]
_SAFE = "nothing was made comparable"


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
        SettingsError: it is no such table, or with every line that is no rule; and what is valid.
    """
    rows = _rows(table)
    found: Counter[tuple[str | None, str | None]] = Counter()
    problems = []
    for number, row in rows:
        problem = _problem(row, shapes)
        rule = row.get("aturan"), row.get("dari")
        found[rule] += 1
        if not problem and found[rule] > 1:  # of two rules for one thing, which one wins would be chance
            problem = f"{rule[0]} {rule[1]!r} has a line already; valid: one line for each"
        if problem:
            problems.append(f"{table.name}: line {number}: {problem}")
    if problems:
        raise SettingsError("\n".join([*problems, _SAFE]))
    return tuple(TableRule(**row) for _, row in rows)


def _rows(table: Path) -> list[tuple[int, dict[str, str]]]:
    """The lines of a table below its first, by number."""
    columns = [field.name for field in fields(TableRule)]
    try:
        # Excel begins a file with a byte order mark
        text = table.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{table.name}: line {line}: is no UTF-8; save it as CSV in UTF-8. {_SAFE}") from None
    except OSError as error:
        raise SettingsError(f"{table.name}: cannot be read from {table.parent} ({error.strerror}). {_SAFE}") from None
    lines = csv.DictReader(io.StringIO(text, newline=""))
    try:
        if lines.fieldnames != columns:
            raise SettingsError(
                f"{table.name}: the columns must be {', '.join(columns)}, with commas between them; {_SAFE}"
            )
        rows = [(lines.line_num, row) for row in lines]
    except csv.Error as error:
        raise SettingsError(f"{table.name}: line {lines.line_num + 1}: is no CSV ({error}); {_SAFE}") from None
    if not rows:
        raise SettingsError(f"{table.name}: has no rules below its first line; restore it. {_SAFE}")
    return rows


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
