"""Clusters: against an oracle on random graphs, and chains that one weak pair would melt."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resolution.clustering import Edge, cluster

SURE = 10.0
WEAK, STRONG = 5.0, 20.0


def oracle(size: int, edges: list[Edge]) -> list[int]:
    """Labels by repeated relabelling: slow, plain."""
    labels = list(range(size))
    changed = True
    while changed:
        changed = False
        for a, b, _ in edges:
            low = min(labels[a], labels[b])
            changed |= labels[a] != low or labels[b] != low
            labels[a] = labels[b] = low
    return labels


pairs = st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda p: p[0] < p[1])


@given(st.lists(pairs, max_size=20, unique=True))
def test_components_equal_the_oracle(found: list[tuple[int, int]]) -> None:
    edges = [(a, b, STRONG) for a, b in found]
    assert cluster(12, edges, sure=SURE).labels.tolist() == oracle(12, edges)


@given(st.lists(pairs, max_size=20, unique=True), st.randoms())
def test_the_order_of_pairs_changes_nothing(found: list[tuple[int, int]], random) -> None:
    edges = [(a, b, WEAK if (a + b) % 3 else STRONG) for a, b in found]
    shuffled = random.sample(edges, len(edges))
    first, second = cluster(12, edges, sure=SURE), cluster(12, shuffled, sure=SURE)
    assert first.labels.tolist() == second.labels.tolist() and first.doubtful == second.doubtful


def test_one_weak_pair_does_not_melt_two_groups() -> None:
    edges = [(0, 1, STRONG), (2, 3, STRONG), (1, 2, WEAK)]
    found = cluster(4, edges, sure=SURE)
    assert found.labels.tolist() == [0, 0, 2, 2] and found.doubtful == ((1, 2, WEAK),)


def test_one_strong_pair_joins_two_groups() -> None:
    edges = [(0, 1, STRONG), (2, 3, STRONG), (1, 2, STRONG)]
    assert cluster(4, edges, sure=SURE).labels.tolist() == [0, 0, 0, 0]


def test_two_weak_pairs_bear_each_other_out() -> None:
    edges = [(0, 1, STRONG), (2, 3, STRONG), (1, 2, WEAK), (0, 3, WEAK)]
    assert cluster(4, edges, sure=SURE).labels.tolist() == [0, 0, 0, 0]


def test_nothing_to_cluster() -> None:
    assert cluster(0, [], sure=SURE).labels.tolist() == []
    assert cluster(2, [], sure=SURE).labels.tolist() == [0, 1]
