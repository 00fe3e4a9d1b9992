"""``make demo`` once the environment exists: simulate the agencies, reconcile them, publish."""

from __future__ import annotations

import shutil

from benchmarks.measure import Bar, Measure, median, spread
from benchmarks.options import Options
from benchmarks.process import satudata
from benchmarks.stages import describe

SECONDS = 90


def bench_demo(options: Options) -> list[Measure]:
    """The two commands in fresh processes, in a fresh home."""
    home = options.work / "demo"
    simulated, reconciled, note = [], [], ""
    for _ in range(options.runs):
        shutil.rmtree(home, ignore_errors=True)
        simulated.append(satudata(home, "demo", "--people", str(options.demo_people)).seconds)
        usage = satudata(home, "run")
        reconciled.append(usage.seconds)
        note = describe(home / "logs", usage.seconds)
    total = [a + b for a, b in zip(simulated, reconciled, strict=True)]
    facts = f"{options.demo_people:,} people; demo s {spread(simulated)}, run s {spread(reconciled)}; last run: {note}"
    return [Measure("demo.seconds", median(total), "s", Bar("<=", SECONDS), runs=options.runs, note=facts)]
