"""The review queue as a workbook that a person fills in and hands back.

One row per pair; every cell shows the first record above the second, coloured where they differ. The workbook holds
personal data: it is written readable by its owner alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast, get_args

from resolution.decisions import VERDICTS, Decision, DecisionError, Origin, Verdict, make_decision

SHEET, HELP = "tinjauan", "petunjuk"
ANSWER, REASON, KIND = "keputusan", "alasan", "jenis"
FIRST, SECOND, MODEL = "catatan_a", "catatan_b", "model"
#: What a steward compares, as in ``int_identitas__catatan``, and how wide it is shown.
ATTRIBUTES = {
    "_kontrak": 34, "nama": 30, "nik_asal": 19, "tanggal_lahir": 13, "jenis_kelamin": 9, "tempat_lahir": 16,
    "kode_wilayah": 14, "alamat": 34, "nomor_kk": 19, "shdk": 16, "nama_ibu": 26, "nama_ayah": 26, "nama_pasangan": 26,
}  # fmt: skip
_LEADING = {
    "urutan": 8,
    ANSWER: 12,
    REASON: 30,
    KIND: 9,
    "peluang": 9,
    "nilai_rp": 14,
    "jumlah_angka": 10,
    "jumlah_catatan": 10,
}
_HIDDEN = (FIRST, SECOND, MODEL)
_COLUMNS = (*_LEADING, *ATTRIBUTES, *_HIDDEN)
_TEXT = (
    ("Isi kolom keputusan pada lembar tinjauan, lalu simpan dan kirim kembali; baris yang kosong dilewati.",),
    ("sama", "kedua catatan adalah satu orang"),
    ("beda", "kedua catatan adalah dua orang"),
    ("ragu", "tidak dapat dipastikan; tidak digabungkan, tidak ditanyakan lagi"),
    ("Setiap sel memuat catatan pertama di atas dan catatan kedua di bawah; yang berbeda berwarna.",),
    (
        "jenis ragu: belum diputuskan. Yang lain contoh acak untuk mengukur ketepatan: contoh dan contoh_nik sudah "
        "digabungkan, contoh_lepas terpisah.",
    ),
    ("Berkas ini memuat data pribadi: simpan dan hapuslah sesuai UU 27/2022.",),
)


@dataclass(frozen=True)
class Answer:
    """A filled-in row."""

    row: int
    records: tuple[str, str]
    verdict: Verdict
    reason: str
    origin: Origin
    model: str

    def decision(self, author: str, when: datetime) -> Decision:
        """The row as a decision."""
        return make_decision(
            *self.records, self.verdict, author=author, when=when, reason=self.reason, origin=self.origin,
            model=self.model,
        )  # fmt: skip


def write_workbook(path: Path, questions: Iterable[Mapping[str, Any]]) -> int:
    """Write the questions.

    Args:
        path: of the workbook; must not exist.
        questions: the leading columns, the hidden ones, and every attribute twice: ``nama_a``, ``nama_b``.

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
        _question(sheet, rows + 1, question)
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
        elif name in (ANSWER, REASON):
            cell.fill = PatternFill("solid", fgColor="E2EFDA")
        elif isinstance(question[name], str):
            _write(cell, question[name])
        else:
            cell.value = question[name]
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(row, 1 + list(_COLUMNS).index("peluang")).number_format = "0%"
    sheet.cell(row, 1 + list(_COLUMNS).index("nilai_rp")).number_format = "#,##0"
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
    header = next(rows, None)
    names = [str(cell or "").strip().lower() for cell in header[1]] if header else []
    needed = (ANSWER, REASON, KIND, *_HIDDEN)
    missing = [name for name in needed if name not in names]
    if missing:
        raise DecisionError(f"{path.name}: sheet {SHEET} has no column {', '.join(missing)}; nothing was stored")
    places = {name: names.index(name) for name in needed}
    answers, problems = [], []
    for number, cells in rows:
        found = {name: _cell(cells, place) for name, place in places.items()}
        if not found[ANSWER]:
            continue
        problem = _problem(found)
        if problem:
            problems.append(f"row {number}: {problem}")
            continue
        origin = found[KIND] if found[KIND] in get_args(Origin) else "lain"
        verdict = cast(Verdict, found[ANSWER].lower())
        pair = (found[FIRST], found[SECOND])
        answers.append(Answer(number, pair, verdict, found[REASON], cast(Origin, origin), found[MODEL]))
    if problems:
        raise DecisionError(f"{path.name}: {'; '.join(problems)}; nothing was stored")
    return tuple(answers)


def _cell(cells: Sequence[Any], place: int) -> str:
    return str(cells[place]).strip() if place < len(cells) and cells[place] is not None else ""


def _problem(found: Mapping[str, str]) -> str | None:
    if found[ANSWER].lower() not in VERDICTS:
        return f"{ANSWER} must be {', '.join(VERDICTS)} or empty"
    if not found[FIRST] or not found[SECOND]:
        return f"{FIRST} or {SECOND} is empty; these hidden columns say which records are meant"
    if found[FIRST] == found[SECOND]:
        return "both records are the same one"
    return None


def _rows(path: Path) -> Iterator[tuple[int, tuple[Any, ...]]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        sheet = book[SHEET]
    except Exception:  # noqa: BLE001 - zip, XML and openpyxl each have their own; their texts may carry cells
        raise DecisionError(f"{path} is no workbook with a sheet {SHEET}; nothing was stored") from None
    try:
        yield from enumerate(sheet.iter_rows(values_only=True), start=1)
    finally:
        book.close()
