"""The build as the last run left it, for commands that look into it while nobody writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from contracts.duck import connect
from contracts.errors import HomeError
from contracts.home import Home
from orchestration.control import FORMAT_VERSION, refuse_newer
from orchestration.lock import writer

_HELD = "select schema_name from duckdb_schemas() where database_name = 'gudang'"
#: Schemas that such a command may name as a run does; what it makes itself stays in memory.
_SCHEMAS = ("resolved", "intermediate", "marts", "mutu")


@contextmanager
def open_for_reading(home: Home, who: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build, held against a run for as long as it is looked at.

    Raises:
        HomeBusy: a run is writing.
        HomeError: there is no build yet, or another version made it.
    """
    settings = home.settings()
    with writer(home, who):
        if not home.warehouse.is_file():
            raise HomeError(f"{home.root} has no build yet; `satudata run` makes it")
        with connect(
            extensions=home.extensions, scratch=home.build / "tumpah", memory=settings.memori, threads=settings.utas
        ) as con:
            path = str(home.warehouse).replace("'", "''")
            con.execute(f"attach '{path}' as gudang (read_only)")
            _check_format(con, home)
            held = {name for (name,) in con.execute(_HELD).fetchall()}
            paths = ["memory.main", *(f"gudang.{name}" for name in _SCHEMAS if name in held)]
            con.execute(f"set search_path = '{','.join(paths)}'")
            yield con


def _check_format(con: duckdb.DuckDBPyConnection, home: Home) -> None:
    try:
        row = con.execute("select format_version from gudang.landing.susunan").fetchone()
    except (duckdb.CatalogException, duckdb.BinderException):  # the first versions kept none
        row = None
    version = row[0] if row else None
    refuse_newer(home, version)
    if version != FORMAT_VERSION:
        raise HomeError(
            f"{home.warehouse} is an older version's; the next `satudata run` makes it anew from the deliveries. "
            "Nothing was changed; ids and decisions stay"
        )
