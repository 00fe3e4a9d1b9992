"""The engine on any table, a million records: against Splink with its training, and with the same parameters."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.engine_records import write_records
from benchmarks.measure import Bar, Measure, median, spread
from benchmarks.options import Options
from benchmarks.process import run_command
from benchmarks.rounds import interleave

TIMES_FASTER, MOST_TIMES, MEMORY_MIB = 3, 2, 3072
NAMES = ("whole", "splink_whole", "again", "splink_again")


@dataclass(frozen=True)
class _Run:
    seconds: float
    peak_mib: float
    precision: float
    recall: float


def bench_engine(options: Options) -> list[Measure]:
    """Seconds and memory from an Arrow table to entities; imports are left out, precision and recall are told."""
    folder = options.work / "engine"
    folder.mkdir(parents=True)
    records = folder / "records.parquet"
    write_records(records, options.people)
    _run("prepare", records, folder)
    runs = interleave({name: partial(_run, name, records, folder) for name in NAMES}, options.runs)
    seconds = {name: median([run.seconds for run in found]) for name, found in runs.items()}
    notes = {
        name: f"{spread([run.seconds for run in found])} s, peak {max(run.peak_mib for run in found):.0f} MiB, "
        f"precision {found[-1].precision:.4f}, recall {found[-1].recall:.4f}"
        for name, found in runs.items()
    }
    peak = max(run.peak_mib for name in ("whole", "again") for run in runs[name])
    facts = f"{options.people:,} records, a fifth of them copies"
    return [
        Measure("engine.seconds", seconds["whole"], "s", runs=options.runs, note=f"{facts}; {notes['whole']}"),
        Measure(
            "engine.vs_splink", seconds["splink_whole"] / seconds["whole"], "x speed", Bar(">=", TIMES_FASTER),
            peer="Splink with stock comparisons and its training, same blocks", runs=options.runs,
            note=notes["splink_whole"],
        ),
        Measure(
            "engine.vs_splink_predict", seconds["again"] / seconds["splink_again"], "x seconds", Bar("<=", MOST_TIMES),
            peer="Splink's predict and cluster with the same comparisons, parameters and blocks", runs=options.runs,
            note=f"ours {notes['again']}; Splink {notes['splink_again']}",
        ),
        Measure("engine.memory", peak, "MiB", Bar("<=", MEMORY_MIB), runs=options.runs, note="the process as a whole"),
    ]  # fmt: skip


def _run(name: str, records: Path, folder: Path) -> _Run:
    usage = run_command([sys.executable, "-m", "benchmarks.engine_child", name, str(records), str(folder)])
    facts = json.loads(usage.output.splitlines()[-1])
    return _Run(facts["seconds"], usage.peak_mib, facts["precision"], facts["recall"])
