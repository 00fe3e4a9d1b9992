"""Clusters out of accepted pairs: connected components, and a guard against chains that melt two entities."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Edge = tuple[int, int, float]
#: A cluster from this size on is looked at: does one pair alone hold two groups together?
GUARDED = 4
#: Bits above the threshold from which one pair may hold two groups together.
SURE_BITS = 6


@dataclass(frozen=True)
class Clusters:
    """Label per record, and the pairs that the guard took out, to be reviewed."""

    labels: npt.NDArray[np.int64]
    doubtful: tuple[Edge, ...]


def sure_bits(threshold: float) -> float:
    """Weight from which one pair may hold two groups together.

    Args:
        threshold: probability from which pairs are joined.
    """
    return math.log2(threshold / (1 - threshold)) + SURE_BITS


def cluster(size: int, edges: Sequence[Edge], *, sure: float) -> Clusters:
    """Connected components of ``size`` records.

    A single pair whose removal splits a cluster of ``GUARDED`` or more into two groups of two or more is taken out
    unless its weight is at least ``sure``.

    Args:
        size: number of records, numbered from 0.
        edges: accepted pairs with their weights.
        sure: weight from which one pair may hold two groups together.
    """
    labels = _components(size, edges)
    doubtful = tuple(sorted(_bridges(labels, edges, sure)))
    if doubtful:
        out = {(a, b) for a, b, _ in doubtful}
        labels = _components(size, [edge for edge in edges if (edge[0], edge[1]) not in out])
    return Clusters(labels, doubtful)


def _components(size: int, edges: Sequence[Edge]) -> npt.NDArray[np.int64]:
    rows = np.fromiter((edge[0] for edge in edges), np.int64, len(edges))
    columns = np.fromiter((edge[1] for edge in edges), np.int64, len(edges))
    graph = coo_array((np.ones(len(edges), np.int8), (rows, columns)), shape=(size, size))
    _, found = connected_components(graph, directed=False)
    return _by_first_member(found)


def _by_first_member(labels: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Each component is called by its lowest record, whatever the order in which they were found."""
    first = np.full(labels.max(initial=-1) + 1, len(labels), np.int64)
    np.minimum.at(first, labels, np.arange(len(labels)))
    return np.asarray(first[labels], np.int64)


def _bridges(labels: npt.NDArray[np.int64], edges: Iterable[Edge], sure: float) -> Iterable[Edge]:
    """Weak single pairs between two groups, cluster by cluster; large clusters are few."""
    sizes = np.bincount(labels, minlength=len(labels)) if len(labels) else np.zeros(0, np.int64)
    by_cluster: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        if sizes[labels[edge[0]]] >= GUARDED:
            by_cluster[int(labels[edge[0]])].append(edge)
    for members in by_cluster.values():
        if any(weight < sure for _, _, weight in members):
            yield from _weak_bridges(members, sure)


def _weak_bridges(edges: Sequence[Edge], sure: float) -> Iterable[Edge]:
    """Bridges, with both sides counted in one walk: what lies below a bridge is one of its sides."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_weighted_edges_from(edges)
    bridges = {frozenset(pair) for pair in nx.bridges(graph)}
    below = dict.fromkeys(graph, 1)
    walked = list(nx.dfs_edges(graph))
    for parent, child in reversed(walked):
        below[parent] += below[child]
    for parent, child in walked:
        weight = graph.edges[parent, child]["weight"]
        sides = below[child], len(graph) - below[child]
        if frozenset((parent, child)) in bridges and weight < sure and min(sides) >= 2:
            yield min(parent, child), max(parent, child), weight
