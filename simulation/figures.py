"""Published figures: counted from the truth and the registry, then bent by concept, copy errors and Excel.

Every figure is a count of simulated persons times `angka.skala` (1 by default, so that a gap between two
figures can be followed down to records). Dukcapil counts active registry records at 31 December; BPS counts
usual residents at mid-year, one to three percent away; Dinkes counts pregnancies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from simulation.clock import day
from simulation.draw import Floats, Ints, stream
from simulation.files import FileCount, Layout, write_lines
from simulation.regions import MURATARA, PROVINCE, reference_rows
from simulation.text import rupiah
from simulation.world import World

BPS_YEARS = (2023, 2024, 2025)
MISCOPIED = "16.04"
"""Lahat's BPS figure of 2024 has two digits exchanged; the province row was added up before."""
LARGER_AT_BPS = ("16.07", "16.09")  # the sign of the difference is not constant between regions


@dataclass(frozen=True)
class Figure:
    """One published number and the true count behind it."""

    source: str
    indicator: str
    region: str
    period: str
    sex: str | None
    true: int
    published: int | None
    cause: str


def scaled(values: Floats | Ints, world: World) -> Ints:
    """Counts as they are published, before any slip."""
    scaled: Ints = np.rint(np.asarray(values) * world.rates["angka.skala"]).astype(np.int64)
    return scaled


def residents(world: World, at: int) -> Ints:
    """True residents per kab/kota on a day."""
    people = world.people
    here = (people.members.born <= at) & ((people.left_on == 0) | (people.left_on > at))
    regency = world.regions.village_regency[people.village]
    return np.bincount(regency[here], minlength=len(world.regions.regency_code))


def _exchange_first(value: int) -> int:
    """The first two different neighbouring digits change places."""
    text = str(value)
    for place in range(len(text) - 1):
        if text[place] != text[place + 1]:
            return int(text[:place] + text[place + 1] + text[place] + text[place + 2 :])
    return value


def write_bps(folder: Path, world: World) -> tuple[list[Figure], list[FileCount]]:
    """BPS: its own codes, province first, plain persons with dots."""
    pairs = reference_rows("bps_kemendagri_sumsel.csv")
    rng = stream(world.seed, "figures", "bps")
    low, high = world.rates["angka.bps_selisih_min"], world.rates["angka.bps_selisih_maks"]
    codes = [pair["kode_kemendagri"] for pair in pairs]
    sign = np.array([1 if code in LARGER_AT_BPS else -1 for code in codes])
    bend = 1 + sign * rng.uniform(low, high, len(codes))
    place = [world.regions.regency(code) for code in codes]
    figures: list[Figure] = []
    columns = []
    for year in BPS_YEARS:
        true = scaled(residents(world, day(date(year, 6, 30)))[place], world)
        shown = np.rint(true * bend).astype(np.int64)
        total = int(shown.sum())
        for row, code in enumerate(codes):
            cause = "KONSEP"
            if year == 2024 and code == MISCOPIED:
                shown[row], cause = _exchange_first(int(shown[row])), "SALAH_KETIK"
            figures.append(
                Figure(
                    "bps",
                    "jumlah_penduduk",
                    code,
                    f"{year}-06-30",
                    None,
                    int(true[row]),
                    int(shown[row]),
                    cause,
                )
            )
        figures.append(
            Figure("bps", "jumlah_penduduk", PROVINCE, f"{year}-06-30", None, int(true.sum()), total, "KONSEP")
        )
        columns.append(rupiah(np.array([total, *shown])).to_pylist())
    names = [(PROVINCE + "00", "SUMATERA SELATAN"), *((pair["kode_bps"], pair["nama_bps"]) for pair in pairs)]
    lines = [",".join([*name, *values]) for name, *values in zip(names, *columns, strict=True)]
    lines = lines if len(world.people) else []
    count = write_lines(folder, "bps/penduduk_kabkota.csv", ("Kode", "Wilayah", *map(str, BPS_YEARS)), lines, Layout())
    return (figures if lines else []), [count]


def write_health(folder: Path, world: World) -> tuple[list[Figure], list[FileCount]]:
    """Dinkes' open data: pregnancies per kab/kota; Muratara did not report 2025."""
    rng = stream(world.seed, "figures", "dinkes")
    mother = world.pregnancies.mother
    regions = world.regions
    size = len(regions.regency_code)
    regency = regions.village_regency[world.people.village[mother]] if len(mother) else mother
    now = scaled(np.bincount(regency, minlength=size), world)
    figures, lines = [], []
    for year, true in ((2024, np.rint(now * rng.uniform(0.96, 1.08, size)).astype(np.int64)), (2025, now)):
        for index, code in enumerate(regions.regency_code):
            silent = code == MURATARA and year == 2025
            shown = None if silent else int(true[index])
            figures.append(
                Figure(
                    "dinkes",
                    "jumlah_ibu_hamil",
                    code,
                    str(year),
                    None,
                    int(true[index]),
                    shown,
                    "CAKUPAN" if silent else "",
                )
            )
            if not silent:
                lines.append(f"{code.replace('.', '')},{regions.regency_name[index].upper()},{shown},ORANG,{year}")
    lines = lines if len(world.people) else []
    header = ("kode_kabupaten_kota", "nama_kabupaten_kota", "jumlah_ibu_hamil", "satuan", "tahun")
    count = write_lines(folder, "dinkes/ibu_hamil_kabkota.csv", header, lines, Layout())
    return (figures if lines else []), [count]


def figures_table(figures: list[Figure]) -> Any:
    """The figures of the truth."""
    return pa.table(
        {
            "sumber": pa.array([item.source for item in figures], pa.string()),
            "indikator": pa.array([item.indicator for item in figures], pa.string()),
            "kode_kemendagri": pa.array([item.region for item in figures], pa.string()),
            "periode": pa.array([item.period for item in figures], pa.string()),
            "jenis_kelamin": pa.array([item.sex for item in figures], pa.string()),
            "nilai_benar": pa.array([item.true for item in figures], pa.int64()),
            "nilai_terbit": pa.array([item.published for item in figures], pa.int64()),
            "sebab": pa.array([item.cause for item in figures], pa.string()),
        }
    )
