"""Records for the engine's bench: people of whom some stand in the list twice, with slips.

``rec_id`` is ``<person>-<copy>``; neither the engine nor its peers read it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

COPIES = 0.25
_SYLLABLES = (
    "BA", "BU", "DA", "DE", "DI", "FA", "GU", "HA", "HE", "IN", "JA", "JO", "KA", "KU", "LA", "LI", "MA", "MU", "NA",
    "NI", "PRA", "PU", "RA", "RI", "SA", "SI", "SU", "TA", "TI", "WA", "WI", "YU", "ZA",
)  # fmt: skip
#: Of a copy's fields: left empty, one character wrong, another value.
_EMPTY, _SLIP, _OTHER = 0.05, 0.08, 0.02
Texts = npt.NDArray[np.str_]


def write_records(path: Path, count: int, seed: int = 1) -> None:
    """Write ``count`` records: rec_id, nama_depan, nama_belakang, lahir, nomor, alamat, kode_pos."""
    rng = np.random.default_rng(seed)
    copies = round(count * COPIES)
    people = count - copies
    originals = _people(rng, people)
    whose = rng.choice(people, copies, replace=False)
    copied = {name: _damaged(rng, values, whose) for name, values in originals.items()}
    ids = [*(f"{n}-0" for n in range(people)), *(f"{n}-1" for n in whose)]
    columns = {name: [*originals[name].tolist(), *copied[name]] for name in originals}
    order = rng.permutation(count)
    table = pa.table({"rec_id": pa.array(ids), **{name: pa.array(values) for name, values in columns.items()}})
    pq.write_table(table.take(pa.array(order)), path)


def _people(rng: np.random.Generator, count: int) -> dict[str, Texts]:
    first, last, streets = _words(rng, 1_500, 2), _words(rng, 8_000, 3), _words(rng, 6_000, 3)
    days = np.datetime64("1940-01-01") + rng.integers(0, 27_000, count)
    numbers = rng.choice(9 * 10**9, count, replace=False) + 10**9
    house = np.char.add(np.char.add(_common(rng, streets, count), " "), rng.integers(1, 200, count).astype(str))
    return {
        "nama_depan": _common(rng, first, count),
        "nama_belakang": _common(rng, last, count),
        "lahir": days.astype(str),
        "nomor": numbers.astype(str),
        "alamat": house,
        "kode_pos": (30_000 + rng.integers(0, 900, count)).astype(str),
    }


def _words(rng: np.random.Generator, count: int, syllables: int) -> Texts:
    parts = np.array(_SYLLABLES)
    words = parts[rng.integers(0, len(parts), count)]
    for _ in range(syllables - 1):
        words = np.char.add(words, parts[rng.integers(0, len(parts), count)])
    return np.asarray(words)


def _common(rng: np.random.Generator, words: Texts, count: int) -> Texts:
    """Some words are far commoner than others, as names are."""
    weights = 1 / np.arange(1, len(words) + 1) ** 0.8
    return words[rng.choice(len(words), count, p=weights / weights.sum())]


def _damaged(rng: np.random.Generator, values: Texts, whose: npt.NDArray[np.int64]) -> list[str | None]:
    fate = rng.random(len(whose))
    others = values[rng.integers(0, len(values), len(whose))].tolist()
    found: list[str | None] = values[whose].tolist()
    for place in np.flatnonzero(fate < _EMPTY + _SLIP + _OTHER).tolist():
        text = found[place] or ""
        if fate[place] < _EMPTY:
            found[place] = None
        elif fate[place] < _EMPTY + _SLIP:
            at = int(rng.integers(0, len(text)))
            new = str(rng.integers(0, 10)) if text[at].isdigit() else chr(65 + int(rng.integers(0, 26)))
            found[place] = text[:at] + new + text[at + 1 :]
        else:
            found[place] = others[place]
    return found
