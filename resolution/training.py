"""Training of the links: its own step, without labels.

What agrees among pairs that are one person is learnt from the people whose NIK stands on both sides: a number says
nothing of how a name was typed. What agrees by chance is learnt from pairs drawn at random. Where there is little to
learn from, declared shares stand in for it (resolution/learning.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from resolution.kinds import equality_key, splink_comparison
from resolution.learning import (
    AGREE,
    POOLED,
    Floats,
    Vectors,
    as_parameters,
    as_vectors,
    both_sides,
    declared_shares,
    learn,
    level_case,
    rule_columns,
)
from resolution.links import REGISTRY, Link
from resolution.model import Held, LinkModel, Model, write_model
from resolution.persons import PREPARED
from resolution.rarity import count_names
from resolution.settings import Comparison

#: Records of a dataset that are learnt from, and pairs of one birth date.
SAMPLE, SAME_DAY = 100_000, 200_000
#: Records of either side that are paired at random: an edit distance costs twenty times as much as equality.
DISTANCES, CODES = (400, 400), (2_000, 1_000)
CHEAP = ("sama", "wilayah", "domisili")


def train_links(con: duckdb.DuckDBPyConnection, links: tuple[Link, ...], folder: Path) -> Model:
    """Learn from the prepared records and store the model.

    The same records and settings give the same model.

    Args:
        con: connection to the build.
        links: to train.
        folder: where the model is kept.
    """
    registry = f"{PREPARED} where entitas = '{REGISTRY}'"
    people = _one(con, f"select count(distinct coalesce(kelompok_nik, id_catatan)) from {registry}")
    con.execute(
        f"""
        create or replace temp table acak_registri as
        with diundi as (
            select nomor, md5('r' || id_catatan) as undian from {registry}
            order by undian, id_catatan limit {max(CODES[1], DISTANCES[1])}
        )
        select *, row_number() over (order by undian, id_catatan) as urutan
        from {PREPARED} inner join diundi using (nomor)
        """
    )
    lessons = {link.nama: _lesson(con, link) for link in links}
    pooled = _pool(links, lessons)
    held = count_held(con, links)
    learnt = {
        link.nama: _learnt(con, link, lessons[link.nama], pooled, people).model_copy(
            update={"catatan": held[link.nama].records, "bersama": held[link.nama].shared}
        )
        for link in links
    }
    count_names(con, people, "frekuensi_nama")
    return write_model(con, folder, learnt, "frekuensi_nama")


def count_held(con: duckdb.DuckDBPyConnection, links: tuple[Link, ...], prepared: str = PREPARED) -> dict[str, Held]:
    """By link, what its dataset has to learn from now, of the ``prepared`` records."""
    rows = con.execute(
        f"select entitas, peran, count(*), count(*) filter (is_mantap) from {prepared} group by entitas, peran"
    ).fetchall()
    found = {(entity, role): Held(records, shared) for entity, role, records, shared in rows}
    return {link.nama: found.get((link.entitas, link.peran), Held()) for link in links}


@dataclass(frozen=True)
class Lesson:
    """What a link learns from.

    Attributes:
        chance: per comparison the shares of its levels among pairs of two people.
        taught: per rule of ``latih`` the levels of its pairs.
        skipped: per rule, which comparisons it says nothing of.
        matches: per comparison the shares among pairs of one person, as far as the link's own pairs tell.
    """

    chance: list[Floats]
    taught: list[Vectors]
    skipped: list[list[bool]]
    matches: list[Floats]

    @property
    def pairs(self) -> float:
        """How many pairs taught."""
        return float(sum(counts.sum() for _, counts in self.taught))


def _lesson(con: duckdb.DuckDBPyConnection, link: Link) -> Lesson:
    draw_sample(con, link)
    chance = [shares_by_chance(con, link, comparison) for comparison in link.perbandingan]
    taught = [count_levels(con, link, _same(link, rule)) for rule in link.latih]
    skipped = [[c.kolom in rule_columns(rule) for c in link.perbandingan] for rule in link.latih]
    declared = [declared_shares(len(us), c.jenis) for c, us in zip(link.perbandingan, chance, strict=True)]
    return Lesson(chance, taught, skipped, learn(chance, declared, taught, skipped)[0])


def _pool(links: tuple[Link, ...], lessons: dict[str, Lesson]) -> dict[tuple[str, str], Floats]:
    """Shares by kind and column over all datasets: where one taught little, offices err as others do. The registry
    against itself is left out, for it is one office's work."""
    sums: dict[tuple[str, str], Floats] = {}
    for link in links:
        lesson = lessons[link.nama]
        for comparison, shares in zip(link.perbandingan, lesson.matches, strict=True):
            if not link.is_registry:
                key = (comparison.jenis, comparison.kolom)
                sums[key] = sums.get(key, np.zeros(len(shares))) + shares * (lesson.pairs + 1)
    return {key: total / total.sum() for key, total in sums.items()}


def _learnt(
    con: duckdb.DuckDBPyConnection, link: Link, lesson: Lesson, pooled: dict[tuple[str, str], Floats], people: int
) -> LinkModel:
    matches = lesson.matches
    if not link.is_registry:
        prior = [pooled[comparison.jenis, comparison.kolom] for comparison in link.perbandingan]
        matches, _ = learn(lesson.chance, prior, lesson.taught, lesson.skipped, weight=POOLED)
    return LinkModel(
        parameter=as_parameters(link, matches, lesson.chance), penduduk=people, peluang=_found(con, link, people),
        pasangan=int(lesson.pairs),
    )  # fmt: skip


def draw_sample(con: duckdb.DuckDBPyConnection, link: Link) -> None:
    """``latihan``: the dataset's records that are learnt from; of the registry all that may be theirs."""
    own = f"entitas = '{link.entitas}' and peran = '{link.peran}'"
    con.execute(
        f"""
        create or replace temp table latihan as
        with terpilih as (
            select nomor, md5(id_catatan) as acak from {PREPARED} where {own} order by acak, id_catatan limit {SAMPLE}
        )
        select * from {PREPARED} inner join terpilih using (nomor)
        """
    )


def _same(link: Link, rule: str) -> str:
    """SQL: the pairs that a rule names."""
    equal = [f"l.{name} = r.{name}" for name in rule_columns(rule)]
    if link.is_registry:
        equal.append("l.nomor < r.nomor")
    elif rule != "nik":
        equal.append("not l.is_mantap")  # what the NIK settles teaches nothing about damaged ones
    return " and ".join(equal)


def count_levels(con: duckdb.DuckDBPyConnection, link: Link, condition: str) -> Vectors:
    """How often which levels occur together: rows of levels, 0 the strongest and -1 unknown, and how many pairs.

    Args:
        con: connection after ``draw_sample``.
        link: what is compared.
        condition: SQL over ``l``, a record of the sample, and ``r``, one of the registry.
    """
    rows = con.execute(
        f"""
        with pasangan as (
            select {both_sides(link.perbandingan)}
            from latihan as l inner join {PREPARED} as r on {condition}
            where r.entitas = '{REGISTRY}'
        )
        select {", ".join(level_case(c) for c in link.perbandingan)}, count(*) from pasangan group by all order by all
        """
    ).fetchall()
    return as_vectors(rows, len(link.perbandingan))


def shares_by_chance(con: duckdb.DuckDBPyConnection, link: Link, comparison: Comparison) -> Floats:
    """Shares of the levels among pairs of two people.

    Numbers that are nearly equal are looked for among people of one birth date: they have it in common, and serials
    are given in a row.
    """
    columns = both_sides([comparison])
    registry = f"select * from {PREPARED} where entitas = '{REGISTRY}'"
    if comparison.jenis == "nik_dekat":
        # as many records as have about that many of one birth date beside them
        enough = f"{SAME_DAY} * count(distinct lahir) // greatest(count(lahir), 1) + 1"
        pairs = f"""
            select {columns} from (
                from latihan order by acak, id_catatan limit (select {enough} from ({registry}))
            ) as l
            inner join ({registry}) as r on l.lahir = r.lahir and l.nik <> r.nik
            where jaro_winkler_similarity(l.nama, r.nama) < 0.7
        """
    else:
        left, right = CODES if comparison.jenis in CHEAP else DISTANCES
        pairs = f"""
            select {columns} from (from latihan order by acak, id_catatan limit {left}) as l
            inner join acak_registri as r on l.nomor <> r.nomor and r.urutan <= {right}
        """
    rows = con.execute(
        f"with pasangan as ({pairs}) select {level_case(comparison)}, count(*) from pasangan group by all order by all"
    ).fetchall()
    levels = len(splink_comparison(comparison)["comparison_levels"]) - 1
    counts = np.full(levels, 0.5)
    for level, count in rows:
        if level >= 0:
            counts[level] += count
    shares = counts / counts.sum()
    key = equality_key(comparison)
    equal = None if key is None else _equal_by_chance(con, link, key)
    if equal is None:
        return np.asarray(shares, np.float64)
    return np.asarray([equal, *(shares[1:] / shares[1:].sum() * (1 - equal))])


def _equal_by_chance(con: duckdb.DuckDBPyConnection, link: Link, key: str) -> float | None:
    """Share of full agreement, counted over all pairs, for it is too rare to be drawn; without the pairs that are one
    person, of which a small registry has as many. None where nothing can agree: one side tells nothing."""
    row = con.execute(
        f"""
        with kiri as (select {key} as k, count(*) as n from latihan where {key} is not null group by k),
        kanan as (select {key} as k from {PREPARED} where entitas = '{REGISTRY}' and {key} is not null)
        -- the registry's records are looked up one by one: counting how often each of their values stands costs more
        select sum(kiri.n), (select sum(n) from kiri) * count(*) from kanan left join kiri using (k)
        """
    ).fetchone()
    equal, pairs = (float(value or 0) for value in row or (0, 0))
    if not pairs:
        return None
    known = _one(con, f"select count({key}) from latihan")
    same = known if link.is_registry else AGREE * known
    return min((max(equal - same, 0) + 0.5) / (pairs + 1), 0.5)


def _found(con: duckdb.DuckDBPyConnection, link: Link, people: int) -> float:
    """How many of the dataset's people with a NIK the registry has; of the registry, how many it has twice."""
    if link.is_registry:
        twice = _one(
            con,
            f"select count(*) from (select 1 from {PREPARED} where entitas = '{REGISTRY}' and nama_ibu is not null "
            "group by nama, lahir, nama_ibu "
            "having min(coalesce(kelompok_nik, id_catatan)) <> max(coalesce(kelompok_nik, id_catatan)))",
        )
        return min(max((twice + 1) / (people + 1000), 1e-4), 0.1)
    own = f"{PREPARED} where entitas = '{link.entitas}' and peran = '{link.peran}' and kelompok_nik is not null"
    sure, known = (_one(con, f"select count(*) from {own}{more}") for more in (" and is_mantap", ""))
    return (sure + 8) / (known + 10)


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
