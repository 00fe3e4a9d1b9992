"""Great Expectations over a DuckDB connection that stays the caller's; only this module touches GX.

GX 1.24 has no DuckDB data source, so its general SQL source is given an engine whose only connection is the
caller's, in AUTOCOMMIT, without temporary tables of GX's own. Three of its habits are undone here: it stores
exceptions instead of raising them, it logs their texts, which may carry personal values, and reports samples.
"""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.model import Check

if TYPE_CHECKING:
    from great_expectations.core.batch_definition import BatchDefinition
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

#: The temporary view or table that is judged. One name for all relations in turn: GX rewrites its whole
#: configuration for every asset that it is told of, and reads the columns anew for every validation.
JUDGED = "_periksa"
#: Counts and nothing else: the query for sample values is sent with LIMIT 0, and values are left out besides.
COUNTS = {"result_format": "BASIC", "partial_unexpected_count": 0, "exclude_unexpected_values": True}


@dataclass(frozen=True)
class Answer:
    """GX's answer to one check; ``error`` is a foreign text and must go to a private file only."""

    success: bool = False
    result: Mapping[str, Any] = field(default_factory=dict)
    error: str | None = None


class Judge:
    """Asks checks of the relation ``JUDGED``; use it inside ``judging``."""

    def __init__(self, source: SQLDatasource) -> None:
        """Ask over this data source."""
        self._source = source
        self._batches: BatchDefinition[Any] | None = None

    def ask(self, checks: Sequence[Check], ids: Sequence[str] = (), limit: int = 0) -> dict[str, Answer]:
        """Validate checks together, so that GX bundles them into few SELECTs.

        Args:
            checks: what to ask of ``JUDGED`` as it is now.
            ids: columns that name failing rows; only for relations of figures.
            limit: how many failing rows to name.

        Returns:
            The answer to every check, by its id.
        """
        answers: dict[str, Answer] = {}
        try:
            suite, broken = _gx_suite(checks)
            answers.update(broken)
            if not suite.expectations:
                return answers
            if self._batches is None:
                asset = self._source.add_table_asset(JUDGED, table_name=JUDGED)
                self._batches = asset.add_batch_definition_whole_table("semua")
            found = self._batches.get_batch().validate(suite, result_format=_result_format(ids, limit))
        except Exception as error:  # noqa: BLE001 - whatever GX raises means that nothing was judged
            return answers | {check.id: Answer(error=_text(error)) for check in checks if check.id not in answers}
        for item in found.results:
            answers[item.expectation_config.meta["id"]] = _answer(item)
        lost = Answer(error="Great Expectations returned no result for this check")
        return {check.id: answers.get(check.id, lost) for check in checks}


@contextmanager
def judging(con: duckdb.DuckDBPyConnection) -> Iterator[Judge]:
    """A judge on the caller's connection, which is neither closed, committed nor rolled back by it."""
    with _silence():
        import great_expectations as gx
        from duckdb_sqlalchemy import ConnectionWrapper
        from sqlalchemy.pool import StaticPool

        class Shared(ConnectionWrapper):
            """The caller's connection; its end is the caller's."""

            def close(self) -> None:
                """Leave it open."""

        context = gx.get_context(mode="ephemeral")
        context.enable_analytics(False)
        context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
        source = context.data_sources.add_sql(
            "duckdb",
            connection_string="duckdb://",
            create_temp_table=False,
            kwargs={  # type: ignore[call-arg] # GX's stub leaves it out
                "creator": lambda: Shared(con),
                "poolclass": StaticPool,
                "isolation_level": "AUTOCOMMIT",
                "skip_autocommit_rollback": True,
                "hide_parameters": True,
            },
        )
        yield Judge(source)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep GX's log, in which exceptions are spelled out, and its capture of all warnings to itself."""
    logger = logging.getLogger("great_expectations")
    handlers, propagate = logger.handlers, logger.propagate
    logger.handlers, logger.propagate = [logging.NullHandler()], False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        show = warnings.showwarning
        try:
            yield
        finally:
            logger.handlers, logger.propagate = handlers, propagate
            if warnings.showwarning is not show:
                logging.captureWarnings(False)


def _gx_suite(checks: Sequence[Check]) -> tuple[Any, dict[str, Answer]]:
    from great_expectations import ExpectationSuite
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    suite, broken = ExpectationSuite(name="pemeriksaan"), {}
    for check in checks:
        try:
            kwargs = {name: list(v) if isinstance(v, tuple) else v for name, v in check.kwargs.items()}
            configuration = ExpectationConfiguration(type=check.expectation, kwargs=kwargs, meta={"id": check.id})
            suite.add_expectation(configuration.to_domain_obj())
        except Exception as error:  # noqa: BLE001 - an expectation that cannot be built is a broken check
            broken[check.id] = Answer(error=_text(error))
    return suite, broken


def _result_format(ids: Sequence[str], limit: int) -> dict[str, Any]:
    if not ids:
        return COUNTS
    return {
        "result_format": "SUMMARY",
        "partial_unexpected_count": limit,
        "unexpected_index_column_names": list(ids),
    }


def _answer(item: Any) -> Answer:
    """GX stores an exception flat or per metric; a result without any figure is no answer either."""
    info = item.exception_info or {}
    parts = [info] if "raised_exception" in info else [part for part in info.values() if part]
    if any(part["raised_exception"] for part in parts):
        return Answer(error=json.dumps([str(part) for part in parts], indent=1))
    result = dict(item.result or {})
    if "unexpected_count" not in result and "observed_value" not in result:
        return Answer(error=f"no figure in GX's result; keys: {sorted(result)}")
    return Answer(success=bool(item.success), result=result)


def _text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
