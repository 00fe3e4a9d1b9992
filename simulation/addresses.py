"""Addresses as text columns: of families, and of records, some of which name the home that was left."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from simulation.draw import Bools, Ints, stream
from simulation.families import Families
from simulation.names import load_vocabulary
from simulation.regions import Regions
from simulation.text import Array, digits, glue, lookup, where

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


@dataclass(frozen=True)
class Addresses:
    """One row per family or record: street or hamlet, RT, RW, hamlet (null in kelurahan)."""

    street: Array
    rt: Array
    rw: Array
    hamlet: Array


def write_addresses(families: Families, village: Ints, regions: Regions) -> Addresses:
    """Addresses of families as if they lived in `village`."""
    urban = regions.village_urban[village] > 0
    streets = [street.upper() for street in load_vocabulary().streets]
    number = digits(families.house)
    town = glue("JL. ", lookup(streets, families.street), " NO. ", number)
    lane = glue("LRG. ", lookup(streets, families.street), " RT. ", digits(families.neighbourhood // 1000, 2))
    hamlet = glue("DUSUN ", lookup(ROMAN, families.hamlet - 1))
    return Addresses(
        street=where(urban, where(families.house % 5 == 0, lane, town), hamlet),
        rt=digits(families.neighbourhood // 1000, 3),
        rw=digits(families.neighbourhood % 1000, 3),
        hamlet=where(urban, None, hamlet),
    )


def written_homes(seed: int, families: Families, family: Ints, late: Bools, regions: Regions) -> Addresses:
    """Addresses as records name them: the family's, or, where ``late``, those of the home before its move."""
    now = write_addresses(families, families.village, regions)
    before = write_addresses(_homes_left(seed, families), families.origin_village, regions)

    def written(new: Array, old: Array) -> Array:
        return where(late, take(old, family), take(new, family))

    return Addresses(
        street=written(now.street, before.street),
        rt=written(now.rt, before.rt),
        rw=written(now.rw, before.rw),
        hamlet=written(now.hamlet, before.hamlet),
    )


def _homes_left(seed: int, families: Families) -> Families:
    """The families at homes that have nothing in common with those they live in."""
    rng, size = stream(seed, "homes left"), len(families.village)
    return replace(
        families,
        street=rng.integers(0, len(load_vocabulary().streets), size),
        house=rng.integers(1, 190, size),
        neighbourhood=rng.integers(1, 40, size) * 1000 + rng.integers(1, 13, size),
        hamlet=rng.integers(1, 6, size),
    )


def take(column: Array, index: Ints) -> Array:
    """The rows of a family column for each person."""
    return column.take(np.asarray(index))
