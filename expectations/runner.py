"""Running a gate: suites in, results out, one validation per relation."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import duckdb

from contracts.masking import keep_original, mask_number
from expectations.engine import JUDGED, Answer, Judge, judging
from expectations.model import Check, Figure, Result, Suite, format_number
from expectations.sql import relation

#: A share or count that is judged stays far below this; a number of a person (15 digits and more) does not.
LARGEST_FIGURE = 1e14
_PERSONAL_NUMBER = re.compile(r"\d{12,}")


class BrokenCheckError(Exception):
    """Carries a foreign text to its private file."""


@dataclass(frozen=True)
class _Bundle:
    """Suites that are judged by one validation: of one relation, or of small queries laid side by side.

    GX takes as long to begin a validation as DuckDB to judge a million rows, so queries that yield a few figures are
    judged together: each has rows and columns of its own in one table, its columns called ``<number>__<column>``.
    """

    suites: tuple[Suite, ...]
    is_gathered: bool = False

    @property
    def checks(self) -> tuple[Check, ...]:
        """As GX is asked."""
        return tuple(self.asked(number, check) for number, suite in enumerate(self.suites) for check in suite.checks)

    def asked(self, number: int, check: Check) -> Check:
        """A suite's check under the column's name in the judged relation."""
        if not self.is_gathered:
            return check
        return replace(check, kwargs={**check.kwargs, "column": self.prefix(number) + str(check.kwargs["column"])})

    def prefix(self, number: int) -> str:
        """What a suite's columns begin with."""
        return f"{number}__" if self.is_gathered else ""

    @property
    def kind(self) -> str:
        """A table is judged through a view, so that GX's SELECTs read it directly; a query is run once."""
        return "view" if self.suites[0].table else "table"

    @property
    def create(self) -> str:
        if self.is_gathered:
            named = "select columns('(.*)') as '{0}\\1' from ({1}\n)"
            parts = [named.format(self.prefix(number), suite.query) for number, suite in enumerate(self.suites)]
            return f"create or replace temp table {JUDGED} as {' union all by name '.join(parts)}"
        first = self.suites[0]
        rows = relation(first.table) if first.table else f"({first.query}\n)"
        where = f" where {first.where}" if first.where else ""
        return f"create or replace temp {self.kind} {JUDGED} as from {rows}{where}"


@dataclass(frozen=True)
class _Run:
    judge: Judge
    errors: Path
    run_id: str
    now: datetime


def run_gate(
    con: duckdb.DuckDBPyConnection, suites: Iterable[Suite], *, errors: Path, run_id: str, now: datetime
) -> tuple[Result, ...]:
    """Judge suites with Great Expectations inside DuckDB, on the caller's own connection.

    Call it outside a transaction: DuckDB ends a transaction in which a statement fails.

    Args:
        con: where the judged relations are; read-only is enough.
        suites: what to judge, of any gate; suites of one relation and ``where`` are judged together.
        errors: folder for the original texts of foreign errors, private to the owner.
        run_id: written into those files.
        now: the time that the results bear.

    Returns:
        One result per check, in the order of the suites. A check that cannot be evaluated raises nothing:
        it is ``rusak``.

    Raises:
        ValueError: two checks have the same id.
    """
    given = [suite for suite in suites if suite.checks]
    ids = Counter(check.id for suite in given for check in suite.checks)
    if len(ids) < ids.total():
        raise ValueError(f"two checks have the id {ids.most_common(1)[0][0]}")
    if not given:
        return ()
    results: dict[str, Result] = {}
    with judging(con) as judge:
        run = _Run(judge, errors, run_id, now)
        for bundle in _bundles(con, given):
            results.update(_run_bundle(con, bundle, run))
    return tuple(results[check.id] for suite in given for check in suite.checks)


def _bundles(con: duckdb.DuckDBPyConnection, suites: Iterable[Suite]) -> list[_Bundle]:
    """Suites of figures together, if all their queries run; the others by relation."""
    ordered = sorted(suites, key=_source)
    figures = tuple(suite for suite in ordered if _is_gatherable(suite))
    gathered = _Bundle(figures, is_gathered=True)
    if len(figures) < 2 or not _runs(con, gathered):
        figures = ()
    rest = [suite for suite in ordered if suite not in figures]
    alone = [_Bundle(tuple(group)) for _, group in groupby(rest, key=_source)]
    return [gathered, *alone] if figures else alone


def _is_gatherable(suite: Suite) -> bool:
    return suite.query is not None and not suite.where and all("column" in check.kwargs for check in suite.checks)


def _runs(con: duckdb.DuckDBPyConnection, bundle: _Bundle) -> bool:
    """Whether the statement can be prepared; one missing relation must not spoil the figures of the others."""
    try:
        con.execute(f"explain {bundle.create}")
    except duckdb.Error:
        return False
    return True


def _source(suite: Suite) -> tuple[str, str, str]:
    return suite.table or "", suite.query or "", suite.where or ""


def _run_bundle(con: duckdb.DuckDBPyConnection, bundle: _Bundle, run: _Run) -> dict[str, Result]:
    started = time.perf_counter()
    try:
        con.execute(bundle.create)
        answers = _answers(bundle, run.judge)
    except duckdb.Error as error:
        answers = {check.id: Answer(error=str(error)) for check in bundle.checks}
    finally:
        with suppress(duckdb.Error):
            con.execute(f"drop {bundle.kind} if exists temp.{JUDGED}")
    seconds = (time.perf_counter() - started) / len(bundle.checks)
    kept: dict[str, str] = {}
    results = {
        check.id: _result(check, answers[check.id], suite, seconds, run, kept)
        for suite in bundle.suites
        for check in suite.checks
    }
    for suite in bundle.suites:
        for check in suite.checks:
            if check.sentence and results[check.id].status == "gagal":
                results[check.id] = replace(results[check.id], message=_told(con, check, suite))
    return results


def _told(con: duckdb.DuckDBPyConnection, check: Check, suite: Suite) -> str:
    """The check's own sentence about its suite's row; nothing but figures can stand in it."""
    cursor = con.execute(f"from ({suite.query}\n)")
    names = [column[0] for column in cursor.description or ()]
    row = cursor.fetchall()[0]
    told = {name: format_number(_figure(value)) for name, value in zip(names, row, strict=True)}
    return check.sentence.format(**told)


def _answers(bundle: _Bundle, judge: Judge) -> dict[str, Answer]:
    """Ask all together; ask again alone what broke, since one check can spoil its SELECT for the others."""
    answers = judge.ask(bundle.checks)
    broken = [check for check in bundle.checks if answers[check.id].error is not None]
    if len(bundle.checks) > 1:
        for check in broken:
            answers.update(judge.ask([check]))
    for number, suite in enumerate(bundle.suites):
        failed = [bundle.asked(number, check) for check in suite.checks if _names_rows(answers[check.id])]
        if suite.id_columns and failed:
            limit = max(answers[check.id].result["unexpected_count"] for check in failed)
            prefix = bundle.prefix(number)
            named = judge.ask(failed, [prefix + name for name in suite.id_columns], int(limit))
            answers.update({name: _with_own_names(answer, prefix) for name, answer in named.items()})
    return answers


def _with_own_names(answer: Answer, prefix: str) -> Answer:
    """Failing rows under the names of the suite's own columns."""
    rows = answer.result.get("partial_unexpected_index_list") or ()
    own = [{name.removeprefix(prefix): value for name, value in row.items()} for row in rows]
    return replace(answer, result={**answer.result, "partial_unexpected_index_list": own})


def _names_rows(answer: Answer) -> bool:
    return answer.error is None and not answer.success and bool(answer.result.get("unexpected_count"))


def _result(check: Check, answer: Answer, suite: Suite, seconds: float, run: _Run, kept: dict[str, str]) -> Result:
    blank = Result(check, "rusak", {}, (), round(seconds, 4), "", run.now)
    if answer.error is not None:
        if answer.error not in kept:
            original = BrokenCheckError(f"run {run.run_id}, check {check.id}\n{answer.error}")
            kept[answer.error] = keep_original(original, run.errors)
        text = f"Pemeriksaan rusak, datanya tidak dinilai; rincian: {run.errors.name}/{kept[answer.error]}"
        return replace(blank, message=text)
    rows = answer.result.get("partial_unexpected_index_list") or ()
    observed = _observed(check, answer, [row.get(check.kwargs.get("column")) for row in rows])
    if answer.success:
        return replace(blank, status="lulus", observed=observed, message="Memenuhi ambang")
    failing = tuple(dict.fromkeys(_id(row, suite.id_columns) for row in rows))
    return replace(blank, status="gagal", observed=observed, failing=failing, message=_sentence(check, observed))


def _observed(check: Check, answer: Answer, failing_figures: Sequence[object]) -> dict[str, Figure]:
    """Counts, shares and the judged figure; whatever is no small number is left out."""
    result = answer.result
    observed: dict[str, Figure] = {}
    if "element_count" in result:
        observed["jumlah_diperiksa"] = int(result["element_count"]) - int(result.get("missing_count") or 0)
        observed["jumlah_gagal"] = int(result["unexpected_count"] or 0)
        observed["persen_gagal"] = _figure(result.get("unexpected_percent"))
        figures = [figure for figure in map(_figure, failing_figures) if figure is not None]
        if figures:
            high = check.kwargs.get("max_value")
            above = isinstance(high, int | float) and max(figures) > high
            observed["nilai"] = max(figures) if above else min(figures)
    else:
        observed["nilai"] = _figure(result.get("observed_value"))
    return observed


def _figure(value: object) -> Figure:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = value if isinstance(value, int) else round(float(value), 4)
    return number if abs(number) < LARGEST_FIGURE else None


def _id(row: dict[str, object], columns: Sequence[str]) -> str:
    text = "/".join(str(row[column]) for column in columns)
    return _PERSONAL_NUMBER.sub(lambda match: mask_number(match.group(0)), text)


def _sentence(check: Check, observed: dict[str, Figure]) -> str:
    if "jumlah_gagal" in observed:
        failed, judged = format_number(observed["jumlah_gagal"]), format_number(observed["jumlah_diperiksa"])
        counted = f"{failed} dari {judged} tidak memenuhi ambang"
        worst = observed.get("nilai")
        return counted if worst is None else f"{counted}; nilai terburuk {format_number(worst, decimals=4)}"
    found = observed.get("nilai")
    if found is None:
        return "Tidak ada nilai yang dapat dinilai"
    return f"Nilai {format_number(found, decimals=4)}, ambang {check.threshold}"
