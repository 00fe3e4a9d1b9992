"""The review queue goes out as a workbook and comes back as decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from resolution.answers import Answer, listed, read_answers
from resolution.contradictions import contradictions, melting, set_aside
from resolution.decisions import (
    Act,
    Correction,
    Decision,
    DecisionError,
    History,
    Undoing,
    read_decisions,
    read_to_undo,
    store,
)
from resolution.workbook import ATTRIBUTES, write_workbook

RECORDS, QUEUE = "intermediate.int_identitas__catatan", "mutu.tinjauan_identitas"


@dataclass(frozen=True)
class Imported:
    """What became of a workbook.

    Attributes:
        stored: new decisions by verdict.
        held: rows that say what is in force already.
    """

    stored: dict[str, int]
    held: int


def export_queue(con: duckdb.DuckDBPyConnection, path: Path, limit: int, *, when: datetime) -> int:
    """Write the questions with the greatest effect, and the sample, into a workbook.

    Args:
        con: connection to the build.
        path: of the workbook; must not exist.
        limit: of pairs left open, and of each sample.
        when: now, with zone: a later decision is not undone by what is filled in.

    Returns:
        Rows written.

    Raises:
        DecisionError: there is no queue yet, or the file exists.
    """
    if not con.execute("select 1 from duckdb_tables() where table_name = 'tinjauan_identitas'").fetchone():
        raise DecisionError("there is no review queue yet; `satudata run` makes it")
    sides = ", ".join(f"{side}.{name} as {name}_{side}" for name in ATTRIBUTES for side in "ab")
    cursor = con.execute(
        f"""
        with tanya as (
            select *, row_number() over (partition by jenis order by urutan) as ke from {QUEUE}
        )
        select tanya.urutan, tanya.jenis, tanya.nilai_rp, tanya.jumlah_angka, tanya.jumlah_catatan,
            tanya.id_catatan_a as catatan_a, tanya.id_catatan_b as catatan_b,
            (select versi from resolved.model_tautan) as model, {sides}
        from tanya
        inner join {RECORDS} as a on tanya.id_catatan_a = a.id_catatan
        inner join {RECORDS} as b on tanya.id_catatan_b = b.id_catatan
        where ke <= {limit} order by tanya.urutan
        """
    )
    return write_workbook(path, _dicts(cursor), when)


def _dicts(cursor: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    names = [column[0] for column in cursor.description or ()]
    while row := cursor.fetchone():
        yield dict(zip(names, row, strict=True))


def import_workbook(
    con: duckdb.DuckDBPyConnection, path: Path, folder: Path, *, author: str, when: datetime
) -> Imported:
    """Store what a filled-in workbook says, all of it or nothing.

    Args:
        con: connection to the build: records that a decision may name.
        path: of the workbook.
        folder: of the decisions.
        author: who decided.
        when: with zone.

    Raises:
        DecisionError: rows that cannot be read, records that nobody knows, pairs about which somebody decided since
            the export, or decisions that contradict each other; rows are named by number, never by a value.
    """
    history = read_decisions(folder)
    held = {(d.catatan, d.keputusan) for d in history.in_force}
    answers = read_answers(path)
    _check_known(con, path, answers)
    _check_single(path, answers)
    fresh = [(answer, answer.decision(author, when)) for answer in answers if (answer.pair, answer.verdict) not in held]
    _check_not_overtaken(path, history, [answer for answer, _ in fresh])
    rows = {decision.id: answer.row for answer, decision in fresh}
    decisions = tuple(decision for _, decision in fresh)
    _check_consistent(path, history.in_force, decisions, rows)
    if decisions:
        store(folder, Act(keputusan=decisions), when)
    return Imported(dict(Counter(d.keputusan for d in decisions)), len(answers) - len(decisions))


def _check_known(con: duckdb.DuckDBPyConnection, path: Path, answers: Sequence[Answer]) -> None:
    named = sorted({record for answer in answers for record in answer.records})
    known = {
        name
        for (name,) in con.execute(
            f"select id_catatan from {RECORDS} where id_catatan in (select unnest(?))", [named]
        ).fetchall()
    }
    unknown = [answer.row for answer in answers if not known.issuperset(answer.records)]
    if unknown:
        raise DecisionError(
            f"{path.name}: row {listed(unknown)}: a record is not in force; it may have been corrected "
            "or closed since the workbook was made. Export anew; nothing was stored"
        )


def _check_single(path: Path, answers: Sequence[Answer]) -> None:
    rows: dict[tuple[str, ...], list[int]] = {}
    for answer in answers:
        rows.setdefault(answer.pair, []).append(answer.row)
    twice = [numbers for numbers in rows.values() if len(numbers) > 1]
    if twice:
        raise DecisionError(f"{path.name}: rows {listed(twice[0])} decide about one pair twice; nothing was stored")


def _check_not_overtaken(path: Path, history: History, answers: Sequence[Answer]) -> None:
    """An answer must not silently bring back what somebody has since undone or reversed."""
    latest: dict[tuple[str, ...], datetime] = {}
    for decision in history.decisions:
        undoing = history.undone.get(decision.id)
        last = max(decision.waktu, undoing.waktu) if undoing else decision.waktu
        latest[decision.catatan] = max(last, latest.get(decision.catatan, last))
    overtaken = [answer.row for answer in answers if answer.pair in latest and latest[answer.pair] > answer.made]
    if overtaken:
        raise DecisionError(
            f"{path.name}: row {listed(overtaken)}: the pair was decided otherwise, or a decision about it taken back, "
            "after the workbook was exported (`satudata decide list`). Clear these rows, or export again; "
            "nothing was stored"
        )


def _check_consistent(
    path: Path, in_force: Sequence[Decision], fresh: Sequence[Decision], rows: dict[str, int]
) -> None:
    replaced = {decision.catatan for decision in fresh}
    kept = [decision for decision in in_force if decision.catatan not in replaced]
    before = contradictions(kept)
    against = {name: names for name, names in contradictions([*kept, *fresh]).items() if before.get(name) != names}
    molten = melting(kept)
    melted = [names for names in melting([*kept, *fresh]) if names not in molten]

    def called(name: str) -> str:
        return f"row {rows[name]}" if name in rows else f"decision {name}"

    if melted:
        raise DecisionError(
            f"{path.name}: {' and '.join(called(name) for name in melted[0])} make one person of two whom the registry "
            "knows as two; nothing was stored. Leave `sama` in the row that is right, and write `beda` in the other"
        )
    if not against:
        return
    apart, joining = next(iter(sorted(against.items())))
    raise DecisionError(
        f"{path.name}: {called(apart)} says that two records are two people, which "
        f"{' and '.join(called(name) for name in joining)} make one; nothing was stored. "
        "Correct a row, or take a decision back with `satudata decide undo`"
    )


def undo(folder: Path, name: str, *, author: str, when: datetime, reason: str = "") -> None:
    """Take a decision, or a correction of a value, back.

    Raises:
        DecisionError: nobody decided that, or it was taken back already.
    """
    history = read_to_undo(folder)
    known = {decision.id for decision in history.decisions} | {correction.id for correction in history.corrections}
    if name not in known:
        raise DecisionError(f"there is no decision {name}; `satudata decide list` shows them")
    if name in history.undone:
        raise DecisionError(f"decision {name} was taken back already")
    store(folder, Act(dibatalkan=(Undoing(id=name, pemutus=author, waktu=when, alasan=reason),)), when)


def states(folder: Path, recordless: Collection[str] = ()) -> list[tuple[Decision, str]]:
    """Every decision, newest first, and what it is now.

    Args:
        folder: of the decisions.
        recordless: ids of those a record of which is there no more.

    Returns:
        ``berlaku``, ``diganti``, ``dibatalkan``, ``bertentangan`` or ``tanpa_catatan`` beside each.
    """
    history = read_decisions(folder)
    in_force = {decision.id for decision in history.in_force}
    aside = set_aside(history.in_force)
    opposed = {*aside, *aside.values()}

    def state(decision: Decision) -> str:
        if decision.id in history.undone:
            return "dibatalkan"
        if decision.id not in in_force:
            return "diganti"
        if decision.id in opposed:
            return "bertentangan"
        return "tanpa_catatan" if decision.id in recordless else "berlaku"

    return [(decision, state(decision)) for decision in reversed(history.decisions)]


def correction_states(folder: Path, recordless: Collection[str] = ()) -> list[tuple[Correction, str]]:
    """Every correction of a value, newest first, and what it is now.

    Args:
        folder: of the decisions.
        recordless: ids of those whose record is there no more.

    Returns:
        ``berlaku``, ``diganti``, ``dibatalkan`` or ``tanpa_catatan`` beside each.
    """
    history = read_decisions(folder)
    in_force = {correction.id for correction in history.corrections_in_force}

    def state(correction: Correction) -> str:
        if correction.id in history.undone:
            return "dibatalkan"
        if correction.id not in in_force:
            return "diganti"
        return "tanpa_catatan" if correction.id in recordless else "berlaku"

    return [(correction, state(correction)) for correction in reversed(history.corrections)]


def people_of(con: duckdb.DuckDBPyConnection, records: Collection[str]) -> dict[str, str]:
    """Record -> ``id_orang``, for those of ``records`` that are there."""
    found = con.execute(
        "select id_catatan, id_orang from resolved.orang_catatan where id_catatan in (select unnest(?))",
        [sorted(records)],
    ).fetchall()
    return dict(found)
