"""Which puskesmas hand in a workbook, and what each of them writes down."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from simulation.agency_kohort import write_mothers
from simulation.agency_registry import Shown
from simulation.draw import Ints, chance, stream
from simulation.files import FileCount
from simulation.health import DELIVERED, PREGNANT, Pregnancies
from simulation.people import People
from simulation.puskesmas import HealthCentres, load_centres
from simulation.rates import Rates
from simulation.regions import MURATARA, Regions
from simulation.workbooks import Register, write_register


def _sample(centre: Ints, centres: HealthCentres, regions: Regions, count: int) -> list[int]:
    """The busiest puskesmas, one per kab/kota as far as that goes; Muratara hands in nothing."""
    load = np.bincount(centre, minlength=len(centres.code))
    order = [
        int(index) for index in np.argsort(-load, kind="stable") if centres.regency[index] != regions.regency(MURATARA)
    ]
    seen: dict[int, int] = {}
    rounds: list[tuple[int, int, int]] = []
    for index in order:
        regency = int(centres.regency[index])
        seen[regency] = seen.get(regency, 0) + 1
        rounds.append((seen[regency], len(rounds), index))
    return [index for _, _, index in sorted(rounds)[:count]]


def write_workbooks(
    folder: Path,
    seed: int,
    pregnancies: Pregnancies,
    people: People,
    regions: Regions,
    rates: Rates,
    *,
    count: int,
) -> tuple[Shown, list[FileCount]]:
    """Writes `count` workbooks; in the second of them Excel damaged every NIK."""
    rng = stream(seed, "workbooks")
    centres = load_centres()
    mother = pregnancies.mother
    village = people.village[mother] if len(mother) else mother
    centre = centres.of_village[village]
    sample = _sample(centre, centres, regions, count)
    on_paper = np.isin(pregnancies.state, (PREGNANT, DELIVERED)) & chance(rng, len(mother), rates["puskesmas.tercatat"])
    chosen = np.flatnonzero(on_paper & np.isin(centre, sample))
    chosen = chosen[np.argsort(village[chosen], kind="stable")]
    mothers = write_mothers(rng, chosen, pregnancies, people, rates)
    counts: list[FileCount] = []
    keys: dict[int, str] = {}
    for number, index in enumerate(sample):
        rows = np.flatnonzero(centre[chosen] == index)
        register = Register(
            path=f"puskesmas/kohort_ibu_{centres.code[index]}_2026-06.xlsx",
            centre=centres.name[index],
            regency=regions.regency_name[int(centres.regency[index])].upper(),
            damaged=number == min(1, count - 1),
            titles=3 + number % 2,
            rows=rows,
            village=village[chosen[rows]],
        )
        if register.damaged:
            mothers.marks.add("nik_berkas_rusak", rows)
        lines, found = write_register(folder, rng, register, mothers, pregnancies, regions, rates)
        counts.extend(lines)
        keys.update(found)
    texts = pa.array([keys[row] for row in range(len(chosen))], pa.string())
    return Shown("puskesmas.kohort_ibu", texts, mother[chosen], mothers.marks.bits), counts
