"""Groups that must fall apart: two records whom a steward's word keeps apart, and two people of the registry whom
nothing holds together but that somebody resembles both.

Ties that bind, strongest first: a steward's word, one NIK, two registry records that were found to be one person. What
they join is one party. Likeness alone never brings the registry's people together: a party that resembles two of them
goes with neither, and a chain is broken at its weakest tie. Whatever bond is not obeyed so is asked about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from resolution.apart import Edge, keep_apart
from resolution.decisions import DIFFERENT, SAME
from resolution.links import Link

#: Weights of what binds; a link's bits stay far below.
WORD, NIK, DOUBLE = 1e6, 1e5, 1e4


@dataclass(frozen=True)
class _Tie:
    """Two records, and how strongly they go together."""

    a: int
    b: int
    weight: float

    @property
    def binds(self) -> bool:
        return self.weight >= DOUBLE


def divide_groups(con: duckdb.DuckDBPyConnection, links: Sequence[Link], labelled: str, target: str) -> None:
    """Write ``target(id_catatan, bagian)``: parts of the groups that must fall apart, each called by its first record.

    Args:
        con: connection with ``putusan`` and the bonds.
        links: all of them.
        labelled: relation ``(id_catatan, nomor, satuan, is_registri, label)``: records, their NIK groups, and their
            groups so far.
        target: temporary table to create; records of undivided groups are not in it.
    """
    con.execute(
        f"""
        create or replace temp table terbelah as
        select kiri.label from putusan
        inner join {labelled} as kiri on a = kiri.id_catatan
        inner join {labelled} as kanan on b = kanan.id_catatan
        where putusan.keputusan = '{DIFFERENT}' and kiri.label = kanan.label
        union
        select label from {labelled} where is_registri group by label having count(distinct satuan) > 1;
        create or replace temp table anggota_terbelah as
        select id_catatan, nomor, satuan, is_registri, label from {labelled} semi join terbelah using (label)
        """
    )
    rows = con.execute("select id_catatan, is_registri from anggota_terbelah order by 1").fetchall()
    names = [name for name, _ in rows]
    number = {name: n for n, name in enumerate(names)}
    ties = _ties(con, links, number) if names else []
    parties = _parties(len(names), ties)
    known = {parties[n] for n, (_, is_registry) in enumerate(rows) if is_registry}
    edges = _obeyed(ties, parties, known)
    labels = keep_apart(len(names), edges, _apart(con, number), [p if p in known else None for p in parties])
    parts = pa.table(
        {"id_catatan": pa.array(names, pa.string()), "bagian": pa.array([names[n] for n in labels], pa.string())}
    )
    con.register("bagian_baru", parts)
    con.execute(
        f"create or replace temp table {target} as from bagian_baru; drop table anggota_terbelah; drop table terbelah"
    )
    con.unregister("bagian_baru")


def _ties(con: duckdb.DuckDBPyConnection, links: Sequence[Link], number: dict[str, int]) -> list[_Tie]:
    registry = ", ".join(f"'{link.nama}'" for link in links if link.is_registry)
    rows = con.execute(
        f"""
        select a, b, {WORD} from putusan
        where keputusan = '{SAME}' and a in (select id_catatan from anggota_terbelah)
            and b in (select id_catatan from anggota_terbelah)
        union all
        -- a NIK group hangs on its first record
        select min(id_catatan) over (partition by satuan), id_catatan, {NIK} from anggota_terbelah
        union all
        select kiri.id_catatan, kanan.id_catatan, bobot + if(tautan in ({registry}), {DOUBLE}, 0)
        from resolved.tautan
        inner join anggota_terbelah as kiri on l = kiri.nomor
        inner join anggota_terbelah as kanan on r = kanan.nomor
        where tautan.keputusan = 'padan'
        """
    ).fetchall()
    return [_Tie(number[a], number[b], weight) for a, b, weight in rows if a != b]


def _apart(con: duckdb.DuckDBPyConnection, number: dict[str, int]) -> list[tuple[int, int]]:
    rows = con.execute(f"select a, b from putusan where keputusan = '{DIFFERENT}'").fetchall()
    return [(number[a], number[b]) for a, b in rows if a in number and b in number]


def _parties(size: int, ties: Iterable[_Tie]) -> list[int]:
    """By record the first one that binding ties join it to."""
    return keep_apart(size, [(tie.a, tie.b, tie.weight) for tie in ties if tie.binds], ())


def _obeyed(ties: Sequence[_Tie], parties: Sequence[int], known: set[int]) -> list[Edge]:
    """Ties without those of likeness between parties of which both, or one in more than one way, is in the registry."""
    like: dict[int, set[int]] = defaultdict(set)
    for tie in ties:
        for one, other in ((parties[tie.a], parties[tie.b]), (parties[tie.b], parties[tie.a])):
            if one != other and other in known:
                like[one].add(other)
    return [
        (tie.a, tie.b, tie.weight)
        for tie in ties
        if parties[tie.a] == parties[tie.b]
        or not (
            (parties[tie.a] in known and parties[tie.b] in known)
            or (parties[tie.b] in known and len(like[parties[tie.a]]) > 1)
            or (parties[tie.a] in known and len(like[parties[tie.b]]) > 1)
        )
    ]
