"""What the documents name is there: commands, options, settings, tables, files, links; and the other way round."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from documents import ROOT, blocks, documents, shape_problem
from pipeline_kit import Province, query

from contracts.home import Settings
from contracts.model import ColumnFacts, DatasetFacts, Layout
from contracts.standard import load_standards
from orchestration.cli import main

ALL = [*documents(), *sorted((ROOT / "docs" / "decisions").glob("*.md"))]
_CALL = re.compile(r"(?:\bsatudata) +((?:--home \S+ +)?)([a-z]+)((?: +(?:-\S+|[a-z]+))*)")


def _ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", ALL, ids=_ids)
def test_links_lead_somewhere(path: Path) -> None:
    for text, target in re.findall(r"\[([^\]]+)\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if re.match(r"https?://", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        assert file.exists(), f"{path.name}: [{text}]({target})"
        if anchor:
            assert anchor in _anchors(file), f"{path.name}: [{text}]({target})"


def _anchors(path: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", ALL, ids=_ids)
def test_commands_and_options_exist(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        for _, name, rest in _CALL.findall(line):
            if name not in main.commands and not _is_call(line):
                continue
            assert name in main.commands, line
            known = _options(main.commands[name])
            for option in re.findall(r" (--[a-z-]+)", rest):
                assert option in known, line


def _is_call(line: str) -> bool:
    return "bin/satudata " in line


def _options(command: click.Command) -> set[str]:
    own = {option for parameter in command.params for option in parameter.opts}
    inner = command.commands.values() if isinstance(command, click.Group) else ()
    return own.union(*map(_options, inner)) if inner else own


def test_every_command_is_documented() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in documents())

    assert [name for name in main.commands if f"satudata {name}" not in text] == []


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")

    assert [name for name in Settings.model_fields if f"`{name}`" not in text] == []


def test_every_fact_of_a_contract_is_documented() -> None:
    text = (ROOT / "docs" / "adding-a-source.md").read_text(encoding="utf-8")
    facts = {*DatasetFacts.model_fields, *ColumnFacts.model_fields, *Layout.model_fields}

    assert sorted(name for name in facts if not re.search(rf"\b{name}\b", text)) == []


def test_every_entity_is_documented_with_its_name() -> None:
    text = (ROOT / "docs" / "adding-a-source.md").read_text(encoding="utf-8")

    assert [name for name in load_standards().entitas if f"| `{name}` |" not in text] == []


@pytest.mark.slow
def test_the_tables_are_those_that_are_published(published: Province) -> None:
    text = (ROOT / "docs" / "querying.md").read_text(encoding="utf-8")
    section = text.split("## The tables")[1].split("\n## ")[0]
    documented = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))

    found = {row[0] for row in query(published.snapshot, "select view_name from duckdb_views() where not internal")}
    assert documented == found


def test_the_glossary_knows_what_is_published_by_class_and_fate() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = ("publik", "internal", "pribadi", "spesifik", "pengenal", "diterima", "sama", "ganda", "karantina",
             "bukan_data", "padan", "walidata", "kontrak", "neraca", "buku_besar")  # fmt: skip

    assert [word for word in words if not re.search(rf"^\| [^|]*\b{word}\b", text, re.MULTILINE)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "decisions").glob("0*.md")), ids=_ids)
def test_a_decision_has_its_parts_and_is_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert re.match(rf"# {path.name[:4]}\. ", text)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Options", "Choice", "Consequence"]
    assert 15 <= len(text.splitlines()) <= 40
    assert path.name in (path.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", ALL, ids=_ids)
def test_blocks_say_what_they_are(path: Path) -> None:
    for block in blocks(path):
        assert block.language in ("sh", "sql", "python", "yaml", "text", ""), block.place
        assert block.language or path.name == "README.md", block.place


def test_paths_named_in_the_documents_exist() -> None:
    for path in ALL:
        for name in re.findall(
            r"`((?:contracts|orchestration|connectors|deploy|docs)/[\w./-]+\.\w+)`", path.read_text()
        ):
            assert (ROOT / name).exists(), f"{path.name}: {name}"


def test_the_shape_of_an_output() -> None:
    assert shape_problem("a  b\n-  -\n1  2\n", "a   b\n--  --\n77  8\n") is None
    assert shape_problem("a  b\n-  -\n1  2\n", "a   c\n--  --\n77  8\n") is not None
    assert shape_problem("published 2026Z-000001 in 47 s\n", "x\npublished 2027Z-000002 in 9.5 s\n") is None
    assert shape_problem("run 000012-1f3a9c2b\n", "run 000001-abcdefab\n") is None
    assert shape_problem("one\n...\nthree 3\n", "one\ntwo\nthree 4\n") is None
    assert shape_problem("one\nthree\n", "three\none\n") is not None
    assert shape_problem("delivery_id,alasan\n1,x\n", "delivery_id,alasan\n") is None
