"""``python -m benchmarks``: measures, writes ``bench.json``, prints a table; exits 1 when a bar is missed."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from benchmarks.databases import bench_mariadb, bench_postgres, bench_sqlite
from benchmarks.demo import bench_demo
from benchmarks.engine import bench_engine
from benchmarks.febrl import bench_febrl
from benchmarks.gates import bench_gates
from benchmarks.identity import bench_identity
from benchmarks.measure import BenchError, Measure
from benchmarks.nights import bench_nights
from benchmarks.options import MARIADB, POSTGRES, Options, make_options
from benchmarks.process import keep_to_cores
from benchmarks.report import machine, table, write_report

Bench = Callable[[Options], list[Measure]]
BENCHES: dict[str, Bench] = {
    "postgres": bench_postgres,
    "mariadb": bench_mariadb,
    "sqlite": bench_sqlite,
    "demo": bench_demo,
    "nights": bench_nights,
    "gates": bench_gates,
    "identity": bench_identity,
    "engine": bench_engine,
    "febrl": bench_febrl,
}


@click.command()
@click.option("--only", type=click.Choice(list(BENCHES)), multiple=True, help="Only this bench; may be repeated.")
@click.option("--people", type=click.IntRange(min=10), help="People in the large province (1,000,000).")
@click.option("--runs", type=click.IntRange(min=1), help="Runs of everything timed; medians are reported (5).")
@click.option("--quick", is_flag=True, help="Small sizes, one run: to try the benches, not to judge the product.")
@click.option("--output", type=click.Path(path_type=Path), default=Path("bench.json"), show_default=True)
@click.option("--work", type=click.Path(path_type=Path, file_okay=False), help="Folder for data; removed afterwards.")
def main(
    only: Sequence[str], people: int | None, runs: int | None, quick: bool, output: Path, work: Path | None
) -> None:
    """Measure speed and memory against peers, side by side."""
    facts = machine()
    keep_to_cores()
    if work:
        work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="satudata-bench-", dir=work) as folder:
        options = make_options(people=people, runs=runs, quick=quick, work=Path(folder))
        chosen = only or tuple(BENCHES)
        measures: list[Measure] = []
        left_out = _left_out(options, chosen)
        for name in (name for name in BENCHES if name in chosen and name not in left_out):
            click.echo(f"{name} ...", err=True)
            measures += _measured(name, options)
            write_report(output, facts, measures, list(left_out.values()))
    click.echo(table(measures))
    for reason in left_out.values():
        click.echo(f"\nleft out: {reason}")
    sys.exit(1 if any(measure.ok is False for measure in measures) else 0)


def _measured(name: str, options: Options) -> list[Measure]:
    try:
        return BENCHES[name](options)
    except BenchError as error:
        return [Measure(name, None, "", note=str(error), runs=0, failed=True)]


def _left_out(options: Options, chosen: Sequence[str]) -> dict[str, str]:
    servers = {"postgres": (options.postgres, POSTGRES), "mariadb": (options.mariadb, MARIADB)}
    return {
        name: f"{name}: no server answers; set {where[0]}, or start one at {where[1]}"
        for name, (url, where) in servers.items()
        if url is None and name in chosen
    }


if __name__ == "__main__":
    main()
