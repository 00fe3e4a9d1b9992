"""Corrections of a person's values: what a steward says wins over every source, until it is taken back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from contracts.standard import short_hash
from resolution.decisions import Act, Correction, DecisionError, store

#: Nobody is known to have lived longer; an older birth date is a slip of the pen.
OLDEST_YEARS = 125
#: What never stands in a value: signs of markup, of formulas and of tables. Apostrophes, dots and brackets may.
_NOT_IN_VALUES = frozenset("<>&{}[]|\\=*_#~^")
_BEGINS_FORMULAS = ("+", "-", "@")
#: Letters of a value, and digits among words: a NIK has no place in an occupation.
LONGEST_VALUE, MOST_DIGITS = 100, 4
#: Attributes whose form is known; the others are words, or one of a list.
_OF_A_FORM = ("nama_lengkap", "tanggal_lahir", "nomor_kk", "kode_wilayah")


@dataclass(frozen=True)
class Correctable:
    """What may be corrected: columns of ``dim_orang``, and the permitted values of those that have a list."""

    attributes: tuple[str, ...]
    choices: Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Claim:
    """That a person's value is this, as ``dim_orang`` prints it; dates as YYYY-MM-DD."""

    person: str
    attribute: str
    value: str
    author: str
    when: datetime
    reason: str = ""


def correct(con: duckdb.DuckDBPyConnection, folder: Path, claim: Claim, correctable: Correctable) -> Correction:
    """Store what a person's value is.

    Args:
        con: connection to the build.
        folder: of the decisions.
        claim: the person's id may be retired.
        correctable: what may be corrected.

    Raises:
        DecisionError: nobody has that id, there is no such attribute, or the value cannot be one; no value is named.
    """
    attribute, value = claim.attribute, claim.value.strip()
    record, believed = find_value(con, claim.person, attribute, correctable)
    _check(con, attribute, value, correctable.choices.get(attribute, ()), claim.when.date())
    if believed == value:
        raise DecisionError(f"{attribute} is that already; nothing was stored")
    key = short_hash(f"{record}\n{attribute}\n{value}\n{claim.author}\n{claim.when.isoformat()}")
    correction = Correction(
        id=key, catatan=record, atribut=attribute, nilai=value, semula=believed, alasan=claim.reason,
        pemutus=claim.author, waktu=claim.when,
    )  # fmt: skip
    store(folder, Act(koreksi=(correction,)), claim.when)
    return correction


def find_value(
    con: duckdb.DuckDBPyConnection, person: str, attribute: str, correctable: Correctable
) -> tuple[str, str | None]:
    """The record that a correction would hold to, and the value that is believed so far.

    Raises:
        DecisionError: nobody has that id, or there is no such attribute.
    """
    if attribute not in correctable.attributes:
        raise DecisionError(f"{attribute} cannot be corrected; these can: {', '.join(correctable.attributes)}")
    row = con.execute("select id_orang from resolved.orang_alih where id_lama = ?", [person]).fetchone()
    known = row[0] if row else person
    record = con.execute(
        "select id_catatan from resolved.orang_catatan where id_orang = ? order by urutan, id_catatan limit 1", [known]
    ).fetchone()
    believed = con.execute(
        f"select cast({attribute} as varchar) from marts.dim_orang where id_orang = ?", [known]
    ).fetchone()
    if record is None or believed is None:
        raise DecisionError(
            f"no person has the id {person}: nobody ever had it, or all its records are gone; nothing was stored"
        )
    return record[0], believed[0]


def _check(con: duckdb.DuckDBPyConnection, attribute: str, value: str, choices: Sequence[str], today: date) -> None:
    wrong = None
    if not value:
        wrong = "must not be empty"
    elif choices and value not in choices:
        wrong = f"must be one of {', '.join(choices)}"
    elif len(value) > LONGEST_VALUE:
        wrong = f"must have at most {LONGEST_VALUE} letters"
    elif attribute == "nama_lengkap" and not _is_name(value):
        wrong = "must be a name: letters, and neither digits nor signs of markup"
    elif attribute == "tanggal_lahir" and not _is_birth_date(value, today):
        wrong = f"must be a day that has been, at most {OLDEST_YEARS} years ago, written YYYY-MM-DD"
    elif attribute == "nomor_kk" and not re.fullmatch("[0-9]{16}", value):
        wrong = "must have 16 digits"
    elif attribute == "kode_wilayah":
        wrong = _no_village(con, value)
    elif not choices and attribute not in _OF_A_FORM and not _is_words(value):
        wrong = f"must be words, without signs of markup and with at most {MOST_DIGITS} digits"
    if wrong:
        raise DecisionError(f"{attribute} {wrong}; nothing was stored")


def _no_village(con: duckdb.DuckDBPyConnection, code: str) -> str | None:
    """What is wrong with the code of a village, if anything is."""
    row = con.execute(
        "select bool_or(is_berlaku) from marts.dim_wilayah where kode_wilayah = ? and tingkat = 'desa'",
        [code],
    ).fetchone()
    in_force = row[0] if row else None
    if in_force:
        return None
    if in_force is None:
        return "must be the Kemendagri code of a desa or kelurahan in dim_wilayah, ten digits without dots"
    return "must be a code in force, and this one is no longer: dim_wilayah.kode_pengganti tells what took its place"


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
