"""From an agency's database to Parquet: the product's reception against pandas and against PostgreSQL's own COPY."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.measure import Bar, BenchError, Measure, median, spread
from benchmarks.options import Options
from benchmarks.process import Usage, run_command
from benchmarks.rounds import interleave
from benchmarks.rows import create_table, drop_table

MEMORY_MIB = 1024
#: How much more the fourfold table may take: buffers fill up to their fixed limit, nothing holds the table.
MOST_GROWTH = 1.25


@dataclass(frozen=True)
class _Read:
    seconds: float
    rows: int
    peak_mib: float


def bench_postgres(options: Options) -> list[Measure]:
    """PostgreSQL, against pandas (at least 4 times as fast) and COPY (at least 0.4 of its rows a second)."""
    assert options.postgres is not None
    peers = {"pandas": Bar(">=", 4), "pandas_text": None, "copy": Bar(">=", 0.4)}
    return _bench("postgres", options.postgres, options, peers)


def bench_mariadb(options: Options) -> list[Measure]:
    """MariaDB, against pandas; only memory has a bar."""
    assert options.mariadb is not None
    return _bench("mariadb", options.mariadb, options, {"pandas": None})


def bench_sqlite(options: Options) -> list[Measure]:
    """SQLite, against pandas; only memory has a bar."""
    return _bench("sqlite", f"sqlite:///{options.work}/bench.sqlite", options, {"pandas": None})


def _bench(name: str, url: str, options: Options, peers: dict[str, Bar | None]) -> list[Measure]:
    folder = options.work / name
    sizes = sorted({options.rows, *options.memory_rows})
    try:
        for rows in sizes:
            create_table(url, rows)
        return [*_speed(name, url, options, peers, folder), *_memory(name, url, options, folder)]
    finally:
        for rows in sizes:
            drop_table(url, rows)


def _speed(name: str, url: str, options: Options, peers: dict[str, Bar | None], folder: Path) -> list[Measure]:
    names = ("satudata", "reading", *peers)
    contestants = {name: partial(_read, name, url, options.rows, folder / name) for name in names}
    rates = {
        peer: [read.rows / read.seconds / 1000 for read in reads]
        for peer, reads in interleave(contestants, options.runs).items()
    }
    own, reading = median(rates["satudata"]), median(rates["reading"])
    notes = "; ".join(f"{peer} {spread(values)} krows/s" for peer, values in rates.items())
    facts = f"{options.rows:,} rows x 12 columns; {notes}"
    measures = [Measure(f"{name}.rows", own, "krows/s", runs=options.runs, note=facts)]
    for peer, bar in peers.items():
        rate = median(rates[peer])
        note = f"the reading alone: {reading / rate:.2f}"
        measures.append(
            Measure(f"{name}.vs_{peer}", own / rate, "x rows/s", bar, peer=_PEERS[peer], runs=options.runs, note=note)
        )
    return measures


_PEERS = {
    "pandas": "pandas.read_sql + to_parquet, same query",
    "pandas_text": "pandas with the connector's own casts to text",
    "copy": "COPY (same query) TO STDOUT, text, drained",
}


def _memory(name: str, url: str, options: Options, folder: Path) -> list[Measure]:
    small, large = (_read("satudata", url, rows, folder / "memory").peak_mib for rows in options.memory_rows)
    few, many = options.memory_rows
    note = f"{small:.0f} MiB for {few:,} rows, {large:.0f} MiB for {many:,} rows, the process as a whole"
    return [
        Measure(f"{name}.memory", max(small, large), "MiB", Bar("<=", MEMORY_MIB), note=note),
        Measure(f"{name}.memory_growth", large / small, "x", Bar("<=", MOST_GROWTH), peer=f"{many / few:g} x the rows"),
    ]


def _read(contestant: str, url: str, rows: int, folder: Path) -> _Read:
    """One contestant in its own process; what it wrote is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    usage = run_command([sys.executable, "-m", "benchmarks.child", contestant, url, str(rows), str(folder)])
    shutil.rmtree(folder, ignore_errors=True)
    return _parse(contestant, usage, rows)


def _parse(contestant: str, usage: Usage, rows: int) -> _Read:
    facts: dict[str, float] = {}
    for line in usage.output.splitlines():
        facts |= json.loads(line)
    if facts["rows"] != rows:
        raise BenchError(f"{contestant} yielded {facts['rows']} rows instead of {rows}")
    return _Read(facts["seconds"], int(facts["rows"]), usage.peak_mib)
