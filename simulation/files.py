"""Delimited files as agencies export them, and the count of every kind of line in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from simulation.text import Array, glue, where


@dataclass(frozen=True)
class FileCount:
    """Physical lines (or sheet rows) of one file or sheet by kind; `data` includes the repeated rows."""

    path: str
    sheet: str = ""
    title: int = 0
    header: int = 1
    data: int = 0
    blank: int = 0
    total: int = 0
    repeated: int = 0

    @property
    def lines(self) -> int:
        """All lines or rows from the first to the last."""
        return self.title + self.header + self.data + self.blank + self.total

    def as_dict(self) -> dict[str, Any]:
        """For `summary.json`."""
        return {**asdict(self), "lines": self.lines}


@dataclass(frozen=True)
class Layout:
    """How a file is written down."""

    separator: str = ","
    encoding: str = "utf-8"
    titles: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    missing: str = ""


def _cell(column: Array, layout: Layout) -> Array:
    """A column with missing values filled and quotes where the separator occurs."""
    text = pc.fill_null(pa.array(column) if isinstance(column, list) else column.cast(pa.string()), layout.missing)
    clash = pc.match_substring_regex(text, f'["{layout.separator}\n]')
    if not pc.any(clash, min_count=0).as_py():
        return text
    doubled = pc.replace_substring(text, '"', '""')
    return where(clash.to_numpy(zero_copy_only=False), glue('"', doubled, '"'), text)


def as_lines(columns: dict[str, Array], layout: Layout) -> list[str]:
    """The data lines of a file."""
    cells = [_cell(column, layout) for column in columns.values()]
    return list(pc.binary_join_element_wise(*cells, layout.separator).to_pylist())


def write_lines(
    folder: Path, path: str, header: Sequence[str], lines: Sequence[str], layout: Layout, *, repeated: int = 0
) -> FileCount:
    """Writes titles, header, data and totals; the counts say what was written."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    every = [*layout.titles, layout.separator.join(header), *lines, *layout.totals]
    target.write_bytes(("\n".join(every) + "\n").encode(layout.encoding))
    return FileCount(path, title=len(layout.titles), data=len(lines), total=len(layout.totals), repeated=repeated)
