"""Pairs that join units, guarded: one that alone holds two groups together is left to a person."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from resolution.clustering import cluster, sure_bits
from resolution.links import Link


def join_guarded(con: duckdb.DuckDBPyConnection, edges: str, target: str, link: Link) -> None:
    """Label units by their accepted pairs, and keep the decisions; a pair that alone holds two groups is a person's."""
    con.register("ragu", _label(con, edges, target, link))
    con.execute(
        f"""
        insert into tautan_baru
        select l, r, '{link.nama}', bobot, peluang,
            if((satuan_l, satuan_r) in (select (satuan_l, satuan_r) from ragu), 'tinjau', keputusan)
        from {edges} where l is not null -- a steward's word binds, and is kept elsewhere
        """
    )
    con.unregister("ragu")


def _label(con: duckdb.DuckDBPyConnection, edges: str, target: str, link: Link) -> pa.Table:
    """``target(satuan, rumpun)`` of units joined by accepted pairs; pairs that the guard took out are returned."""
    rows = con.execute(
        f"select least(satuan_l, satuan_r), greatest(satuan_l, satuan_r), max(bobot) from {edges} "
        "where keputusan = 'padan' group by 1, 2 order by 1, 2"
    ).fetchall()
    names = sorted({name for a, b, _ in rows for name in (a, b)})
    number = {name: n for n, name in enumerate(names)}
    numbered = [(number[a], number[b], weight) for a, b, weight in rows]
    found = cluster(len(names), numbered, sure=sure_bits(link.padan))
    labels = np.asarray(names, object)[found.labels] if names else np.zeros(0, object)
    con.register("label", pa.table({"satuan": pa.array(names, pa.string()), "rumpun": pa.array(labels, pa.string())}))
    con.execute(f"create or replace temp table {target} as from label")
    con.unregister("label")
    pairs = [(names[a], names[b]) for a, b, _ in found.doubtful]
    both = [*pairs, *((b, a) for a, b in pairs)]
    return pa.table(
        {
            "satuan_l": pa.array([a for a, _ in both], pa.string()),
            "satuan_r": pa.array([b for _, b in both], pa.string()),
        }
    )
