"""Person records that identity cannot use: what is missing is told, nobody is left without an id in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from resolution_kit import COLUMNS, KEY, RECORDS, Person, Town

from contracts.errors import SatuDataError
from resolution.identity import resolve_people
from resolution.records import LINKED, NEEDED

SITI = Person("a|p|1", "1671016503900001", "SITI AMINAH", "1990-03-25", nama="SITI AMINAH")
BUDI = Person("a|p|2", "1671011703800002", "BUDI SANTOSO", "1980-03-17", nama="BUDI SANTOSO")


@pytest.fixture(params=[pytest.param(False, id="by NIK"), pytest.param(True, id="linked", marks=pytest.mark.slow)])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Town:
    return Town(tmp_path, linked=request.param)


def resolve(town: Town, records: str = RECORDS) -> None:
    resolve_people(town.con, records, key=KEY, registry=town.registry, run_id="000009-uji", linking=town.linking)


def test_all_columns_are_needed_by_somebody() -> None:
    assert {*NEEDED, *LINKED} == {*COLUMNS, "_run_id"}


def test_all_missing_columns_are_named(town: Town) -> None:
    for name in ("nama_kunci", "_run_id", "nomor_kk"):
        town.con.execute(f"alter table {RECORDS} drop column {name}")
    with pytest.raises(SatuDataError, match=r"main\.catatan lacks the columns nama_kunci, nomor_kk, _run_id; needed: "):
        resolve(town)


def test_columns_of_links_are_needed_by_links_alone(tmp_path: Path) -> None:
    for linked in (False, True):
        town = Town(tmp_path / str(linked), linked=linked)
        town.con.execute(f"alter table {RECORDS} drop column alamat")
        if not linked:
            resolve(town)
            continue
        with pytest.raises(SatuDataError, match="lacks the columns alamat; needed"):
            resolve(town)


def test_a_missing_relation_is_named(town: Town) -> None:
    with pytest.raises(SatuDataError, match=r"there is no relation main\.tiada; .*No id was given or changed"):
        resolve(town, "main.tiada")


@pytest.mark.parametrize("name", [None, "", "  "])
@pytest.mark.parametrize("night", [1, 2])
def test_a_record_with_a_blank_id_is_refused(town: Town, name: str | None, night: int) -> None:
    if night == 2:
        town.night(BUDI)
    with pytest.raises(SatuDataError, match="1 records without id_catatan, 0 whose"):
        town.night(SITI.but(id_catatan=name))
    assert set(town.ids()) == ({BUDI.id_catatan} if night == 2 else set())


@pytest.mark.parametrize("full_refresh", [False, True])
def test_a_record_of_no_run_is_refused(town: Town, full_refresh: bool) -> None:
    town.night(SITI)
    before = town.ids()
    town.con.execute(f"insert into {RECORDS} select * replace (null as _run_id, 'a|p|2' as id_catatan) from {RECORDS}")
    with pytest.raises(SatuDataError, match="1 records without _run_id"):
        town.night(BUDI.but(id_catatan="a|p|3"), full_refresh=full_refresh)
    assert town.ids() == before


def test_a_run_id_that_goes_back_is_told(town: Town) -> None:
    town.runs = 5
    town.night(SITI)
    before = town.ids()
    town.runs = 0
    with pytest.raises(
        SatuDataError, match=r"1 records have no id and are not of a run after 000006-uji.*full refresh"
    ):
        town.night(BUDI)
    assert town.ids() == before
    town.night(full_refresh=True)
    assert set(town.ids()) == {SITI.id_catatan, BUDI.id_catatan}


def test_it_is_told_though_as_many_others_came_and_went(town: Town) -> None:
    town.night(SITI, SITI.but(id_catatan="a|p|8"), SITI.but(id_catatan="a|p|9"))
    town.con.execute(f"insert into {RECORDS} select * replace ('a|p|5' as id_catatan) from {RECORDS} limit 1")
    with pytest.raises(SatuDataError, match="1 records have no id"):
        town.night(BUDI, gone=("a|p|8", "a|p|9"))


def test_an_old_record_that_stands_twice_is_told(town: Town) -> None:
    town.night(SITI, BUDI)
    before = town.ids()
    town.con.execute(f"insert into {RECORDS} from {RECORDS} where id_catatan = ?", [SITI.id_catatan])
    with pytest.raises(SatuDataError, match=r"1 records have no id .*another record's id_catatan"):
        town.night(BUDI.but(id_catatan="a|p|3"))
    with pytest.raises(SatuDataError, match="1 whose id_catatan another record has"):
        town.night(full_refresh=True)
    assert town.ids() == before
