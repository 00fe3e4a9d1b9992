"""Text columns at speed: Arrow arrays built from numbers without a Python loop over rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simulation.clock import MONTHS, calendar

Array = Any
"""A pyarrow Array; pyarrow ships no types."""


def constant(value: str | None, size: int) -> Array:
    """One text repeated."""
    return pa.repeat(pa.scalar(value, pa.string()), size)


def lookup(values: Sequence[str | None], index: NDArray[Any], missing: NDArray[np.bool_] | None = None) -> Array:
    """The text at each index; null where `missing`."""
    return pa.array(values, pa.string()).take(pa.array(index, mask=missing))


def digits(numbers: NDArray[Any], width: int = 0, missing: NDArray[np.bool_] | None = None) -> Array:
    """Numbers as text with leading zeros; null where `missing`."""
    found = pa.array(numbers, mask=missing).cast(pa.string())
    return pc.utf8_lpad(found, width, "0") if width else found


def nik_text(numbers: NDArray[np.int64]) -> Array:
    """16-digit numbers as text; 0 stands for none and becomes null."""
    return digits(numbers, 16, numbers == 0)


def glue(*parts: Array | str, separator: str = "") -> Array:
    """Joins columns and fixed texts row by row; a null part is left out, nothing but nulls stays null."""
    if any(isinstance(part, str) or not part.null_count for part in parts):
        return pc.binary_join_element_wise(*parts, separator, null_handling="skip")
    # Arrow 26 loses a row whose parts are all null, so such rows are joined as "" and put back to null
    nothing = reduce(pc.and_, [pc.is_null(part) for part in parts])
    first = pc.if_else(nothing, "", parts[0])
    joined = pc.binary_join_element_wise(first, *parts[1:], separator, null_handling="skip")
    return pc.if_else(nothing, pa.scalar(None, pa.string()), joined)


def where(mask: NDArray[np.bool_], yes: Array | str | None, no: Array | str | None) -> Array:
    """`yes` on the masked rows, `no` elsewhere."""
    return pc.if_else(pa.array(mask), _scalar(yes), _scalar(no))


def _scalar(value: Array | str | None) -> Array:
    return pa.scalar(value, pa.string()) if value is None or isinstance(value, str) else value


def dates(days: NDArray[Any], missing: NDArray[np.bool_] | None = None) -> Array:
    """Day numbers as Arrow dates."""
    return pa.array(days.astype(np.int32), pa.int32(), mask=missing).cast(pa.date32())


def stamps(seconds: NDArray[np.int64]) -> Array:
    """Seconds since 1970 as Arrow timestamps without a zone (local time of the province)."""
    return pa.array(seconds).cast(pa.timestamp("s"))


def date_text(days: NDArray[Any], pattern: str, missing: NDArray[np.bool_] | None = None) -> Array:
    """Dates written by a pattern of `%d`, `%m`, `%Y` and `%B` (the Indonesian month name)."""
    year, month, number = calendar(days)
    known = {
        "d": lambda: digits(number, 2, missing),
        "e": lambda: digits(number, 0, missing),
        "m": lambda: digits(month, 2, missing),
        "B": lambda: lookup(MONTHS, month - 1, missing),
        "Y": lambda: digits(year, 4, missing),
    }
    head, *rest = pattern.split("%")
    parts: list[Array | str] = [head] if head else []
    for piece in rest:
        parts.append(known[piece[0]]())
        parts.extend([piece[1:]] if piece[1:] else [])
    return pc.binary_join_element_wise(*parts, "", null_handling="emit_null")


def rupiah(amounts: NDArray[np.int64]) -> Array:
    """Whole rupiah as Indonesians write them: 1.234.567."""
    plain = digits(np.abs(amounts))
    size = len(amounts)
    for width in range(3, 16, 3):
        long = np.abs(amounts) >= 10**width
        cut = pc.utf8_slice_codeunits
        stop = -(width + (width // 3 - 1))
        if not long.any():
            break
        plain = where(long, glue(cut(plain, 0, stop), constant(".", size), cut(plain, stop)), plain)
    return where(amounts < 0, glue("-", plain), plain)


def comma(numbers: NDArray[np.float64], places: int, missing: NDArray[np.bool_] | None = None) -> Array:
    """Numbers with a decimal comma and a fixed number of places."""
    scaled = np.rint(np.abs(numbers) * 10**places).astype(np.int64)
    whole = digits(scaled // 10**places, 0, missing)
    part = digits(scaled % 10**places, places, missing)
    return pc.binary_join_element_wise(whole, ",", part, "", null_handling="emit_null")
