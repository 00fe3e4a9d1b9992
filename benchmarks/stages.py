"""Where a run's time went, from its JSON log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

Entry = Mapping[str, Any]
_SLOWEST_MODELS = 6


def read_log(logs: Path) -> list[dict[str, Any]]:
    """Entries of the latest run."""
    latest = max(logs.glob("*.jsonl"), default=None)
    if latest is None:
        return []
    return [json.loads(line) for line in latest.read_text(encoding="utf-8").splitlines()]


def stage_seconds(entries: Iterable[Entry], wall: float) -> dict[str, float]:
    """Seconds per stage of a run that took ``wall`` seconds as a process.

    ``program`` is what the log does not see: imports, preparation, definitions, and the end of the process.
    The gate before identity and the release gate count with what follows them.
    """
    events = [(_when(entry), entry) for entry in entries]
    if not events:
        return {"program": round(wall, 1)}
    first, last = events[0][0], events[-1][0]
    stages = {"program": wall - (last - first)}
    received = max((at for at, entry in events if entry["peristiwa"] == "diterima"), default=first)
    stages["reception"] = received - first
    before, halves = received, iter(("dbt up", "dbt down"))
    for at, entry in events:
        if entry["peristiwa"] == "dbt selesai":
            half, seconds = next(halves, "dbt again"), float(entry["detik"])
            stages["delivery gate" if half == "dbt up" else "before " + half] = at - before - seconds
            stages[half] = seconds
            before = at
        elif entry["peristiwa"] == "identitas":
            stages["warehouse gate, identity"] = at - before
            before = at
    stages["warehouse gate, release"] = last - before
    return {name: round(seconds, 1) for name, seconds in stages.items()}


def slowest_models(entries: Iterable[Entry], count: int = _SLOWEST_MODELS) -> dict[str, float]:
    """The dbt nodes that took longest; nodes run side by side, so they add up to more than their stage."""
    nodes = {e["simpul"]: float(e["detik"]) for e in entries if e["peristiwa"] == "dbt"}
    ordered = sorted(nodes.items(), key=lambda item: -item[1])[:count]
    return {name: round(seconds, 1) for name, seconds in ordered}


def describe(logs: Path, wall: float) -> str:
    """Stages and slowest models of the latest run, for a note."""
    entries = read_log(logs)
    stages = ", ".join(f"{name} {seconds:g}" for name, seconds in stage_seconds(entries, wall).items())
    models = ", ".join(f"{name} {seconds:g}" for name, seconds in slowest_models(entries).items())
    return f"stages s: {stages}; slowest models s: {models}"


def _when(entry: Entry) -> float:
    return datetime.fromisoformat(entry["waktu"]).timestamp()
