"""What was decided, as ``satudata decide list`` tells it: enough to know which decision to take back, and no value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from contracts.errors import HomeError
from contracts.home import Home
from orchestration.one_line import one_line
from resolution.decisions import Correction, Decision, History, Undoing, read_decisions
from resolution.review import correction_states, people_of, states


def collect(home: Home) -> list[dict[str, Any]]:
    """All decisions and corrections, newest first, ready for JSON; ``people`` is None beside a record that the build
    does not know, and where the build cannot be looked into now."""
    zone = ZoneInfo(home.settings().zona)
    history = read_decisions(home.decisions)
    gone, people = _known(home, history)
    decided = [(d, d.catatan, d.keputusan, state) for d, state in states(home.decisions, gone)]
    corrected = [(c, (c.catatan,), c.atribut, state) for c, state in correction_states(home.decisions, gone)]
    undone = history.undone
    acts: list[tuple[Decision | Correction, tuple[str, ...], str, str]] = [*decided, *corrected]
    newest = sorted(acts, key=lambda act: act[0].waktu, reverse=True)
    return [
        _row(act, verdict, state, zone)
        | {"contracts": [name.split("|")[0] for name in records], "people": [people.get(name) for name in records]}
        | _undone(undone.get(act.id), zone)
        for act, records, verdict, state in newest
    ]


def _row(act: Decision | Correction, verdict: str, state: str, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "id": act.id, "time": _time(act.waktu, zone), "author": act.pemutus, "verdict": verdict, "state": state,
        "reason": act.alasan,
    }  # fmt: skip


def _undone(undoing: Undoing | None, zone: ZoneInfo) -> dict[str, Any]:
    if undoing is None:
        return {"undone": None}
    return {
        "undone": {"time": _time(undoing.waktu, zone), "author": undoing.pemutus, "reason": undoing.alasan},
    }


def _time(when: datetime, zone: ZoneInfo) -> str:
    return when.astimezone(zone).isoformat(timespec="minutes")


def lines(row: Mapping[str, Any]) -> list[str]:
    """One decision for a person to read: a line, and below it why, and who took it back."""
    ends = [f"{contract} {person or '?'}" for contract, person in zip(row["contracts"], row["people"], strict=True)]
    told = [
        f"{row['id']}  {row['time']}  {row['verdict']:<17} {row['state']:<13} {one_line(row['author']):<12} "
        f"{' / '.join(ends)}"
    ]
    if reason := one_line(row["reason"]):
        told.append(f"{'':<18}because: {reason}")
    if undone := row["undone"]:
        why = one_line(undone["reason"])
        told.append(f"{'':<18}taken back {undone['time']} by {one_line(undone['author'])}{': ' if why else ''}{why}")
    return told


def _known(home: Home, history: History) -> tuple[frozenset[str], dict[str, str]]:
    """Which decisions a record is missing of, and whose the records are now. While a run writes, or without a build of
    this version, the last published run tells the former, and nothing the latter: the list must not wait for those."""
    import duckdb

    from orchestration.standing import open_for_reading
    from resolution.steward import recordless

    records = {record for d in history.decisions for record in d.catatan} | {c.catatan for c in history.corrections}
    if records and home.warehouse.is_file():
        try:
            with open_for_reading(home, "decide list") as con:
                return recordless(con), people_of(con, records)
        except (HomeError, duckdb.CatalogException):  # a first run that was cut short leaves a build without tables
            pass
    return _recordless_when_published(home), {}


def _recordless_when_published(home: Home) -> frozenset[str]:
    import duckdb

    from publication.pointer import current, database
    from resolution.steward import recordless

    if current(home.published) is None:
        return frozenset()
    with duckdb.connect(str(database(home.published)), read_only=True) as con:
        return recordless(con)
