"""Answers that a workbook's values do not tell: formulas without a result, and cells merged over several rows.

Read as values, the former are empty and of the latter only the first is filled: answers would be lost unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class AnswerCells:
    """What stands in the columns of the answers, below their names.

    Attributes:
        formulas: row and column of every cell that holds a formula, or is filled by one.
        merged: every merged area, as a spreadsheet names it: ``B2:B4``.
    """

    formulas: frozenset[tuple[int, str]]
    merged: tuple[str, ...]


def read_answer_cells(path: Path, sheet: str, columns: Mapping[str, int]) -> AnswerCells:
    """Look at the columns' cells themselves instead of at their values.

    Args:
        path: of the workbook; it can be read.
        sheet: name of the sheet.
        columns: by name, the first is 0.
    """
    from openpyxl import load_workbook

    # an area that is merged is told only where the whole sheet is read
    book = load_workbook(path)
    try:
        cells = book[sheet]
        areas = [area for area in cells.merged_cells.ranges if area.max_row > 1 and _meets(area, columns)]
        return AnswerCells(_formulas(cells, columns), tuple(sorted(area.coord for area in areas)))
    finally:
        book.close()


def _meets(area: Any, columns: Mapping[str, int]) -> bool:
    return any(area.min_col <= place + 1 <= area.max_col for place in columns.values())


def _formulas(cells: Any, columns: Mapping[str, int]) -> frozenset[tuple[int, str]]:
    from openpyxl.worksheet.cell_range import CellRange

    names = {place + 1: name for name, place in columns.items()}
    found: set[tuple[int, str]] = set()
    for row in cells.iter_rows():
        for cell in row:
            if cell.data_type != "f":
                continue
            # one formula may fill many cells
            area = CellRange(getattr(cell.value, "ref", None) or cell.coordinate)
            found.update((number, names[column]) for number, column in area.cells if column in names)
    return frozenset(found)
