"""The review queue as a workbook that a person fills in and hands back.

One row per pair; every cell shows the first record above the second, coloured where they differ. Hidden columns say
which records a row is about, when it was written, and what it showed then: a row whose cells were sorted without them
is refused. Nothing shown tells what the machine made of a pair: a sample measures that only by who does not know. The
workbook holds personal data: it is written readable by its owner alone.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, cast, get_args

from resolution.answer_cells import read_answer_cells
from resolution.decisions import VERDICTS, Decision, DecisionError, Origin, Verdict, make_decision
from resolution.row_seal import read_time, seal, write_time

SHEET, HELP = "tinjauan", "petunjuk"
ANSWER, REASON, KIND = "keputusan", "alasan", "jenis"
FIRST, SECOND, MODEL, MADE, SEAL = "catatan_a", "catatan_b", "model", "dibuat", "segel"
#: What a steward compares, as in ``int_identitas__catatan``, and how wide it is shown.
ATTRIBUTES = {
    "_kontrak": 34, "nama": 30, "nik_asal": 19, "tanggal_lahir": 13, "jenis_kelamin": 9, "tempat_lahir": 16,
    "kode_wilayah": 14, "alamat": 34, "nomor_kk": 19, "shdk": 16, "nama_ibu": 26, "nama_ayah": 26, "nama_pasangan": 26,
}  # fmt: skip
_LEADING = {
    "urutan": 8,
    ANSWER: 12,
    REASON: 30,
    "nilai_rp": 14,
    "jumlah_angka": 10,
    "jumlah_catatan": 10,
}
_HIDDEN = (KIND, FIRST, SECOND, MODEL, MADE, SEAL)
_COLUMNS = (*_LEADING, *ATTRIBUTES, *_HIDDEN)
#: What the seal is over: all but what a person fills in.
_SEALED = tuple(name for name in _COLUMNS if name not in (ANSWER, REASON, SEAL))
#: How far down column names are looked for, to tell where they went.
_HEADINGS_WITHIN = 20
_TEXT = (
    ("Isi kolom keputusan pada lembar tinjauan, lalu simpan dan kirim kembali; baris yang kosong dilewati.",),
    ("sama", "kedua catatan adalah satu orang"),
    ("beda", "kedua catatan adalah dua orang"),
    ("ragu", "tidak dapat dipastikan; tidak digabungkan, tidak ditanyakan lagi"),
    ("Urutkan seluruh baris, termasuk kolom tersembunyi; baris yang selnya tertukar ditolak.",),
    ("Setiap sel memuat catatan pertama di atas dan catatan kedua di bawah; yang berbeda berwarna.",),
    (
        "Sebagian baris belum diputuskan; yang lain contoh acak untuk mengukur ketepatan, yang sudah digabungkan atau "
        "sudah dipisahkan. Jawablah menurut yang tertulis saja.",
    ),
    ("Berkas ini memuat data pribadi: simpan dan hapuslah sesuai UU 27/2022.",),
)


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


def write_workbook(path: Path, questions: Iterable[Mapping[str, Any]], when: datetime) -> int:
    """Write the questions.

    Args:
        path: of the workbook; must not exist.
        questions: the leading columns, the records and the model, and every attribute twice: ``nama_a``, ``nama_b``.
        when: it is written, with zone.

    Returns:
        Rows written.

    Raises:
        DecisionError: the file exists; it may hold answers.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if path.exists():
        raise DecisionError(f"{path} exists and may hold answers; name another file")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    for number, name in enumerate(_COLUMNS, start=1):
        shape = sheet.column_dimensions[get_column_letter(number)]
        shape.width = {**_LEADING, **ATTRIBUTES}.get(name, 8)
        shape.hidden = name in _HIDDEN
    _heading(sheet)
    rows = 0
    for rows, question in enumerate(questions, start=1):
        _question(sheet, rows + 1, {**question, MADE: write_time(when)})
    answers = DataValidation(type="list", formula1=f'"{",".join(VERDICTS)}"', allow_blank=True, showErrorMessage=True)
    sheet.add_data_validation(answers)
    answers.add(f"B2:B{max(rows + 1, 2)}")
    sheet.freeze_panes = "D2"
    guide = book.create_sheet(HELP)
    for line in _TEXT:
        guide.append(line)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        book.save(handle)
    return rows


def _heading(sheet: Any) -> None:
    from openpyxl.styles import Font, PatternFill

    for number, name in enumerate(_COLUMNS, start=1):
        cell = sheet.cell(1, number, name.lstrip("_"))
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F4E79")


def _question(sheet: Any, row: int, question: Mapping[str, Any]) -> None:
    from openpyxl.styles import Alignment, PatternFill

    for number, name in enumerate(_COLUMNS, start=1):
        cell = sheet.cell(row, number)
        if name in ATTRIBUTES:
            first, second = question[f"{name}_a"], question[f"{name}_b"]
            if first is not None or second is not None:
                _write(cell, f"{_shown(first)}\n{_shown(second)}")
            if first is not None and second is not None and first != second:
                cell.fill = PatternFill("solid", fgColor="FFE699")
        elif name == SEAL:
            continue  # over what the others hold in the end
        elif name in (ANSWER, REASON):
            cell.fill = PatternFill("solid", fgColor="E2EFDA")
        elif isinstance(question[name], str):
            _write(cell, question[name])
        else:
            cell.value = question[name]
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    places = {name: number for number, name in enumerate(_COLUMNS, start=1)}
    sheet.cell(row, places["nilai_rp"]).number_format = "#,##0"
    _write(sheet.cell(row, places[SEAL]), seal(sheet.cell(row, places[name]).value for name in _SEALED))
    sheet.row_dimensions[row].height = 30


def _shown(value: Any) -> str:
    return "–" if value is None else str(value)


def _write(cell: Any, text: str) -> None:
    """A text stays a text, whatever it begins with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)
    cell.data_type = "s"


def read_answers(path: Path) -> tuple[Answer, ...]:
    """The filled-in rows of a workbook.

    Raises:
        DecisionError: it is no workbook of ours, or some rows cannot be read: all of them are named, by number.
    """
    rows = _rows(path)
    places = _places(path, rows)
    formulas = _formulas(path, places)
    answers: list[Answer] = []
    problems: dict[str, list[int]] = defaultdict(list)
    for number, cells in rows:
        values = {name: cells[place] if place < len(cells) else None for name, place in places.items()}
        found = {name: _text(values[name]) for name in (ANSWER, REASON, *_HIDDEN)}
        unsolved = [name for name in (ANSWER, REASON) if not found[name] and (number, name) in formulas]
        if unsolved:
            problems[f"{unsolved[0]} holds a formula without a result; write the word itself"].append(number)
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


def _formulas(path: Path, places: Mapping[str, int]) -> frozenset[tuple[int, str]]:
    """Rows and columns of answers that a formula makes.

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
    return cells.formulas


def listed(numbers: Sequence[object]) -> str:
    """The first ten, and how many more."""
    shown = ", ".join(map(str, numbers[:10]))
    return f"{shown} and {len(numbers) - 10} more" if len(numbers) > 10 else shown


def _places(path: Path, rows: Iterator[tuple[int, tuple[Any, ...]]]) -> dict[str, int]:
    """Where the columns stand, by the names in the first row; people may move columns, and add their own."""
    missing = list(_COLUMNS)
    for number, cells in islice(rows, _HEADINGS_WITHIN):
        names = [_text(cell).lower() for cell in cells]
        absent = [name for name in _COLUMNS if name.lstrip("_") not in names]
        if not absent and number > 1:
            raise DecisionError(
                f"{path.name}: sheet {SHEET} has its column names in row {number}, not in row 1; "
                "delete the rows above them; nothing was stored"
            )
        if not absent:
            _check_once(path, names)
            return {name: names.index(name.lstrip("_")) for name in _COLUMNS}
        missing = absent if number == 1 else missing
    raise DecisionError(
        f"{path.name}: sheet {SHEET} has no column {', '.join(name.lstrip('_') for name in missing)} in row 1; "
        "export again; nothing was stored"
    )


def _check_once(path: Path, names: Sequence[str]) -> None:
    twice = [name.lstrip("_") for name in _COLUMNS if names.count(name.lstrip("_")) > 1]
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
    if seal(values[name] for name in _SEALED) == sealed:
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
