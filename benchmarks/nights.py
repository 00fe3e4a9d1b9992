"""What a run costs: all at once, with nothing new, and after a night of changes, each above its fixed cost.

F, the fixed cost of a kind of run, is the same command on an empty province. The bars of the two later kinds are
shares of the first run, each without its own F.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import partial

from benchmarks.measure import Bar, Measure, growth_exponent, median, net_share, spread
from benchmarks.options import Options
from benchmarks.province import Night, Province, make_province, run_night
from benchmarks.rounds import interleave

FIXED_SECONDS = 40
SIMULATION_SECONDS = 120
MOST_NOTHING_PERCENT = 10
MOST_CHANGE_PERCENT = 20
MEMORY_MIB = 4096
EMPTY, TENTH, WHOLE = "empty", "tenth", "whole"

Nights = dict[str, list[Night]]


def bench_nights(options: Options) -> list[Measure]:
    """First runs, runs with nothing new, runs after a night, on an empty province and on a large one."""
    sizes = {EMPTY: 0, TENTH: options.people // 10, WHOLE: options.people}
    provinces = {name: make_province(people, options.work / f"province-{name}") for name, people in sizes.items()}
    first = _first_runs(provinces, options)
    both = {name: provinces[name] for name in (EMPTY, WHOLE)}
    nothing = interleave({name: partial(_again, name, options) for name in both}, options.runs)
    change: Nights = {name: [] for name in both}
    for night in range(1, options.runs + 1):
        for name, province in both.items():
            province.advance(night)
            change[name].append(_again(name, options))
    note = f"{options.people:,} people: truth, databases and files"
    return [
        Measure("simulation.seconds", provinces[WHOLE].seconds, "s", Bar("<=", SIMULATION_SECONDS), runs=1, note=note),
        *_fixed(first, nothing, change),
        *_large(first, nothing, change, options),
        *_growth(first, sizes),
    ]


def _first_runs(provinces: dict[str, Province], options: Options) -> Nights:
    """Every round in new homes; those of the last round stay."""
    contestants = {name: partial(_anew, name, province, options) for name, province in provinces.items()}
    found = interleave(contestants, options.runs)
    shutil.rmtree(options.work / f"home-{TENTH}")
    return found


def _anew(name: str, province: Province, options: Options) -> Night:
    return run_night(province.new_home(options.work / f"home-{name}"))


def _again(name: str, options: Options) -> Night:
    return run_night(options.work / f"home-{name}")


def _fixed(first: Nights, nothing: Nights, change: Nights) -> list[Measure]:
    bar = Bar("<=", FIXED_SECONDS)
    kinds = {"first": first, "nothing": nothing, "change": change}
    return [
        Measure(f"nights.fixed_{kind}", _seconds(runs[EMPTY]), "s", bar, runs=len(runs[EMPTY]), note=_note(runs[EMPTY]))
        for kind, runs in kinds.items()
    ]


def _large(first: Nights, nothing: Nights, change: Nights, options: Options) -> list[Measure]:
    whole, note = _seconds(first[WHOLE]), _note(first[WHOLE], options.people)
    measures = [Measure("nights.first", whole, "s", runs=options.runs, note=note)]
    for kind, runs, most in (("nothing", nothing, MOST_NOTHING_PERCENT), ("change", change, MOST_CHANGE_PERCENT)):
        note = _note(runs[WHOLE], options.people)
        measures.append(Measure(f"nights.{kind}", _seconds(runs[WHOLE]), "s", runs=options.runs, note=note))
        peer = f"first run, {whole:.0f} s; each without its fixed cost"
        note = f"{_share(runs, first, _processor):.1f} % by processor seconds, which a busy machine changes less"
        share, bar = _share(runs, first, _seconds), Bar("<=", most)
        measures.append(Measure(f"nights.{kind}_share", share, "%", bar, peer=peer, runs=options.runs, note=note))
    for kind, runs in (("first", first), ("nothing", nothing), ("change", change)):
        peak = max(night.usage.peak_mib for night in runs[WHOLE])
        note = "highest of all runs, the sum over the process tree"
        bar = Bar("<=", MEMORY_MIB)
        measures.append(Measure(f"nights.{kind}_memory", peak, "MiB", bar, runs=options.runs, note=note))
    return measures


def _share(runs: Nights, first: Nights, cost: Callable[[Sequence[Night]], float]) -> float:
    return net_share(cost(runs[WHOLE]), cost(first[WHOLE]), cost(runs[EMPTY]), cost(first[EMPTY]))


def _growth(first: Nights, sizes: dict[str, int]) -> list[Measure]:
    few, many = (sizes[TENTH], _seconds(first[TENTH])), (sizes[WHOLE], _seconds(first[WHOLE]))
    fixed = _seconds(first[EMPTY])
    net = growth_exponent((few[0], few[1] - fixed), (many[0], many[1] - fixed))
    note = f"{few[1]:.1f} s for {few[0]:,} people, {many[1]:.1f} s for {many[0]:,}; 1 is linear"
    runs = len(first[WHOLE])
    return [
        Measure("nights.growth", growth_exponent(few, many), "exponent", runs=runs, note=note),
        Measure("nights.growth_net", net, "exponent", Bar("<=", 1), runs=runs, note="the same without the fixed cost"),
    ]


def _seconds(nights: Sequence[Night]) -> float:
    return median([night.usage.seconds for night in nights])


def _processor(nights: Sequence[Night]) -> float:
    return median([night.usage.cpu_seconds for night in nights])


def _note(nights: Sequence[Night], people: int = 0) -> str:
    wall, cpu = spread([n.usage.seconds for n in nights]), spread([n.usage.cpu_seconds for n in nights])
    peak = max(n.usage.peak_mib for n in nights)
    return f"{people:,} people; wall s {wall}; processor s {cpu}; peak {peak:.0f} MiB; last run: {nights[-1].note}"
