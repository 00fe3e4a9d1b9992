"""Every command and query of the documents is executed, and shows what the document says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from documents import EXACT, ROOT, Block, blocks, documents, shape_problem
from pipeline_kit import Province

DETERMINISTIC = [block for path in documents() for block in blocks(path) if EXACT in block.words]
EXECUTED = [path for path in documents() if any(block.runs for block in blocks(path))]


@pytest.fixture
def desk(province: Province, tmp_path: Path) -> Desk:
    """A place that looks like the documents' machine, with a demo home."""
    return Desk(province, tmp_path)


class Desk:
    """Executes blocks one after the other, the documents' paths replaced by those of this test."""

    def __init__(self, province: Province, folder: Path) -> None:
        self.province, self.program = province, folder / "opt"
        self.program.mkdir()
        (self.program / ".venv").symlink_to(sys.prefix)
        (folder / "tmp").mkdir()
        self.paths = {
            "/var/lib/satudata": str(province.home), "/opt/satu-data": str(self.program),
            "/srv/instansi": str(folder / "instansi"), "/srv/cadangan": str(folder / "cadangan"),
            "/tmp/": f"{folder / 'tmp'}/",
        }  # fmt: skip
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SATUDATA", "DAGSTER"))}
        self.environ = {**kept, "SATUDATA_HOME": str(province.home), "DO_NOT_TRACK": "1"}

    def here(self, text: str) -> str:
        """A text of a document with this machine's paths."""
        return _replace(text, self.paths)

    def there(self, text: str) -> str:
        """What this machine printed, with the documents' paths."""
        return _replace(text, {here: there for there, here in self.paths.items()})

    def execute(self, block: Block) -> None:
        """Execute one block and compare what it shows."""
        if block.contract:
            (self.province.home / block.contract).write_text(block.text, encoding="utf-8")
        elif block.runs:
            actions: dict[str, Callable[[Block], str]] = {"sh": self._shell, "sql": self._sql, "python": self._python}
            output = actions[block.language](block)
            problem = shape_problem(block.shown, self.there(output)) if block.shown else None
            assert problem is None, f"{block.place}: {problem}\nprinted:\n{self.there(output)[-3000:]}"

    def _shell(self, block: Block) -> str:
        return self._run(block, ["bash", "-euo", "pipefail", "-c", self.here(block.text)])

    def _python(self, block: Block) -> str:
        return self._run(block, [sys.executable, "-c", self.here(block.text)])

    def _run(self, block: Block, command: list[str]) -> str:
        done = subprocess.run(
            command, cwd=self.program, env=self.environ, capture_output=True, text=True, timeout=300, check=False
        )
        printed = done.stdout + done.stderr
        assert done.returncode in block.exits, f"{block.place}: exit {done.returncode}\n{printed[-3000:]}"
        return printed

    def _sql(self, block: Block) -> str:
        with duckdb.connect(str(self.province.snapshot), read_only=True) as con:
            result = con.execute(block.text)
            names = [column[0] for column in result.description or []]
            rows = result.fetchall()
        assert rows, f"{block.place}: no row"
        return "  ".join(names) + "\n" + "\n".join("  ".join(map(str, row)) for row in rows)


def _replace(text: str, words: dict[str, str]) -> str:
    """Replace all words at once, so that none is found in what replaced another."""
    pattern = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.sub(pattern, lambda match: words[match.group(0)], text)


@pytest.mark.slow
@pytest.mark.parametrize("path", EXECUTED, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_blocks_of_a_document_run(path: Path, desk: Desk) -> None:
    for block in blocks(path):
        desk.execute(block)


@pytest.mark.slow
@pytest.mark.parametrize("block", DETERMINISTIC, ids=lambda block: block.place)
def test_what_always_comes_out_is_shown_to_the_letter(block: Block, tmp_path: Path) -> None:
    script = tmp_path / "contoh.py"
    script.write_text(block.text)
    done = subprocess.run(
        [sys.executable, script.name], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=True
    )
    assert done.stdout == block.shown


def test_the_examples_of_resolving_are_deterministic() -> None:
    assert [block.file.name for block in DETERMINISTIC] == ["resolving.md"] * 2


def test_most_blocks_run() -> None:
    commands = [
        b
        for path in documents()
        if path.parent.name != "deploy"
        for b in blocks(path)
        if b.language in ("sh", "sql", "python")
    ]
    runs = [block for block in commands if block.runs]

    assert len(runs) >= 0.75 * len(commands), [block.place for block in commands if not block.runs]
    assert len([block for block in runs if block.language == "sql"]) >= 10
