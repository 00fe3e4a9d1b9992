"""Training on any tables: how often copies of one record differ, and how often two records agree by chance.

The records teach themselves: of pairs that agree on the columns of a ``latih`` rule many are one entity, of pairs drawn
at random nearly none. How many tells EM; the next pass takes out of the pairs by chance those that are one entity.
Many need not be most: of a crowd that shares a birth date many agree on the name too. So EM starts from the share that
the pairs bear out if copies differ as declared.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from resolution.kinds import equality_key, splink_comparison
from resolution.learning import (
    AGREE,
    Floats,
    Vectors,
    as_parameters,
    as_vectors,
    both_sides,
    declared_shares,
    first_share,
    learn,
    level_case,
    posterior,
    rule_columns,
)
from resolution.parameters import Parameters
from resolution.settings import Comparison, Settings

#: Records of either side that are paired at random, and pairs of a rule that are compared.
DRAWN, TAUGHT = 600, 400_000
#: Records of which a rule's pairs are drawn.
ASKED = 100_000
#: Estimates, each freed from the other by the one before.
PASSES = 3


@dataclass(frozen=True)
class _Rule:
    """Pairs of one rule: their levels, and how many pairs of the records each compared one stands for."""

    columns: tuple[str, ...]
    vectors: Vectors
    each_stands_for: float


@dataclass(frozen=True)
class _Chance:
    """Levels of one comparison among pairs drawn at random, and its full agreements among all pairs."""

    drawn: Floats
    agreeing: float | None


def train_tables(con: duckdb.DuckDBPyConnection, settings: Settings, records: str) -> Parameters:
    """Learn the parameters from the records themselves, without labels.

    The same records, settings and seed give the same parameters.

    Args:
        con: connection with the records.
        settings: what is compared, and the rules to learn from.
        records: relation with ``id`` and the comparisons' columns.
    """
    row = con.execute(f"select count(*) from {records}").fetchone()
    count = int(row[0]) if row else 0
    pairs = max(count * (count - 1) / 2, 1.0)
    _draw(con, settings, records)
    drawn = [_drawn(con, records, comparison) for comparison in settings.perbandingan]
    rules = [_compared(con, settings, records, rule) for rule in settings.latih]
    skipped = [[c.kolom in rule.columns for c in settings.perbandingan] for rule in rules]
    declared = [declared_shares(len(d.drawn), c.jenis) for c, d in zip(settings.perbandingan, drawn, strict=True)]
    matches, entities = declared, 0.0
    for _ in range(PASSES):
        chance = [_freed(d, m, entities, pairs) for d, m in zip(drawn, matches, strict=True)]
        start = [first_share(rule.vectors, declared, chance, skip) for rule, skip in zip(rules, skipped, strict=True)]
        matches, shares = learn(chance, declared, [rule.vectors for rule in rules], skipped, start=start)
        found = [
            _copies(settings, rule, matches, chance, share, skip)
            for rule, share, skip in zip(rules, shares, skipped, strict=True)
        ]
        entities = float(np.median(found)) if found else 0.0
    con.execute("drop table acak_kiri; drop table acak_kanan")
    return as_parameters(settings, matches, chance, min(max(entities, 0.5) / pairs, 0.5))


def _draw(con: duckdb.DuckDBPyConnection, settings: Settings, records: str) -> None:
    con.execute(
        f"""
        create or replace temp table acak_kiri as
        from {records} order by md5('l' || id || '|{settings.acak}'), id limit {DRAWN};
        create or replace temp table acak_kanan as
        from {records} order by md5('r' || id || '|{settings.acak}'), id limit {DRAWN}
        """
    )


def _drawn(con: duckdb.DuckDBPyConnection, records: str, comparison: Comparison) -> _Chance:
    rows = con.execute(
        f"""
        with pasangan as (
            select {both_sides([comparison])} from acak_kiri as l inner join acak_kanan as r on l.id <> r.id
        )
        select {level_case(comparison)}, count(*) from pasangan group by all order by all
        """
    ).fetchall()
    counts = np.zeros(len(splink_comparison(comparison)["comparison_levels"]) - 1)
    for level, number in rows:
        if level >= 0:
            counts[level] += number
    key = equality_key(comparison)
    if key is None:
        return _Chance(counts, None)
    row = con.execute(
        f"""
        with banyak as (select count(*) as n from {records} where {key} is not null group by {key})
        select sum(n * (n - 1) / 2), sum(n) from banyak
        """
    ).fetchone()
    agreeing, known = (float(value or 0) for value in row or (0, 0))
    # of all pairs, also of those that are unknown: shares are of the known ones
    return _Chance(counts, agreeing / max(known * (known - 1) / 2, 1.0))


def _freed(chance: _Chance, matches: Floats, entities: float, pairs: float) -> Floats:
    """Shares of the levels among pairs of two entities: what pairs of one brought in is taken out."""
    one = entities / pairs
    counts = np.maximum(chance.drawn - chance.drawn.sum() * one * matches, 0) + 0.5
    shares = counts / counts.sum()
    if chance.agreeing is None:
        return np.asarray(shares, np.float64)
    equal = min(max(chance.agreeing - one * matches[0], 0) + 0.5 / pairs, 0.5)
    return np.asarray([equal, *(shares[1:] / shares[1:].sum() * (1 - equal))])


def _compared(con: duckdb.DuckDBPyConnection, settings: Settings, records: str, rule: str) -> _Rule:
    """Pairs that agree on the rule's columns; a key that more records share than a block may hold is no copy's."""
    columns = rule_columns(rule)
    known = " and ".join(f"{name} is not null" for name in columns)
    key = f"hash({', '.join(columns)})"
    con.execute(
        f"""
        create or replace temp table diajar as
        with kunci as (select id, {key} as kunci from {records} where {known}),
        sedikit as (
            select kunci, count(*) as n from kunci group by kunci having count(*) between 2 and {settings.blok_maks}
        ),
        bersama as (select id, n - 1 as lain from kunci inner join sedikit using (kunci)),
        ditanya as (
            select id, lain, md5(id || '|{settings.acak}') as undian from bersama order by undian, id limit {ASKED}
        ),
        diundi as (select id, sum(lain) over (order by undian, id) as sampai from ditanya)
        select id, (select count(*) from bersama) as semua from diundi where sampai <= {TAUGHT}
        """
    )
    equal = " and ".join(f"l.{name} = r.{name}" for name in columns)
    rows = con.execute(
        f"""
        with pasangan as (
            select {both_sides(settings.perbandingan)}
            from (select * from {records} semi join diajar using (id)) as l
            inner join {records} as r on {equal} and l.id <> r.id
        )
        select {", ".join(level_case(c) for c in settings.perbandingan)}, count(*) from pasangan
        group by all order by all
        """
    ).fetchall()
    asked = con.execute("select any_value(semua), count(*) from diajar").fetchone()
    con.execute("drop table diajar")
    # every pair is met from both its ends
    stands_for = (asked[0] or 0) / max(asked[1], 1) / 2 if asked else 0.0
    return _Rule(tuple(columns), as_vectors(rows, len(settings.perbandingan)), stands_for)


def _copies(
    settings: Settings, rule: _Rule, matches: list[Floats], chance: list[Floats], share: float, skip: list[bool]
) -> float:
    """How many pairs of one entity there are, judged by those that a rule finds: it misses where its columns differ."""
    vectors, weights = rule.vectors
    likely = float((posterior(vectors, matches, chance, share, skip) * weights).sum()) * rule.each_stands_for
    agree = {c.kolom: m[0] for c, m in zip(settings.perbandingan, matches, strict=True)}
    return likely / float(np.prod([agree.get(name, AGREE) for name in rule.columns]))
