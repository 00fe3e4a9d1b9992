"""What a resolution learns without labels: shares of levels among pairs of one entity, by EM over counted levels.

Splink's own EM has no prior and stops on levels that few pairs show; here declared shares stand in for what is not
seen (docs/decisions/0013). Pairs are counted by their levels first, so that a million pairs cost as much as a few
thousand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from resolution.kinds import splink_comparison
from resolution.parameters import DIGITS, LEAST, LevelParameters, Parameters
from resolution.settings import Comparison, Settings

#: The weight, in pairs, of the declared shares; and of those that the other links learnt.
DECLARED, POOLED = 10, 30
#: Declared shares among pairs that are one entity: the strongest agreement, none, and the rest in between.
AGREE, DIFFER = 0.85, 0.02
ROUNDS, SETTLED = 200, 1e-7
#: The share of one entity among a rule's pairs, before anything is known of them.
NEARLY_ALL = 0.9

Floats = npt.NDArray[np.float64]
Vectors = tuple[npt.NDArray[np.int64], Floats]


def as_parameters(
    settings: Settings, matches: Sequence[Floats], chance: Sequence[Floats], prior: float = 0.5
) -> Parameters:
    """Shares of the levels, in the order of the comparisons, as they are stored."""
    levels = {
        comparison.nama: tuple(LevelParameters(m=_rounded(m), u=_rounded(u)) for m, u in zip(ms, us, strict=True))
        for comparison, ms, us in zip(settings.perbandingan, matches, chance, strict=True)
    }
    return Parameters(pengaturan=settings.version, dasar=_rounded(prior), tingkat=levels)


def rule_columns(rule: str) -> list[str]:
    """Columns that a rule of ``latih`` names."""
    return [name.strip() for name in rule.split(",")]


def both_sides(comparisons: Sequence[Comparison]) -> str:
    """SQL: the columns of ``l`` and of ``r`` as the levels name them."""
    columns = {name for c in comparisons for name in (c.kolom, *c.kolom_lain)}
    return ", ".join(f"{side}.{name} as {name}_{side}" for name in sorted(columns) for side in "lr")


def level_case(comparison: Comparison) -> str:
    """SQL of a pair's level: 0 is the strongest agreement, -1 unknown."""
    unknown, *levels, _ = splink_comparison(comparison)["comparison_levels"]
    cases = " ".join(f"when {level['sql_condition']} then {n}" for n, level in enumerate(levels))
    return f"case when {unknown['sql_condition']} then -1 {cases} else {len(levels)} end as {comparison.nama}"


def as_vectors(rows: Sequence[Sequence[int]], comparisons: int) -> Vectors:
    """Rows of levels and their count, as arrays."""
    table = np.asarray(rows, np.int64).reshape(len(rows), comparisons + 1)
    return table[:, :-1], table[:, -1].astype(np.float64)


def learn(
    chance: Sequence[Floats],
    declared: list[Floats],
    taught: Sequence[Vectors],
    skipped: Sequence[Sequence[bool]],
    *,
    weight: float = DECLARED,
    start: Sequence[float] | None = None,
) -> tuple[list[Floats], list[float]]:
    """Shares of the levels among pairs of one entity, and of such pairs among each rule's: EM over the rules' pairs,
    the declared shares as its prior, worth ``weight`` pairs.

    ``start`` says what share of each rule's pairs is believed to be one entity at first; None: nearly all.
    """
    matches = declared
    share = list(start) if start is not None else [NEARLY_ALL for _ in taught]
    for _ in range(ROUNDS):
        counts = [shares * weight for shares in declared]
        for rule, (vectors, weights) in enumerate(taught):
            likely = posterior(vectors, matches, chance, share[rule], skipped[rule])
            if weights.sum():
                share[rule] = _share(likely, weights)
            for n, skip in enumerate(skipped[rule]):
                known = vectors[:, n] >= 0
                if not skip:
                    np.add.at(counts[n], vectors[known, n], (likely * weights)[known])
        found = [count / count.sum() for count in counts]
        moved = max(float(np.abs(a - b).max()) for a, b in zip(found, matches, strict=True))
        matches = found
        if moved < SETTLED:
            break
    return matches, share


def first_share(vectors: Vectors, declared: Sequence[Floats], chance: Sequence[Floats], skip: Sequence[bool]) -> float:
    """The share of a rule's pairs that is one entity, if such pairs differ as declared.

    What differs cannot say at once how many pairs are one and how often those differ: coincidences a hundred times as
    many as the copies would pass for copies that always differ. With the latter given there is one answer.
    """
    levels, weights = vectors
    share = NEARLY_ALL
    for _ in range(ROUNDS if weights.sum() else 0):
        before, share = share, _share(posterior(levels, declared, chance, share, skip), weights)
        if abs(share - before) < SETTLED:
            break
    return share


def _share(likely: Floats, weights: Floats) -> float:
    """At least half a pair is one entity: a fixed share would be many pairs where a crowd agrees by chance."""
    pairs = float(weights.sum())
    return float(np.clip((likely * weights).sum() / pairs, min(0.001, 0.5 / pairs), 0.999))


def posterior(
    vectors: npt.NDArray[np.int64],
    matches: Sequence[Floats],
    chance: Sequence[Floats],
    share: float,
    skip: Sequence[bool],
) -> Floats:
    """Probability that pairs with these levels are one entity."""
    bits = np.full(len(vectors), np.log2(share / (1 - share)))
    for n, (m, u) in enumerate(zip(matches, chance, strict=True)):
        if not skip[n]:
            known = vectors[:, n] >= 0
            bits[known] += np.log2(m / u)[vectors[known, n]]
    return np.asarray(1 / (1 + np.exp2(-bits)), np.float64)


def declared_shares(levels: int, kind: str) -> Floats:
    """Shares of the levels, the strongest first, where nothing was learnt: what is neither full agreement nor none is
    spread with every step half as likely as the one before. Columns are rarely exchanged."""
    if kind == "silang":
        return np.asarray([DIFFER, 1 - DIFFER])
    if levels == 2:
        return np.asarray([1 - DIFFER, DIFFER])
    steps = 0.5 ** np.arange(levels - 2)
    return np.asarray([AGREE, *((1 - AGREE - DIFFER) * steps / steps.sum()), DIFFER])


def _rounded(share: float) -> float:
    return max(float(f"{share:.{DIGITS}g}"), LEAST)
