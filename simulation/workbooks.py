"""Paper registers of pregnant women, typed into Excel by each puskesmas in its own way."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from simulation.agency_kohort import Mothers
from simulation.clock import MONTHS, as_date
from simulation.draw import Ints, Rng
from simulation.files import FileCount
from simulation.health import Pregnancies
from simulation.rates import Rates
from simulation.regions import Regions

HEADER = (
    "No", "Desa", "Nama Ibu", "NIK", "Tgl Lahir", "Nama Suami", "HPHT", "Gravida", "TB (cm)", "BB (kg)",
    "LILA", "Risiko Tinggi", "Keterangan",
)  # fmt: skip
NIK_COLUMN = HEADER.index("NIK") + 1
VARIANT_MONTHS = {
    "Februari": "Pebruari",
    "November": "Nopember",
    "Agustus": "Agt",
    "Oktober": "Okt",
    "Desember": "Des",
}
EXCEL_EPOCH = dt.date(1899, 12, 30)
STAMP = (2026, 6, 30, 16, 0, 0)
GROUPS = (("Desa A-M", "A", "M"), ("Desa N-Z", "N", "Z"))
Cell = str | int | float | dt.date | None


@dataclass(frozen=True)
class Register:
    """One puskesmas' entries, sorted by village: `row` points into the mothers written down."""

    path: str
    centre: str
    regency: str
    damaged: bool
    titles: int
    rows: Ints
    village: Ints


def write_date(rng: Rng, day: int) -> Cell:
    """A date as a clerk enters it: a real date, text in one of two styles, or a bare serial number."""
    value = as_date(day)
    kind = rng.random()
    if kind < 0.5:
        return value
    if kind < 0.72:
        month = MONTHS[value.month - 1]
        month = VARIANT_MONTHS.get(month, month) if rng.random() < 0.6 else month
        return f"{value.day} {month} {value.year}"
    if kind < 0.87:
        return value.strftime("%d/%m/%Y")
    return (value - EXCEL_EPOCH).days


def write_nik(rng: Rng, nik: str | None, damaged: bool, rates: Rates) -> Cell:
    """A NIK as text, text behind an apostrophe, or number; in the damaged workbook Excel kept 15 digits."""
    if nik is None:
        return None
    plain = nik.isdigit() and len(nik) == 16
    if damaged and plain:
        return int(nik) // 10 * 10
    kind = rng.random()
    if plain and kind < rates["puskesmas.sel_angka"]:
        return int(nik)
    return f"'{nik}" if kind > 1 - rates["puskesmas.apostrof"] else nik


@dataclass(frozen=True)
class _Source:
    """Everything a row is made from, as plain lists."""

    mothers: Mothers
    pregnancies: Pregnancies
    names: list[str | None]
    niks: list[str | None]
    husbands: list[str | None]
    rates: Rates


def _row(rng: Rng, source: _Source, register: Register, place: int, number: int, village: str) -> list[Cell]:
    row = int(register.rows[place])
    mothers, entry = source.mothers, int(source.mothers.pregnancy[row])
    pregnancies = source.pregnancies
    risk = (
        ("Ya" if rng.random() < 0.6 else "√")
        if pregnancies.at_risk[entry]
        else ("Tidak" if rng.random() < 0.6 else None)
    )
    return [
        number,
        village,
        source.names[row],
        write_nik(rng, source.niks[row], register.damaged, source.rates),
        None if mothers.born_missing[row] else write_date(rng, int(mothers.born[row])),
        source.husbands[row],
        write_date(rng, int(pregnancies.last_menses[entry])),
        int(pregnancies.gravida[entry]),
        float(pregnancies.height[entry]),
        float(pregnancies.weight[entry])
        if rng.random() < 0.8
        else f"{pregnancies.weight[entry]:.1f}".replace(".", ","),
        float(pregnancies.arm[entry]),
        risk,
        "rujuk RSUD" if rng.random() < 0.03 else None,
    ]


def write_register(
    folder: Path,
    rng: Rng,
    register: Register,
    mothers: Mothers,
    pregnancies: Pregnancies,
    regions: Regions,
    rates: Rates,
) -> tuple[list[FileCount], dict[int, str]]:
    """Writes one workbook; returns its line counts per sheet and the record key of every entry."""
    source = _Source(
        mothers,
        pregnancies,
        mothers.name.to_pylist(),
        mothers.nik.to_pylist(),
        mothers.husband.to_pylist(),
        rates,
    )
    book = Workbook()
    book.remove(book.active)
    counts, keys, totals = [], {}, []
    for title, first, last in GROUPS:
        names = [regions.village_name[village] for village in register.village]
        inside = [
            place
            for place, name in enumerate(names)
            if first <= name[0].upper() <= last or (first == "A" and not name[0].isalpha())
        ]
        sheet = book.create_sheet(title)
        count, found = _fill_sheet(rng, sheet, register, source, [(place, names[place]) for place in inside])
        counts.append(count)
        keys.update({row: f"{Path(register.path).name}|{title}|{line}" for row, line in found.items()})
        totals.append((title, count.data))
    counts.append(_recap(book.create_sheet("Rekap"), register, totals))
    target = folder / register.path
    target.parent.mkdir(parents=True, exist_ok=True)
    save(book, target)
    return counts, keys


def _titles(sheet: Worksheet, register: Register) -> None:
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADER))
    sheet.cell(1, 1, "REGISTER KOHORT IBU HAMIL").font = Font(bold=True, size=14)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center")
    sheet.cell(2, 1, f"PUSKESMAS : {register.centre}")
    sheet.cell(3, 1, "BULAN : JUNI 2026")
    if register.titles > 3:
        sheet.cell(4, 1, f"KABUPATEN/KOTA : {register.regency}")


def _fill_sheet(
    rng: Rng, sheet: Worksheet, register: Register, source: _Source, places: list[tuple[int, str]]
) -> tuple[FileCount, dict[int, int]]:
    """Titles, header, one block per village with a blank row between, and the JUMLAH row."""
    _titles(sheet, register)
    line = register.titles + 1
    for column, name in enumerate(HEADER, start=1):
        sheet.cell(line, column, name).font = Font(bold=True)
    found: dict[int, int] = {}
    blank, number, start = 0, 0, 0
    previous = ""
    for place, village in places:
        line += 1
        if previous and village != previous:
            _merge(sheet, start, line - 1)
            blank, line = blank + 1, line + 1
        start = line if village != previous else start
        number += 1
        values = _row(rng, source, register, place, number, village)
        _write_row(sheet, line, values if village != previous else [values[0], None, *values[2:]])
        found[int(register.rows[place])] = line
        previous = village
    _merge(sheet, start, line)
    if number:
        sheet.cell(line + 1, 1, "JUMLAH")
        sheet.cell(line + 1, 3, number)
    count = FileCount(
        register.path, sheet.title, title=register.titles, data=number, blank=blank, total=1 if number else 0
    )
    return count, found


def _write_row(sheet: Worksheet, line: int, values: list[Any]) -> None:
    for column, value in enumerate(values, start=1):
        if value is None:
            continue
        cell = sheet.cell(line, column, value)
        if column == NIK_COLUMN:
            cell.number_format = "@" if isinstance(value, str) else "0"


def _merge(sheet: Worksheet, start: int, end: int) -> None:
    """Merges the Desa cells of one village."""
    if start and end > start:
        sheet.merge_cells(start_row=start, start_column=2, end_row=end, end_column=2)


def _recap(sheet: Worksheet, register: Register, totals: list[tuple[str, int]]) -> FileCount:
    _titles(sheet, register)
    for line, (name, count) in enumerate(
        [*totals, ("JUMLAH", sum(count for _, count in totals))], start=register.titles + 2
    ):
        sheet.cell(line, 1, name)
        sheet.cell(line, 2, count)
    return FileCount(register.path, "Rekap", title=register.titles, header=0, blank=1, total=len(totals) + 1)


def save(book: Workbook, target: Path) -> None:
    """Saves a workbook so that the same content gives the same bytes: no clock in properties or archive."""
    draft = target.with_suffix(".tmp")
    book.save(draft)
    clean = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
    with zipfile.ZipFile(draft) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as result:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = clean.sub(rb"\g<1>2026-06-30T16:00:00Z", content)
            result.writestr(zipfile.ZipInfo(name, STAMP), content, zipfile.ZIP_DEFLATED)
    draft.unlink()


def numbers(values: list[int]) -> Ints:
    """A list as an index array."""
    return np.array(values, dtype=np.int64)
