"""Disdukcapil's published workbook of semester II: active registry records by kab/kota and sex."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
from openpyxl import Workbook

from simulation.clock import day
from simulation.draw import Ints
from simulation.figures import Figure, residents, scaled
from simulation.files import FileCount
from simulation.regions import PROVINCE
from simulation.workbooks import save
from simulation.world import World

INDICATOR = "jumlah_penduduk"
REGISTRY_YEARS = (2024, 2025)
BROKEN_SHEET = 2024
BROKEN_BY = 10
"""The national release of semester II 2025 was reprinted with men off by ten: the sexes miss the total."""


def _registered(world: World, at: int, male: bool) -> Ints:
    """Active registry records per kab/kota on a day."""
    registry = world.registry
    left = world.people.left_on[registry.person]
    active = (registry.born <= at) & ((registry.status == 1) | (left > at)) & (registry.male == male)
    regency = world.regions.village_regency[registry.village]
    return np.bincount(regency[active], minlength=len(world.regions.regency_code))


def write_registry(folder: Path, world: World) -> tuple[list[Figure], list[FileCount]]:
    """Disdukcapil's workbook: codes typed as numbers (16.10 became 16.1), one sheet's total off by ten."""
    book = Workbook()
    book.remove(book.active)
    figures: list[Figure] = []
    counts = []
    path = "disdukcapil/penduduk_kabkota.xlsx"
    for year in REGISTRY_YEARS:
        sheet = book.create_sheet(str(year))
        sheet.append(["JUMLAH PENDUDUK MENURUT KABUPATEN/KOTA DAN JENIS KELAMIN"])
        sheet.append([f"PROVINSI SUMATERA SELATAN, SEMESTER II TAHUN {year}"])
        sheet.append([])
        sheet.append(["No", "Kode", "Kabupaten/Kota", "Laki-laki", "Perempuan", "Jumlah"])
        at = day(date(year, 12, 31))
        men, women = (
            scaled(_registered(world, at, True), world),
            scaled(_registered(world, at, False), world),
        )
        found = _registry_figures(world, year, men, women)
        figures.extend(found)
        filled = bool(len(world.people))
        if filled:
            for row, code in enumerate(world.regions.regency_code):
                name = world.regions.regency_name[row].upper()
                sheet.append([row + 1, float(code), name, int(men[row]), int(women[row]), int(men[row] + women[row])])
            extra = BROKEN_BY if year == BROKEN_SHEET else 0
            sheet.append(["JUMLAH", None, None, int(men.sum()) + extra, int(women.sum()), int((men + women).sum())])
        size = len(world.regions.regency_code) if filled else 0
        counts.append(FileCount(path, str(year), title=2, blank=1, data=size, total=int(filled)))
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    save(book, folder / path)
    return (figures if len(world.people) else []), counts


def _registry_figures(world: World, year: int, men: Ints, women: Ints) -> list[Figure]:
    """What the sheet of a year says, beside what is true."""
    at = date(year, 12, 31)
    true = scaled(residents(world, day(at)), world)
    broken = year == BROKEN_SHEET
    regions = [
        *zip(world.regions.regency_code, true, men, women, [0] * len(men), strict=True),
        (PROVINCE, true.sum(), men.sum(), women.sum(), BROKEN_BY if broken else 0),
    ]
    rows = []
    for code, people, male, female, extra in regions:
        for sex, right, shown, cause in (
            (None, people, male + female, "PEMUTAKHIRAN_TERLAMBAT"),
            ("L", male, male + extra, "SALAH_KETIK" if extra else ""),
            ("P", female, female, ""),
        ):
            rows.append(Figure("disdukcapil", INDICATOR, code, at.isoformat(), sex, int(right), int(shown), cause))
    return rows
