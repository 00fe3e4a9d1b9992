"""A run reaches nothing outside this machine."""

from __future__ import annotations

import json
import re

import pytest
from pipeline_kit import Province

_LOCAL = re.compile(r"'(127\.\d+\.\d+\.\d+|::1|localhost)'|AF_UNIX|\('/")


@pytest.mark.slow
def test_a_whole_run_makes_no_attempt_at_the_network(published: Province) -> None:
    attempts = [json.loads(line) for line in published.network.read_text().splitlines()]
    sockets = [text for event, text in attempts if event.startswith("socket.")]
    assert [text for text in sockets if not _LOCAL.search(text)] == []


@pytest.mark.slow
def test_a_whole_run_starts_no_other_program(published: Province) -> None:
    """dagster-dbt would ask the package index for dbt's newest version in a process of its own, where no hook sees it."""
    attempts = [json.loads(line) for line in published.network.read_text().splitlines()]
    programs = [text for event, text in attempts if event == "subprocess.Popen"]
    assert [text for text in programs if "['uname', '-p']" not in text] == []


@pytest.mark.slow
def test_the_run_needs_no_network(published: Province) -> None:
    isolated = json.loads(published.network.read_text().splitlines()[0])
    if isolated != ["isolated", True]:
        pytest.skip("only root may take a process's network away")
    assert published.snapshot.is_file()
