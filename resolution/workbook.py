"""The review queue as a workbook that a person fills in and hands back; ``answers`` reads it then.

One row per pair; every cell shows the first record above the second, coloured where they differ. Hidden columns say
which records a row is about, when it was written, and what it showed then: a row whose cells were sorted without them
is refused. Nothing shown tells what the machine made of a pair: a sample measures that only by who does not know. The
workbook holds personal data: it is written readable by its owner alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from resolution.decisions import VERDICTS, DecisionError
from resolution.row_seal import seal, write_time

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
HIDDEN = (KIND, FIRST, SECOND, MODEL, MADE, SEAL)
COLUMNS = (*_LEADING, *ATTRIBUTES, *HIDDEN)
#: What the seal is over: all but what a person fills in.
SEALED = tuple(name for name in COLUMNS if name not in (ANSWER, REASON, SEAL))
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
    for number, name in enumerate(COLUMNS, start=1):
        shape = sheet.column_dimensions[get_column_letter(number)]
        shape.width = {**_LEADING, **ATTRIBUTES}.get(name, 8)
        shape.hidden = name in HIDDEN
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

    for number, name in enumerate(COLUMNS, start=1):
        cell = sheet.cell(1, number, name.lstrip("_"))
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F4E79")


def _question(sheet: Any, row: int, question: Mapping[str, Any]) -> None:
    from openpyxl.styles import Alignment, PatternFill

    for number, name in enumerate(COLUMNS, start=1):
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
    places = {name: number for number, name in enumerate(COLUMNS, start=1)}
    sheet.cell(row, places["nilai_rp"]).number_format = "#,##0"
    _write(sheet.cell(row, places[SEAL]), seal(sheet.cell(row, places[name]).value for name in SEALED))
    sheet.row_dimensions[row].height = 30


def _shown(value: Any) -> str:
    return "–" if value is None else str(value)


def _write(cell: Any, text: str) -> None:
    """A text stays a text, whatever it begins with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)
    cell.data_type = "s"
