"""What the registry tells about ids that were merged or parted: when, into what, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from resolution_kit import KEY, Person, Town, say, unsay
from town_kit import families, registered, seen

from contracts.keys import short_id
from resolution import linking
from resolution.decisions import Act, Correction, store
from resolution.registry import load_registry

pytestmark = pytest.mark.slow

A, B, C, D = "1671016503900001", "1671016503900002", "1671016503900003", "1671016503900004"
FAMILIES = families(60)
REGISTRY = [person for family in FAMILIES for person in family]
FATHER, MOTHER, _, _ = FAMILIES[7]
SON = registered(5_000, 7, FATHER.nama or "", date(2000, 5, 17), "L", "ANAK")
#: Fits the father and the son.
EITHER = seen(FATHER, "samsat", 1, tanggal_lahir=None)


def person(name: str, nik: str | None, order: int = 1, called: str = "SITI AMINAH") -> Person:
    return Person(name, nik, called, "1990-03-25", order)


def events(town: Town, kind: str) -> list[tuple[str, str, str, str]]:
    """(id, other id, record, cause) of the events of a kind, oldest first."""
    load_registry(town.con, town.registry)
    return town.con.execute(
        "select id_orang, ke, catatan, sebab from registri where peristiwa = ? order by run_id, id_orang", [kind]
    ).fetchall()


def redirects(town: Town) -> list[tuple[str, str, str]]:
    return town.con.execute("select id_lama, id_orang, sebab from resolved.orang_alih order by all").fetchall()


def rebuilt(town: Town, folder: Path, *people: Person) -> Town:
    """The same state, an empty build, all records in one night."""
    fresh = Town(folder, linked=town.linking is not None)
    fresh.registry, fresh.linking, fresh.runs = town.registry, town.linking, town.runs
    fresh.night(*people)
    return fresh


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Town:
    found = Town(tmp_path_factory.mktemp("kota"), linked=True)
    found.night(*REGISTRY, SON, EITHER)
    return found


@pytest.fixture
def town(grown: Town, tmp_path: Path) -> Town:
    return grown.copy(tmp_path / "kota")


def test_an_equal_nik_is_the_cause_of_a_merge(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(person("a|penduduk|1", A, 1), person("a|penduduk|2", B, 2))
    ids = town.ids()
    assert town.night(person("a|penduduk|2", A, 2)).redirected == 1
    young, old = ids["a|penduduk|2"], ids["a|penduduk|1"]
    assert events(town, "alih") == [(young, old, "", "nik")]
    assert redirects(town) == [(young, old, "nik")]
    assert town.night(person("a|penduduk|9", D, 3)).redirected == 0, "only what a night retired counts"


def test_a_steward_is_the_cause_of_a_merge_and_of_its_undoing(town: Town) -> None:
    ids = town.ids()
    father, either = ids[FATHER.id_catatan], ids[EITHER.id_catatan]
    name = say(town, "sama", EITHER, FATHER)
    town.night()
    assert events(town, "alih") == [(either, father, "", "keputusan")]
    unsay(town, name)
    town.night()
    assert events(town, "pisah") == [(father, either, EITHER.id_catatan, "keputusan")]
    assert redirects(town) == []


def test_likeness_is_the_cause_when_only_one_person_is_left_that_fits(town: Town) -> None:
    ids = town.ids()
    town.night(gone=(SON.id_catatan,))
    assert events(town, "alih") == [(ids[EITHER.id_catatan], ids[FATHER.id_catatan], "", "kemiripan")]


def test_likeness_is_the_cause_again_when_the_word_against_it_is_taken_back(town: Town) -> None:
    """No word says that the two are one: taken back, the other counts as never said."""
    ids = town.ids()
    town.night(gone=(SON.id_catatan,))
    name = say(town, "beda", EITHER, FATHER)
    town.night()
    assert [event[3] for event in events(town, "pisah")] == ["keputusan"]
    unsay(town, name)
    town.night()
    either, father = ids[EITHER.id_catatan], ids[FATHER.id_catatan]
    assert redirects(town) == [(either, father, "kemiripan")]
    assert [event[3] for event in events(town, "alih")] == ["kemiripan", "kemiripan"]


def test_a_part_that_leaves_because_it_says_something_else_now(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(person("a|penduduk|1", A, 1), person("b|pemilik|1", A, 1), person("b|pemilik|2", A, 1))
    left = town.ids()["a|penduduk|1"]
    town.night(person("b|pemilik|1", B, 1), person("b|pemilik|2", B, 1))
    assert events(town, "pisah") == [(left, town.ids()["b|pemilik|1"], "b|pemilik|1", "isi")]


def test_a_part_that_leaves_because_another_record_fits_too(town: Town) -> None:
    """The record joins the only father of the name; then a second man of that name turns up."""
    town.night(gone=(SON.id_catatan,))
    joined = town.ids()[EITHER.id_catatan]
    assert joined == town.ids()[FATHER.id_catatan]
    town.night(SON)
    parted = town.ids()[EITHER.id_catatan]
    assert parted not in (joined, town.ids()[SON.id_catatan])
    assert events(town, "pisah")[-1] == (joined, parted, EITHER.id_catatan, "bukti")


def test_a_change_of_value_alone_is_no_cause(town: Town) -> None:
    """A corrected value of the person is not a decision about who is who."""
    town.night(gone=(SON.id_catatan,))
    when = datetime.now(UTC)
    correction = Correction(
        id="k1", catatan=FATHER.id_catatan, atribut="agama", nilai="HINDU", semula="ISLAM", pemutus="Sri", waktu=when
    )
    store(town.decisions, Act(koreksi=(correction,)), when)
    town.night(SON)
    assert [event[3] for event in events(town, "pisah")] == ["bukti"]


def test_content_is_the_cause_after_a_killed_full_refresh_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    told = seen(FAMILIES[20][0], "samsat", 7)
    town.night(told)
    assert town.ids()[told.id_catatan] == town.ids()[FAMILIES[20][0].id_catatan]

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(linking, "decide", die)
    with pytest.raises(KeyboardInterrupt):
        town.night(full_refresh=True)
    monkeypatch.undo()
    town.night(told.but(nama="ZULFIKAR BAHARUDDIN"))
    assert events(town, "pisah")[-1][2:] == (told.id_catatan, "isi")


def test_redirects_end_at_ids_in_use_however_often_they_retired(tmp_path: Path) -> None:
    town = Town(tmp_path / "kota")
    people = [person(f"a|penduduk|{n}", nik, n) for n, nik in enumerate((A, B, C, D), start=1)]
    town.night(*people)
    ids = [town.ids()[p.id_catatan] for p in people]
    for last in (3, 2, 1):
        people[last:] = [p.but(nik=people[last - 1].nik) for p in people[last:]]
        town.night(*people[last:])
    assert redirects(town) == sorted((name, ids[0], "nik") for name in ids[1:])
    fresh = rebuilt(town, tmp_path / "baru", *people)
    assert redirects(fresh) == redirects(town)


def test_a_rebuild_adds_no_event_and_keeps_the_causes(tmp_path: Path) -> None:
    town = Town(tmp_path / "kota")
    people = [person(f"a|penduduk|{n}", nik, n) for n, nik in enumerate((A, B, C), start=1)]
    town.night(*people, person("b|pemilik|1", A, 1))
    people[2] = people[2].but(nik=B)
    moved = person("b|pemilik|1", D, 1)
    town.night(people[2], moved)
    before = {kind: events(town, kind) for kind in ("terbit", "alih", "pisah")}
    assert [len(found) for found in before.values()] == [4, 1, 1]
    fresh = rebuilt(town, tmp_path / "baru", *people, moved)
    town.night(full_refresh=True)
    assert {kind: events(fresh, kind) for kind in before} == before
    assert redirects(fresh) == redirects(town) and fresh.ids() == town.ids()


def test_a_merge_is_noticed_by_a_build_that_has_lost_the_old_ids(tmp_path: Path) -> None:
    """The build is lost, and in the same night a record becomes another person's."""
    town, other = Town(tmp_path / "kota"), Town(tmp_path / "lain")
    people = [person("a|penduduk|1", A, 1), person("a|penduduk|2", B, 2)]
    for one in (town, other):
        one.night(*people)
    people[1] = people[1].but(nik=A)
    town.night(people[1])
    fresh = rebuilt(other, tmp_path / "baru", *people)
    assert events(fresh, "alih") == events(town, "alih") and redirects(fresh) == redirects(town) != []


def test_a_record_that_comes_back_as_another_persons_redirects_its_old_id(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(person("a|penduduk|1", A, 1), person("a|penduduk|2", B, 2))
    ids = town.ids()
    town.night(gone=("a|penduduk|2",))
    town.night(person("a|penduduk|2", A, 2))
    assert redirects(town) == [(ids["a|penduduk|2"], ids["a|penduduk|1"], "nik")]


def test_files_of_the_first_format_are_read(tmp_path: Path) -> None:
    names = ("peristiwa", "id_orang", "catatan", "kunci_urut", "ke", "run_id")
    rows = [
        ("terbit", "x", "a|penduduk|2", "000002|a|penduduk|2", "", "000000-a"),
        ("alih", "x", "", "", short_id(KEY, "orang", "a|penduduk|1"), "000000-b"),
    ]
    old = pa.table({name: [row[n] for row in rows] for n, name in enumerate(names)})
    town = Town(tmp_path)
    town.registry.mkdir()
    pq.write_table(old.replace_schema_metadata({"format_version": "1"}), town.registry / "000000-a.parquet")
    with duckdb.connect() as con:
        load_registry(con, town.registry)
        assert con.execute("select distinct sebab from registri").fetchall() == [("",)]
    town.night(person("a|penduduk|1", A, 1), person("a|penduduk|2", B, 2))
    town.night(person("a|penduduk|2", A, 2))
    assert {(old, cause) for old, _, cause in redirects(town)} >= {("x", "")}
    assert [event[3] for event in events(town, "alih")] == ["", "nik"]
    versions = {(pq.read_schema(f).metadata or {}).get(b"format_version") for f in town.registry.glob("*.parquet")}
    assert versions == {b"1", b"2"}
