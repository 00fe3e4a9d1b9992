"""A file that a command is to write is judged before the work: one line, and no traceback."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.home import Home
from orchestration.cli import main

COMMANDS = [(("explain", "orang", "ORG-1", "--html"), ".html"), (("decide", "export"), ".xlsx")]


def complaint(folder: Path, command: tuple[str, ...], path: Path) -> str:
    Home(folder / "rumah").create({"kontrak_bawaan": False})
    outcome = CliRunner().invoke(main, ["--home", str(folder / "rumah"), *command, str(path)])
    assert outcome.exit_code == 1 and isinstance(outcome.exception, SystemExit)
    (line,) = outcome.output.splitlines()
    assert line.lower().endswith("nothing was written")
    return line


@pytest.mark.parametrize(("command", "suffix"), COMMANDS)
def test_a_file_that_cannot_be_made_is_refused_first(tmp_path: Path, command: tuple[str, ...], suffix: str) -> None:
    there, dangling = tmp_path / f"ada{suffix}", tmp_path / f"putus{suffix}"
    there.touch()
    dangling.symlink_to(tmp_path / "tiada" / "x")
    assert f"must be named *{suffix}" in complaint(tmp_path, command, tmp_path / "baru.txt")
    assert "is no folder" in complaint(tmp_path, command, tmp_path / "tiada" / f"baru{suffix}")
    assert "exists; name another file" in complaint(tmp_path, command, there)
    assert "exists; name another file" in complaint(tmp_path, command, dangling)


@pytest.mark.parametrize(("command", "suffix"), COMMANDS)
def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, command: tuple[str, ...], suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    may = os.access
    # the superuser may write everywhere, so the system's answer is given by hand
    monkeypatch.setattr("os.access", lambda path, mode: path != tmp_path and may(path, mode))
    assert "cannot be written by you" in complaint(tmp_path, command, tmp_path / f"baru{suffix}")
