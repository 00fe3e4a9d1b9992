"""Pregnancies and toddlers: the truth that e-kohort, paper registers and e-PPGBM see parts of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.clock import TODAY_DAY
from simulation.draw import Bools, Floats, Ints, Rng, chance, pick, stream
from simulation.families import YEAR
from simulation.people import ALIVE, MARRIED, People
from simulation.rates import Rates

TERM = 280
STATES = ("HAMIL", "MELAHIRKAN", "KEGUGURAN", "BATAL")
PREGNANT, DELIVERED, MISCARRIED, WITHDRAWN = range(4)


@dataclass(frozen=True)
class Pregnancies:
    """One row per pregnancy. Visit days are 0 where the visit has not happened."""

    mother: Ints
    last_menses: Ints
    state: Ints
    gravida: Ints
    births: Ints
    losses: Ints
    first_visit: Ints
    fourth_visit: Ints
    sixth_visit: Ints
    weight: Floats
    height: Floats
    arm: Floats
    at_risk: Bools

    def __len__(self) -> int:
        """Rows."""
        return len(self.mother)


def build_pregnancies(seed: int, people: People, rates: Rates) -> Pregnancies:
    """Pregnancies behind last year's births, open ones, and a few that ended early."""
    rng = stream(seed, "pregnancies")
    members = people.members
    single_births = (members.twin_of < 0) & (members.mother >= 0) & (TODAY_DAY - members.born < YEAR)
    born = (
        np.flatnonzero(single_births & (people.status[np.maximum(members.mother, 0)] == ALIVE))
        if len(people)
        else _none()
    )
    mothers = members.mother[born]
    fertile = ~members.male & (people.age >= 16) & (people.age < 45) & (people.status == ALIVE) & (people.nik > 0)
    fertile[mothers] = False
    pool = np.flatnonzero(fertile)
    appetite = np.where(people.marital[pool] == MARRIED, 1.0, 0.03) * np.exp(-(((people.age[pool] - 28) / 8) ** 2))
    count = round(len(born) * rates["kohort.hamil_per_kelahiran"]) if len(pool) else 0
    fails = round(len(born) * rates["kohort.gagal"]) if len(pool) else 0
    open_mothers = _distinct(rng, pool, appetite, count + fails)
    count = min(count, len(open_mothers))
    state = np.repeat([DELIVERED, PREGNANT], [len(born), len(open_mothers)])
    state[len(born) + count :] = MISCARRIED + rng.integers(0, 2, len(open_mothers) - count)
    menses = np.concatenate(
        [
            members.born[born] - TERM + rng.integers(-14, 8, len(born)),
            TODAY_DAY - rng.integers(35, TERM - 4, len(open_mothers)),
        ]
    )
    return _describe(rng, people, np.concatenate([mothers, open_mothers]), menses, state)


def _none() -> Ints:
    return np.zeros(0, dtype=np.int64)


def _distinct(rng: Rng, pool: Ints, weights: Floats, count: int) -> Ints:
    """Up to `count` different members of the pool, likelier ones first."""
    if not count:
        return _none()
    speed = rng.exponential(1.0, len(pool)) / np.maximum(weights, 1e-12)
    return pool[np.argsort(speed, kind="stable")[:count]]


def _describe(rng: Rng, people: People, mother: Ints, menses: Ints, state: Ints) -> Pregnancies:
    """Counts, visits and measures of pregnancies."""
    size = len(mother)
    parents = people.members.mother
    children = np.bincount(parents[parents >= 0], minlength=len(people))[mother] if size else _none()
    losses = pick(rng, [0.86, 0.11, 0.03], size)
    births = np.maximum(children - (state == DELIVERED), 0)
    height, arm = rng.normal(152.0, 5.5, size).round(1), rng.normal(26.5, 3.0, size).round(1)
    age = people.age[mother]
    risky = (age < 20) | (age > 35) | (height < 145) | (arm < 23.5) | (births + losses + 1 > 4)
    ended = np.where(
        state == PREGNANT, TODAY_DAY, np.minimum(menses + np.where(state == DELIVERED, TERM, 80), TODAY_DAY)
    )
    visits = []
    previous = np.ones(size, dtype=np.bool_)
    for earliest, span, share in ((40, 60, 0.95), (196, 40, 0.85), (245, 28, 0.75)):
        at = menses + earliest + rng.integers(0, span, size)
        previous = previous & (at <= ended) & chance(rng, size, share)
        visits.append(np.where(previous, at, 0))
    return Pregnancies(
        mother=mother,
        last_menses=menses,
        state=state,
        gravida=births + losses + 1,
        births=births,
        losses=losses,
        first_visit=visits[0],
        fourth_visit=visits[1],
        sixth_visit=visits[2],
        weight=np.maximum(rng.normal(58.0, 9.5, size), 36.0).round(1),
        height=height,
        arm=arm,
        at_risk=risky,
    )


def toddlers(people: People) -> Ints:
    """Living children under five."""
    return np.flatnonzero((people.age < 5) & (people.status == ALIVE)) if len(people) else _none()


def measure(rng: Rng, months: Floats) -> tuple[Floats, Floats, Floats]:
    """Weight (kg), length or height (cm) and upper arm (cm) by age in months."""
    share = np.clip(months, 0.2, 60) / 60
    height = (49.0 + 58.0 * share**0.62) * rng.normal(1.0, 0.04, len(months))
    weight = (2.9 + 13.6 * share**0.6) * rng.normal(1.0, 0.11, len(months))
    arm = 10.5 + 5.0 * share**0.4 + rng.normal(0.0, 0.9, len(months))
    return np.maximum(weight, 2.0), height, arm
