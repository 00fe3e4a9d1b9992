"""What a filled-in workbook of the review queue says, all of it: a row that cannot be taken is named by its number."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, cast, get_args

from resolution.answer_cells import read_answer_cells
from resolution.decisions import VERDICTS, Decision, DecisionError, Origin, Verdict, make_decision
from resolution.row_seal import read_time, seal
from resolution.workbook import ANSWER, COLUMNS, FIRST, HIDDEN, KIND, MADE, MODEL, REASON, SEAL, SEALED, SECOND, SHEET

#: How far down column names are looked for, to tell where they went.
_HEADINGS_WITHIN = 20
#: What a workbook may be when unpacked: some 50,000 rows; reading takes about as much memory.
LARGEST_MIB = 100
_MIB = 1 << 20


@dataclass(frozen=True)
class Answer:
    """A filled-in row; ``made`` is when it was exported."""

    row: int
    records: tuple[str, str]
    verdict: Verdict
    reason: str
    origin: Origin
    model: str
    made: datetime

    @property
    def pair(self) -> tuple[str, ...]:
        """The two records in the order that decisions keep them."""
        return tuple(sorted(self.records))

    def decision(self, author: str, when: datetime) -> Decision:
        """The row as a decision."""
        return make_decision(
            *self.records, self.verdict, author=author, when=when, reason=self.reason, origin=self.origin,
            model=self.model,
        )  # fmt: skip


def read_answers(path: Path) -> tuple[Answer, ...]:
    """The filled-in rows of a workbook.

    Raises:
        DecisionError: it is no workbook of ours, or some rows cannot be read: all of them are named, by number.
    """
    _check_size(path)
    rows = _rows(path)
    places = _places(path, rows)
    unsolved = _unsolved(path, places)
    answers: list[Answer] = []
    problems: dict[str, list[int]] = defaultdict(list)
    for number, cells in rows:
        values = {name: cells[place] if place < len(cells) else None for name, place in places.items()}
        found = {name: _text(values[name]) for name in (ANSWER, REASON, *HIDDEN)}
        open_ones = [name for name in (ANSWER, REASON) if (number, name) in unsolved]
        if open_ones:
            problems[f"{open_ones[0]} holds a formula without a result; write the word itself"].append(number)
            continue
        if not found[ANSWER] and not found[REASON]:
            continue
        made = read_time(values[MADE])
        problem = _problem(found) or _unsealed(values, found[SEAL])
        if problem or made is None:
            problems[problem or f"the hidden column {MADE} holds no time; export again"].append(number)
            continue
        origin = found[KIND] if found[KIND] in get_args(Origin) else "lain"
        verdict = cast(Verdict, found[ANSWER].lower())
        pair = (found[FIRST], found[SECOND])
        answers.append(Answer(number, pair, verdict, found[REASON], cast(Origin, origin), found[MODEL], made))
    if problems:
        told = "; ".join(f"row {listed(numbers)}: {problem}" for problem, numbers in problems.items())
        raise DecisionError(f"{path.name}: {told}; nothing was stored")
    return tuple(answers)


def _check_size(path: Path) -> None:
    """Texts are read whole: a workbook that was blown up, or packed to be, would not fit in memory."""
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except (OSError, zipfile.BadZipFile):
        raise _foreign(path) from None
    if size > LARGEST_MIB * _MIB:
        raise DecisionError(
            f"{path.name} unpacks to {size // _MIB:,} MiB, more than {LARGEST_MIB}; delete what was added, or export "
            "fewer rows with --limit. Nothing was stored"
        )


def _unsolved(path: Path, places: Mapping[str, int]) -> frozenset[tuple[int, str]]:
    """Rows and columns of answers that a formula would make and did not.

    Raises:
        DecisionError: an answer is merged over several cells: which rows it is about cannot be told.
    """
    try:
        cells = read_answer_cells(path, SHEET, {name: places[name] for name in (ANSWER, REASON)})
    except Exception:  # noqa: BLE001 - as in _rows
        raise _foreign(path) from None
    if cells.merged:
        raise DecisionError(
            f"{path.name}: sheet {SHEET}: cells {listed(cells.merged)} are merged over {ANSWER} or {REASON}; "
            "unmerge them and fill in every row by itself; nothing was stored"
        )
    return cells.unsolved


def listed(numbers: Sequence[object]) -> str:
    """The first ten, and how many more."""
    shown = ", ".join(map(str, numbers[:10]))
    return f"{shown} and {len(numbers) - 10} more" if len(numbers) > 10 else shown


def _places(path: Path, rows: Iterator[tuple[int, tuple[Any, ...]]]) -> dict[str, int]:
    """Where the columns stand, by the names in the first row; people may move columns, and add their own."""
    missing = list(COLUMNS)
    for number, cells in islice(rows, _HEADINGS_WITHIN):
        names = [_text(cell).lower() for cell in cells]
        absent = [name for name in COLUMNS if name.lstrip("_") not in names]
        if not absent and number > 1:
            raise DecisionError(
                f"{path.name}: sheet {SHEET} has its column names in row {number}, not in row 1; "
                "delete the rows above them; nothing was stored"
            )
        if not absent:
            _check_once(path, names)
            return {name: names.index(name.lstrip("_")) for name in COLUMNS}
        missing = absent if number == 1 else missing
    raise DecisionError(
        f"{path.name}: sheet {SHEET} has no column {', '.join(name.lstrip('_') for name in missing)} in row 1; "
        "export again; nothing was stored"
    )


def _check_once(path: Path, names: Sequence[str]) -> None:
    twice = [name.lstrip("_") for name in COLUMNS if names.count(name.lstrip("_")) > 1]
    if twice:
        raise DecisionError(
            f"{path.name}: sheet {SHEET} has the column {', '.join(twice)} more than once; "
            "rename or delete your own; nothing was stored"
        )


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _problem(found: Mapping[str, str]) -> str | None:
    if not found[ANSWER]:
        return f"{REASON} is filled in and {ANSWER} is empty; fill in both, or clear the row's {REASON}"
    if found[ANSWER].lower() not in VERDICTS:
        return f"{ANSWER} must be {', '.join(VERDICTS)} or empty"
    if not found[FIRST] or not found[SECOND]:
        return f"{FIRST} or {SECOND} is empty; these hidden columns say which records are meant"
    if found[FIRST] == found[SECOND]:
        return "both records are the same one"
    return None


def _unsealed(values: Mapping[str, Any], sealed: str) -> str | None:
    if seal(values[name] for name in SEALED) == sealed:
        return None
    return "what is shown is not of the records that the row is about; sort whole rows, or export again"


def _rows(path: Path) -> Iterator[tuple[int, tuple[Any, ...]]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            sheet = book[SHEET]
            sheet.reset_dimensions()  # what a program noted as the sheet's size may end before its last row
            yield from enumerate(sheet.iter_rows(values_only=True), start=1)
        finally:
            book.close()
    except Exception:  # noqa: BLE001 - zip, XML and openpyxl each have their own; their texts may carry cells
        raise _foreign(path) from None


def _foreign(path: Path) -> DecisionError:
    return DecisionError(f"{path} is no workbook with a sheet {SHEET}; nothing was stored")
