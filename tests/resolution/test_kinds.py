"""Golden cases of the comparisons: which level two values reach, whichever stands first."""

from __future__ import annotations

import duckdb
import pytest

from resolution.kinds import splink_comparison
from resolution.learning import level_case
from resolution.settings import Comparison

DATES = [
    ("1990-03-25", "1990-03-25", "sama"),
    ("1990-03-01", "1990-03-01", "sama, tanggal satu"),
    ("1990-01-01", "1990-01-01", "sama, 1 Januari"),
    ("1990-03-05", "1990-05-03", "hari dan bulan tertukar"),
    ("1990-03-25", "1990-01-01", "tahun sama, satu 1 Januari"),
    ("1990-03-25", "1990-03-26", "satu angka lain"),
    ("1990-03-25", "1990-03-52", "satu angka lain"),
    ("1990-03-25", "1980-03-15", "dua angka lain"),
    ("1990-03-25", "1990-11-07", "tahun sama"),
    ("1990-03-25", "1961-11-07", "berbeda"),
    ("1990-03-25", None, "tidak diketahui"),
]
NAMES = [
    ("SITI AMINAH", "SITI AMINAH", "sama"),
    ("SITI AMINAH", "AMINAH SITI", "kata sama, urutan lain"),
    ("SITI NUR AMINAH", "SITI AMINAH", "satu kata lebih"),
    ("SITI AMINAH", "S AMINAH", "kata disingkat"),
    ("SITI AMINAH", "SITI AMNIAH", "satu dua huruf lain"),
    ("SITI AMINAH", "AMINAH", "satu kata saja"),
    ("BUDI", "BUDY", "satu huruf lain, nama pendek"),
    ("SITI AMINAH", "BUDI SANTOSO", "berbeda"),
]
NIKS = [
    ("1671016503900001", "1671016503900001", "tidak diketahui"),
    ("1671016503900001", "1671016503800001", "satu angka lain atau tertukar"),
    ("1671016503900001", "1671015603900001", "satu angka lain atau tertukar"),
    ("1671016503900007", "1671016503900000", "lima belas angka sama"),
    ("1671016503900007", "167101650390000", "lima belas angka sama"),
    ("1671016503900012", "1671016503900013", "nomor urut mirip"),
    ("1671016503900012", "1607225107710002", "berbeda"),
]
CASES = [
    *(("tanggal", *case) for case in DATES),
    *(("nama", *case) for case in NAMES),
    *(("nik_dekat", *case) for case in NIKS),
]


@pytest.mark.parametrize(("kind", "one", "other", "level"), CASES)
def test_two_values_reach_their_level_either_way(kind: str, one: str, other: str | None, level: str) -> None:
    more = ("janggal",) if kind == "nik_dekat" else ()
    comparison = Comparison(nama="uji", jenis=kind, kolom="nilai", kolom_lain=more)  # type: ignore[arg-type]
    _, *levels = splink_comparison(comparison)["comparison_levels"]
    words = ["tidak diketahui", *(found["label_for_charts"] for found in levels)]
    for left, right in ((one, other), (other, one)):
        row = duckdb.execute(
            f"select {level_case(comparison)} from (select ?::varchar as nilai_l, ?::varchar as nilai_r, "
            "null::varchar as janggal_l, null::varchar as janggal_r)",
            [left, right],
        ).fetchone()
        assert row and words[row[0] + 1] == level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("1671016503900001", "1671016503800001", "satu angka lain, NIK janggal"),
        ("1671016503900001", "1671016503900001", "tidak diketahui"),
        # a serial that is off makes no NIK odd: it is a neighbour's
        ("1671016503900012", "1671016503900013", "nomor urut mirip"),
        ("1671016503900007", "1671016503900000", "lima belas angka sama"),
    ],
)
def test_a_slip_is_likelier_in_a_nik_that_cannot_be(one: str, other: str, level: str) -> None:
    comparison = Comparison(nama="nik", jenis="nik_dekat", kolom="nik", kolom_lain=("janggal",))
    _, *levels = splink_comparison(comparison)["comparison_levels"]
    words = ["tidak diketahui", *(found["label_for_charts"] for found in levels)]
    for odd in (("ya", None), (None, "ya")):
        row = duckdb.execute(
            f"select {level_case(comparison)} from (select ?::varchar as nik_l, ?::varchar as nik_r, "
            "?::varchar as janggal_l, ?::varchar as janggal_r)",
            [one, other, *odd],
        ).fetchone()
        assert row and words[row[0] + 1] == level
