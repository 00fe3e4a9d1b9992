"""Scoring and training by Splink on DuckDB: candidate pairs in, match weights out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from resolution.kinds import splink_comparison
from resolution.parameters import Parameters, check_parameters, from_splink, with_parameters
from resolution.settings import Settings

#: Pairs drawn for ``u``, and pairs at most per round of EM.
RANDOM_PAIRS, EM_PAIRS = 1_000_000, 500_000


def score(
    con: duckdb.DuckDBPyConnection, settings: Settings, parameters: Parameters, records: str, pairs: str, target: str
) -> None:
    """Write ``target(l, r, bobot)``: the match weight of every candidate pair, in bits.

    Args:
        con: connection with the relations.
        settings: what is compared.
        parameters: trained for these settings.
        records: relation with ``id`` and the comparisons' columns.
        pairs: relation as ``resolution.blocking.block`` makes it.
        target: temporary table to create.

    Raises:
        SettingsError: the parameters are not those of the settings.
    """
    check_parameters(settings, parameters)
    model = {
        **_model(settings),
        "comparisons": with_parameters([splink_comparison(c) for c in settings.perbandingan], parameters),
        "probability_two_random_records_match": parameters.dasar,
    }
    with _linker(con, model, records) as (linker, api):
        linker.table_management.register_blocked_pairs_for_predict(api.register(pairs))
        scored = linker.inference.predict()
        con.execute(
            f"create or replace temp table {target} as "
            f"select id_l as l, id_r as r, match_weight as bobot from {scored.physical_name}"
        )


def train(con: duckdb.DuckDBPyConnection, settings: Settings, records: str) -> Parameters:
    """Learn the parameters from the records themselves, without labels: ``u`` by sampling, ``m`` by EM.

    The same records, settings and seed give the same parameters.
    """
    model = {**_model(settings), "comparisons": [splink_comparison(c) for c in settings.perbandingan]}
    with _linker(con, model, records) as (linker, _):
        training = linker.training
        certain = [_same_key(rule) for rule in settings.latih]
        training.estimate_probability_two_random_records_match(certain, recall=0.9)
        training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=settings.acak)
        for rule in certain:
            training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=EM_PAIRS)
        return from_splink(settings, linker.misc.save_model_to_json())


def _same_key(expression: str) -> str:
    """``a || b`` as Splink's rule over two records; ``latih`` states columns joined by commas."""
    return " and ".join(f"l.{name.strip()} = r.{name.strip()}" for name in expression.split(","))


def _model(settings: Settings) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "id",
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "linker_uid": settings.nama,
    }


@contextmanager
def _linker(con: duckdb.DuckDBPyConnection, model: dict[str, Any], records: str) -> Iterator[tuple[Any, Any]]:
    """Splink's linker over one relation; nothing of it stays in the database."""
    from splink import DuckDBAPI, Linker

    logger = logging.getLogger("splink")
    level = logger.level
    logger.setLevel(logging.ERROR)
    api = DuckDBAPI(con)
    try:
        yield Linker(api.register(records), model, log_level=logging.ERROR), api
    finally:
        api.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]
        logger.setLevel(level)
