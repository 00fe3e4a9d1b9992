"""Decisions that contradict each other: A is B, B is C, A is not C; or A and C are two people of one register, whom no
word about an agency's record B makes one, only one about these two.

They are refused when they come in, and should files contradict each other all the same, what they join stays apart
until somebody takes one back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, islice, pairwise
from typing import TYPE_CHECKING

from resolution.decisions import DIFFERENT, SAME, Decision

if TYPE_CHECKING:
    import networkx as nx

#: The role, in a record's id, of the registry's people.
REGISTERED = "penduduk"


def contradictions(decisions: Iterable[Decision]) -> dict[str, tuple[str, ...]]:
    """Decisions ``beda`` about records that others join -> the ids of those that join them.

    Args:
        decisions: in force.
    """
    decisions = tuple(decisions)
    apart = [d for d in decisions if d.keputusan == DIFFERENT]
    if not apart:
        return {}
    graph = _joined(decisions)
    if graph is None:
        return {}
    import networkx as nx

    found = {}
    for decision in apart:
        a, b = decision.catatan
        if a in graph and b in graph and nx.has_path(graph, a, b):
            path = nx.shortest_path(graph, a, b)
            found[decision.id] = tuple(graph.edges[pair]["id"] for pair in pairwise(path))
    return found


def melting(decisions: Iterable[Decision]) -> list[tuple[str, ...]]:
    """Ids of decisions that, taken together, make one person of two whom a register keeps as two.

    Args:
        decisions: in force.
    """
    graph = _joined(decisions)
    if graph is None:
        return []
    import networkx as nx

    words = graph.subgraph(name for name in graph if _register(name))
    found = []
    for component in sorted(map(sorted, nx.connected_components(graph))):
        # whom words about the two of them join is one for the whole
        people = [sorted(one) for one in nx.connected_components(words.subgraph(component))]
        for one, other in combinations(sorted(people), 2):
            ends = ((a, b) for a in one for b in other if _register(a) == _register(b))
            for a, b in islice(ends, 1):
                found.append(tuple(graph.edges[pair]["id"] for pair in pairwise(nx.shortest_path(graph, a, b))))
    return found


def people_by_word(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """An agency's record and a registered person's whom words say it to be; all such pairs.

    Args:
        pairs: records that are one person by word.
    """
    pairs = tuple(pairs)
    if not pairs:
        return set()
    import networkx as nx

    found = set()
    for component in nx.connected_components(nx.Graph(pairs)):
        people = {name for name in component if _register(name)}
        found |= {(record, person) for record in component - people for person in people}
    return found


def _joined(decisions: Iterable[Decision]) -> nx.Graph | None:
    """Records, and the decisions that join them, if any."""
    same = [decision for decision in decisions if decision.keputusan == SAME]
    if not same:
        return None
    import networkx as nx

    graph = nx.Graph()
    for decision in same:
        graph.add_edge(*decision.catatan, id=decision.id)
    return graph


def _register(record: str) -> str | None:
    """The contract of a record of the registry, by its id; null of others."""
    contract, role = (*record.split("|"), "")[:2]
    return contract if role == REGISTERED else None


def set_aside(decisions: Iterable[Decision]) -> dict[str, str]:
    """Decisions that cannot be obeyed because they join records that another one keeps apart, or with another one two
    people of a register -> that other one.

    Args:
        decisions: in force.
    """
    left = list(decisions)
    aside: dict[str, str] = {}
    while True:
        against = [(names, apart) for apart, names in sorted(contradictions(left).items())]
        against += [(names, "") for names in melting(left)]
        if not against:
            return aside
        for names, apart in against:
            for name in names:
                aside.setdefault(name, apart or next(other for other in names if other != name))
        left = [decision for decision in left if decision.id not in aside]


def applicable(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Those in force without those that are set aside."""
    aside = set_aside(decisions)
    return tuple(decision for decision in decisions if decision.id not in aside)
