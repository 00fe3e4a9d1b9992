"""The arithmetic of the benches."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.measure import Bar, Measure, growth_exponent, median, net_share, spread

SECONDS = st.floats(min_value=0.01, max_value=1e5)


@pytest.mark.parametrize(
    ("bar", "value", "met"),
    [
        (Bar("<=", 90), 90.0, True),
        (Bar("<=", 90), 90.01, False),
        (Bar(">=", 4), 4.0, True),
        (Bar(">=", 4), 3.99, False),
        (Bar("<=", 90), math.nan, False),
        (Bar(">=", 4), math.nan, False),
    ],
)
def test_a_bar_is_met_at_its_limit_and_never_by_no_number(bar: Bar, value: float, met: bool) -> None:
    assert bar.met_by(value) is met


def test_a_measure_without_a_bar_is_neither_ok_nor_not() -> None:
    assert Measure("a", 1.0, "s").ok is None


def test_a_measure_that_could_not_be_taken_is_not_ok() -> None:
    assert Measure("a", None, "s", failed=True).ok is False
    assert Measure("a", None, "s", Bar("<=", 1)).ok is False


def test_the_line_of_a_measure_holds_what_the_report_promises() -> None:
    line = Measure("a.b", 1.23456789, "s", Bar("<=", 2), peer="p", runs=5, note="n").to_json()
    assert line == {
        "name": "a.b", "value": 1.23457, "unit": "s", "bar": "<= 2", "peer": "p", "runs": 5, "note": "n", "ok": True,
    }  # fmt: skip
    assert Measure("a", math.nan, "s", Bar("<=", 2)).to_json()["value"] is None


def test_the_median_of_five_is_the_third() -> None:
    assert median([9.0, 1.0, 5.0, 2.0, 100.0]) == 5.0


def test_the_spread_names_median_and_range() -> None:
    assert spread([2.0]) == "2"
    assert spread([3.0, 1.0, 2.0]) == "2 (1 to 3)"


def test_a_share_is_taken_without_the_fixed_costs() -> None:
    assert net_share(part=30, whole=150, fixed_part=20, fixed_whole=50) == pytest.approx(10)


def test_a_part_below_its_fixed_cost_is_nothing() -> None:
    assert net_share(part=19, whole=150, fixed_part=20, fixed_whole=50) == 0


def test_a_whole_below_its_fixed_cost_says_nothing() -> None:
    assert math.isnan(net_share(part=30, whole=50, fixed_part=20, fixed_whole=50))


@given(fixed=SECONDS, net=SECONDS, share=st.floats(min_value=0, max_value=3))
def test_the_share_comes_back_whatever_the_fixed_cost(fixed: float, net: float, share: float) -> None:
    found = net_share(fixed + share * net, fixed + net, fixed, fixed)
    assert found == pytest.approx(100 * share, abs=1e-3 * (1 + fixed / net))


@pytest.mark.parametrize(("exponent", "slow"), [(1.0, 100.0), (2.0, 1000.0), (0.0, 10.0)])
def test_the_exponent_of_growth(exponent: float, slow: float) -> None:
    assert growth_exponent((100_000, 10.0), (1_000_000, slow)) == pytest.approx(exponent)


def test_growth_without_seconds_or_people_says_nothing() -> None:
    assert math.isnan(growth_exponent((0, 10.0), (10, 20.0)))
    assert math.isnan(growth_exponent((10, -1.0), (100, 20.0)))
    assert math.isnan(growth_exponent((10, 1.0), (10, 20.0)))
