"""The calendar of the simulated province; nothing here looks at the real clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

TODAY = date(2026, 6, 30)
"""The date of night 0. Night n is this date plus n days."""

EPOCH = date(1970, 1, 1)
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
    "November", "Desember",
)  # fmt: skip


def day(value: date) -> int:
    """Days since 1970-01-01, the form in which every date is computed here."""
    return (value - EPOCH).days


TODAY_DAY = day(TODAY)


@dataclass(frozen=True)
class Month:
    """A reporting month, with the day number up to which a file of it has been filled."""

    year: int
    month: int
    last_day: int = 0

    @property
    def first_day(self) -> int:
        """The day number of the first."""
        return day(date(self.year, self.month, 1))

    @property
    def days(self) -> int:
        """How many days it has."""
        following = date(self.year + self.month // 12, self.month % 12 + 1, 1)
        return day(following) - self.first_day

    @property
    def label(self) -> str:
        """As files are named: 2026-06."""
        return f"{self.year}-{self.month:02d}"


def night_day(night: int) -> int:
    """The day number of a night."""
    return TODAY_DAY + night


def as_date(number: int) -> date:
    """The calendar date of a day number."""
    return EPOCH + timedelta(days=int(number))


def calendar(days: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Year, month and day of month of many day numbers at once."""
    dates = np.asarray(days).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    return year, months.astype(np.int64) % 12 + 1, (dates - months).astype(np.int64) + 1


def first_of_year(days: NDArray[Any]) -> NDArray[np.int64]:
    """1 January of the same years, as day numbers."""
    return np.asarray(days).astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
