"""What a newer version wrote is refused by name, not misread and not met with a foreign error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from contracts.delivery import MANIFEST, read_manifest, read_verdicts
from contracts.errors import SatuDataError
from contracts.home import SETTINGS, Home, Settings
from contracts.standard import load_standards
from orchestration.cli import main
from orchestration.control import FORMAT_VERSION, models_changed
from orchestration.prepare import Prepared


def home_at(folder: Path) -> Home:
    home = Home(folder / "rumah")
    home.create({"kontrak_bawaan": False})
    return home


def write(path: Path, **facts: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"format_version": 99, "baru": True, **facts}))


def settings(home: Home) -> None:
    (home.root / SETTINGS).write_text("format_version: 99\nsesuatu_yang_baru: ya\n")
    home.settings()


def manifest(home: Home) -> None:
    write(home.landing / "a.b.c" / "000001-00001" / MANIFEST)
    read_manifest(home.landing / "a.b.c" / "000001-00001")


def verdicts(home: Home) -> None:
    write(home.verdicts / "000001-uji.json", run_id="000001-uji", putusan=[])
    read_verdicts(home.verdicts)


def receipts(home: Home) -> None:
    from orchestration.commands.status import collect

    write(home.receipts / "000001.json", urutan=1, run_id="000001-uji", kontrak=[], disegel_pada="2026-01-01T00:00:00Z")
    collect(home)


@pytest.mark.parametrize("reader", [settings, manifest, verdicts, receipts])
def test_newer_state_is_refused_by_name(tmp_path: Path, reader: Callable[[Home], None]) -> None:
    with pytest.raises(SatuDataError, match=r"newer than 1"):
        reader(home_at(tmp_path))


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"format_version": 1}', '{"format_version": "satu"}'])
@pytest.mark.parametrize("kind", ["manifest", "verdicts", "receipts"])
def test_damaged_state_is_named(tmp_path: Path, kind: str, damage: str) -> None:
    from orchestration.commands.status import collect

    home = home_at(tmp_path)
    path = {
        "manifest": home.landing / "a.b.c" / "000001-00001" / MANIFEST,
        "verdicts": home.verdicts / "000001-uji.json",
        "receipts": home.receipts / "000001.json",
    }[kind]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(damage)
    read = {"manifest": lambda: read_manifest(path.parent), "verdicts": lambda: read_verdicts(home.verdicts),
            "receipts": lambda: collect(home)}[kind]  # fmt: skip
    with pytest.raises(SatuDataError, match=path.parent.name):
        read()


def test_the_command_line_says_it_in_one_sentence(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    (home.root / SETTINGS).write_text("format_version: 99\n")
    result = CliRunner().invoke(main, ["--home", str(home.root), "status"])
    assert result.exit_code == 1
    assert "newer than 1" in result.output and "Traceback" not in result.output


def test_a_build_of_a_newer_version_is_refused_and_one_of_an_older_made_anew(tmp_path: Path) -> None:
    home = home_at(tmp_path)
    prepared = Prepared(home, Settings(), load_standards(), (), {"contracts": []})
    with duckdb.connect() as con:
        models_changed(con, prepared)
        assert not models_changed(con, prepared)
        con.execute("update landing.susunan set format_version = null")
        assert models_changed(con, prepared)
        con.execute("update landing.susunan set format_version = 99")
        with pytest.raises(SatuDataError, match="newer than 2"):
            models_changed(con, prepared)


@pytest.mark.parametrize("asked", [("explain", "orang", "x"), ("decide", "value", "x", "agama", "--value", "HINDU", "--reason", "uji"),
                                   ("decide", "export", "antrean.xlsx"), ("train",)])  # fmt: skip
@pytest.mark.parametrize(
    ("made", "answer"),
    [
        ("create table landing.catatan (x int)", "an older version's"),
        ("create table landing.susunan (model varchar, kontrak varchar[])", "an older version's"),
        ("create table landing.susunan as select 1 as format_version", "an older version's"),
        (f"create table landing.susunan as select {FORMAT_VERSION + 1} as format_version", "upgrade satu-data"),
    ],
)
def test_commands_do_not_look_into_a_build_of_another_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...], made: str, answer: str
) -> None:
    monkeypatch.chdir(tmp_path)
    home = home_at(tmp_path)
    home.build.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(home.warehouse) as con:
        con.execute(f"create schema landing; {made}")
    before = home.warehouse.read_bytes()
    result = CliRunner().invoke(main, ["--home", str(home.root), *asked])
    assert result.exit_code == 1
    assert answer in result.output and "Traceback" not in result.output
    assert home.warehouse.read_bytes() == before
