"""Steward decisions: two records are one person, are two, or nobody can tell; what a person's value is, whatever the
sources say. State: append-only, one file per act.

Every file under ``state/keputusan/`` holds what one person decided at one time, or took back. What is in force is
computed from all of them: the latest decision about a pair, or a record's value, that was not taken back. Decisions
that contradict each other are never settled silently (``resolution.contradictions``).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar, get_args

from pydantic import AwareDatetime, Field, ValidationError

from contracts.delivery import write_text_atomic
from contracts.errors import SatuDataError
from contracts.standard import Strict, short_hash
from resolution.correctable import load_correctable, wrong_value

FORMAT_VERSION = 1
SAME, DIFFERENT, UNSURE = "sama", "beda", "ragu"
#: Samples of what was decided unseen: joined by a link, joined by the NIK, compared and left apart.
SAMPLE, SAMPLE_NIK, SAMPLE_APART = "contoh", "contoh_nik", "contoh_lepas"
SAMPLES = (SAMPLE, SAMPLE_NIK, SAMPLE_APART)
Verdict = Literal["sama", "beda", "ragu"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
Origin = Literal["ragu", "contoh", "contoh_nik", "contoh_lepas", "lain"]


class DecisionError(SatuDataError):
    """Decisions cannot be taken as they are; nothing was stored."""


class Decision(Strict):
    """What a person said about two records.

    Attributes:
        id: names it.
        catatan: the ids of the two records, in order.
        keputusan: ``sama`` one person, ``beda`` two, ``ragu`` not to be told.
        alasan: why, in words.
        pemutus: who.
        waktu: when, with zone.
        asal: what asked: a pair left open, a sample of what was decided unseen, or nobody.
        model: version of the links' model whose work was asked about; empty when nobody asked.
    """

    id: str
    catatan: tuple[str, str]
    keputusan: Verdict
    alasan: str = ""
    pemutus: str = Field(min_length=1)
    waktu: AwareDatetime
    asal: Origin = "lain"
    model: str = ""


class Correction(Strict):
    """What a person said about a value of a person.

    Attributes:
        id: names it.
        catatan: the record whose person is meant, also when others join it.
        atribut: a column of ``dim_orang``.
        nilai: what it is, as the column prints it.
        semula: what it was believed to be: should the sources say a third thing, somebody must look again.
        alasan: why, in words.
        pemutus: who.
        waktu: when, with zone.
    """

    id: str
    catatan: str
    atribut: str
    nilai: str = Field(min_length=1)
    semula: str | None
    alasan: str = ""
    pemutus: str = Field(min_length=1)
    waktu: AwareDatetime


class Undoing(Strict):
    """A decision taken back: from then on it counts as never made."""

    id: str
    pemutus: str = Field(min_length=1)
    waktu: AwareDatetime
    alasan: str = ""


class Act(Strict):
    """One file of decisions."""

    format_version: int = FORMAT_VERSION
    keputusan: tuple[Decision, ...] = ()
    koreksi: tuple[Correction, ...] = ()
    dibatalkan: tuple[Undoing, ...] = ()


Said = TypeVar("Said", Decision, Correction)


@dataclass(frozen=True)
class History:
    """All that was decided, oldest first, and what was taken back, by id."""

    decisions: tuple[Decision, ...]
    corrections: tuple[Correction, ...]
    undone: dict[str, Undoing]

    @property
    def in_force(self) -> tuple[Decision, ...]:
        """The latest decision about every pair, in the order of the pairs."""
        latest = {d.catatan: d for d in self.decisions if d.id not in self.undone}
        return tuple(latest[pair] for pair in sorted(latest))

    @property
    def corrections_in_force(self) -> tuple[Correction, ...]:
        """The latest correction of every record's value, in the order of records and attributes."""
        latest = {(c.catatan, c.atribut): c for c in self.corrections if c.id not in self.undone}
        return tuple(latest[value] for value in sorted(latest))


def make_decision(
    a: str,
    b: str,
    verdict: Verdict,
    *,
    author: str,
    when: datetime,
    reason: str = "",
    origin: Origin = "lain",
    model: str = "",
) -> Decision:
    """A decision about two records, in either order.

    Raises:
        DecisionError: the two are one record.
    """
    if a == b:
        raise DecisionError("a decision is about two records, not about one and itself")
    first, second = sorted((a, b))
    key = short_hash(f"{first}\n{second}\n{verdict}\n{author}\n{when.isoformat()}")
    return Decision(
        id=key, catatan=(first, second), keputusan=verdict, alasan=reason, pemutus=author, waktu=when, asal=origin,
        model=model,
    )  # fmt: skip


def read_decisions(folder: Path) -> History:
    """Everything that stands in the folder.

    Raises:
        DecisionError: a file, or the folder, cannot be read; a file is damaged, or of a newer format; two say different
            things under one id; or corrections in force say what cannot be a value: all are named.
    """
    acts = _acts(folder)
    history = _history(acts)
    in_force = {correction.id for correction in history.corrections_in_force}
    problems = [
        _problem(path, correction)
        for path, act in acts.items()
        for correction in act.koreksi
        if correction.id in in_force
    ]
    if any(problems):
        raise DecisionError("\n".join(filter(None, problems)))
    return history


def read_to_undo(folder: Path) -> History:
    """As :func:`read_decisions`, also with corrections that say what cannot be a value: these are to be taken back."""
    return _history(_acts(folder))


def _acts(folder: Path) -> dict[Path, Act]:
    return {path: _read(path) for path in _files(folder)}


def _history(acts: Mapping[Path, Act]) -> History:
    decisions = _in_order((path, decision) for path, act in acts.items() for decision in act.keputusan)
    corrections = _in_order((path, correction) for path, act in acts.items() for correction in act.koreksi)
    undone = {undoing.id: undoing for act in acts.values() for undoing in act.dibatalkan}
    return History(decisions, corrections, undone)


def _problem(path: Path, correction: Correction) -> str | None:
    """What is wrong with a correction, if anything is: its file may have come by another way than ``satudata decide
    value``, which asks the same."""
    correctable, attribute = load_correctable(), correction.atribut
    if attribute not in correctable.attributes:
        wrong = f"is about what cannot be corrected; these can: {', '.join(correctable.attributes)}"
    else:
        choices = correctable.choices.get(attribute, ())
        found = wrong_value(attribute, correction.nilai, choices, correction.waktu.date())
        wrong = f"says what cannot be: {attribute} {found}" if found else ""
    if not wrong:
        return None
    return (
        f"{path}: the correction {correction.id} {wrong}. Take it back with `satudata decide undo {correction.id}`, "
        "or restore the file from a backup. Nothing was changed"
    )


def _files(folder: Path) -> list[Path]:
    """The files of decisions; a folder that is not there yet has none, one that cannot be looked into is told."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".json")
    except OSError as error:
        if isinstance(error, FileNotFoundError) and not folder.is_symlink():
            return []
        raise _unread(folder, error) from None


def _unread(path: Path, error: OSError) -> DecisionError:
    return DecisionError(
        f"{path} cannot be read ({error.strerror}); make it readable to you, or restore it from a backup: "
        "without it decisions would be lost. Nothing was changed"
    )


def _in_order(said: Iterable[tuple[Path, Said]]) -> tuple[Said, ...]:
    """Oldest first; what stands in a copy of a file too, once: what is taken back is named by its id."""
    found: dict[str, tuple[Path, Said]] = {}
    for path, one in said:
        other, known = found.setdefault(one.id, (path, one))
        if known != one:
            raise DecisionError(
                f"{other} and {path} say different things under the id {one.id}; remove the file that was changed"
            )
    return tuple(sorted((one for _, one in found.values()), key=lambda one: (one.waktu, one.id)))


def _read(path: Path) -> Act:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        version = int(data["format_version"])
        if version > FORMAT_VERSION:
            raise DecisionError(f"{path}: format_version {version} is newer than {FORMAT_VERSION}; upgrade satu-data")
        if version < 1:
            raise ValueError
        return Act.model_validate(data)
    except OSError as error:
        raise _unread(path, error) from None
    except (ValidationError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        raise DecisionError(f"{path} is damaged; restore it from a backup: decisions cannot be made anew") from None


def store(folder: Path, act: Act, when: datetime) -> Path:
    """Write one act, whole or not at all; files sort by time.

    Returns:
        The file.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = act.model_dump_json(indent=1) + "\n"
    path = folder / f"{when:%Y%m%dT%H%M%S%f}-{short_hash(text)}.json"
    write_text_atomic(path, text)
    os.chmod(path, 0o600)
    return path
