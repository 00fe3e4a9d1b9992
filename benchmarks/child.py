"""One contestant of a database bench in its own process: ``python -m benchmarks.child CONTESTANT URL ROWS FOLDER``.

Prints the seconds of the work itself, imports and connection pools left out; the caller sees the memory.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.rows import ADDRESS, bench_contract, driver_url, plain_statement, text_statement

Contestant = Callable[[str, int, Path], int]


def satudata(url: str, rows: int, folder: Path) -> int:
    """The product's reception of a first delivery: read, hashed, keyed, landed as Parquet with its manifest."""
    from connectors.place import Place
    from connectors.receive import receive
    from contracts.delivery import read_deliveries
    from contracts.duck import install_extensions

    contract = bench_contract(rows)
    place = Place(
        landing=folder / "landing", cache=folder / "cache", extensions=folder.parent / "extensions", urutan=1,
        now=datetime.now(UTC), zone=ZoneInfo("Asia/Jakarta"), environ={ADDRESS: url}, key=bytes(32),
    )  # fmt: skip
    install_extensions(place.extensions)
    _import_driver(url)
    with _Clock():
        receive(contract, place)
    return read_deliveries(place.landing, contract.id)[0][1].baris_mendarat


def reading(url: str, rows: int, folder: Path) -> int:
    """The reading alone, from the table to Parquet: what the peers do; no hash, key, comparison or manifest."""
    from connectors.databases import read_table
    from contracts.duck import connect, install_extensions

    extensions, target = folder.parent / "extensions", folder / "rows.parquet"
    install_extensions(extensions)
    _import_driver(url)
    folder.mkdir(parents=True)
    with connect(extensions=extensions, scratch=folder / "scratch", memory="512MB") as con, _Clock():
        read = read_table(con, bench_contract(rows), {ADDRESS: url}, folder, None)
        row = con.execute(f"copy ({read.query}) to '{target}' (format parquet)").fetchone()
    return int(row[0]) if row else 0


def _import_driver(url: str) -> None:
    """SQLAlchemy imports a driver with the first engine; the peers make theirs before the clock starts."""
    import sqlalchemy as sa

    sa.create_engine(driver_url(url))


def pandas(url: str, rows: int, folder: Path) -> int:
    """``pandas.read_sql`` of the contract's columns, and ``to_parquet``."""
    return _pandas(url, plain_statement(rows), folder)


def pandas_text(url: str, rows: int, folder: Path) -> int:
    """The same with the connector's own query, by which pandas is spared all types."""
    return _pandas(url, text_statement(url, rows), folder)


def _pandas(url: str, query: str, folder: Path) -> int:
    import pandas as pd
    import sqlalchemy as sa

    engine = sa.create_engine(driver_url(url))
    folder.mkdir(parents=True)
    with _Clock(), engine.connect() as connection:
        frame = pd.read_sql(sa.text(query), connection)
        frame.to_parquet(folder / "rows.parquet")
    return len(frame)


def copy(url: str, rows: int, folder: Path) -> int:
    """PostgreSQL's ``COPY (the contract's columns) TO STDOUT`` as text, drained and thrown away."""
    import psycopg

    address = driver_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    lines = 0
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        query = f"copy ({plain_statement(rows)}) to stdout".encode()
        with _Clock(), cursor.copy(query) as stream:
            for block in stream:
                lines += bytes(block).count(b"\n")
    return lines


class _Clock:
    """Prints the seconds of its block."""

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        print(json.dumps({"seconds": time.perf_counter() - self._started}))


CONTESTANTS: dict[str, Contestant] = {
    "satudata": satudata, "reading": reading, "pandas": pandas, "pandas_text": pandas_text, "copy": copy,
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Run one contestant and print what it saw."""
    name, url, rows, folder = arguments
    print(json.dumps({"rows": CONTESTANTS[name](url, int(rows), Path(folder))}))


if __name__ == "__main__":
    main(sys.argv[1:])
