"""What a person's value may be corrected to: the attributes, and the form of each.

The command asks before a correction is stored, and whoever reads the stored ones asks again: a file may have come by
another way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from contracts.standard import load_standards

#: Nobody is known to have lived longer; an older birth date is a slip of the pen.
OLDEST_YEARS = 125
#: What never stands in a value: signs of markup, of formulas and of tables. Apostrophes, dots and brackets may.
_NOT_IN_VALUES = frozenset("<>&{}[]|\\=*_#~^")
_BEGINS_FORMULAS = ("+", "-", "@")
#: Letters of a value, and digits among words: a NIK has no place in an occupation.
LONGEST_VALUE, MOST_DIGITS = 100, 4
#: What a village's code must be. Whether it is in force is asked when it is said: later it may cease to be.
NO_VILLAGE = "must be the Kemendagri code of a desa or kelurahan in dim_wilayah, ten digits without dots"
#: Attributes whose form is known; the others are words, or one of a list.
_OF_A_FORM = ("nama_lengkap", "tanggal_lahir", "nomor_kk", "kode_wilayah")


@dataclass(frozen=True)
class Correctable:
    """What may be corrected: columns of ``dim_orang``, and the permitted values of those that have a list."""

    attributes: tuple[str, ...]
    choices: Mapping[str, Sequence[str]]


@cache
def load_correctable() -> Correctable:
    """What the standards let a steward correct."""
    standards = load_standards()
    choices = {
        name: column.nilai
        for entity in standards.entitas.values()
        for name, column in entity.kolom.items()
        if column.nilai
    }
    return Correctable(standards.prioritas.terkoreksi, choices)


def wrong_value(attribute: str, value: str, choices: Sequence[str], today: date) -> str | None:
    """What is wrong with a value, if anything is; the value itself is not named.

    Args:
        attribute: one that may be corrected.
        value: as ``dim_orang`` prints it.
        choices: the permitted values; none where there is no list.
        today: when it is said; nobody is born later.
    """
    if not value or value != value.strip():
        return "must not be empty, nor begin or end with a blank"
    if choices and value not in choices:
        return f"must be one of {', '.join(choices)}"
    if len(value) > LONGEST_VALUE:
        return f"must have at most {LONGEST_VALUE} letters"
    return _malformed(attribute, value, today) if attribute in _OF_A_FORM else _no_words(value, choices)


def _malformed(attribute: str, value: str, today: date) -> str | None:
    if attribute == "nama_lengkap" and not _is_name(value):
        return "must be a name: letters, and neither digits nor signs of markup"
    if attribute == "tanggal_lahir" and not _is_birth_date(value, today):
        return f"must be a day that has been, at most {OLDEST_YEARS} years ago, written YYYY-MM-DD"
    if attribute == "nomor_kk" and not re.fullmatch("[0-9]{16}", value):
        return "must have 16 digits"
    if attribute == "kode_wilayah" and not re.fullmatch("[0-9]{10}", value):
        return NO_VILLAGE
    return None


def _no_words(value: str, choices: Sequence[str]) -> str | None:
    if choices or _is_words(value):
        return None
    return f"must be words, without signs of markup and with at most {MOST_DIGITS} digits"


def _is_name(value: str) -> bool:
    return _is_words(value) and not any(letter.isdigit() for letter in value)


def _is_words(value: str) -> bool:
    forbidden = value.startswith(_BEGINS_FORMULAS) or any(
        letter in _NOT_IN_VALUES or not letter.isprintable() for letter in value
    )
    digits = sum(letter.isdigit() for letter in value)
    return not forbidden and digits <= MOST_DIGITS and any(letter.isalpha() for letter in value)


def _is_birth_date(value: str, today: date) -> bool:
    try:
        born = date.fromisoformat(value) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else None
    except ValueError:
        return False
    # by year, month and day: the 29th of February has no day 125 years before
    oldest = (today.year - OLDEST_YEARS, today.month, today.day)
    return born is not None and oldest <= (born.year, born.month, born.day) and born <= today
