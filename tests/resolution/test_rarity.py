"""How rare a name is: what a town's registry and its offices' lists tell."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolution.links import REGISTRY
from resolution.model import DIGEST, hide_names
from resolution.persons import create_prepared
from resolution.rarity import CUT, LEAST, count_names, words_class

OUTSIDE = "samsat.kendaraan"


def others(names: list[tuple[str, str]], people: int = 1000, *, homes: int = 1_000_000) -> dict[str, float]:
    """Expected other bearers by name, out of ``(name, entity)`` records in so many homes."""
    with duckdb.connect() as con:
        create_prepared(con)
        hide_names(con, bytes(32))
        rows = [(n, entity, name, str(n % homes), False) for n, (name, entity) in enumerate(names)]
        con.executemany(
            "insert into resolved.banding (nomor, entitas, nama, alamat, is_mantap) values (?, ?, ?, ?, ?)", rows
        )
        count_names(con, people, "sering")
        found = con.execute(
            f"""
            with nama as (select distinct nama from resolved.banding)
            select nama, {people} * coalesce(sama.tf_nama, umum.tf_nama) from nama
            left join sering as sama on sama.sidik = {DIGEST}
            inner join sering as umum on umum.sidik = {words_class("nama")}
            """
        ).fetchall()
    return dict(found)


def test_long_names_are_rarer_than_short_ones_that_stand_there_as_often() -> None:
    short = [(f"NAMA{n % 60}", REGISTRY) for n in range(100)]  # forty of sixty stand twice
    long = [(f"A{n % 95} B C", REGISTRY) for n in range(100)]  # five of ninety-five do
    found = others([*short, *long])
    assert found["NAMA50"] == pytest.approx(1) and found["NAMA1"] == pytest.approx(1)
    assert found["A50 B C"] == pytest.approx(2 * 6 / 91)


def test_a_name_alone_never_says_who_somebody_is() -> None:
    found = others([(f"A{n} B C D", REGISTRY) for n in range(500)])
    assert found["A7 B C D"] == LEAST


def test_a_word_that_offices_write_alone_is_as_common_as_they_write_it() -> None:
    registry = [(f"A{n} WAYAN", REGISTRY) for n in range(50)] + [("KETUT", REGISTRY)]
    found = others([*registry, *[("WAYAN", OUTSIDE)] * 9, ("KETUT", OUTSIDE)])
    assert found["WAYAN"] == 8 and found["KETUT"] <= 1


def test_many_vehicles_of_one_owner_are_not_many_people() -> None:
    found = others([("BUDI SANTOSO", REGISTRY), *[("BUDI SANTOSO", OUTSIDE)] * 24], homes=1)
    assert found["BUDI SANTOSO"] <= 1


def test_a_word_of_many_names_is_not_rare_because_nobody_bears_it_alone() -> None:
    registry = [(f"WAYAN A{n}", REGISTRY) for n in range(900)] + [("KETUT", REGISTRY)]
    found = others([*registry, ("WAYAN", OUTSIDE)])
    assert found["WAYAN"] == pytest.approx(CUT * 900)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["A", "B C", "D E F", "G"]), st.sampled_from([REGISTRY, OUTSIDE])), min_size=1)
)
def test_others_are_never_fewer_than_the_least_nor_more_than_the_bearers(names: list[tuple[str, str]]) -> None:
    for name, expected in others(names).items():
        assert LEAST <= expected <= max(sum(other == name for other, _ in names), 1)
