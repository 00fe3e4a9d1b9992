"""``bench.json`` and the table on the terminal."""

from __future__ import annotations

import json
import os
import platform
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.measure import Measure

_HEAD = ("measure", "value", "bar", "unit", "ok", "runs", "peer")
_SIGN = {True: "yes", False: "NO", None: "-"}
_WIDTH = 118


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cpu": _proc_field("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(int((_proc_field("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) / 1024**2, 1),
        "load_at_start": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def write_report(
    path: Path, machine_facts: dict[str, Any], measures: Sequence[Measure], left_out: Sequence[str]
) -> None:
    """Write the report, so that it can be compared with an earlier one."""
    data = {
        "machine": machine_facts,
        "measures": [measure.to_json() for measure in measures],
        "left_out": list(left_out),
    }
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def table(measures: Sequence[Measure]) -> str:
    """All figures in columns, then the notes."""
    rows = [_HEAD, *(_row(measure) for measure in measures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    for measure in measures:
        if measure.note:
            lines.append("")
            lines += textwrap.wrap(f"{measure.name}: {measure.note}", _WIDTH, subsequent_indent="  ")
    return "\n".join(lines)


def _row(measure: Measure) -> tuple[str, ...]:
    value = (
        "-" if measure.value is None else f"{measure.value:,.3g}" if measure.value < 1000 else f"{measure.value:,.0f}"
    )
    bar = str(measure.bar) if measure.bar else "-"
    return measure.name, value, bar, measure.unit, _SIGN[measure.ok], str(measure.runs), measure.peer or "-"


def _proc_field(path: str, name: str) -> str | None:
    try:
        for line in Path(path).read_text(encoding="utf-8").splitlines():
            if line.startswith(name):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return None
