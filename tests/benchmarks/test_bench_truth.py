"""Figures of identity on groups small enough to count by hand."""

from __future__ import annotations

import duckdb
import pytest

from benchmarks.truth import Rate, b_cubed, f1, pair_rates


def test_pairs_and_b3_of_six_records() -> None:
    with duckdb.connect() as con:
        con.execute("create table judged (id_orang varchar, id_truth int)")
        # three records of 1, one of them apart; two of 2, one of them with 1's; one of 3
        rows = [("a", 1), ("a", 1), ("b", 1), ("a", 2), ("c", 2), ("d", 3)]
        con.executemany("insert into judged values (?, ?)", rows)
        precision, recall = pair_rates(con)
        assert (precision, recall) == (Rate(1, 3), Rate(1, 4))
        assert f1(precision, recall) == pytest.approx(2 / 7)
        expected = ((2 * 2 / 3 + 1 + 1 / 3 + 1 + 1) / 6, (2 * 2 / 3 + 1 / 3 + 2 * 1 / 2 + 1) / 6)
        assert b_cubed(con) == pytest.approx(expected)


def test_nobody_right_is_no_division_by_nothing() -> None:
    assert f1(Rate(0, 3), Rate(0, 4)) == 0.0
