"""Random draws. Every part of the province has a named stream: a change in one part moves no other."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Rng = np.random.Generator


def stream(seed: int, *names: str | int) -> Rng:
    """A generator that depends on the seed and the names alone."""
    label = zlib.crc32("/".join(str(name) for name in names).encode())
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, label])))


def chance(rng: Rng, size: int, probability: float | Floats) -> Bools:
    """True with the given probability, which may differ by row."""
    return np.asarray(rng.random(size) < probability, dtype=np.bool_)


def pick(rng: Rng, weights: Sequence[float] | Floats, size: int) -> Ints:
    """Indexes drawn in proportion to weights; the weights need not add up to one."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    if size == 0:
        return np.zeros(0, dtype=np.int64)
    found = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    return np.asarray(np.minimum(found, len(edges) - 1), dtype=np.int64)


def choose(rng: Rng, population: int | NDArray[Any], count: int) -> Ints:
    """Distinct members, in ascending order; all of them when fewer exist than are asked for."""
    pool = np.arange(population) if isinstance(population, int) else np.asarray(population)
    count = min(count, len(pool))
    return np.sort(rng.choice(pool, size=count, replace=False)).astype(np.int64)


def split(rng: Rng, size: int, rates: dict[str, float]) -> dict[str, Bools]:
    """Disjoint masks, one per named rate: a row suffers at most one of them."""
    names = list(rates)
    rest = max(0.0, 1.0 - sum(rates.values()))
    code = pick(rng, [*rates.values(), rest], size)
    return {name: np.asarray(code == number, dtype=np.bool_) for number, name in enumerate(names)}


def rank_within(keys: Ints) -> Ints:
    """For each row its 1-based position among the rows of the same key, in row order."""
    if len(keys) == 0:
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(keys)])
    ranks = np.empty(len(keys), dtype=np.int64)
    ranks[order] = np.arange(len(keys)) - np.repeat(starts, lengths) + 1
    return ranks
