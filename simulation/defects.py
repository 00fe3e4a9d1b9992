"""Defects of single values, and the record of what was done to which row.

Every defect class of the public record (see `rates.yaml` for sources) is one function over whole columns.
Nothing is damaged without a mark: the marks are the truth that linkage and quality rules are judged by.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation.clock import TODAY_DAY, calendar, first_of_year
from simulation.draw import Bools, Ints, Rng, chance, split
from simulation.text import Array, digits, glue, lookup, nik_text

LABELS = (
    "nik_kosong", "nik_pengganti", "nik_salah_ketik", "nik_tertukar", "nik_excel_nol", "nik_excel_ilmiah",
    "nik_berformat", "nik_terpotong", "nik_orang_lain", "nik_kk_di_nik", "nik_nik_ibu", "nik_bersama",
    "nik_sama_kk", "kolom_tertukar", "orang_ganda", "baris_ganda", "mati_masih_hidup", "pindah_dua_tempat",
    "wilayah_lama", "alamat_lama", "tgl_lahir_kosong", "tgl_lahir_salah", "jk_salah", "nama_gelar",
    "nama_singkatan", "nama_bin", "nama_ejaan_lama", "nama_salah_ketik", "nama_ny_suami",
    "nama_hilang_kata", "nama_urutan", "nama_ibu_varian", "nik_ibu_kosong", "total_salah", "nopol_ulang",
    "rangka_ganda", "rangka_kosong", "rangka_pendek", "dua_puskesmas", "ganda_posyandu", "pemilik_badan",
    "nik_berkas_rusak", "nama_karakter", "badan_salah_ketik",
)  # fmt: skip
PLACEHOLDERS = (
    "0000000000000000",
    "1111111111111111",
    "9999999999999999",
    "1234567890123456",
    "1600000000000000",
)
TEXT_DEFECTS = ("excel_ilmiah", "terpotong", "berformat", "pengganti")
POWERS: Ints = np.array([10**place for place in range(17)], dtype=np.int64)


@dataclass
class Marks:
    """Which defects each row of a dataset carries, one bit per label."""

    size: int
    bits: Ints = field(init=False)

    def __post_init__(self) -> None:
        """Starts clean."""
        self.bits = np.zeros(self.size, dtype=np.int64)

    def add(self, label: str, rows: Bools | Ints) -> None:
        """Marks rows, given as mask or as indexes."""
        self.bits[rows] |= 1 << LABELS.index(label)

    def keep(self, *prefixes: str) -> None:
        """Forgets marks of other kinds, for views that do not show the damaged columns."""
        wanted = sum(1 << number for number, label in enumerate(LABELS) if label.startswith(prefixes))
        self.bits &= wanted

    def has(self, label: str) -> Bools:
        """The rows that carry a label."""
        return np.asarray(self.bits & (1 << LABELS.index(label)) != 0, dtype=np.bool_)


def label_lists(bits: Ints) -> Array:
    """Bits as Arrow lists of labels."""
    kinds, place = np.unique(bits, return_inverse=True)
    lists = [[name for number, name in enumerate(LABELS) if int(kind) >> number & 1] for kind in kinds]
    return pa.array(lists, pa.list_(pa.string())).take(pa.array(place))


def mistype_digit(rng: Rng, numbers: Ints) -> Ints:
    """One digit becomes another one."""
    power = POWERS[rng.integers(0, 16, len(numbers))]
    old = numbers // power % 10
    new = (old + rng.integers(1, 10, len(numbers))) % 10
    return np.asarray(numbers + (new - old) * power, dtype=np.int64)


def exchange_digits(rng: Rng, numbers: Ints) -> Ints:
    """Two neighbouring digits change places; equal neighbours leave the number as it is."""
    power = POWERS[rng.integers(0, 15, len(numbers))]
    right, left = numbers // power % 10, numbers // (power * 10) % 10
    return np.asarray(numbers + (left - right) * power + (right - left) * power * 10, dtype=np.int64)


def scientific(numbers: Ints) -> Array:
    """What Excel shows of a long number in an Indonesian locale: 1,671E+15."""
    lead = np.rint(numbers / 10**12).astype(np.int64)
    return glue(digits(lead // 1000), ",", digits(lead % 1000, 3), "E+15")


def put(text: Array, rows: Bools, values: Array) -> Array:
    """Replaces the masked rows by values given for those rows alone."""
    return pc.replace_with_mask(text, pa.array(rows), values.cast(pa.string()))


def _formatted(rng: Rng, plain: Array, size: int) -> Array:
    """Apostrophe, dots, blanks or an invisible blank around an otherwise right number."""
    cut = pc.utf8_slice_codeunits
    dotted = glue(
        cut(plain, 0, 2),
        ".",
        cut(plain, 2, 4),
        ".",
        cut(plain, 4, 6),
        ".",
        cut(plain, 6, 12),
        ".",
        cut(plain, 12, 16),
    )
    blanks = glue(cut(plain, 0, 6), " ", cut(plain, 6, 12), " ", cut(plain, 12, 16))
    kinds = [glue("'", plain), dotted, blanks, glue(plain, "\u00a0")]
    return pc.choose(pa.array(rng.integers(0, len(kinds), size)), *kinds)


def damage_nik(rng: Rng, nik: Ints, rates: dict[str, float], marks: Marks, *, relative: Ints, card: Ints) -> Array:
    """NIK as an agency holds them.

    Args:
        nik: the true numbers, 0 for none.
        rates: shares by defect, as declared under `<agency>.nik`.
        marks: receives every change made.
        relative: the NIK written when somebody else's is used (0 falls back to the own one).
        card: family card numbers, written when the clerk took the wrong column.

    Returns:
        Text, null for none.
    """
    hit = {name: mask & (nik > 0) for name, mask in split(rng, len(nik), rates).items()}
    found = nik.copy()
    for name, rows in hit.items():
        found[rows] = _damage_digits(rng, name, nik[rows], relative[rows], card[rows])
        marks.add(f"nik_{name}", np.flatnonzero(rows)[found[rows] != nik[rows]])
    marks.add("nik_kosong", nik == 0)
    text = nik_text(found)
    for name, rows in hit.items():
        if name in TEXT_DEFECTS and rows.any():
            text = put(text, rows, _damage_text(rng, name, nik[rows]))
            marks.add(f"nik_{name}", rows)
    return text


def _damage_digits(rng: Rng, name: str, nik: Ints, relative: Ints, card: Ints) -> Ints:
    """Numbers after a defect that leaves them numbers; 0 for none."""
    match name:
        case "salah_ketik":
            return mistype_digit(rng, nik)
        case "tertukar":
            return exchange_digits(rng, nik)
        case "excel_nol":
            return nik // 10 * 10
        case "orang_lain" | "nik_ibu":
            return np.where(relative > 0, relative, nik)
        case "kk_di_nik":
            return card
        case "kosong":
            return np.zeros_like(nik)
    return nik


def _damage_text(rng: Rng, name: str, nik: Ints) -> Array:
    """Texts after a defect that leaves no plain number."""
    match name:
        case "excel_ilmiah":
            return scientific(nik)
        case "terpotong":
            return digits(nik // 10)
        case "berformat":
            return _formatted(rng, nik_text(nik), len(nik))
    return lookup(PLACEHOLDERS, rng.integers(0, len(PLACEHOLDERS), len(nik)))


def _exchange_day_and_month(born: Ints) -> Ints:
    """05-03 becomes 03-05, as PHP and Excel read it; days after the 12th cannot be exchanged and stay."""
    year, month, number = calendar(born)
    first = ((year - 1970) * 12 + np.minimum(number, 12) - 1).astype("datetime64[M]").astype("datetime64[D]")
    return np.where(number <= 12, first.astype(np.int64) + month - 1, born)


def damage_birth(rng: Rng, born: Ints, missing: float, wrong: float, marks: Marks) -> tuple[Ints, Bools]:
    """Birth dates as an agency holds them: day numbers, and which are missing."""
    empty = chance(rng, len(born), missing)
    slip = np.flatnonzero(chance(rng, len(born), wrong) & ~empty)
    shift = np.array([-3653, -366, -31, -10, -1, 1, 10, 31, 365, 3652])
    moved = born[slip] + shift[rng.integers(0, len(shift), len(slip))]
    kind = rng.random(len(slip))
    moved = np.where(kind < 0.4, _exchange_day_and_month(born[slip]), moved)
    moved = np.where(kind > 0.8, first_of_year(born[slip]), moved)  # who knows the year alone writes 1 January
    found = born.copy()
    found[slip] = np.minimum(moved, TODAY_DAY)
    marks.add("tgl_lahir_kosong", empty)
    marks.add("tgl_lahir_salah", found != born)
    return found, empty
