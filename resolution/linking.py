"""Linking by likelihood, night by night: only what a night touched is compared and decided again.

The result is a function of records, settings and model, not of the order of nights: a pair's weight depends on its two
records and the model alone, a block's bound on who is in it now, a decision on the pairs of the records it concerns.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from contracts.duck import transaction
from resolution.bonds import create_bonds
from resolution.deciding import decide
from resolution.formula import create_formulas
from resolution.grouping import group, widen
from resolution.links import Link
from resolution.model import Model, hide_names, read_model
from resolution.pairs import create_pairs, store_pairs, weigh_all, weigh_changed
from resolution.persons import PREPARED, create_prepared
from resolution.postings import create_postings
from resolution.preparing import TONIGHT, prepare_all, prepare_changed, store_prepared
from resolution.standing import create_standing
from resolution.steward import divide_nik_groups, load_decisions
from resolution.touched import Touched
from resolution.training import count_held, train_links
from resolution.units import create_units, refresh_units


@dataclass(frozen=True)
class Linking:
    """What links records beyond their NIK.

    Attributes:
        links: the settings.
        model: folder of the trained model.
        decisions: folder of the stewards' decisions.
        key: the deployment's.
    """

    links: tuple[Link, ...]
    model: Path
    decisions: Path
    key: bytes


@dataclass(frozen=True)
class Linked:
    """Whether a model was trained, and whether all were compared with all."""

    trained: bool
    anew: bool


def create_relations(con: duckdb.DuckDBPyConnection, linking: Linking) -> None:
    """The relations, when they are not there yet; ``putusan`` and ``diputus_ulang`` anew."""
    create_prepared(con)
    # records that an older release gave ids have no number beside them
    con.execute(
        f"""
        update resolved.orang_catatan as orang set nomor = banding.nomor from {PREPARED} as banding
        where orang.nomor is null and orang.id_catatan = banding.id_catatan
        """
    )
    create_postings(con, linking.links)
    create_pairs(con)
    create_formulas(con)
    create_bonds(con)
    create_units(con)
    create_standing(con)
    load_decisions(con, linking.decisions)


def prepare_links(con: duckdb.DuckDBPyConnection, linking: Linking, records: str, touched: Touched) -> Model | None:
    """What links read of the touched records, which ``kelompok_catatan`` groups by NIK; of a night nothing is kept but
    what Splink wrote.

    Returns:
        The model that the night's pairs were weighed by; None where all pairs must be weighed.
    """
    hide_names(con, linking.key)
    divide_nik_groups(con)
    if touched.since is None:
        prepare_all(con, linking.links, records)
        return None
    prepare_changed(con, linking.links)
    model = read_model(linking.model)
    if model is None or _weighed_by(con) != model.version:
        return None
    if not model.fits(linking.links, count_held(con, linking.links, TONIGHT)):
        return None
    weigh_changed(con, linking.links, model, linking.model, TONIGHT)
    return model


def link_records(
    con: duckdb.DuckDBPyConnection, linking: Linking, records: str, touched: Touched, model: Model | None
) -> Linked:
    """Extend the touched records by all that go with them through links, and group them, after ``prepare_links``, which
    gave ``model``.

    Rewrites ``tersentuh`` and ``disentuh``, and ``kelompok_catatan``, which holds the groups by NIK at first.

    Returns:
        What was done beyond a night's work.
    """
    anew, trained = model is None, False
    if model is None:
        if touched.since is not None:
            # whole or not at all: the numbers of the records are there
            with transaction(con):
                store_prepared(con, linking.links)
        model, trained = _fitting_model(con, linking)
        weigh_all(con, linking.links, model, linking.model)
    else:
        store_prepared(con, linking.links)
        store_pairs(con, linking.links)
    _gather_affected(con, everything=anew)
    refresh_units(con, "terdampak", everything=anew)
    decide(con, linking.links, model, "terdampak", everything=anew)
    widen(con, records, everything=anew)
    group(con, linking.links)
    return Linked(trained, anew)


def _gather_affected(con: duckdb.DuckDBPyConnection, *, everything: bool) -> None:
    """``terdampak(nomor)``: records whose pairs, NIK or family may have changed, and those in ``terkait(nomor)``, which
    a word ties to one that is touched or gone."""
    if everything:
        con.execute(f"create or replace temp table terdampak as select nomor from {PREPARED}")
        return
    con.execute(
        f"""
        create or replace temp table terkait as
        with disebut as (
            select b as id_catatan from putusan where a in (select id_catatan from disentuh)
            union
            select a from putusan where b in (select id_catatan from disentuh)
        )
        select nomor from {PREPARED} semi join disebut using (id_catatan);
        create or replace temp table terdampak as
        select nomor from berkelompok union select nomor from kotor union from terkait
        """
    )


def awaits_weighing(con: duckdb.DuckDBPyConnection, linking: Linking) -> bool:
    """Whether the stored pairs were scored by another model than the stored one, or by an older release."""
    weighed_by, model = _weighed_by(con), read_model(linking.model)
    if model is None or weighed_by == model.version:
        return False
    return weighed_by is not None or _count(con, PREPARED) > 0


def _weighed_by(con: duckdb.DuckDBPyConnection) -> str | None:
    """The version of the model that the stored pairs were weighed by."""
    row = con.execute("select versi from resolved.model_tautan").fetchone()
    return row[0] if row else None


def _fitting_model(con: duckdb.DuckDBPyConnection, linking: Linking) -> tuple[Model, bool]:
    """The model by which all pairs will be weighed, and whether it was trained now."""
    model, trained = read_model(linking.model), False
    if model is None or not model.fits(linking.links, count_held(con, linking.links)):
        model, trained = train_links(con, linking.links, linking.model), True
    if _weighed_by(con) != model.version:
        con.execute("delete from resolved.model_tautan")
        con.execute("insert into resolved.model_tautan values (?)", [model.version])
    return model, trained


def _count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = con.execute(f"select count(*) from {relation}").fetchone()
    assert row is not None
    return int(row[0])
