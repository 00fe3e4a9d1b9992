"""Stable ids: an increment recomputes exactly the groups it touches, and every id keeps its founder (architecture 3).

Relations written, in schema ``resolved``: ``orang_catatan`` (one row per person record: its id_orang), ``orang_alih``
(retired id -> id that took its place), ``orang_tersentuh`` (which ids a run touched; marts follow it), ``tinjauan``
(one row per pair that a person should look at), ``contoh_dijawab`` (answers about what was decided unseen),
``contoh_lapis`` (how much that is), ``koreksi`` (values that a steward corrected), ``keputusan_bermasalah`` (decisions
without effect), ``model_tautan`` (the model whose weights the links have), ``jumlah_orang`` (how many people are).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from contracts.duck import transaction
from resolution.founding import assign, new_ids, pins
from resolution.keeping import count_people, store_people
from resolution.linking import Linked, Linking, awaits_weighing, create_relations, link_records, prepare_links
from resolution.matching import cluster_by_nik, gather_particulars
from resolution.model import Model
from resolution.namesakes import create_namesakes, find_namesakes, store_namesakes
from resolution.persons import forget_rules, is_prepared, remember_rules
from resolution.questions import ask
from resolution.records import check_columns
from resolution.registry import append_events, events_table, load_registry, recall, remember
from resolution.retiring import id_events
from resolution.standing import refresh_standing
from resolution.steward import store_decisions, store_troubled
from resolution.touched import Touched, touch
from resolution.units import drop_idle_units

_CREATE = """
create schema if not exists resolved;
create table if not exists resolved.orang_catatan (
    id_catatan varchar, id_orang varchar, nik varchar, aturan_padan varchar, urutan integer, sidik ubigint,
    _run_id varchar, nomor bigint
);
alter table resolved.orang_catatan add column if not exists nomor bigint;
create table if not exists resolved.orang_alih (id_lama varchar, id_orang varchar, sebab varchar, _run_id varchar);
alter table resolved.orang_alih add column if not exists sebab varchar;
create table if not exists resolved.orang_tersentuh (id_orang varchar, _run_id varchar);
create table if not exists resolved.jumlah_orang (jumlah bigint);
create table if not exists resolved.contoh_dijawab (
    asal varchar, keputusan varchar, model varchar, waktu timestamptz
);
alter table resolved.contoh_dijawab add column if not exists waktu timestamptz;
create table if not exists resolved.contoh_lapis (asal varchar, jumlah bigint);
create table if not exists resolved.model_tautan (versi varchar);
create table if not exists resolved.koreksi (
    keputusan varchar, id_catatan varchar, atribut varchar, nilai varchar, semula varchar
);
create table if not exists resolved.keputusan_bermasalah (
    id_keputusan varchar, keputusan varchar, alasan_tidak_berlaku varchar, id_keputusan_lawan varchar
);
create table if not exists resolved.tinjauan (
    jenis varchar, tautan varchar, id_catatan_a varchar, id_catatan_b varchar, bobot double, peluang double
);
"""
_NOTHING_DECIDED = """
create or replace temp table putusan (a varchar, b varchar, keputusan varchar);
create or replace temp table diputus_ulang (id_catatan varchar, is_pasangan boolean);
"""


@dataclass(frozen=True)
class _Run:
    """What a run is asked to do, and what it touches."""

    records: str
    registry: Path
    id: str
    linking: Linking | None
    touched: Touched
    full_refresh: bool


@dataclass(frozen=True)
class _Found:
    """What the links did, and how many ids were pinned."""

    linked: Linked | None
    pinned: int


@dataclass(frozen=True)
class Outcome:
    """What one run of the resolver did."""

    records: int
    touched_records: int
    people: int
    redirected: int
    pinned: int
    trained: bool
    questions: int
    answers: int


def resolve_people(
    con: duckdb.DuckDBPyConnection,
    records: str,
    *,
    key: bytes,
    registry: Path,
    run_id: str,
    linking: Linking | None = None,
    full_refresh: bool = False,
) -> Outcome:
    """Give every person record its id_orang.

    Args:
        con: read-write connection to the build database.
        records: relation as ``int_identitas__catatan``.
        key: the deployment's id key.
        registry: folder of the id registry.
        run_id: this run; later runs sort after earlier ones.
        linking: how records are linked beyond their NIK; None leaves those without a valid one alone.
        full_refresh: recompute every group instead of the touched ones.

    Raises:
        SatuDataError: the relation, a column, an id or a run id is missing, or a record would be left without an id.
    """
    check_columns(con, records, linked=linking is not None)
    with _in_any_order(con):
        return _resolve(con, records, key, registry, run_id, linking, full_refresh=full_refresh)


@contextmanager
def _in_any_order(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """DuckDB 1.5 loses rows when a transaction appends none and then more than a row group to one table, and both come
    from what it wrote itself, as long as it keeps rows in order. No order means anything here."""
    con.execute("set preserve_insertion_order = false")
    try:
        yield
    finally:
        con.execute("reset preserve_insertion_order")


def _resolve(
    con: duckdb.DuckDBPyConnection,
    records: str,
    key: bytes,
    registry: Path,
    run_id: str,
    linking: Linking | None,
    *,
    full_refresh: bool,
) -> Outcome:
    # DuckDB 1.5 loses sight of more than a row group appended to a table that the same transaction made twice
    con.execute(_CREATE)
    _carry_over(con)
    con.execute(_NOTHING_DECIDED)
    create_namesakes(con)
    if linking:
        create_relations(con, linking)
    # who was never prepared for links, as before there were any, is prepared now
    everything = full_refresh or (linking is not None and not is_prepared(con))
    touched = touch(con, records, everything=everything, is_refresh=full_refresh)
    run = _Run(records, registry, run_id, linking, touched, full_refresh)
    # a damaged model is told before anything is written
    is_due = (linking is not None and awaits_weighing(con, linking)) or touched.count > 0
    with new_ids(con, key):
        found = _give_ids(con, run) if is_due else None
    if found is None:
        # nobody is touched, but what stewards said may be other than it was
        with transaction(con):
            _keep(con, run, None)
            _ask(con, run, None)
    return _outcome(con, run, found)


def _give_ids(con: duckdb.DuckDBPyConnection, run: _Run) -> _Found:
    """Find the people that the touched records are, and put their ids into force."""
    load_registry(con, run.registry)
    model = _gather(con, run)
    if run.touched.since is None or (run.linking and model is None):
        return _write_as_it_goes(con, run)
    with transaction(con):
        found = _find_people(con, run, model)
        _keep(con, run, found)
        _ask(con, run, found)
    return found


def _write_as_it_goes(con: duckdb.DuckDBPyConnection, run: _Run) -> _Found:
    """DuckDB 1.5 scans with one thread what its own transaction wrote: all of a province's is written statement by
    statement, and is made anew by the next run when this one does not come to its end."""
    forget_rules(con)
    found = _find_people(con, run, None)
    with transaction(con):
        _keep(con, run, found)
    _ask(con, run, found)
    if found.linked:
        remember_rules(con)
    return found


def _gather(con: duckdb.DuckDBPyConnection, run: _Run) -> Model | None:
    """What is needed of the touched records, grouped by NIK, and by which model a night's pairs were weighed, if they
    were. Of a night nothing is kept yet, so that all cores read it: it stands outside the transaction. A full run makes
    the comparable forms and keys anew."""
    if run.touched.since is None:
        forget_rules(con)
    gather_particulars(con, "tersentuh")
    if run.linking:
        find_namesakes(con, run.records)
    cluster_by_nik(con, "tersentuh", "kelompok_catatan")
    return prepare_links(con, run.linking, run.records, run.touched) if run.linking else None


def _find_people(con: duckdb.DuckDBPyConnection, run: _Run, model: Model | None) -> _Found:
    """``orang_kini``, who is who now, and the registry's events of it."""
    linked = None
    if run.linking:
        store_namesakes(con, everything=run.touched.since is None)
        linked = link_records(con, run.linking, run.records, run.touched, model)
    recall(con)
    pinned = pins(con)
    if pinned:
        events = events_table(pinned, run.id)
        append_events(run.registry, run.id, [events])
        remember(con, events)
    assign(con)
    append_events(run.registry, f"{run.id}-id", id_events(con, run.id))
    return _Found(linked, len(pinned) // 2)


def _keep(con: duckdb.DuckDBPyConnection, run: _Run, found: _Found | None) -> None:
    """Put the ids that were found into force, and the decisions that they obey."""
    if run.full_refresh:
        con.execute("delete from resolved.orang_tersentuh")
    if found:
        count_people(con, anew=run.touched.since is None)
        store_people(con, run.id)
    if found and found.linked:
        store_decisions(con)
    elif found:
        forget_rules(con)


def _ask(con: duckdb.DuckDBPyConnection, run: _Run, found: _Found | None) -> None:
    """What the links left to people, and which of their words no group obeys."""
    if found and found.linked:
        refresh_standing(con, everything=found.linked.anew)
        drop_idle_units(con)
        ask(con)
    if run.linking:
        store_troubled(con, run.linking.decisions, run.records)


def _carry_over(con: duckdb.DuckDBPyConnection) -> None:
    """What an older release kept as text: the order's beginning, and the signature's first half, byte by byte."""
    if ("kunci_urut",) not in con.execute("select column_name from (describe resolved.orang_catatan)").fetchall():
        return
    digits = " || ".join(f"sidik[{start}:{start + 1}]" for start in range(15, 0, -2))
    con.execute(
        f"""
        create or replace table resolved.orang_catatan as
        select id_catatan, id_orang, nik, aturan_padan, cast(split_part(kunci_urut, '|', 1) as integer) as urutan,
            cast('0x' || {digits} as ubigint) as sidik, _run_id, nomor
        from resolved.orang_catatan
        """
    )


def _outcome(con: duckdb.DuckDBPyConnection, run: _Run, found: _Found | None) -> Outcome:
    row = con.execute(
        f"""
        select count(*), coalesce((select jumlah from resolved.jumlah_orang), 0),
            (select count(*) from resolved.orang_alih where _run_id = '{run.id}'),
            (select count(*) from resolved.tinjauan),
            (select count(*) from resolved.contoh_dijawab semi join resolved.model_tautan on model = versi)
        from resolved.orang_catatan
        """
    ).fetchone()
    assert row is not None
    return Outcome(
        records=row[0], touched_records=run.touched.count, people=row[1], redirected=row[2],
        pinned=found.pinned if found else 0, trained=bool(found and found.linked and found.linked.trained),
        questions=row[3], answers=row[4],
    )  # fmt: skip
