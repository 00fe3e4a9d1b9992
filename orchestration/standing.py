"""The build as the last run left it, for commands that look into it while nobody writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from contracts.duck import connect
from contracts.errors import HomeError
from contracts.home import Home
from orchestration.lock import writer


@contextmanager
def open_for_reading(home: Home, who: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build, held against a run for as long as it is looked at; temporary tables may be made.

    Raises:
        HomeBusy: a run is writing.
        HomeError: there is no build yet.
    """
    settings = home.settings()
    with writer(home, who):
        if not home.warehouse.is_file():
            raise HomeError(f"{home.root} has no build yet; `satudata run` makes it")
        with connect(
            home.warehouse, extensions=home.extensions, scratch=home.build / "tumpah", memory=settings.memori,
            threads=settings.utas, read_only=True,
        ) as con:  # fmt: skip
            yield con
