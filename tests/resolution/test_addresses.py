"""Addresses made comparable: every rule of the table keeps its example, and ways of writing one address meet."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.addresses import KINDS, address_expression, address_rules
from resolution.names import NameRule


def comparable(address: str | None) -> str | None:
    with duckdb.connect() as con:
        row = con.execute(f"select {address_expression('a')} from (select ?::varchar as a)", [address]).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("rule", address_rules(), ids=lambda rule: f"{rule.aturan}-{rule.dari}-{rule.contoh}")
def test_every_rule_keeps_its_example(rule: NameRule) -> None:
    assert comparable(rule.contoh) == rule.hasil
    assert rule.aturan in KINDS and rule.sumber


@pytest.mark.parametrize(
    "address",
    [
        "Jl. Merdeka No. 012 RT 02 RW 05",
        "JALAN MERDEKA NO.12",
        "Jln Merdeka, 12 (RT.002/RW.005)",
        "jl merdeka nomor 12",
    ],
)
def test_ways_of_writing_one_address_meet(address: str) -> None:
    assert comparable(address) == "JL MERDEKA 12"


@pytest.mark.parametrize("address", [None, "", "-", "RT 01 RW 02", "..."])
def test_nothing_left_is_unknown(address: str | None) -> None:
    assert comparable(address) is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_capitals_and_digits_or_nothing(text: str) -> None:
    found = comparable(text)
    assert found is None or all(word.isascii() and word.isalnum() and word == word.upper() for word in found.split(" "))
