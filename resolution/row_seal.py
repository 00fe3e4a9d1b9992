"""What a row of the review workbook shows, as a digest: should its cells and its hidden ids come apart, it tells."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

#: How Excel writes a character that XML cannot hold, such as the carriage return of a line's end.
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def seal(cells: Iterable[Any]) -> str:
    """A digest over a row's cells, the same before and after another program has saved them.

    It stands beside the very cells, so that it tells nobody more than they do.

    Args:
        cells: values as openpyxl gives them, in a fixed order.
    """
    return hashlib.sha256("\x1f".join(map(_plain, cells)).encode("utf-8", "replace")).hexdigest()[:32]


def _plain(value: Any) -> str:
    """A cell without what programs change as they save: blanks, line ends, a number's type and last digits."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = write_time(read_time(value) or value)
    text = " ".join(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(value)).split())
    try:
        return f"{float(text):.10g}"
    except ValueError:
        return text


def write_time(when: datetime) -> str:
    """A time in UTC to the second, in a shape that stays itself should a program take it for a date."""
    in_utc = when.astimezone(UTC) if when.tzinfo else when
    return f"{in_utc:%Y-%m-%d %H:%M:%S}"


def read_time(value: Any) -> datetime | None:
    """The time that :func:`write_time` wrote, or None when the cell holds none."""
    if isinstance(value, datetime):
        # as a date it is a fraction of days, which may miss the second by a hair
        return (value + timedelta(milliseconds=500)).replace(microsecond=0, tzinfo=UTC)
    try:
        return datetime.fromisoformat(str(value).strip()).replace(tzinfo=UTC)
    except ValueError:
        return None
