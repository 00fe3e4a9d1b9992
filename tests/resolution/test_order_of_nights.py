"""Nights in another order, or agencies that come late: what is joined and asked is as if all had come at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from resolution_kit import Town
from town_kit import families, learnt, registered, seen

pytestmark = pytest.mark.slow

FAMILIES = families(120)
REGISTRY = [person for family in FAMILIES for person in family]
FATHER = FAMILIES[7][0]


@pytest.mark.parametrize("order", [(1, 2), (2, 1)], ids=["as their names go", "the other way round"])
def test_a_unit_of_two_records_is_asked_about_once_in_whatever_order_they_came(
    tmp_path: Path, order: tuple[int, int]
) -> None:
    """Two records of one NIK that the registry lacks, both as like a person whom they may be."""
    son = registered(5_000, 7, FATHER.nama or "", date(2000, 5, 17), "L", "ANAK")
    other = registered(901, 7, "X Y", date(1950, 1, 1), "L", "FAMILI LAIN")
    unit = {n: seen(FATHER, "samsat", n, tanggal_lahir=None, nik=other.nik, nik_asal=other.nik) for n in order}
    town = Town(tmp_path / "kota", linked=True)
    town.night(*REGISTRY, *learnt(FAMILIES, 10_000), son)
    for n in order:
        town.night(unit[n])
    pairs = [
        (chosen, b) for chosen, b in town.con.execute(
            "select a.id_catatan, b.id_catatan from resolved.tautan inner join resolved.banding as a on l = a.nomor "
            "inner join resolved.banding as b on r = b.nomor"
        ).fetchall() if chosen in {record.id_catatan for record in unit.values()}
    ]  # fmt: skip
    assert {chosen for chosen, _ in pairs} == {unit[2].id_catatan}, "of equals the last by name, not by night"
    asked = [
        tuple(sorted((a, b))) for a, b in town.con.execute(
            "select id_catatan_a, id_catatan_b from resolved.tinjauan"
        ).fetchall() if unit[1].id_catatan in (a, b) or unit[2].id_catatan in (a, b)
    ]  # fmt: skip
    assert len(set(asked)) == len(asked) and not any(unit[2].id_catatan in pair for pair in asked)
    whole = Town(tmp_path / "sekaligus", linked=True)
    whole.linking = town.linking
    whole.night(*REGISTRY, *learnt(FAMILIES, 10_000), son, *unit.values())
    assert town.questions() == whole.questions()


def test_agencies_that_come_after_the_first_night_are_learnt_from_once(tmp_path: Path) -> None:
    late, whole = Town(tmp_path / "belakangan", linked=True), Town(tmp_path / "sekaligus", linked=True)
    agencies = learnt(FAMILIES, 10_000)
    agencies += [seen(person, "samsat", n, tanggal_lahir=None) for n, person in enumerate(REGISTRY[:100:4])]
    late.night(*REGISTRY)
    assert late.night(*agencies).trained
    whole.night(*REGISTRY, *agencies)
    assert late.groups() == whole.groups() and late.undecided() == whole.undecided()
    assert not late.night(seen(FATHER, "samsat", 900)).trained


def test_a_small_agency_does_not_train_every_night(tmp_path: Path) -> None:
    town = Town(tmp_path / "kota", linked=True)
    town.night(*REGISTRY)
    nights = [
        town.night(seen(person, "ibu", n, nik=person.nik, nik_asal=person.nik))
        for n, person in enumerate(REGISTRY[1:13:4])
    ]
    assert [night.trained for night in nights] == [True, False, False]
