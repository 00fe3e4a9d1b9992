"""Groups that a steward's word divides: the strongest ties first, none of them across a pair that must stay apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Edge = tuple[int, int, float]


def keep_apart(
    size: int, edges: Sequence[Edge], apart: Iterable[tuple[int, int]], owners: Sequence[int | None] = ()
) -> list[int]:
    """Labels of ``size`` records: joined by their edges, the heaviest first, unless that brings a pair together.

    The labels are a function of the edges, not of their order; each group is called by its lowest record.

    Args:
        size: number of records, numbered from 0.
        edges: ties with their weights.
        apart: pairs that must not share a group.
        owners: by record whom it belongs to, if anybody; no group holds records of two owners.
    """
    label = list(range(size))
    members = {number: [number] for number in range(size)}
    owner = dict(enumerate(owners)) if owners else dict.fromkeys(range(size))
    foes: dict[int, set[int]] = {number: set() for number in range(size)}
    for a, b in apart:
        foes[a].add(b)
        foes[b].add(a)
    for a, b, _ in sorted(edges, key=lambda edge: (-edge[2], min(edge[:2]), max(edge[:2]))):
        low, high = sorted((label[a], label[b]))
        if low == high or len({owner[low], owner[high]} - {None}) > 1:
            continue
        if any(label[foe] == low for member in members[high] for foe in foes[member]):
            continue
        owner[low] = owner[high] if owner[low] is None else owner[low]
        for member in members[high]:
            label[member] = low
        members[low] += members.pop(high)
    return label
