"""The people of the province: the truth about every person, from which all agencies' views are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulation.clock import TODAY_DAY, calendar, day
from simulation.draw import Bools, Floats, Ints, Rng, chance, pick, rank_within, stream
from simulation.families import (
    CHILD,
    ELDER,
    HEAD,
    SPOUSE,
    YEAR,
    Families,
    Members,
    draw_families,
    draw_members,
)
from simulation.names import Names, draw_names, load_vocabulary
from simulation.rates import Rates
from simulation.regions import Regions

ALIVE, DEAD, LEFT = 1, 2, 3
PEOPLE_PER_FAMILY = 2.4  # below the real mean of about 3.4, so that enough families are drawn before cutting
SINGLE, MARRIED, DIVORCED, WIDOWED = 1, 2, 3, 4


@dataclass(frozen=True)
class People:
    """One row per person; `id_truth` is the row number plus one. NIK 0 means none was ever issued."""

    families: Families
    members: Members
    nik: Ints
    card: Ints
    issuer: Ints
    names: Names
    mother_names: Names
    father_names: Names
    haji: Bools
    status: Ints
    left_on: Ints
    marital: Ints
    job: Ints
    blood: Ints
    same_as_father: Bools
    birth_corrected: Bools

    def __len__(self) -> int:
        """Rows."""
        return len(self.nik)

    @property
    def village(self) -> Ints:
        """The village where each person lives (or last lived)."""
        return self.families.village[self.members.family]

    @property
    def age(self) -> Floats:
        """Years at night 0."""
        return np.asarray((TODAY_DAY - self.members.born) / YEAR, dtype=np.float64)


def build_people(seed: int, count: int, regions: Regions, rates: Rates) -> People:
    """Draws exactly `count` persons, living, dead and moved away."""
    rng = stream(seed, "people")
    size = int(count / PEOPLE_PER_FAMILY) + 30 if count else 0
    members = draw_members(rng, size, count, rates)
    families = draw_families(rng, int(members.family.max(initial=-1)) + 1, regions, rates)
    issuer = _issuers(rng, families, members, regions, rates)
    corrected = chance(rng, count, rates["penduduk.nik_beda_lahir"])
    written = members.born + np.where(corrected, rng.integers(1, 900, count) - 450, 0)
    nik = issue_nik(regions.issuer_number[issuer], np.minimum(written, TODAY_DAY), members.male)
    newborn = (TODAY_DAY - members.born < YEAR) & chance(rng, count, rates["penduduk.belum_terdaftar"])
    names, mothers, fathers, same = _names(rng, families, members, rates)
    status, left_on = _fates(rng, families, members, rates)
    age = (TODAY_DAY - members.born) / YEAR
    return People(
        families=families,
        members=members,
        nik=np.where(newborn, 0, nik),
        card=_cards(rng, families, members, regions),
        issuer=issuer,
        names=names,
        mother_names=mothers,
        father_names=fathers,
        haji=(age > 40) & (families.religion[members.family] == 1) & chance(rng, count, rates["penduduk.gelar_haji"]),
        status=status,
        left_on=left_on,
        marital=_marital(rng, members, age),
        job=_jobs(rng, members, age),
        blood=rng.integers(1, 14, count),
        same_as_father=same,
        birth_corrected=corrected & ~newborn,
    )


def _issuers(rng: Rng, families: Families, members: Members, regions: Regions, rates: Rates) -> Ints:
    """The kecamatan (issuer index) that gave each person the NIK: the one of first registration, for life."""
    count = len(members.family)
    own = families.origin[members.family]
    home = regions.village_district[families.village[members.family]]
    issuer = np.where(members.born < families.moved_on[members.family], own, home)
    married_in = (members.role == SPOUSE) & chance(rng, count, rates["penduduk.istri_dari_luar"])
    issuer = np.where(married_in, regions.village_district[pick(rng, regions.village_weight, count)], issuer)
    year, _, _ = calendar(members.born)
    keeps = chance(rng, count, rates["penduduk.kode_lama"])
    local = np.minimum(issuer, len(regions.district_regency) - 1)
    regency = np.where(issuer < regions.first_elsewhere, regions.district_regency[local], -1)
    for successor, old in regions.retired_of.items():
        before = (regency == successor) & (year < regions.split_year[successor]) & keeps
        issuer = np.where(before, old[issuer % len(old)], issuer)
    return issuer


def issue_nik(district: Ints, born: Ints, male: Bools, used: Ints | None = None) -> Ints:
    """Numbers by the rule PPKKCC DDMMYY SSSS (women's day plus 40), serials from 0001 within each prefix."""
    year, month, number = calendar(born)
    prefix = district * 10**6 + (number + np.where(male, 0, 40)) * 10**4 + month * 100 + year % 100
    serial = rank_within(prefix)
    if used is not None and len(used):
        taken, counts = np.unique(used // 10**4, return_counts=True)
        place = np.minimum(np.searchsorted(taken, prefix), len(taken) - 1)
        serial = serial + np.where(taken[place] == prefix, counts[place], 0)
    return prefix * 10**4 + np.minimum(serial, 9999)


def _cards(rng: Rng, families: Families, members: Members, regions: Regions) -> Ints:
    """Family card numbers: region of issue, date of recording (no +40), serial."""
    size = len(families.village)
    earliest = day(date(2009, 1, 1))
    recorded = np.maximum(rng.integers(earliest, TODAY_DAY, size), families.moved_on)
    district = regions.issuer_number[regions.village_district[families.village]]
    numbers = issue_nik(district, np.minimum(recorded, TODAY_DAY), np.ones(size, dtype=np.bool_))
    return numbers[members.family] if size else np.zeros(0, dtype=np.int64)


def _names(rng: Rng, families: Families, members: Members, rates: Rates) -> tuple[Names, Names, Names, Bools]:
    """Own, mother's and father's names, with patronymics, namesakes of fathers, and twins one word apart."""
    count = len(members.family)
    culture = families.culture[members.family] if count else np.zeros(0, dtype=np.int64)
    names = draw_names(rng, culture, members.male, rates)
    child, father = members.role == CHILD, np.maximum(members.father, 0)
    if not count:
        return names, names, names, np.zeros(0, dtype=np.bool_)
    with_father = child & (members.father >= 0)
    heirs = np.flatnonzero(with_father & chance(rng, count, rates["penduduk.belakang_ayah"]) & (names[:, 1] >= 0))
    words_of_father = (names[father[heirs]] >= 0).sum(axis=1)
    names[heirs, 1] = names[father[heirs], words_of_father - 1]
    same = with_father & members.male & chance(rng, count, rates["penduduk.senama_ayah"])
    names[same] = names[father[same]]
    _rename_twins(rng, names, members)
    mothers, fathers = (
        draw_names(rng, culture, ~np.ones(count, np.bool_), rates),
        draw_names(rng, culture, np.ones(count, np.bool_), rates),
    )
    known_mother, known_father = members.mother >= 0, members.father >= 0
    mothers[known_mother] = names[members.mother[known_mother]]
    fathers[known_father] = names[members.father[known_father]]
    return names, mothers, fathers, same


def _rename_twins(rng: Rng, names: Names, members: Members) -> None:
    """Twins share every word but the first, which differ by a letter or two."""
    second = np.flatnonzero(members.twin_of >= 0)
    if not len(second):
        return
    elder = members.twin_of[second]
    names[second] = names[elder]
    for sex, rows in (("L", members.male[second]), ("P", ~members.male[second])):
        pairs = load_vocabulary().twins[sex]
        chosen = pairs[rng.integers(0, len(pairs), int(rows.sum()))]
        names[elder[rows], 0] = chosen[:, 0]
        names[second[rows], 0] = chosen[:, 1]


def _fates(rng: Rng, families: Families, members: Members, rates: Rates) -> tuple[Ints, Ints]:
    """Who is dead or gone, and the day it happened (0 for the living)."""
    count = len(members.family)
    if not count:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    age = (TODAY_DAY - members.born) / YEAR
    hazard = np.exp(0.085 * np.maximum(age - 30, 0)) * np.where(members.role == CHILD, 0.4, 1.0)
    dead = chance(rng, count, np.minimum(hazard * rates["penduduk.meninggal"] / max(float(hazard.mean()), 1e-9), 0.6))
    left = families.left_province[members.family] & ~dead
    days = np.maximum(TODAY_DAY - 20 - rng.integers(0, 3 * 365, count), members.born)
    return np.where(dead, DEAD, np.where(left, LEFT, ALIVE)), np.where(dead | left, days, 0)


def _marital(rng: Rng, members: Members, age: Floats) -> Ints:
    """Marital status as the registry codes it (1 single, 2 married, 3 divorced, 4 widowed)."""
    alone = (members.role == HEAD) & (members.spouse < 0) | (members.role == ELDER)
    past = np.where(chance(rng, len(age), np.clip((age - 30) / 40, 0.1, 0.95)), WIDOWED, DIVORCED)
    state = np.where(alone & (age > 30), past, SINGLE)
    return np.where(members.spouse >= 0, MARRIED, state)


def _jobs(rng: Rng, members: Members, age: Floats) -> Ints:
    """Occupation codes of the registry (1..89), a plausible handful of them."""
    usual = np.array([9, 15, 19, 88, 5, 8, 65, 6, 7, 20, 84])
    job = usual[pick(rng, [30, 15, 14, 18, 5, 5, 3, 1, 1, 4, 4], len(age))]
    housewife = ~members.male & (members.role == SPOUSE) & chance(rng, len(age), 0.62)
    job = np.where(housewife, 2, job)
    job = np.where(age > 63, np.where(chance(rng, len(age), 0.2), 4, job), job)
    job = np.where(age < 19, 3, job)
    return np.where(age < 5.5, 1, job)
