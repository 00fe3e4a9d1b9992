"""``satudata decide list``: enough to know which decision to take back, also where no build can tell whose it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from contracts.home import Home
from orchestration.cli import main
from orchestration.control import FORMAT_VERSION
from orchestration.lock import writer
from resolution.decisions import Act, Correction, make_decision, store
from resolution.review import undo

WHEN = datetime(2026, 11, 22, 3, tzinfo=UTC)
SAME = make_decision(
    "a.b.c|x|1", "d.e.f|y|1", "sama", author="Sri", when=WHEN, reason="alamat\nsama \x1b[2J", origin="ragu"
)
CORRECTION = Correction(
    id="k1", catatan="a.b.c|x|2", atribut="agama", nilai="HINDU", semula=None, alasan="KTP dilihat", pemutus="Sri",
    waktu=WHEN + timedelta(hours=1),
)  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two decisions, of which the first was taken back."""
    home = Home(tmp_path / "rumah")
    home.create({"kontrak_bawaan": False})
    store(home.decisions, Act(keputusan=(SAME,), koreksi=(CORRECTION,)), WHEN)
    undo(home.decisions, SAME.id, author="Budi", when=WHEN + timedelta(days=1), reason="salah baris")
    return home


def build(home: Home) -> None:
    home.build.mkdir(exist_ok=True)
    with duckdb.connect(str(home.warehouse)) as con:
        con.execute(
            """
            create schema resolved; create schema landing;
            create table resolved.orang_catatan as
            select * from (values ('a.b.c|x|1', 'ORG-1'), ('d.e.f|y|1', 'ORG-2')) as t (id_catatan, id_orang)
            """
        )
        con.execute(f"create table landing.susunan as select {FORMAT_VERSION} as format_version")


def listed(home: Home, *arguments: str) -> str:
    outcome = CliRunner().invoke(main, ["--home", str(home.root), "decide", "list", *arguments])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def test_why_about_whom_and_who_took_it_back(home: Home) -> None:
    build(home)
    corrected, same = json.loads(listed(home, "--json"))
    assert (same["reason"], same["people"], same["state"]) == (SAME.alasan, ["ORG-1", "ORG-2"], "dibatalkan")
    assert same["undone"] == {"time": "2026-11-23T10:00+07:00", "author": "Budi", "reason": "salah baris"}
    assert (corrected["reason"], corrected["people"], corrected["undone"]) == ("KTP dilihat", [None], None)
    text = listed(home)
    assert "a.b.c ORG-1 / d.e.f ORG-2" in text and "because: alamat sama [2J\n" in text and "\x1b" not in text
    assert "taken back 2026-11-23T10:00+07:00 by Budi: salah baris" in text and "HINDU" not in text


def test_without_a_build_that_can_be_read_the_people_are_left_out(home: Home) -> None:
    assert [row["people"] for row in json.loads(listed(home, "--json"))] == [[None], [None, None]]
    build(home)
    with writer(home, "run"):
        assert "a.b.c ? / d.e.f ?" in listed(home)
