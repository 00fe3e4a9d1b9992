"""Who must stay two, whatever resembles both; and words about records that come, go and return."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from resolution_kit import RECORDS, Person, Town, say
from town_kit import families, learnt, registered, seen

from contracts.errors import SatuDataError

pytestmark = pytest.mark.slow
FAMILIES = families(60)
REGISTRY = [person for family in FAMILIES for person in family]
FATHER = FAMILIES[4][0]
OTHER = registered(8_001, 5, "BUDI GUNAWAN", date(1970, 2, 3), "L", "FAMILI LAIN")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Town:
    town = Town(tmp_path_factory.mktemp("kota"), linked=True)
    town.night(*REGISTRY, *learnt(FAMILIES, 10_000))
    return town


@pytest.fixture
def town(grown: Town, tmp_path: Path) -> Town:
    return grown.copy(tmp_path)


def same(town: Town, one: Person, other: Person) -> bool:
    ids = town.ids()
    return ids[one.id_catatan] == ids[other.id_catatan]


def as_rebuilt(town: Town) -> bool:
    """Whether a full refresh changes nothing."""
    before = town.groups(), town.ids(), town.questions()
    town.night(full_refresh=True)
    return (town.groups(), town.ids(), town.questions()) == before


def asked(town: Town) -> set[frozenset[object]]:
    return {frozenset(row[2:4]) for row in town.questions()[0] if row[0] == "ragu"}


def test_one_nik_that_two_lists_give_to_two_people_melts_nobody(town: Town) -> None:
    one = registered(8_001, 0, "KARTINI PUSPITA", date(1980, 3, 4), "P", "ISTRI")
    other = registered(8_002, 5, "KARTINI PUSPITA", date(1995, 7, 21), "P", "ISTRI")
    number = {"nik": "1671014403800777", "nik_asal": "1671014403800777"}
    owner, mother = seen(one, "samsat", 1, tanggal_lahir=None, **number), seen(other, "ibu", 1, **number)
    town.night(one, other, owner, mother)
    assert not same(town, one, other) and not same(town, owner, one) and not same(town, mother, other)
    assert {frozenset((owner.id_catatan, one.id_catatan)), frozenset((mother.id_catatan, other.id_catatan))} <= asked(
        town
    )
    assert as_rebuilt(town)


def test_a_word_wins_over_likeness_and_joins_no_third(town: Town) -> None:
    like, settled = seen(FATHER, "samsat", 1), seen(OTHER, "samsat", 2, nik=OTHER.nik, nik_asal=OTHER.nik)
    town.night(OTHER, like, settled)
    assert same(town, like, FATHER) and same(town, settled, OTHER)
    say(town, "sama", like, settled)
    town.night()
    assert same(town, like, OTHER) and not same(town, like, FATHER)
    assert as_rebuilt(town)


def test_two_whom_a_word_makes_one_and_links_send_to_two_people_are_asked_about(town: Town) -> None:
    one, other = seen(FATHER, "samsat", 1), seen(OTHER, "samsat", 2)
    town.night(OTHER, one, other)
    say(town, "sama", one, other)
    town.night()
    assert same(town, one, other) and not same(town, FATHER, OTHER)
    assert not same(town, one, FATHER) and not same(town, other, OTHER)
    assert {frozenset((one.id_catatan, FATHER.id_catatan)), frozenset((other.id_catatan, OTHER.id_catatan))} <= asked(
        town
    )
    assert as_rebuilt(town)


def test_a_word_about_a_record_that_comes_goes_and_returns(town: Town) -> None:
    like = seen(FATHER, "samsat", 1)
    town.night(like)
    say(town, "sama", like, OTHER)
    town.night()
    assert same(town, like, FATHER)
    for _ in range(2):
        town.night(OTHER)
        assert same(town, like, OTHER) and not same(town, FATHER, OTHER)
        assert as_rebuilt(town)
        town.night(gone=(OTHER.id_catatan,))
        assert same(town, like, FATHER)
        assert as_rebuilt(town)


def test_a_record_that_leaves_in_a_full_refresh_has_no_say_any_more(town: Town) -> None:
    like = seen(FATHER, "samsat", 1)
    town.night(OTHER, like, seen(OTHER, "samsat", 2))
    say(town, "sama", like, OTHER)
    town.night()
    town.night(gone=(OTHER.id_catatan,), full_refresh=True)
    assert same(town, like, FATHER)
    assert as_rebuilt(town)


def test_who_was_joined_by_a_word_keeps_the_id_of_a_founder_that_is_gone(town: Town) -> None:
    founder, member = OTHER, registered(8_003, 7, "SITI PUSPITA", date(1990, 5, 5), "P", "ISTRI").but(urutan_pertama=2)
    town.night(founder, member)
    say(town, "sama", founder, member)
    town.night()
    kept = town.ids()[member.id_catatan]
    assert kept == town.ids()[founder.id_catatan]
    assert town.night(gone=(founder.id_catatan,)).pinned == 1
    assert town.ids()[member.id_catatan] == kept and as_rebuilt(town)


@pytest.mark.parametrize("name", [FATHER.id_catatan, None], ids=["another's", "missing"])
def test_every_record_has_an_id_of_its_own(town: Town, name: str | None) -> None:
    before = town.ids()
    town.con.execute(f"insert into {RECORDS} by name select * replace (? as id_catatan, '999999-uji' as _run_id) "
                     f"from {RECORDS} where id_catatan = ?", [name, REGISTRY[0].id_catatan])  # fmt: skip
    with pytest.raises(SatuDataError, match="id_catatan") as failure:
        town.night()
    assert FATHER.id_catatan not in str(failure.value) and town.ids() == before


def test_other_rules_of_names_reach_everybody_in_the_next_night(town: Town) -> None:
    town.con.execute(
        "update resolved.banding set nama = 'MENURUT ATURAN LAMA'; update resolved.banding_aturan set versi = 'lama'"
    )
    town.night()
    assert town.con.execute("select count(*) from resolved.banding where nama like 'MENURUT%'").fetchone() == (0,)


def test_pairs_of_an_older_release_are_weighed_anew_though_nobody_changed(town: Town) -> None:
    town.night(seen(FATHER, "samsat", 1))
    town.con.execute("alter table resolved.pasangan drop column jumlah_blok")
    town.night()
    row = town.con.execute("select count(*), count(jumlah_blok) from resolved.pasangan").fetchone()
    assert row and row[0] == row[1] > 0
    assert town.con.execute("select count(*) from resolved.model_tautan").fetchone() == (1,)
