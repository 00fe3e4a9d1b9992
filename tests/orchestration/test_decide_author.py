"""``satudata decide``: whoever decides must be named, and is told so in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli import main


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


def test_a_user_whom_the_system_cannot_name_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found: 4242")

    monkeypatch.setattr("getpass.getuser", unknown)
    code, lines = decide(tmp_path, "undo", "abc")
    assert (code, lines) == (1, ["satudata: nobody is named who decided; say so with --author NAME"])
