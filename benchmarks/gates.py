"""The warehouse gate with Great Expectations against one SELECT per suite that counts the same by hand."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.measure import Bar, BenchError, Measure, median, spread
from benchmarks.options import Options
from benchmarks.province import make_province, run_night
from benchmarks.rounds import interleave, timed
from contracts.duck import connect
from contracts.home import Home
from contracts.load import contracts_folder, load_contracts
from expectations.cross_agency import cross_agency_suites
from expectations.derived import warehouse_suites
from expectations.model import Check, Result, Suite
from expectations.runner import run_gate
from expectations.sql import literal, quote, relation
from orchestration.checks import mart_grains

MOST_TIMES = 2
Counts = dict[str, tuple[object, ...]]


def bench_gates(options: Options) -> list[Measure]:
    """The suites of both halves of the warehouse gate, on the home of the large province."""
    home = Home(_warehouse(options))
    everything = (
        *warehouse_suites(load_contracts([contracts_folder()])),
        *cross_agency_suites(mart_grains(home.prepared / "target" / "manifest.json")),
    )
    suites = [suite for suite in everything if suite.checks]
    settings = home.settings()
    con = connect(
        home.warehouse, extensions=home.extensions, scratch=options.work / "scratch", memory=settings.memori,
        threads=settings.utas, read_only=True,
    )  # fmt: skip
    with closing(con):
        _compare(_judge(con, suites, options.work), _count(con, suites))  # also imports Great Expectations
        seconds = interleave(
            {
                "gate": timed(lambda: _judge(con, suites, options.work)),
                "hand": timed(lambda: _count(con, suites)),
            },
            options.runs,
        )
    ratio = median(seconds["gate"]) / median(seconds["hand"])
    checks = sum(len(suite.checks) for suite in suites)
    note = (
        f"{options.people:,} people, {len(suites)} suites, {checks} checks; gate s {spread(seconds['gate'])}, "
        f"by hand s {spread(seconds['hand'])}; the counts of both are equal"
    )
    peer = "one hand-written SELECT per suite"
    return [Measure("gates.times", ratio, "x seconds", Bar("<=", MOST_TIMES), peer=peer, runs=options.runs, note=note)]


def _warehouse(options: Options) -> Path:
    """The home that the nights left, or one made now."""
    home = options.work / "home-whole"
    if not (home / "build").is_dir():
        home = make_province(options.people, options.work / "province-gates").home
        run_night(home)
    return home


def _judge(con: duckdb.DuckDBPyConnection, suites: list[Suite], work: Path) -> tuple[Result, ...]:
    return run_gate(con, suites, errors=work / "errors", run_id="bench", now=datetime.now(UTC))


def _count(con: duckdb.DuckDBPyConnection, suites: list[Suite]) -> Counts:
    counts: Counts = {}
    for suite in suites:
        row = con.execute(select_counts(suite)).fetchone()
        assert row is not None
        for number, check in enumerate(suite.checks):
            counts[check.id] = row[2 * number : 2 * number + 2]
    return counts


def select_counts(suite: Suite) -> str:
    """One SELECT with two columns per check: rows judged and rows failing, or None and the figure that is judged."""
    rows = relation(suite.table) if suite.table else f"({suite.query})"
    where = f" where {suite.where}" if suite.where else ""
    return f"select {', '.join(_expressions(check) for check in suite.checks)} from {rows}{where}"


def _expressions(check: Check) -> str:
    kwargs: Mapping[str, object] = check.kwargs
    column = quote(str(kwargs.get("column")))
    if check.expectation == "expect_column_values_to_not_be_null":
        return f"count(*), count(*) - count({column})"
    if check.expectation == "expect_column_values_to_be_in_set":
        allowed = ", ".join(literal(str(value)) for value in kwargs["value_set"])  # type: ignore[attr-defined]
        return f"count({column}), count(*) filter (where {column} not in ({allowed}))"
    if check.expectation == "expect_column_values_to_be_between":
        low, high = kwargs.get("min_value"), kwargs.get("max_value")
        bounds = [f"{column} < {low}"] if low is not None else []
        bounds += [f"{column} > {high}"] if high is not None else []
        return f"count({column}), count(*) filter (where {' or '.join(bounds)})"
    if check.expectation == "expect_column_max_to_be_between":
        return f"null, max({column})"
    if check.expectation == "expect_table_row_count_to_be_between":
        return "null, count(*)"
    raise BenchError(f"the bench knows no count for {check.expectation}")


def _compare(results: tuple[Result, ...], counts: Counts) -> None:
    """Both ways must have counted the same, else there is nothing to compare.

    Raises:
        BenchError: naming the first check on which they differ.
    """
    for result in results:
        observed = result.observed
        judged, figure = counts[result.check.id]
        mine = observed.get("jumlah_gagal") if judged is not None else observed.get("nilai")
        if result.status == "rusak" or mine != figure:
            raise BenchError(f"{result.check.id}: the gate says {mine} ({result.status}), the SELECT {figure}")
