"""Kinds of comparison: from the strongest agreement to none, as levels of Splink.

Splink's conditions name the two values ``<column>_l`` and ``<column>_r``; two records may stand either way, so no level
depends on it. Every list begins with "unknown" and ends with "else". What a level is worth is not stated here: it is
learnt, see ``resolution.training``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from resolution.settings import Comparison

Level = tuple[str, str]
#: Similarity of two texts by Jaro-Winkler: a slip or two, a resemblance.
CLOSE, ALIKE = 0.92, 0.8
#: Levels of names of which one is a part of the other: the commoner of the two says how much that is worth.
PARTS = ("satu kata lebih", "satu kata saja", "sebagian kata")


def splink_comparison(comparison: Comparison) -> dict[str, Any]:
    """The comparison as Splink's settings state it."""
    if comparison.jenis in _KINDS_OF_SEVERAL:
        levels = _KINDS_OF_SEVERAL[comparison.jenis](comparison.kolom, *comparison.kolom_lain)
    else:
        levels = _KINDS[comparison.jenis](comparison.kolom)
    exact = f"{comparison.kolom}_l = {comparison.kolom}_r"
    unknown = [exact] if comparison.jenis == "nik_dekat" else []
    found: list[dict[str, Any]] = [_null(comparison.kolom, *unknown)]
    for label, condition in levels:
        level: dict[str, Any] = {"sql_condition": condition, "label_for_charts": label}
        if comparison.frekuensi and (condition == exact or label in PARTS):
            level |= {
                "tf_adjustment_column": comparison.kolom, "tf_adjustment_weight": 1.0,
                "disable_tf_exact_match_detection": True,
            }  # fmt: skip
        found.append(level)
    found.append({"sql_condition": "ELSE", "label_for_charts": "berbeda"})
    return {"output_column_name": comparison.nama, "comparison_levels": found}


def _null(column: str, *others: str) -> dict[str, Any]:
    condition = " or ".join((f"{column}_l is null", f"{column}_r is null", *others))
    return {"sql_condition": condition, "label_for_charts": "tidak diketahui", "is_null_level": True}


def _edits(c: str, relation: str, edits: int) -> str:
    """How many letters are off, two exchanged counting once: asked only where the count without exchanges, which is
    at most twice as high and five times as fast, allows it."""
    return f"(levenshtein({c}_l, {c}_r) <= {2 * edits} and damerau_levenshtein({c}_l, {c}_r) {relation} {edits})"


def _same(c: str) -> list[Level]:
    return [("sama", f"{c}_l = {c}_r")]


def _text(c: str) -> list[Level]:
    likeness = f"jaro_winkler_similarity({c}_l, {c}_r)"
    return [*_same(c), ("satu dua huruf lain", f"{likeness} >= {CLOSE}"), ("mirip", f"{likeness} >= {ALIKE}")]


def _name(c: str) -> list[Level]:
    """Names made comparable: the same words, one word more, initials, slips in each word."""
    left, right = f"string_split({c}_l, ' ')", f"string_split({c}_r, ' ')"
    fewer, more = f"least(len({left}), len({right}))", f"greatest(len({left}), len({right}))"
    common = f"len(list_intersect({left}, {right}))"
    initials = f"list_transform({left}, lambda k: k[1])", f"list_transform({right}, lambda k: k[1])"
    short = " or ".join(f"regexp_matches({c}_{side}, '\\b[A-Z]\\b')" for side in "lr")
    likeness = f"jaro_winkler_similarity({c}_l, {c}_r)"
    return [
        *_same(c),
        ("kata sama, urutan lain", f"length({c}_l) = length({c}_r) and list_sort({left}) = list_sort({right})"),
        ("satu kata lebih", f"{common} = {fewer} and {more} - {fewer} = 1 and {fewer} >= 2"),
        ("kata disingkat", f"{common} >= 1 and len({left}) = len({right}) and {initials[0]} = {initials[1]}"
                           f" and {common} = len({left}) - 1 and ({short})"),
        ("satu dua huruf lain", f"{_edits(c, '<=', 2)} and length({c}_l) > 6"),
        ("satu kata saja", f"{fewer} = 1 and {common} = 1"),
        ("sebagian kata", f"{common} = {fewer}"),
        ("satu huruf lain, nama pendek", f"{_edits(c, '=', 1)} and length({c}_l) >= 3"),
        ("mirip", f"{likeness} >= {CLOSE}"),
    ]  # fmt: skip


def _official_name(c: str) -> list[Level]:
    """Names out of registers: what is nearly equal is somebody else's, for twins are called Bagas and Bagus."""
    return _name(c)[:4]


def _date(c: str) -> list[Level]:
    """Dates as text ``YYYY-MM-DD``: the same, the same but one that is written where only the year or the month is
    known, day and month exchanged, the year alone on one side, one or two digits off, the same year."""
    same, first, january = f"{c}_l = {c}_r", f"{c}_l[9:] = '01'", f"{c}_l[6:] = '01-01'"
    swapped = f"{c}_l[:4] = {c}_r[:4] and {c}_l[6:7] = {c}_r[9:10] and {c}_l[9:10] = {c}_r[6:7]"
    return [
        ("sama", f"{same} and not {first}"),
        ("sama, tanggal satu", f"{same} and not {january}"),
        ("sama, 1 Januari", same),
        ("hari dan bulan tertukar", swapped),
        ("tahun sama, satu 1 Januari", f"{c}_l[:4] = {c}_r[:4] and ({january} or {c}_r[6:] = '01-01')"),
        ("satu angka lain", _edits(c, "=", 1)),
        ("dua angka lain", _edits(c, "=", 2)),
        ("tahun sama", f"{c}_l[:4] = {c}_r[:4]"),
    ]


def _digits(c: str) -> list[Level]:
    return [*_same(c), ("satu angka lain atau tertukar", _edits(c, "=", 1))]


def _nik(c: str) -> list[Level]:
    """Digits of a NIK as received: the same, a spreadsheet's fifteen digits, one digit off or two exchanged."""
    fifteen = (
        f"{c}_l[:15] = {c}_r[:15] and (right({c}_l, 1) = '0' or right({c}_r, 1) = '0'"
        f" or least(length({c}_l), length({c}_r)) = 15)"
    )
    slip = _edits(c, "=", 1)
    return [*_same(c), ("lima belas angka sama", fifteen), ("satu angka lain atau tertukar", slip)]


def _near_nik(c: str, odd: str) -> list[Level]:
    """Damaged digits of a NIK; an equal NIK says nothing here: what it settles is settled before, and where name or
    birth date contradict it, it is a relative's. ``odd`` says of a NIK that no district of its code ever was, or that
    its own record says another birth date or sex: then a slip is likelier than somebody else."""
    slip = _edits(c, "=", 1)
    fifteen = f"{c}_l[:15] = {c}_r[:15] and (least(length({c}_l), length({c}_r)) = 15 or right({c}_l, 1) = '0')"
    return [
        ("satu angka lain, NIK janggal", f"({odd}_l = 'ya' or {odd}_r = 'ya') and {slip} and {c}_l[13:] = {c}_r[13:]"),
        ("satu angka lain atau tertukar", f"{slip} and {c}_l[13:] = {c}_r[13:]"),
        ("lima belas angka sama", f"{fifteen} or ({c}_l[:15] = {c}_r[:15] and right({c}_r, 1) = '0')"),
        ("nomor urut mirip", slip),
    ]


def _region(c: str) -> list[Level]:
    """Kemendagri codes as digits: village, district, regency."""
    return [
        ("desa sama", f"{c}_l = {c}_r and length({c}_l) = 10"),
        ("kecamatan sama", f"{c}_l[:6] = {c}_r[:6] and length({c}_l) >= 6"),
        ("kabupaten sama", f"{c}_l[:4] = {c}_r[:4]"),
    ]


def _home(region: str, address: str, neighbourhood: str) -> list[Level]:
    """Region, address and RT/RW together: a hamlet says something only inside its village, a house number also where
    the village's code is another (an old one, or the one it was split from)."""
    village, *wider = _region(region)
    here, same = village[1], f"{address}_l = {address}_r"
    alike = f"jaro_winkler_similarity({address}_l, {address}_r) >= {CLOSE}"
    return [
        ("desa dan alamat bernomor sama", f"{here} and {same} and {_numbered(f'{address}_l')}"),
        ("desa, alamat dan RT/RW sama", f"{here} and {same} and {neighbourhood}_l = {neighbourhood}_r"),
        ("desa dan alamat sama", f"{here} and {same}"),
        ("desa sama, alamat mirip", f"{here} and {alike}"),
        village,
        ("alamat bernomor sama, desa lain", f"{same} and {_numbered(f'{address}_l')}"),
        *wider,
    ]


def _crosswise(one: str, other: str) -> list[Level]:
    """Two columns exchanged by who filled them in: evidence for, never against."""
    return [("bertukar", f"{one}_l = {other}_r and {other}_l = {one}_r and {one}_l <> {other}_l")]


def _numbered(address: str) -> str:
    """Whether an address ends in a house number; hamlets are numbered too."""
    return f"(regexp_matches({address}, ' [0-9]+[A-Z]?$') and not starts_with({address}, 'DSN '))"


def equality_key(comparison: Comparison) -> str | None:
    """SQL over one record: equal keys are the comparison's strongest agreement; None where no key tells."""
    if comparison.jenis in ("silang", "nik_dekat"):
        return None
    if comparison.jenis == "tanggal":
        return f"case when {comparison.kolom}[9:] <> '01' then {comparison.kolom} end"
    if comparison.jenis != "domisili":
        return comparison.kolom
    address = comparison.kolom_lain[0]
    return f"case when {_numbered(address)} then {comparison.kolom} || chr(31) || {address} end"


_KINDS: dict[str, Callable[[str], list[Level]]] = {
    "sama": _same, "teks": _text, "nama": _name, "nama_resmi": _official_name, "tanggal": _date, "angka": _digits,
    "nik": _nik, "wilayah": _region,
}  # fmt: skip
_KINDS_OF_SEVERAL: dict[str, Callable[..., list[Level]]] = {
    "domisili": _home, "silang": _crosswise, "nik_dekat": _near_nik,
}  # fmt: skip
