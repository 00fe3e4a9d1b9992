"""``satudata decide``: whoever decides must be named; a value is asked for last, and of a person alone."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from contracts.home import Home
from orchestration.cli import main
from orchestration.control import FORMAT_VERSION
from resolution.review import Imported


def decide(folder: Path, *arguments: str) -> tuple[int, list[str]]:
    book = folder / "antrean.xlsx"
    book.touch()
    filled = [argument.format(book=book) for argument in arguments]
    outcome = CliRunner().invoke(main, ["--home", str(folder / "rumah"), "decide", *filled])
    return outcome.exit_code, outcome.output.splitlines()


@pytest.mark.parametrize("author", ["", "  "])
@pytest.mark.parametrize(
    "command", [("import", "{book}"), ("undo", "abc"), ("value", "ORG-1", "agama", "--value", "HINDU")]
)
def test_nobody_decides_without_a_name(tmp_path: Path, command: tuple[str, ...], author: str) -> None:
    code, lines = decide(tmp_path, *command, "--author", author)
    assert (code, lines) == (1, ["satudata: nobody is named who decided; say so with --author NAME"])


@pytest.mark.parametrize("author", ["1671010101010001", "Sri 167101010101000", "Sri (1671 0101 0101 0001)"])
@pytest.mark.parametrize(
    "command", [("import", "{book}"), ("undo", "abc"), ("value", "ORG-1", "agama", "--value", "HINDU")]
)
def test_a_number_like_a_nik_is_no_author_and_is_not_repeated(
    tmp_path: Path, command: tuple[str, ...], author: str
) -> None:
    code, lines = decide(tmp_path, *command, "--author", author)
    assert code == 1 and lines[0].startswith("satudata: the author holds a number as long as a NIK; say who decided")
    assert author not in " ".join(lines)


def test_a_number_of_a_desk_may_stand_in_a_name(built: Path) -> None:
    code, lines = decide(built, "value", "ORG-1", "agama", "--value", "HINDU", "--author", "petugas 12, 0812-3456-7890")
    assert code == 0 and "of agama stored" in lines[-1]


def test_a_user_whom_the_system_cannot_name_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found: 4242")

    monkeypatch.setattr("getpass.getuser", unknown)
    code, lines = decide(tmp_path, "undo", "abc")
    assert (code, lines) == (1, ["satudata: nobody is named who decided; say so with --author NAME"])


@pytest.mark.parametrize(
    "command",
    [
        ("export", "{book}.xlsx"), ("import", "{book}", "--author", "Sri"), ("undo", "abc", "--author", "Sri"),
        ("value", "ORG-1", "agama", "--value", "HINDU", "--author", "Sri"), ("list",),
    ],
    ids=lambda command: command[0],
)  # fmt: skip
def test_nothing_is_decided_outside_a_home(tmp_path: Path, command: tuple[str, ...]) -> None:
    empty = tmp_path / "rumah"
    empty.mkdir()
    code, lines = decide(tmp_path, *command)
    assert code == 1 and f"{empty} is no satu-data home" in lines[0] and "satudata init" in lines[0]
    assert not list(empty.iterdir())


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A home with a build of one person."""
    home = Home(tmp_path / "rumah")
    home.create({"kontrak_bawaan": False})
    home.build.mkdir(exist_ok=True)
    with duckdb.connect(str(home.warehouse)) as con:
        con.execute(
            """
            create schema resolved; create schema marts; create schema landing;
            create table resolved.orang_alih (id_lama varchar, id_orang varchar);
            create table resolved.orang_catatan as select 'a|b|1' as id_catatan, 'ORG-1' as id_orang, 1 as urutan;
            create table marts.dim_orang as select 'ORG-1' as id_orang, 'ISLAM' as agama
            """
        )
        con.execute(f"create table landing.susunan as select {FORMAT_VERSION} as format_version")
    return tmp_path


@pytest.mark.parametrize(
    ("person", "attribute", "code", "says"),
    [
        ("ORG-1", "hobi", 1, "hobi cannot be corrected; these can: nama_lengkap"),
        ("ORG-2", "agama", 1, "no person has the id ORG-2"),
        ("ORG-1", "agama", 2, "without --value it is asked for, and only a person on a terminal can answer"),
    ],
)
def test_a_value_is_asked_for_last_and_only_on_a_terminal(
    built: Path, person: str, attribute: str, code: int, says: str
) -> None:
    found, lines = decide(built, "value", person, attribute, "--author", "Sri")
    text = " ".join(lines)
    assert found == code and says in text and "GetPass" not in text and "value:" not in text


def test_a_value_typed_on_a_terminal_is_stored(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.commands.decide._asked_for", lambda: "HINDU")
    code, lines = decide(built, "value", "ORG-1", "agama", "--author", "Sri")
    assert code == 0 and "of agama stored" in lines[-1]


def test_a_workbook_without_answers_promises_nothing(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resolution.review.import_workbook", lambda *_args, **_facts: Imported({}, held=0))
    code, lines = decide(built, "import", "{book}", "--author", "Sri")
    assert (code, lines) == (0, ["no row was filled in; nothing was stored"])
