"""Families: where they live, where they came from, and who belongs to them; no names and numbers yet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from simulation.clock import TODAY_DAY, first_of_year
from simulation.draw import Bools, Floats, Ints, Rng, chance, pick
from simulation.names import load_vocabulary
from simulation.rates import Rates
from simulation.regions import Regions

YEAR = 365.25
HEAD, SPOUSE, CHILD, ELDER = range(4)
MOST_CHILDREN = 7
RELIGION_OTHER = {3: 4, 4: 2, 5: 5}  # culture -> usual religion: bali Hindu, batak Kristen, tionghoa Buddha


@dataclass(frozen=True)
class Families:
    """One row per family. `origin` is the issuer index of the kecamatan where it lived before `moved_on`."""

    village: Ints
    origin_village: Ints
    origin: Ints
    moved_on: Ints
    left_province: Bools
    culture: Ints
    religion: Ints
    street: Ints
    house: Ints
    neighbourhood: Ints
    hamlet: Ints


@dataclass(frozen=True)
class Members:
    """One row per person, families together, parents before their children. -1 stands for nobody."""

    family: Ints
    role: Ints
    male: Bools
    born: Ints
    mother: Ints
    father: Ints
    spouse: Ints
    twin_of: Ints


def draw_families(rng: Rng, size: int, regions: Regions, rates: Rates) -> Families:
    """Homes and histories of families."""
    village = pick(rng, regions.village_weight, size)
    origin_village = pick(rng, regions.village_weight, size)
    moved = chance(rng, size, rates["penduduk.keluarga_pindah"])
    foreign = chance(rng, size, rates["penduduk.pindah_dari_luar"])
    outside = rng.integers(regions.first_elsewhere, regions.first_retired, size)
    origin = np.where(foreign, outside, regions.village_district[origin_village])
    home = regions.village_district[village]
    words = load_vocabulary()
    culture = pick(rng, words.shares, size)
    usual = np.array([RELIGION_OTHER.get(group, 1) for group in range(len(words.shares))])
    religion = np.where(chance(rng, size, 0.02), pick(rng, [0, 10, 4, 2, 1, 3, 1, 1], size), usual[culture])
    return Families(
        village=village,
        origin_village=np.where(moved & ~foreign, origin_village, village),
        origin=np.where(moved, origin, home),
        moved_on=np.where(moved, TODAY_DAY - (rng.exponential(8.0, size) * YEAR).astype(np.int64) - 30, -(10**6)),
        left_province=chance(rng, size, rates["penduduk.keluar"]),
        culture=culture,
        religion=np.maximum(religion, 1),
        street=rng.integers(0, len(words.streets), size),
        house=rng.integers(1, 190, size),
        neighbourhood=rng.integers(1, 40, size) * 1000 + rng.integers(1, 13, size),
        hamlet=rng.integers(1, 6, size),
    )


def _children(rng: Rng, mother_age: Floats, planned: Ints) -> tuple[Ints, Floats]:
    """Row and age of every child that is born and still at home."""
    size = len(planned)
    first = np.clip(rng.normal(23.5, 3.8, size), 17.0, 36.0)
    gaps = 1.4 + rng.gamma(2.0, 1.1, (size, MOST_CHILDREN))
    gaps[:, 0] = 0.0
    birth_age = first[:, None] + np.cumsum(gaps, axis=1)
    age = mother_age[:, None] - birth_age
    leaves = rng.normal(24.0, 4.0, (size, MOST_CHILDREN))
    wanted = np.arange(MOST_CHILDREN)[None, :] < planned[:, None]
    row, place = np.nonzero(wanted & (birth_age < 45.0) & (age >= 0.0) & (age < np.maximum(leaves, 15.0)))
    return row.astype(np.int64), age[row, place]


def draw_members(rng: Rng, size: int, people: int, rates: Rates) -> Members:
    """The members of `size` families, cut off after `people` persons."""
    head_age = np.clip(rng.normal(43.0, 13.0, size), 19.0, 93.0)
    head_male = chance(rng, size, 0.87)
    married = chance(rng, size, np.where(head_male, 0.91, 0.07)) & (head_age > 20.0)
    spouse_age = np.maximum(head_age + np.where(head_male, -1, 1) * rng.normal(3.2, 3.0, size), 18.0)
    mother_age = np.where(head_male, np.where(married, spouse_age, head_age - 3.0), head_age)
    planned = np.minimum(rng.poisson(2.7, size), MOST_CHILDREN) * (married | (head_age > 30.0))
    rows, ages = _children(rng, mother_age, planned)
    twin = np.flatnonzero(chance(rng, len(rows), rates["penduduk.kembar"]))
    elders = np.flatnonzero(chance(rng, size, 0.07) & (head_age < 66.0))
    couples = np.flatnonzero(married)
    family = np.concatenate([np.arange(size), couples, rows, rows[twin], elders])
    role = np.repeat([HEAD, SPOUSE, CHILD, CHILD, ELDER], [size, len(couples), len(rows), len(twin), len(elders)])
    age = np.concatenate(
        [
            head_age,
            spouse_age[couples],
            ages,
            ages[twin],
            head_age[elders] + np.clip(rng.normal(25, 3, len(elders)), 18, 40),
        ]
    )
    elder_male = chance(rng, len(elders), 0.35)
    child_male = chance(rng, len(rows), 0.512)
    male = np.concatenate([head_male, ~head_male[couples], child_male, child_male[twin], elder_male])
    child_slot = np.arange(len(rows)) * 2.0
    slot = np.concatenate(
        [
            np.full(size, -2.0),
            np.full(len(couples), -1.0),
            child_slot,
            child_slot[twin] + 1,
            np.full(len(elders), np.inf),
        ]
    )
    order = np.lexsort((slot, family))[:people]
    is_twin = np.zeros(len(family), dtype=np.bool_)
    is_twin[size + len(couples) + len(rows) : size + len(couples) + len(rows) + len(twin)] = True
    members = _relate(family[order], role[order], male[order], age[order], is_twin[order], size)
    (own,) = rng.spawn(1)  # nothing else of the province moves with it
    year_only = chance(own, len(order), rates["penduduk.lahir_tahun_saja"]) & (age[order] > 55.0)
    return replace(members, born=np.where(year_only, first_of_year(members.born), members.born))


def _relate(family: Ints, role: Ints, male: Bools, age: Floats, is_twin: Bools, families: int) -> Members:
    """Turns positions inside families into mother, father, spouse and twin."""
    place = np.arange(len(family))
    head = np.full(families, -1, dtype=np.int64)
    head[family[role == HEAD]] = place[role == HEAD]
    partner = np.full(families, -1, dtype=np.int64)
    partner[family[role == SPOUSE]] = place[role == SPOUSE]
    elder = np.full(families, -1, dtype=np.int64)
    elder[family[role == ELDER]] = place[role == ELDER]
    own_head, own_partner, own_elder = head[family], partner[family], elder[family]
    head_male = male[own_head] if len(family) else np.zeros(0, np.bool_)
    elder_male = male[own_elder] if len(family) else np.zeros(0, np.bool_)
    child, is_head, has_elder = role == CHILD, role == HEAD, own_elder >= 0
    mother = np.where(child, np.where(head_male, own_partner, own_head), -1)
    father = np.where(child, np.where(head_male, own_head, own_partner), -1)
    mother = np.where(is_head & has_elder & ~elder_male, own_elder, mother)
    father = np.where(is_head & has_elder & elder_male, own_elder, father)
    spouse = np.where(is_head, own_partner, np.where(role == SPOUSE, own_head, -1))
    return Members(
        family=family,
        role=role,
        male=male,
        born=TODAY_DAY - np.floor(age * YEAR).astype(np.int64),
        mother=mother,
        father=father,
        spouse=spouse,
        twin_of=np.where(is_twin, place - 1, -1),
    )
