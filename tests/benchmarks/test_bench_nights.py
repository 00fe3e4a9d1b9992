"""From measured nights to figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import nights
from benchmarks.measure import Measure
from benchmarks.nights import EMPTY, TENTH, WHOLE
from benchmarks.options import Options
from benchmarks.process import Usage
from benchmarks.province import Night

SECONDS = {
    ("first", EMPTY): 30.0, ("first", TENTH): 40.0, ("first", WHOLE): 130.0, ("nothing", EMPTY): 20.0,
    ("nothing", WHOLE): 29.0, ("change", EMPTY): 21.0, ("change", WHOLE): 43.0,
}  # fmt: skip


class Stage:
    """A province and a product that take the seconds above."""

    seconds = 60.0

    def __init__(self) -> None:
        self.ran: list[tuple[str, str]] = []
        self.kind: dict[Path, str] = {}

    def make_province(self, people: int, home: Path) -> Stage:
        return self

    def new_home(self, path: Path) -> Path:
        path.mkdir(exist_ok=True)
        self.kind[path] = "first"
        return path

    def advance(self, night: int) -> None:
        self.kind = dict.fromkeys(self.kind, "change")

    def run_night(self, home: Path) -> Night:
        name, kind = home.name.removeprefix("home-"), self.kind[home]
        self.kind[home] = "nothing" if kind == "first" else kind
        self.ran.append((kind, name))
        return Night(Usage(SECONDS[kind, name], SECONDS[kind, name] / 2, 500 + 10 * len(self.ran), 0, ""), "stages")


@pytest.fixture
def measures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Measure]:
    stage = Stage()
    monkeypatch.setattr(nights, "make_province", stage.make_province)
    monkeypatch.setattr(nights, "run_night", stage.run_night)
    options = Options(1_000_000, 100_000, 10, (10, 40), 2, tmp_path, None, None)
    found = nights.bench_nights(options)
    assert stage.ran == [
        *[("first", EMPTY), ("first", TENTH), ("first", WHOLE)] * 2,
        *[("nothing", EMPTY), ("nothing", WHOLE)] * 2,
        *[("change", EMPTY), ("change", WHOLE)] * 2,
    ]
    return {measure.name: measure for measure in found}


def test_shares_are_of_the_first_run_without_fixed_costs(measures: dict[str, Measure]) -> None:
    assert measures["nights.nothing_share"].value == pytest.approx(9)
    assert measures["nights.change_share"].value == pytest.approx(22)
    assert measures["nights.nothing_share"].ok is True
    assert measures["nights.change_share"].ok is False


def test_fixed_costs_are_those_of_the_empty_province(measures: dict[str, Measure]) -> None:
    fixed = {name: m.value for name, m in measures.items() if name.startswith("nights.fixed_")}
    assert fixed == {"nights.fixed_first": 30.0, "nights.fixed_nothing": 20.0, "nights.fixed_change": 21.0}


def test_growth_is_told_with_and_without_the_fixed_cost(measures: dict[str, Measure]) -> None:
    assert measures["nights.growth"].value == pytest.approx(0.512, abs=0.001)
    assert measures["nights.growth_net"].value == pytest.approx(1)


def test_memory_is_the_highest_of_all_runs(measures: dict[str, Measure]) -> None:
    assert measures["nights.first_memory"].value == 560
    assert measures["nights.change_memory"].value == 640
