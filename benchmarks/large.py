"""``python -m benchmarks.large``: identity over ten million people and what agencies know of them; an own report.

The records are those of ten simulated provinces, each of its own seed and moved to regions of its own. They are made
once and kept beside the report.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

import click

from benchmarks.large_child import PROVINCES
from benchmarks.measure import Bar, Measure
from benchmarks.process import keep_to_cores, run_command, satudata
from benchmarks.report import machine, table, write_report

ROOT = Path(__file__).parents[1]
#: What makes the records: the province, and the models up to the records.
MAKERS = (
    "simulation",
    "contracts/standar",
    "dbt_project/macros",
    "dbt_project/models/staging",
    "dbt_project/models/intermediate",
)
SECONDS, MEMORY_MIB, NIGHT_PERCENT, NIGHT_SECONDS = 15 * 60, 12 * 1024, 5, 5


@click.command()
@click.option("--people", type=click.IntRange(min=100), default=1_000_000, show_default=True, help="Of one province.")
@click.option("--provinces", type=click.IntRange(2, len(PROVINCES)), default=len(PROVINCES), show_default=True)
@click.option("--cache", type=click.Path(path_type=Path, file_okay=False, resolve_path=True), default="var/bench-large")
@click.option("--output", type=click.Path(path_type=Path), default=Path("bench-large.json"), show_default=True)
def main(people: int, provinces: int, cache: Path, output: Path) -> None:
    """Measure a first run and a night of one in a hundred records, for one province and for many."""
    facts = machine()
    keep_to_cores()
    cache.mkdir(parents=True, exist_ok=True)
    records = [_records(people, seed, cache) for seed in range(1, provinces + 1)]
    measures: list[Measure] = []
    with tempfile.TemporaryDirectory(prefix="satudata-large-", dir=cache) as folder:
        for count in (1, provinces):
            measures += _measured(records[:count], Path(folder) / str(count), people)
            write_report(output, facts, measures, [])
    click.echo(table(measures))
    sys.exit(1 if any(measure.ok is False for measure in measures) else 0)


def _records(people: int, seed: int, cache: Path) -> Path:
    """One province's person records, and whose each is."""
    target = cache / f"catatan-{people}-{seed}-{_version()}.parquet"
    if not target.is_file():
        with tempfile.TemporaryDirectory(prefix="satudata-province-", dir=cache) as folder:
            home = Path(folder) / "home"
            satudata(home, "demo", "--people", str(people), "--seed", str(seed))
            run_command([sys.executable, "-m", "benchmarks.large_records", str(home), str(target)])
    return target


def _version() -> str:
    """Changes with anything that the records are made by."""
    digest = hashlib.sha256()
    for folder in MAKERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".sql", ".yaml"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _measured(records: list[Path], folder: Path, people: int) -> list[Measure]:
    usage = run_command([sys.executable, "-m", "benchmarks.large_child", str(folder), *map(str, records)])
    shutil.rmtree(folder)
    facts = json.loads(usage.output.splitlines()[-1])
    many = len(records) > 1
    name = f"large.{len(records) * people // 1_000_000}m"
    note = (
        f"{facts['records']:,} records of {facts['people']:,} people; precision {facts['precision']:.4f}, "
        f"recall {facts['recall']:.4f}; training included"
    )
    night = f"{facts['touched']:,} records touched; first run {facts['first']:.0f} s"
    share = 100 * facts["second"] / facts["first"]
    return [
        Measure(f"{name}_first", facts["first"], "s", Bar("<=", SECONDS) if many else None, note=note),
        Measure(f"{name}_memory", usage.peak_mib, "MiB", Bar("<=", MEMORY_MIB) if many else None),
        Measure(f"{name}_night", facts["second"], "s", None if many else Bar("<=", NIGHT_SECONDS), note=night),
        Measure(f"{name}_night_share", share, "%", Bar("<=", NIGHT_PERCENT) if many else None, peer="its first run"),
    ]


if __name__ == "__main__":
    main()
