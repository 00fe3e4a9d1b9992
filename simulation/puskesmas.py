"""Health centres: one per kecamatan, more where a kecamatan has many villages; and their posyandu."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from simulation.draw import Ints
from simulation.regions import Regions, load_regions

VILLAGES_EACH = 14  # gives about 350 health centres; the Ministry lists 345 for the province
POSYANDU_EACH = 4


@dataclass(frozen=True)
class HealthCentres:
    """One row per puskesmas, and the puskesmas of every village."""

    code: list[str]
    name: list[str]
    regency: Ints
    of_village: Ints


@lru_cache(maxsize=1)
def load_centres() -> HealthCentres:
    """Assigns villages to health centres in code order."""
    return _assign(load_regions())


def _assign(regions: Regions) -> HealthCentres:
    codes: list[str] = []
    names: list[str] = []
    of_village = np.zeros(len(regions.village_code), dtype=np.int64)
    for district, code in enumerate(regions.district_code):
        villages = np.flatnonzero(regions.village_district == district)
        for number, group in enumerate(np.array_split(villages, -(-len(villages) // VILLAGES_EACH))):
            of_village[group] = len(codes)
            codes.append(f"P{code.replace('.', '')}{number + 1:02d}")
            names.append(regions.district_name[district] if number == 0 else regions.village_name[group[0]])
    regency = [regions.regency_code.index(f"{code[1:3]}.{code[3:5]}") for code in codes]
    return HealthCentres(codes, [name.upper() for name in names], np.array(regency, dtype=np.int64), of_village)
