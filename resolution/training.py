"""Training of the links: its own step, without labels.

What agrees among pairs that are one person is learnt from the people whose NIK stands on both sides: a number says
nothing of how a name was typed. What agrees by chance is learnt from pairs drawn at random. Where there is little to
learn from, declared shares stand in for it.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from resolution.kinds import splink_comparison
from resolution.links import REGISTRY, Link
from resolution.model import LinkModel, Model, write_model
from resolution.parameters import LevelParameters, Parameters, from_splink
from resolution.persons import PREPARED
from resolution.scoring import EM_PAIRS, RANDOM_PAIRS, link_model, linker_over
from resolution.settings import Comparison

#: Records of a dataset, and of the registry drawn at random, that are learnt from.
SAMPLE = 100_000
#: Fewer pairs teach nothing; and the weight, in pairs, of the declared shares.
FEWEST, DECLARED = 30, 10
#: Declared shares among pairs that are one person: the strongest agreement, none, and the rest in between.
AGREE, DIFFER = 0.85, 0.02


def train_links(con: duckdb.DuckDBPyConnection, links: tuple[Link, ...], folder: Path) -> Model:
    """Learn from the prepared records and store the model.

    The same records, settings and seed give the same model.

    Args:
        con: connection to the build.
        links: to train.
        folder: where the model is kept.
    """
    registry = f"{PREPARED} where entitas = '{REGISTRY}'"
    people = _one(con, f"select count(distinct coalesce(kelompok_nik, id_catatan)) from {registry}")
    learnt = {link.nama: _train_link(con, link, people) for link in links}
    con.execute(
        f"""
        create or replace temp table frekuensi_nama as
        select nama, count(*) / {max(people, 1)} as tf_nama from {registry} and nama is not null
        group by nama having count(*) > 1
        """
    )
    return write_model(con, folder, learnt, "frekuensi_nama")


def _train_link(con: duckdb.DuckDBPyConnection, link: Link, people: int) -> LinkModel:
    _sample(con, link)
    rules = [rule for rule in link.latih if _pairs(con, link, rule) >= FEWEST]
    drawn = min(RANDOM_PAIRS, _one(con, "select count(*) * (count(*) - 1) // 2 from latihan"))
    comparisons = [splink_comparison(c) for c in link.perbandingan]
    model = {**link_model(link), "comparisons": comparisons}
    with linker_over(con, model, "latihan") as (linker, _):
        training = linker.training
        if drawn >= FEWEST:
            training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=link.acak)
        for rule in rules:
            training.estimate_parameters_using_expectation_maximisation(_rule(link, rule), max_pairs=EM_PAIRS)
        raw = from_splink(link, linker.misc.save_model_to_json())
    pairs = {rule: _pairs(con, link, rule) for rule in rules}
    parameters = _settled(con, link, raw, pairs, drawn)
    return LinkModel(
        parameter=parameters, penduduk=people, peluang=_found(con, link, people), pasangan=sum(pairs.values())
    )


def _sample(con: duckdb.DuckDBPyConnection, link: Link) -> None:
    """``latihan``: records of the dataset, the registry's records that may be theirs, and others at random."""
    own = f"entitas = '{link.entitas}' and peran = '{link.peran}'"
    columns = ", ".join(name for rule in link.latih for name in _names(rule))
    keys = " or ".join(
        f"({rule}) in (select ({rule}) from contoh where {' and '.join(f'{n} is not null' for n in _names(rule))})"
        for rule in link.latih
    )
    con.execute(
        f"""
        create or replace temp table contoh as
        select nomor, {columns} from {PREPARED} where {own} order by md5(id_catatan), id_catatan limit {SAMPLE};
        create or replace temp table latihan as
        with acak as (
            select nomor from {PREPARED} where entitas = '{REGISTRY}'
            order by md5(id_catatan), id_catatan limit {SAMPLE}
        )
        select *, entitas = '{REGISTRY}' as is_registri from {PREPARED}
        where nomor in (select nomor from contoh) or nomor in (select nomor from acak)
        or (entitas = '{REGISTRY}' and ({keys}))
        """
    )


def _rule(link: Link, rule: str) -> str:
    """Splink's rule: the columns agree between dataset and registry; pairs settled by NIK teach NIK nothing."""
    equal = [f"l.{name} = r.{name}" for name in _names(rule)]
    if not link.is_registry:
        equal.append("l.is_registri <> r.is_registri")
        if rule != "nik":
            equal.append("not l.is_mantap and not r.is_mantap")
    return " and ".join(equal)


def _names(rule: str) -> list[str]:
    return [name.strip() for name in rule.split(",")]


def _pairs(con: duckdb.DuckDBPyConnection, link: Link, rule: str) -> int:
    return _one(
        con, f"select count(*) from latihan as l inner join latihan as r on l.nomor < r.nomor and {_rule(link, rule)}"
    )


def _settled(
    con: duckdb.DuckDBPyConnection, link: Link, raw: Parameters, pairs: dict[str, int], drawn: int
) -> Parameters:
    """Learnt shares, with the declared ones as a few pairs more."""
    levels = {}
    for comparison in link.perbandingan:
        known = raw.tingkat[comparison.nama]
        taught = sum(count for rule, count in pairs.items() if comparison.kolom not in _names(rule))
        seen, chance = drawn, [level.u for level in known]
        if comparison.jenis == "nik_dekat":
            seen, chance = _near_by_chance(con, comparison)
        levels[comparison.nama] = tuple(
            LevelParameters(
                m=round((level.m * taught + declared * DECLARED) / (taught + DECLARED), 9),
                u=max(round((u * seen + 0.5) / (seen + 0.5 * len(known)), 9), 1e-9),
            )
            for level, declared, u in zip(known, declared_shares(len(known)), chance, strict=True)
        )
    return Parameters(pengaturan=raw.pengaturan, dasar=raw.dasar, tingkat=levels)


def declared_shares(levels: int) -> list[float]:
    """Shares of the levels, the strongest first, where nothing was learnt: what is neither full agreement nor none is
    spread with every step half as likely as the one before."""
    if levels == 2:
        return [1 - DIFFER, DIFFER]
    steps = [0.5**n for n in range(levels - 2)]
    return [AGREE, *((1 - AGREE - DIFFER) * step / sum(steps) for step in steps), DIFFER]


def _near_by_chance(con: duckdb.DuckDBPyConnection, comparison: Comparison) -> tuple[int, list[float]]:
    """How often two people of one birth date have NIK that are near: they share all digits but place and serial."""
    levels = [level for level in splink_comparison(comparison)["comparison_levels"] if not level.get("is_null_level")]
    counted = [
        f"when {level['sql_condition']} then {n}" for n, level in enumerate(levels) if level["sql_condition"] != "ELSE"
    ]
    rows = con.execute(
        f"""
        with pasangan as (
            select l.nik as nik_l, r.nik as nik_r
            from latihan as l
            inner join latihan as r on l.lahir = r.lahir and l.nik <> r.nik and r.is_registri
            where (l.nomor < r.nomor or not l.is_registri) and jaro_winkler_similarity(l.nama, r.nama) < 0.7
            order by l.nomor, r.nomor limit {RANDOM_PAIRS}
        )
        select case {" ".join(counted)} else {len(levels) - 1} end as tingkat, count(*) from pasangan group by all
        """
    ).fetchall()
    found = dict(rows)
    total = sum(found.values())
    return total, [found.get(n, 0) / total if total else 0.0 for n in range(len(levels))]


def _found(con: duckdb.DuckDBPyConnection, link: Link, people: int) -> float:
    """How many of the dataset's people with a NIK the registry has; of the registry, how many it has twice."""
    if link.is_registry:
        twice = _one(
            con,
            f"select count(*) from (select 1 from {PREPARED} where entitas = '{REGISTRY}' and nama_ibu is not null "
            "group by nama, lahir, nama_ibu having count(distinct coalesce(kelompok_nik, id_catatan)) > 1)",
        )
        return min(max((twice + 1) / (people + 1000), 1e-4), 0.1)
    own = f"{PREPARED} where entitas = '{link.entitas}' and peran = '{link.peran}' and kelompok_nik is not null"
    return (_one(con, f"select count(*) from {own} and is_mantap") + 8) / (
        _one(con, f"select count(*) from {own}") + 10
    )


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
