"""Corrections of a person's values: what a steward says wins over every source, until it is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from contracts.standard import short_hash
from resolution.correctable import NO_VILLAGE, Correctable, wrong_value
from resolution.decisions import Act, Correction, DecisionError, store


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
    wrong = wrong_value(attribute, value, choices, today)
    if not wrong and attribute == "kode_wilayah":
        wrong = _no_village(con, value)
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
        return NO_VILLAGE
    return "must be a code in force, and this one is no longer: dim_wilayah.kode_pengganti tells what took its place"
