"""Addresses as text columns per family, indexed by person where needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.draw import Ints
from simulation.families import Families
from simulation.names import load_vocabulary
from simulation.regions import Regions
from simulation.text import Array, digits, glue, lookup, where

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


@dataclass(frozen=True)
class Addresses:
    """One row per family: street or hamlet, RT, RW, hamlet (null in kelurahan)."""

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


def take(column: Array, index: Ints) -> Array:
    """The rows of a family column for each person."""
    return column.take(np.asarray(index))
