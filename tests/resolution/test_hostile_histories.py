"""Ids over histories that nobody would plan: corrections, erasures, returns, kills and rebuilds in any order."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from resolution_kit import Person, Town

import resolution.identity as identity

pytestmark = pytest.mark.slow

A, B, C = "1671016503900001", "1671016503900002", "1671016503900003"
NAMES = ("SITI AMINAH", "BUDI SANTOSO")

#: one change: which record, the NIK it bears now (None: it is gone), the name
Change = tuple[int, int | None, int]
History = list[list[Change]]
HISTORIES = st.lists(
    st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(0, 2), st.integers(0, 1)), max_size=4),
    min_size=1,
    max_size=5,
)  # fmt: skip


#: SATUDATA_UJI_LAMA=50 looks longer.
HISTORY_SETTINGS = settings(max_examples=int(os.environ.get("SATUDATA_UJI_LAMA", "8")), deadline=None)


def person(name: str, nik: str | None, order: int = 1, called: str = NAMES[0]) -> Person:
    return Person(name, nik, called, "1990-03-25", order)


def record(number: int) -> str:
    return f"k{number % 2}|orang|{number}"


def live(
    town: Town,
    history: History,
    *,
    full_refresh: bool = False,
    each: Callable[[dict[str, str]], None] = lambda ids: None,
) -> dict[str, Person]:
    """Play a history, telling the ids after each night; the records as they are at its end."""
    first: dict[str, int] = {}
    now: dict[str, Person] = {}
    for night, changes in enumerate(history, start=1):
        latest = {record(number): (nik, name) for number, nik, name in changes}
        gone = tuple(name for name, (nik, _) in latest.items() if nik is None and name in now)
        for name in gone:
            del now[name]
        changed = {}
        for name, (nik, called) in latest.items():
            if nik is not None:
                # a record's place in the order is that of its first receipt, also when it returns
                order = first.setdefault(name, night)
                changed[name] = person(name, (A, B, C)[nik], order, NAMES[called])
        now |= changed
        town.night(*changed.values(), gone=gone, full_refresh=full_refresh)
        each(town.ids())
    return now


def check(town: Town) -> None:
    """What must hold after every history."""
    ids, redirects = town.ids(), town.redirects()
    in_use = set(ids.values())
    assert not in_use & set(redirects), "an id in use is also retired"
    assert set(redirects.values()) <= in_use, "a redirect leads nowhere"


@pytest.mark.slow
@HISTORY_SETTINGS
@given(HISTORIES)
@example([[(0, 0, 0), (2, 0, 0)], [(0, 1, 0)], [(0, 0, 0)]])
@example([[(0, 0, 0), (2, 0, 0)], [(0, None, 0)], [(0, 0, 0)]])
@example([[(0, 0, 0)], [(1, 1, 0)], [(1, 0, 0)], [(1, 1, 0)]])
@example([[(1, 1, 0), (0, 0, 0)], [(0, 1, 0)], [(0, None, 0), (1, None, 0)], [(1, 1, 0)]])
def test_groups_are_those_of_one_go_and_redirects_lead_to_people(
    tmp_path_factory: pytest.TempPathFactory, history: History
) -> None:
    nightly, once = Town(tmp_path_factory.mktemp("malam")), Town(tmp_path_factory.mktemp("sekali"))
    now = live(nightly, history)
    once.night(*now.values())
    assert nightly.groups() == once.groups()
    check(nightly)


@pytest.mark.slow
@HISTORY_SETTINGS
@given(HISTORIES)
@example([[(0, 0, 0), (2, 0, 0)], [(0, 1, 0)], [(0, 0, 0)]])
def test_a_lost_build_gives_every_id_back(tmp_path_factory: pytest.TempPathFactory, history: History) -> None:
    folder = tmp_path_factory.mktemp("hilang")
    town = Town(folder)
    now = live(town, history)
    rebuilt = Town(folder)
    rebuilt.runs = town.runs
    rebuilt.night(*now.values())
    assert rebuilt.ids() == town.ids()
    check(rebuilt)


@pytest.mark.slow
@HISTORY_SETTINGS
@given(HISTORIES)
@example([[(0, 0, 0), (2, 0, 0)], [(0, 1, 0)]])
@example([[(1, 1, 0), (0, 0, 0)], [(0, 1, 0)], [(0, None, 0), (1, None, 0)]])
def test_full_refreshes_in_any_night_give_the_same_ids(
    tmp_path_factory: pytest.TempPathFactory, history: History
) -> None:
    nightly, refreshed = Town(tmp_path_factory.mktemp("malam")), Town(tmp_path_factory.mktemp("penuh"))
    live(nightly, history)
    live(refreshed, history, full_refresh=True)
    assert refreshed.ids() == nightly.ids()
    check(refreshed)


@pytest.mark.slow
@HISTORY_SETTINGS
@given(HISTORIES)
def test_a_person_whose_records_stay_keeps_the_id(tmp_path_factory: pytest.TempPathFactory, history: History) -> None:
    """0 needless renames: a group that only grew, or did not change, bears the id that it bore the night before.

    A record that was gone and returns brings its older claim back; that is a merge, and redirected like one.
    """
    before: dict[str, str] = {}
    ever: set[str] = set()

    def compare(ids: dict[str, str]) -> None:
        for orang in set(before.values()):
            members = {name for name, old in before.items() if old == orang}
            now = {ids.get(name) for name in members}
            joined = {before[name] for name, other in ids.items() if other in now and name in before}
            returned = {name for name, other in ids.items() if other in now and name in ever - set(before)}
            if len(now) == 1 and None not in now and joined == {orang} and not returned:
                assert now == {orang}, f"{members} were renamed"
        before.clear()
        before.update(ids)
        ever.update(ids)

    live(Town(tmp_path_factory.mktemp("tetap")), history, each=compare)


@pytest.mark.parametrize("step", ["assign", "id_events", "store_people", "_outcome"])
def test_a_kill_inside_resolution_changes_no_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """The registry's files are written before the build commits: what they say too early must be what comes."""

    def history(town: Town, *, killed: bool) -> dict[str, str]:
        town.night(person("a|penduduk|1", A), person("b|pemilik|1", A), person("c|ibu|1", A), person("d|ibu|2", B))
        changes = (person("a|penduduk|1", B), person("e|anak|1", A, 2), person("d|ibu|2", A))
        if killed:

            def die(*_: object, **__: object) -> None:
                raise KeyboardInterrupt

            monkeypatch.setattr(identity, step, die)
            with pytest.raises(KeyboardInterrupt):
                town.night(*changes)
            monkeypatch.undo()
            town.night()
        else:
            town.night(*changes)
        check(town)
        return town.ids()

    assert history(Town(tmp_path / "a"), killed=True) == history(Town(tmp_path / "b"), killed=False)
