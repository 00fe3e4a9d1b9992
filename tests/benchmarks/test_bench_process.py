"""Commands are measured with all their children."""

from __future__ import annotations

import sys

import pytest

from benchmarks.measure import BenchError
from benchmarks.process import run_command
from benchmarks.rounds import interleave, timed

CHILD_HOLDS = """
import subprocess, sys
code = "import time; block = bytearray(b'x' * (96 << 20)); time.sleep(0.6)"
subprocess.run([sys.executable, "-c", code], check=True)
"""


def test_the_peak_counts_what_children_hold() -> None:
    usage = run_command([sys.executable, "-c", CHILD_HOLDS])
    assert usage.peak_mib > 96
    assert usage.seconds >= 0.6


def test_the_peak_of_a_command_is_not_that_of_an_earlier_one() -> None:
    run_command([sys.executable, "-c", "block = bytearray(b'x' * (128 << 20))"])
    assert run_command([sys.executable, "-c", "pass"]).peak_mib < 96


def test_what_is_printed_comes_back() -> None:
    assert run_command([sys.executable, "-c", "print('x')"]).output == "x\n"


def test_a_command_that_fails_is_no_measure() -> None:
    with pytest.raises(BenchError, match=r"(?s)ended with 3.*the reason"):
        run_command([sys.executable, "-c", "import sys; print('the reason', file=sys.stderr); sys.exit(3)"])


def test_an_accepted_code_is_one() -> None:
    assert run_command([sys.executable, "-c", "raise SystemExit(3)"], accepted=(0, 3)).code == 3


def test_contestants_take_turns() -> None:
    order: list[str] = []
    found = interleave({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 3)
    assert order == ["a", "b"] * 3
    assert {name: len(values) for name, values in found.items()} == {"a": 3, "b": 3}


def test_a_timed_action_yields_its_seconds() -> None:
    assert 0 <= timed(lambda: None)() < 1
