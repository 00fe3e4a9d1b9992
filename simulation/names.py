"""Names as rows of word numbers: a vocabulary, people's names drawn from it, and the text they become.

A name is four word numbers (-1 for none). Clerks' variants are word for word substitutions, so they are
computed on numbers and only the last step makes text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from simulation.draw import Bools, Floats, Ints, Rng, chance, pick, stream
from simulation.rates import Rates
from simulation.text import Array, glue, lookup

WORDS = 4
Names = NDArray[np.int32]
"""Shape (rows, WORDS)."""

OLD_SPELLING = (("sy", "sj"), ("ny", "nj"), ("kh", "ch"), ("j", "dj"), ("c", "tj"), ("u", "oe"), ("y", "j"))
MUSLIM = ("melayu", "jawa", "sunda")


@dataclass(frozen=True)
class Vocabulary:
    """All words, what clerks make of them, and per culture and sex which words come first and last.

    `abbreviated` and `mistyped` hold several alternatives per word, `old` and `initial` one; a word without
    alternatives maps to itself.
    """

    words: list[str]
    upper: list[str]
    abbreviated: Names
    mistyped: Names
    old: Names
    initial: Names
    first: dict[tuple[int, str], Ints]
    last: dict[tuple[int, str], Ints]
    shares: list[float]
    single: list[float]
    twins: dict[str, Names]
    streets: list[str]
    muslim: int

    def number(self, word: str) -> int:
        """The number of a word."""
        return self.words.index(word)


def _mistype(word: str, rng: Rng) -> str:
    """One slip of the finger that keeps the first letter."""
    if len(word) < 3:
        return word + word[-1]
    place = int(rng.integers(1, len(word) - 1))
    kind = int(rng.integers(4))
    if kind == 0:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == 1:
        return word[:place] + word[place + 1 :]
    if kind == 2:
        return word[:place] + word[place] + word[place:]
    return word[:place] + "aeiounrst"[int(rng.integers(9))] + word[place + 1 :]


def _spell_old(word: str) -> str:
    """The spelling of before 1972, as older documents have it."""
    found = word.lower()
    for new, old in OLD_SPELLING:
        if new in found:
            found = found.replace(new, old)
            break
    return found.capitalize() if found != word.lower() else word


class _Builder:
    def __init__(self) -> None:
        self.words: list[str] = []
        self.known: dict[str, int] = {}

    def add(self, word: str) -> int:
        if word not in self.known:
            self.known[word] = len(self.words)
            self.words.append(word)
        return self.known[word]

    def table(self, base: int, alternatives: dict[int, list[str]], width: int) -> Names:
        table = np.repeat(np.arange(base, dtype=np.int32)[:, None], width, axis=1)
        for word, forms in alternatives.items():
            # cycling through the forms, the first twice as often, keeps the frequent forms frequent
            usual = [forms[0], *forms]
            table[word] = [self.add(usual[place % len(usual)]) for place in range(width)]
        return table


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """Reads `reference/nama.yaml` and derives the clerks' variants; the same at every call."""
    file = resources.files("simulation").joinpath("reference").joinpath("nama.yaml")
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    build = _Builder()
    first: dict[tuple[int, str], Ints] = {}
    last: dict[tuple[int, str], Ints] = {}
    for culture, lists in enumerate(content["budaya"].values()):
        for sex, key in (("L", "l"), ("P", "p")):
            first[culture, sex] = np.array([build.add(word) for word in lists[f"{key}_awal"]], dtype=np.int64)
            last[culture, sex] = np.array([build.add(word) for word in lists[f"{key}_akhir"]], dtype=np.int64)
    short = {build.add(word): forms for word, forms in content["singkatan"].items()}
    twins = {
        sex: np.array([[build.add(word) for word in pair] for pair in content[f"kembar_{sex.lower()}"]], np.int32)
        for sex in ("L", "P")
    }
    base = len(build.words)
    rng = stream(16, "slips")
    slips = {word: [_mistype(build.words[word], rng) for _ in range(5)] for word in range(base)}
    old = {word: [_spell_old(build.words[word])] for word in range(base)}
    abbreviated, mistyped, spelled = (
        build.table(base, short, 12),
        build.table(base, slips, 6),
        build.table(base, old, 1),
    )
    initial = build.table(base, {word: [f"{build.words[word][0]}."] for word in range(base)}, 1)
    return Vocabulary(
        words=build.words,
        upper=[word.upper() for word in build.words],
        abbreviated=abbreviated,
        mistyped=mistyped,
        old=spelled[:, 0],
        initial=initial[:, 0],
        first=first,
        last=last,
        shares=[float(lists["share"]) for lists in content["budaya"].values()],
        single=[float(lists["satu_kata"]) for lists in content["budaya"].values()],
        twins=twins,
        streets=content["jalan"],
        muslim=len(MUSLIM),
    )


def _skewed(rng: Rng, pool: Ints, size: int) -> Ints:
    """Words by rank, frequency falling like 1/(rank+3): a few names are everywhere, most are rare."""
    weights: Floats = np.power(np.arange(len(pool), dtype=np.float64) + 3.0, -0.9)
    return pool[pick(rng, weights, size)]


def draw_names(rng: Rng, culture: Ints, male: Bools, rates: Rates) -> Names:
    """A name for each person: one to three words, with Muhammad, Siti or Nur in front where custom has it."""
    words = load_vocabulary()
    names = np.full((len(culture), WORDS), -1, dtype=np.int32)
    for group in range(len(words.shares)):
        for sex, chosen in (("L", male), ("P", ~male)):
            rows = np.flatnonzero((culture == group) & chosen)
            names[rows] = _draw_group(rng, words, group, sex, len(rows), rates)
    return names


def _draw_group(rng: Rng, words: Vocabulary, group: int, sex: str, size: int, rates: Rates) -> Names:
    first, last = words.first[group, sex], words.last[group, sex]
    names = np.full((size, WORDS), -1, dtype=np.int32)
    names[:, 0] = _skewed(rng, first, size)
    names[:, 1] = _skewed(rng, last, size)
    names[chance(rng, size, words.single[group]), 1] = -1
    third = chance(rng, size, 0.33) & (names[:, 1] >= 0)
    names[third, 2] = _skewed(rng, last, int(third.sum()))
    names[third & (names[:, 2] == names[:, 1]), 2] = -1
    if group >= words.muslim:
        return names
    share = rates["penduduk.awal_muhammad"] if sex == "L" else rates["penduduk.awal_siti_nur"]
    front = ["Muhammad"] if sex == "L" else ["Siti", "Nur"]
    starts = np.array([words.number(word) for word in front])
    rows = np.flatnonzero(chance(rng, size, share) & ~np.isin(names[:, 0], starts))
    names[rows, 1:] = names[rows, :-1]
    names[rows, 0] = starts[rng.integers(0, len(starts), len(rows))]
    return names


def render(names: Names, *, upper: bool = True, before: Array | None = None, after: Array | None = None) -> Array:
    """Names as text, with optional columns (title, "bin ...") before and after."""
    words = load_vocabulary()
    source = words.upper if upper else words.words
    parts = [lookup(source, names[:, place], names[:, place] < 0) for place in range(WORDS)]
    return glue(*([] if before is None else [before]), *parts, *([] if after is None else [after]), separator=" ")
