"""Contestants measured in turn, A B A B, so that a slow minute of the machine hits all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")


def interleave(contestants: Mapping[str, Callable[[], T]], runs: int) -> dict[str, list[T]]:
    """Let every contestant run once per round.

    Returns:
        What each of them yielded, round by round.
    """
    results: dict[str, list[T]] = {name: [] for name in contestants}
    for _ in range(runs):
        for name, contestant in contestants.items():
            results[name].append(contestant())
    return results


def timed(action: Callable[[], object]) -> Callable[[], float]:
    """A contestant that yields its seconds."""

    def contestant() -> float:
        started = time.perf_counter()
        action()
        return time.perf_counter() - started

    return contestant
