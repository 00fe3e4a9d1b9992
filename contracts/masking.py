"""Masking of personal values, and turning foreign errors into ours without their text."""

from __future__ import annotations

import os
import re
import traceback
import uuid
from pathlib import Path

_NUMBER = re.compile(r"\d{6,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_DATE = re.compile(r"\b(\d{4})-\d\d-\d\d\b")
#: longer than a date with a time to the minute, as short as a damaged NIK
_PERSONAL = re.compile(r"\d{13,}")


def mask_number(value: str) -> str:
    """``1671012503900001`` -> ``1671************``: the region stays, the person goes."""
    return value[:4] + "*" * (len(value) - 4) if len(value) > 4 else "*" * len(value)


def mask_numbers(text: str) -> str:
    """Mask every run of six or more digits in a text of ours."""
    return _NUMBER.sub(lambda match: mask_number(match.group(0)), text)


def mask_text(text: str) -> str:
    """``SITI AMINAH`` -> ``S*** A*****``, ``1991-03-14`` -> ``1991-**-**``: enough to recognise what one knows."""
    return _DATE.sub(r"\1-**-**", _WORD.sub(lambda match: match[0][0] + "*" * (len(match[0]) - 1), mask_numbers(text)))


def mask_name(name: str) -> str:
    """A file's or sheet's name without anybody's number: ``KK 1671012503900001.xlsx`` -> ``KK 1671************.xlsx``.

    A name without a number of thirteen digits or more stays as it is. Two names may become one: who tells them apart
    adds what says nothing about the number (a keyed id, a position), for a plain hash of a NIK is soon undone.
    """
    return _PERSONAL.sub(lambda match: mask_number(match[0]), name)


def keep_original(error: BaseException, folder: Path) -> str:
    """Write a foreign exception, which may carry values, to a private file and return the file's name.

    The one way by which a foreign error text leaves memory: mode 0600, inside the home, never in a log.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{uuid.uuid4().hex[:12]}.txt"
    descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write("".join(traceback.format_exception(error)))
    return name
