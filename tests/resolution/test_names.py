"""Names made comparable: every rule of the table keeps its example, and no name is lost or invented."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.names import KINDS, NameRule, name_expression, name_rules

ROOT = Path(__file__).parents[2]


def comparable(name: str | None) -> str | None:
    with duckdb.connect() as con:
        row = con.execute(f"select {name_expression('nama')} from (select ?::varchar as nama)", [name]).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("rule", name_rules(), ids=lambda rule: f"{rule.aturan}-{rule.dari}")
def test_every_rule_keeps_its_example(rule: NameRule) -> None:
    assert comparable(rule.contoh) == (rule.hasil or None)
    assert rule.aturan in KINDS and rule.sumber


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Prof. Dr. H. Muh. Soekarno, S.H., M.Si", "MUHAMAD SUKARNO"),
        ("Hj. Sti. Aminah binti H. Saleh", "SITI AMINAH"),
        ("Suharto", "SUHARTO"),
        ("M", "M"),  # a lone letter is all that was written down
        ("Andi M. Rizki", "ANDI M RIZKI"),  # in the middle M. is an initial
        ("José  Núñez", "JOSE NUNEZ"),
        ("A'isyah", "AISYAH"),
        ("Anne-Marie", "ANE MARIE"),
        ("H.", "H"),
        ("12345", None),
        ("", None),
        (None, None),
    ],
)
def test_names_of_the_field(name: str | None, expected: str | None) -> None:
    assert comparable(name) == expected


@pytest.mark.parametrize("rule", [rule for rule in name_rules() if rule.aturan == "bukan_nama"], ids=lambda r: r.dari)
def test_what_is_no_name_is_none_in_the_models_either(rule: NameRule) -> None:
    macros = (ROOT / "dbt_project" / "macros" / "fungsi.sql").read_text()
    start = macros.index("create or replace macro nama_kunci")
    with duckdb.connect() as con:
        con.execute(macros[start : macros.index(");\n", start) + 1])
        assert con.execute("select nama_kunci(?)", [rule.contoh]).fetchone() == ("",)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_words_of_letters_or_nothing(text: str) -> None:
    found = comparable(text)
    assert found is None or all(word.isascii() and word.isalpha() and word.isupper() for word in found.split(" "))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["MUHAMMAD", "RIZKI", "SITI", "NUR", "HASAN", "BUDI"]), min_size=1, max_size=4))
def test_case_and_spaces_say_nothing(words: list[str]) -> None:
    assert comparable(" ".join(words)) == comparable("  " + "   ".join(words).lower() + " ")
