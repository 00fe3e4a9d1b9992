"""Splink's linker over one relation."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from resolution.links import Link
from resolution.settings import Settings


def link_model(settings: Settings) -> dict[str, Any]:
    """Splink's settings but for the comparisons."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "nomor" if isinstance(settings, Link) else "id",
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "linker_uid": settings.nama,
    }


@contextmanager
def linker_over(con: duckdb.DuckDBPyConnection, model: dict[str, Any], records: str) -> Iterator[tuple[Any, Any]]:
    """Splink's linker and its API; nothing of it stays in the database."""
    from splink import DuckDBAPI, Linker

    logger = logging.getLogger("splink")
    level = logger.level
    logger.setLevel(logging.ERROR)
    api = DuckDBAPI(con)
    try:
        # the settings are ours, and were checked when they were read
        yield Linker(api.register(records), model, validate_settings=False, log_level=logging.ERROR), api
    finally:
        api.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]
        logger.setLevel(level)
