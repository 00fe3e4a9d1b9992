"""The SELECT by hand counts what the gate counts."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks.gates import select_counts
from benchmarks.measure import BenchError
from expectations.model import Check, Suite


def check(name: str, expectation: str, **kwargs: object) -> Check:
    return Check(
        id=name, gate="gudang", suite="s", asset="staging/x/t", severity="kritis", text="t", expectation=expectation,
        kwargs=kwargs, owner="walidata",
    )  # fmt: skip


CHECKS = (
    check("wajib", "expect_column_values_to_not_be_null", column="a"),
    check("nilai", "expect_column_values_to_be_in_set", column="a", value_set=("L", "P's")),
    check("batas", "expect_column_values_to_be_between", column="n", min_value=1, max_value=3),
    check("atas", "expect_column_values_to_be_between", column="n", max_value=3),
    check("tertinggi", "expect_column_max_to_be_between", column="n", max_value=3),
    check("baris", "expect_table_row_count_to_be_between", min_value=1),
)


def test_judged_and_failing_rows_are_counted_in_one_select() -> None:
    with duckdb.connect() as con:
        con.execute("create schema staging; create table staging.t (a varchar, n integer, keep boolean)")
        con.execute(
            "insert into staging.t values ('L', 0, true), ('P''s', 3, true), ('X', 5, true), (null, null, true), "
            "('Y', 9, false)"
        )
        suite = Suite("s", "gudang", CHECKS, table="staging.t", where="keep")
        row = con.execute(select_counts(suite)).fetchone()
    assert row == (4, 1, 3, 1, 3, 2, 3, 1, None, 5, None, 4)


def test_a_query_is_counted_like_a_table() -> None:
    with duckdb.connect() as con:
        suite = Suite("s", "gudang", CHECKS[3:4], query="select 7 as n union all select 2")
        assert con.execute(select_counts(suite)).fetchone() == (2, 1)


def test_an_expectation_without_a_count_is_refused() -> None:
    suite = Suite("s", "gudang", (check("x", "expect_column_to_exist", column="a"),), table="staging.t")
    with pytest.raises(BenchError, match="expect_column_to_exist"):
        select_counts(suite)


def test_the_bench_knows_every_expectation_of_the_warehouse_gate() -> None:
    from contracts.load import contracts_folder, load_contracts
    from expectations.cross_agency import cross_agency_suites
    from expectations.derived import warehouse_suites

    assert Path(contracts_folder()).is_dir()
    for suite in (*warehouse_suites(load_contracts([contracts_folder()])), *cross_agency_suites(())):
        if suite.checks:
            assert select_counts(suite).startswith("select ")
