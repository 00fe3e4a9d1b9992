"""What a bench yields: a figure, the bar it has to reach, and whether it does."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal


class BenchError(Exception):
    """A bench could not be measured: the program under test failed, or its answers differ from its peer's."""


@dataclass(frozen=True)
class Bar:
    """A fixed demand on a figure; never lowered to what a machine happens to reach."""

    direction: Literal["<=", ">="]
    limit: float

    def met_by(self, value: float) -> bool:
        """Whether a figure reaches the bar; a figure that is no number does not."""
        if math.isnan(value):
            return False
        return value <= self.limit if self.direction == "<=" else value >= self.limit

    def __str__(self) -> str:
        return f"{self.direction} {self.limit:g}"


@dataclass(frozen=True)
class Measure:
    """One line of ``bench.json``.

    Attributes:
        name: ``<bench>.<what>``, unique in a report.
        value: the figure, a median where ``runs`` is above one; None when it could not be measured.
        unit: of value and bar.
        bar: what is demanded; None for a figure that is only reported.
        peer: what the figure is compared with, empty without a peer.
        runs: how often it was measured.
        note: how it came about, e.g. seconds per stage.
        failed: why there is no value; a failed measure is never ok.
    """

    name: str
    value: float | None
    unit: str
    bar: Bar | None = None
    peer: str = ""
    runs: int = 1
    note: str = ""
    failed: bool = False

    @property
    def ok(self) -> bool | None:
        """True or False against the bar; None when nothing is demanded."""
        if self.failed:
            return False
        if self.bar is None:
            return None
        return self.value is not None and self.bar.met_by(self.value)

    def to_json(self) -> dict[str, Any]:
        """The line as plain data."""
        data = asdict(self)
        del data["failed"]
        value = None if self.value is None or math.isnan(self.value) else float(f"{self.value:.6g}")
        return data | {"value": value, "bar": str(self.bar) if self.bar else None, "ok": self.ok}


def median(values: Sequence[float]) -> float:
    """Median of the runs."""
    return statistics.median(values)


def spread(values: Sequence[float]) -> str:
    """``3.2 (2.9 to 4.1)``: median and range, for notes."""
    if len(values) == 1:
        return f"{values[0]:.3g}"
    return f"{median(values):.3g} ({min(values):.3g} to {max(values):.3g})"


def net_share(part: float, whole: float, fixed_part: float, fixed_whole: float) -> float:
    """Percent of ``whole`` that ``part`` takes, each without its own fixed cost (seconds on an empty province).

    A part that is not above its fixed cost is 0; a whole that is not above its own says nothing and yields NaN.
    """
    if whole <= fixed_whole:
        return math.nan
    return 100 * max(0.0, part - fixed_part) / (whole - fixed_whole)


def growth_exponent(small: tuple[int, float], large: tuple[int, float]) -> float:
    """Exponent k of seconds ~ people**k between two sizes; 1 is linear.

    Args:
        small: people and seconds.
        large: people and seconds, of more people.
    """
    (few, quick), (many, slow) = small, large
    if min(few, quick, slow) <= 0 or many <= few:
        return math.nan
    return math.log(slow / quick) / math.log(many / few)
