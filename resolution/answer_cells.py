"""Answers that a workbook's values do not tell: formulas without a result, and cells merged over several rows.

Read as values, the former are empty and of the latter only the first is filled: answers would be lost unseen. The sheet
is read as it is written, cell by cell: a library either hides this or wants to understand all else in the workbook.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BOOK, _PARTS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


@dataclass(frozen=True)
class AnswerCells:
    """What stands in the columns of the answers, below their names.

    Attributes:
        unsolved: row and column of every cell that a formula fills and that has no result; empty text is one.
        merged: every merged area, as a spreadsheet names it: ``B2:B4``.
    """

    unsolved: frozenset[tuple[int, str]]
    merged: tuple[str, ...]


def read_answer_cells(path: Path, sheet: str, columns: Mapping[str, int]) -> AnswerCells:
    """Look at the columns' cells themselves instead of at their values.

    Args:
        path: of the workbook.
        sheet: name of the sheet.
        columns: by name, the first is 0.
    """
    names = {place + 1: name for name, place in columns.items()}
    filled: set[tuple[int, int]] = set()
    solved: set[tuple[int, int]] = set()
    merged = []
    with zipfile.ZipFile(path) as packed, packed.open(_part(packed, sheet)) as part:
        for place, element in _elements(part):
            if element.tag == f"{_MAIN}mergeCell":
                ref = element.get("ref", "")
                if any(row > 1 for row, _ in _cells(ref, names)):
                    merged.append(ref)
            elif place[1] in names:
                formula = element.find(f"{_MAIN}f")
                if formula is not None:
                    # one formula may fill many cells
                    area = formula.get("ref") if formula.get("t") == "array" else None
                    filled.update(_cells(area, names) if area else [place])
                if _has_result(element):
                    solved.add(place)
    return AnswerCells(frozenset((row, names[column]) for row, column in filled - solved), tuple(sorted(merged)))


def _part(packed: zipfile.ZipFile, sheet: str) -> str:
    """The part of the package that holds the sheet."""
    book = ElementTree.fromstring(packed.read(_BOOK))
    link = next(one.get(_LINK) for one in book.iter(f"{_MAIN}sheet") if one.get("name") == sheet)
    parts = ElementTree.fromstring(packed.read(_PARTS))
    target = next(one.get("Target", "") for one in parts if one.get("Id") == link)
    return target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)


def _elements(part: IO[bytes]) -> Iterator[tuple[tuple[int, int], ElementTree.Element]]:
    """Cells with their row and column, which they need not state themselves, and merged areas."""
    from openpyxl.utils.cell import coordinate_to_tuple

    row, column = 0, 0
    for event, element in ElementTree.iterparse(part, events=("start", "end")):
        if event == "start":
            if element.tag == f"{_MAIN}row":
                row, column = int(element.get("r", row + 1)), 0
        elif element.tag == f"{_MAIN}c":
            stated = element.get("r")
            place = coordinate_to_tuple(stated) if stated else (row, column + 1)
            column = place[1]
            yield place, element
            element.clear()
        elif element.tag == f"{_MAIN}mergeCell":
            yield (0, 0), element
        elif element.tag == f"{_MAIN}row":
            element.clear()


def _cells(area: str, names: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """The cells of an area in the columns of the answers."""
    from openpyxl.utils.cell import range_boundaries

    first_column, first_row, last_column, last_row = range_boundaries(area)
    assert first_row and last_row and first_column and last_column
    for column in names:
        if first_column <= column <= last_column:
            yield from ((row, column) for row in range(first_row, last_row + 1))


def _has_result(cell: ElementTree.Element) -> bool:
    value = cell.find(f"{_MAIN}v")
    return value is not None and (bool(value.text) or cell.get("t") == "str")
