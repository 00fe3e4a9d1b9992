"""The guard inside the night: a pair that alone holds two groups together goes to a person."""

from __future__ import annotations

import duckdb

from resolution.clustering import sure_bits
from resolution.guarding import join_guarded
from resolution.links import load_links

LINK = next(link for link in load_links() if link.is_registry)


def guarded(middle: float) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Two pairs of strong agreement, and one pair between them: groups, and decisions by pair."""
    strong = sure_bits(LINK.padan) + 10
    with duckdb.connect() as con:
        con.execute(
            """
            create temp table tautan_baru (
                l bigint, r bigint, tautan varchar, bobot double, peluang double, keputusan varchar
            );
            create temp table ganda (
                l bigint, r bigint, satuan_l varchar, satuan_r varchar, bobot double, peluang double, keputusan varchar
            )
            """
        )
        rows = [(1, 2, "a", "b", strong), (3, 4, "c", "d", strong), (2, 3, "b", "c", middle)]
        con.executemany("insert into ganda values (?, ?, ?, ?, ?, 0.999, 'padan')", rows)
        join_guarded(con, "ganda", "rumpun", LINK)
        groups = dict(con.execute("select satuan, rumpun from rumpun").fetchall())
        name = {1: "a", 2: "b", 3: "c", 4: "d"}
        kept = con.execute("select l, r, keputusan from tautan_baru").fetchall()
    return groups, {(name[left], name[right]): verdict for left, right, verdict in kept}


def test_a_weak_pair_between_two_groups_is_left_to_a_person() -> None:
    groups, verdicts = guarded(sure_bits(LINK.padan) - 1)
    assert groups["a"] == groups["b"] != groups["c"] == groups["d"]
    assert verdicts == {("a", "b"): "padan", ("c", "d"): "padan", ("b", "c"): "tinjau"}


def test_a_sure_pair_joins_two_groups() -> None:
    groups, verdicts = guarded(sure_bits(LINK.padan) + 1)
    assert len(set(groups.values())) == 1 and set(verdicts.values()) == {"padan"}
