"""Names as clerks write them: titles, abbreviations, bin/binti, old spelling, slips, "Ny. <husband>"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.defects import Marks, put
from simulation.draw import Bools, Rng, chance, split
from simulation.names import WORDS, Names, Vocabulary, load_vocabulary, render
from simulation.text import Array, constant, glue, lookup, where

MALE_TITLES = ("H.", "Drs.", "Ir.", "dr.", "KH.", "Ust.", "Tn.", "Bpk.")
FEMALE_TITLES = ("Hj.", "Dra.", "Ny.", "Ibu", "dr.", "Nn.", "Hj.", "Ny.")


@dataclass(frozen=True)
class Relatives:
    """Names that clerks use beside or instead of a person's own."""

    father: Names
    partner: Names
    partner_prefix: str = "Ny."


@dataclass(frozen=True)
class Bearers:
    """Whose names are written down.

    Attributes:
        names: the true names.
        male: whose titles to use.
        haji: rows whose own card carries H./Hj.; clerks keep it two times in three.
        relatives: for "bin" and "Ny. <husband>"; None where the agency writes neither.
    """

    names: Names
    male: Bools
    haji: Bools
    relatives: Relatives | None = None


def plain_bearers(names: Names, *, male: bool) -> Bearers:
    """People of one sex without titles or relatives."""
    return Bearers(names, np.full(len(names), male), np.zeros(len(names), np.bool_))


def _abbreviate(rng: Rng, words: Vocabulary, names: Names) -> Names:
    """A shortened first word where custom has one, otherwise the last word's initial."""
    found = names.copy()
    alternatives = words.abbreviated[names[:, 0], rng.integers(0, words.abbreviated.shape[1], len(names))]
    plain = (alternatives == names[:, 0]) & (names[:, 1] >= 0)
    found[:, 0] = alternatives
    last = np.maximum((names >= 0).sum(axis=1) - 1, 0)
    rows = np.flatnonzero(plain)
    found[rows, last[rows]] = words.initial[names[rows, last[rows]]]
    return found


def _slip(rng: Rng, words: Vocabulary, names: Names) -> Names:
    """One word with one slip of the finger."""
    found = names.copy()
    rows = np.arange(len(names))
    place = rng.integers(0, np.maximum((names >= 0).sum(axis=1), 1))
    found[rows, place] = words.mistyped[names[rows, place], rng.integers(0, words.mistyped.shape[1], len(names))]
    return found


def _drop_word(rng: Rng, names: Names) -> Names:
    """One word less, never the only one."""
    found = names.copy()
    several = np.flatnonzero(names[:, 1] >= 0)
    first = several[chance(rng, len(several), 0.25)]
    found[first, :-1] = names[first, 1:]
    found[first, -1] = -1
    rest = np.setdiff1d(several, first)
    found[rest, (names[rest] >= 0).sum(axis=1) - 1] = -1
    return found


def _swap_words(names: Names) -> Names:
    found = names.copy()
    rows = np.flatnonzero(names[:, 1] >= 0)
    found[rows, 0], found[rows, 1] = names[rows, 1], names[rows, 0]
    return found


def _spell_old(words: Vocabulary, names: Names) -> Names:
    return np.where(names >= 0, words.old[np.maximum(names, 0)], -1).astype(np.int32)


def vary_names(rng: Rng, bearers: Bearers, rates: dict[str, float], marks: Marks, *, upper: bool = True) -> Array:
    """Names as an agency holds them; a row suffers at most one kind of change.

    Args:
        rng: draws who suffers what.
        bearers: whose names.
        rates: shares by kind, as declared under `<agency>.nama`.
        marks: receives every change made.
        upper: capitals, as most systems store names.
    """
    names, male = bearers.names, bearers.male
    words = load_vocabulary()
    hit = split(rng, len(names), rates)
    found = names.copy()
    changes = {
        "singkatan": lambda part: _abbreviate(rng, words, part),
        "ejaan_lama": lambda part: _spell_old(words, part),
        "salah_ketik": lambda part: _slip(rng, words, part),
        "hilang_kata": lambda part: _drop_word(rng, part),
        "urutan": _swap_words,
    }
    for kind, change in changes.items():
        if kind in hit and hit[kind].any():
            rows = np.flatnonzero(hit[kind])
            found[rows] = change(names[rows])
            marks.add(f"nama_{kind}", rows[(found[rows] != names[rows]).any(axis=1)])
    titled = hit.get("gelar", np.zeros(len(names), np.bool_))
    marks.add("nama_gelar", titled)
    text = render(found, upper=upper, before=_titles(rng, male, bearers.haji, titled, upper))
    return text if bearers.relatives is None else _with_relatives(text, bearers, hit, marks, upper)


def _titles(rng: Rng, male: Bools, haji: Bools, titled: Bools, upper: bool) -> Array:
    """Titles as a column, null where there is none."""
    own = haji & chance(rng, len(male), 2 / 3)
    draw = rng.integers(0, len(MALE_TITLES), len(male))
    draw = np.where(own & ~titled, 0, draw)
    cased = [[title.upper() if upper else title for title in pool] for pool in (MALE_TITLES, FEMALE_TITLES)]
    missing = ~(own | titled)
    return where(male, lookup(cased[0], draw, missing), lookup(cased[1], draw, missing))


def _with_relatives(text: Array, bearers: Bearers, hit: dict[str, Bools], marks: Marks, upper: bool) -> Array:
    """ "X bin Y", "X binti Y" and "Ny. Y"."""
    names, male, relatives = bearers.names, bearers.male, bearers.relatives
    assert relatives is not None
    none = np.zeros(len(names), np.bool_)
    rows = hit.get("bin", none)
    if rows.any():
        link = where(male[rows], "BIN" if upper else "bin", "BINTI" if upper else "binti")
        father = render(_short(relatives.father[rows]), upper=upper)
        text = put(text, rows, render(names[rows], upper=upper, after=glue(link, father, separator=" ")))
        marks.add("nama_bin", rows)
    rows = hit.get("ny_suami", none) & (relatives.partner[:, 0] >= 0)
    if rows.any():
        prefix = relatives.partner_prefix
        before = constant(prefix.upper() if upper else prefix, int(rows.sum()))
        text = put(text, rows, render(relatives.partner[rows], upper=upper, before=before))
        marks.add("nama_ny_suami", rows)
    return text


def _short(names: Names) -> Names:
    """The first word alone, as `bin` usually has it."""
    found = np.full((len(names), WORDS), -1, dtype=np.int32)
    found[:, 0] = names[:, 0]
    return found
