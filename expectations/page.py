"""The page for people: what was judged, what failed, who puts it right. One file, no script, no network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.delivery import write_text_atomic
from expectations.derived import quarantine_reasons
from expectations.model import GATES, Figure, Gate, Result, Verdict, count_results, format_number

MOST_IDS = 20
GATE_TITLES: dict[Gate, str] = {
    "pengiriman": "Gerbang pengiriman",
    "gudang": "Gerbang gudang",
    "rilis": "Gerbang rilis",
}
# fmt: off
_MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
           "November", "Desember")
# fmt: on
_ORDER = {"rusak": 0, "kritis": 1, "peringatan": 2, "lulus": 3}


@dataclass(frozen=True)
class _Group:
    """Results of one suite, worst first."""

    name: str
    results: tuple[Result, ...]

    @property
    def passed(self) -> int:
        return sum(result.status == "lulus" for result in self.results)


@dataclass(frozen=True)
class _GateView:
    title: str
    verdict: Verdict
    groups: tuple[_Group, ...]


def write_page(results: Iterable[Result], path: Path, *, title: str, run_id: str, when: datetime) -> None:
    """Write the results as one self-contained HTML page, whole or not at all.

    Args:
        results: of any gates.
        path: the file.
        title: heading of the page.
        run_id: the run that is shown.
        when: local time of the run, with zone.
    """
    everything = tuple(results)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["angka"] = _figure
    page = environment.get_template("page.html.j2").render(
        title=title,
        run_id=run_id,
        when=_spell(when),
        gates=_gate_views(everything),
        broken=[result for result in everything if result.status == "rusak"],
        failed=_worst_first([result for result in everything if result.status == "gagal"]),
        totals=count_results(everything),
        blocks=any(result.stops for result in everything),
        final=any(result.check.gate == "rilis" for result in everything),
        aside=len(quarantine_reasons(everything)),
        total=len(everything),
        most_ids=MOST_IDS,
    )
    write_text_atomic(path, page)


def _spell(when: datetime) -> str:
    """``21 November 2026 pukul 02.15 WIB``."""
    day = f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
    return f"{day} pukul {when:%H.%M} {when.tzname() or ''}".strip()


def _gate_views(results: Sequence[Result]) -> list[_GateView]:
    views = []
    for gate in GATES:
        own = [result for result in results if result.check.gate == gate]
        ordered = sorted(own, key=lambda result: result.check.suite)
        groups = [
            _Group(name, tuple(_worst_first(list(group))))
            for name, group in groupby(ordered, key=lambda result: result.check.suite)
        ]
        groups.sort(key=lambda group: _ORDER[group.results[0].tone])
        if own:
            views.append(_GateView(GATE_TITLES[gate], Verdict(gate, tuple(own)), tuple(groups)))
    return views


def _worst_first(results: Sequence[Result]) -> list[Result]:
    return sorted(results, key=lambda result: _ORDER[result.tone])


def _figure(value: Figure) -> str:
    return "–" if value is None else format_number(value)
