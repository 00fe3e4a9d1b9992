"""Addresses made comparable: every rule of the table keeps its example, and ways of writing one address meet."""

from __future__ import annotations

import duckdb
import pytest
from expression_kit import over_texts
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.addresses import KINDS, address_expression, address_rules, neighbourhood_expression
from resolution.rule_table import TableRule

comparable = over_texts(address_expression("teks"))


@pytest.mark.parametrize("rule", address_rules(), ids=lambda rule: f"{rule.aturan}-{rule.dari}-{rule.contoh}")
def test_every_rule_keeps_its_example(rule: TableRule) -> None:
    assert comparable(rule.contoh) == rule.hasil
    assert rule.aturan in KINDS and rule.sumber


@pytest.mark.parametrize(
    "address",
    [
        "Jl. Merdeka No. 012 RT 02 RW 05",
        "JALAN MERDEKA NO.12",
        "Jln Merdeka, 12 (RT.002/RW.005)",
        "jl merdeka nomor 12",
        "Jl.Merdeka No12 Rt02/Rw05",
        "Jl. Merdeka No. 12 RT/RW 002/005",
        "Jl. Merdeka No. 12 RT/RW: 02/05",
        "Jl. Merdeka No. 12 RT/RW -",
        "Jl. Merdeka No. 12 RT 2/5",
        "Jl. Merdeka No. 12 RT02RW05",
        "Jl. Merdeka 12 (002/005), Kel. Kedaton",
    ],
)
def test_ways_of_writing_one_address_meet(address: str) -> None:
    assert comparable(address) == "JL MERDEKA 12"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Griya Blok A No. 3", "GRIYA BLK A/3"),
        ("Jl. K.H. Dahlan", "JL KH DAHLAN"),
        ("Jl. Jend. Sudirman", "JALAN JENDERAL SUDIRMAN"),
    ],
)
def test_abbreviations_of_the_field_meet(one: str, other: str) -> None:
    assert comparable(one) == comparable(other) is not None


def test_a_house_with_a_slash_stays() -> None:
    assert comparable("Jl. Merdeka 12/5") == "JL MERDEKA 12 5"
    assert comparable("Jl. Merdeka 12/5 RT 02/RW 05") == "JL MERDEKA 12 5"


@pytest.mark.parametrize("address", [None, "", "-", "RT 01 RW 02", "RT/RW 001/002", "..."])
def test_nothing_left_is_unknown(address: str | None) -> None:
    assert comparable(address) is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_capitals_and_digits_or_nothing(text: str) -> None:
    found = comparable(text)
    assert found is None or all(word.isascii() and word.isalnum() and word == word.upper() for word in found.split(" "))


@pytest.mark.parametrize(
    ("rt", "rw", "address", "expected"),
    [
        ("014", "007", "DUSUN II", "14/7"),
        (None, None, "DUSUN II RT.014/RW.007 DESA TANJUNG", "14/7"),
        (None, None, "Dusun V 009/005 Desa Muara", "9/5"),
        (None, None, "JL. X NO. 7 RT 005 RW 012", "5/12"),
        (None, None, "JL. MAWAR NO. 5 RT/RW 002/005", "2/5"),
        (None, None, "JL. MAWAR NO. 5 RT/RW: 02/05", "2/5"),
        (None, None, "JL. MAWAR NO. 5 RW/RT 05/02", "2/5"),
        (None, None, "JL. MAWAR NO. 5 rw.rt: 005/002 KEL. KEDATON", "2/5"),
        (None, None, "JL. MAWAR NO. 5 RT 2/5", "2/5"),
        (None, None, "Jl.Mawar No5 Rt02/Rw05", "2/5"),
        (None, None, "JL. MAWAR 12/5 RT: 02 RW: 05", "2/5"),
        (None, None, "JL. MAWAR RT02RW05", "2/5"),
        ("3", None, "JL. MAWAR RT/RW 002/005", "3/5"),
        (None, None, "JL. MAWAR 12/5", None),
        (None, None, "JL. MAWAR RT 02", None),
        (None, None, "JL. MAWAR RT/RW 05", None),
        (None, None, "JL. MAWAR RT/RW 002/000", None),
        ("000", None, "JL. KARTINI 4", None),
        ("3", None, "JL. KARTINI 4", None),
        (None, None, None, None),
    ],
)
def test_rt_and_rw_from_columns_or_address(rt: str | None, rw: str | None, address: str | None, expected: str) -> None:
    with duckdb.connect() as con:
        columns = [f"cast(${n} as varchar)" for n in (1, 2, 3)]
        row = con.execute(f"select {neighbourhood_expression(*columns)}", [rt, rw, address]).fetchone()
    assert row == (expected,)
