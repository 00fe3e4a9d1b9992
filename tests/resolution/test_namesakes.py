"""A record under one person's NIK that bears the very name of a relative of theirs is not taken for theirs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from resolution_kit import Person, Town, say
from town_kit import families, learnt, registered, seen

from resolution.matching import MANY

pytestmark = pytest.mark.slow

FAMILIES = families(120)
REGISTRY = [person for family in FAMILIES for person in family]
BORN = date(2023, 5, 17)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Town:
    found = Town(tmp_path_factory.mktemp("kota"), linked=True)
    found.night(*REGISTRY, *learnt(FAMILIES, 10_000))
    return found


@pytest.fixture
def town(grown: Town, tmp_path: Path) -> Town:
    return grown.copy(tmp_path / "kota")


def siblings(one: str, other: str, *born: date, mother: str = "RATNA KUSUMA", sex: str = "LL") -> tuple[Person, Person]:
    """Two of one card, and a mother of whom nobody else is."""
    days = born * 2 if len(born) == 1 else born
    first, second = (
        registered(5_001 + n, 7, name, days[n], sex[n], "ANAK", nama_ibu=mother) for n, name in enumerate((one, other))
    )
    return first, second


def under(owner: Person, bearer: Person, number: int = 1, source: str = "samsat", **changes: object) -> Person:
    """The record of one, with the number of the other."""
    return seen(bearer, source, number, **{"nik": owner.nik, "nik_asal": owner.nik, **changes})


def joined(town: Town, record: Person, person: Person) -> bool:
    ids = town.ids()
    return ids[record.id_catatan] == ids[person.id_catatan]


def pairs(town: Town, record: Person) -> set[str]:
    return {name for pair in town.undecided() if record.id_catatan in pair for name in pair} - {record.id_catatan}


TWINS = siblings("ANDI SAPUTRA", "ANDRI SAPUTRA", BORN)
ELDER = siblings("YULI SUSANTO", "YULI SUSANTI", date(1980, 3, 4), date(1985, 7, 9), sex="LP")
SISTERS = siblings("DEWI SARTIKA", "DEWI KARTIKA", date(1991, 2, 3), date(1994, 11, 5), sex="PP")


@pytest.mark.parametrize(
    ("two", "changes"),
    [
        (TWINS, {}),
        (TWINS, {"tanggal_lahir": None}),
        (TWINS, {"tanggal_lahir": "2023-01-01"}),
        (ELDER, {"tanggal_lahir": None}),
        (SISTERS, {"tanggal_lahir": None}),
        (siblings("MUHAMMAD ALI", "ALI", date(1960, 5, 1), date(1990, 2, 7)), {"tanggal_lahir": None}),
        (siblings("SITI ANDINI", "SITI ANDRINI", BORN, sex="PP"), {"nama": "ST. ANDRINI", "nama_kunci": "ST ANDRINI"}),
        (siblings("ABDUL KHALIK", "ABDUL KHALID", BORN), {"nama": "ABD KHALID", "nama_kunci": "ABD KHALID"}),
        (TWINS, {"nama": "ANDRI", "nama_kunci": "ANDRI"}),
        (TWINS, {"nama": "ANDRY SAPUTRA", "nama_kunci": "ANDRY SAPUTRA"}),
    ],
    ids=[
        "twins",
        "twins, no date",
        "twins, year alone",
        "brother and sister",
        "sisters",
        "a name within the other",
        "an abbreviation",
        "another spelling",
        "the first word alone",
        "a slip towards the twin",
    ],
)
@pytest.mark.parametrize("late", [False, True], ids=["at once", "the namesake last"])
def test_who_bears_a_relatives_name_is_the_relative_or_a_question(
    town: Town, two: tuple[Person, Person], changes: dict[str, Any], late: bool
) -> None:
    owner, bearer = two
    record = under(owner, bearer, **changes)
    if late:
        town.night(owner, record)
        assert joined(town, record, owner), "the registry knows nobody of that name yet"
        town.night(bearer)
    else:
        town.night(owner, bearer, record)
    assert not joined(town, record, owner)
    assert joined(town, record, bearer) or bearer.id_catatan in pairs(town, record)


@pytest.mark.parametrize("changes", [{}, {"tanggal_lahir": None}, {"tanggal_lahir": "2023-01-01"}])
def test_twins_of_two_cards_are_told_by_their_mother(town: Town, changes: dict[str, Any]) -> None:
    owner, bearer = TWINS[0].but(nama_ibu="Hj. Ratna Kusuma"), TWINS[1].but(nomor_kk="1671010101009999")
    record = under(owner, bearer, **changes)
    town.night(owner, bearer, record)
    assert not joined(town, record, owner)
    assert joined(town, record, bearer) or bearer.id_catatan in pairs(town, record)


def test_a_card_on_the_record_tells_the_relative_who_moved_out(town: Town) -> None:
    owner, bearer = TWINS[0].but(nama_ibu=None), TWINS[1].but(nomor_kk="1671010101009999", nama_ibu=None)
    record = under(owner, bearer, source="anak")
    assert record.nomor_kk == bearer.nomor_kk
    town.night(owner, bearer, record)
    assert not joined(town, record, owner) and joined(town, record, bearer)


@pytest.mark.parametrize(
    "stranger",
    [
        {"nomor_kk": "1671010101009999", "nama_ibu": "SALMAH"},
        {"tanggal_lahir": "1999-05-17", "nama_ibu": "SALMAH"},
        {"jenis_kelamin": "P"},
    ],
    ids=["another family", "another birth date", "another sex"],
)
def test_a_namesake_whom_the_record_cannot_be_changes_nothing(town: Town, stranger: dict[str, Any]) -> None:
    owner, other = TWINS
    record = under(owner, other, jenis_kelamin="L")
    town.night(owner, other.but(**stranger), record)
    assert joined(town, record, owner)


@pytest.mark.parametrize("filler", ["0000000000000000", "1111111111111111", "1671000000000000"])
def test_a_card_that_nobody_typed_makes_no_relatives(town: Town, filler: str) -> None:
    owner, other = (person.but(nomor_kk=filler, nama_ibu=None) for person in TWINS)
    record = under(owner, other.but(kode_wilayah="1671021001", alamat=None))
    town.night(owner, other, record)
    assert joined(town, record, owner)


def test_a_letter_is_a_slip_where_the_owner_explains_it_as_well(town: Town) -> None:
    owner, other = siblings("MUHAMMAD HASAN", "MUHAMMAD HUSEIN", BORN)
    records = [
        under(owner, owner, n, nama=name, nama_kunci=name)
        for n, name in enumerate(("MUHAMMAD", "MUHAMMAD HASSAN", "MUHAMMAD H"))
    ]
    town.night(owner, other, *records)
    assert all(joined(town, record, owner) for record in records)


@pytest.mark.parametrize(
    ("two", "changes"),
    [(TWINS, {}), (SISTERS, {"tanggal_lahir": "1991-02-28"}), (ELDER, {"jenis_kelamin": None, "tanggal_lahir": None})],
    ids=["twins", "sisters born in one month", "no date and no sex"],
)
def test_two_whom_the_register_gave_one_number_stay_two(
    town: Town, two: tuple[Person, Person], changes: dict[str, Any]
) -> None:
    owner, bearer = two[0], two[1].but(nik=two[0].nik, nik_asal=two[0].nik, **changes)
    town.night(owner, bearer, under(owner, owner, 1), under(owner, bearer, 2))
    assert not joined(town, owner, bearer)


def test_a_placeholder_of_thousands_has_no_relatives(town: Town) -> None:
    """Every name with every card of such a number would be millions of rows."""
    owner = TWINS[0]
    crowd = [
        registered(10_000 + n, n, f"WARGA {chr(65 + n % 26)}{n}", BORN, "L", "ANAK", nama_ibu="RATNA").but(
            nik=owner.nik, nik_asal=owner.nik
        )
        for n in range(1_500)
    ]
    town.night(*crowd, *(under(owner, one, n) for n, one in enumerate(crowd)))
    assert not town.con.execute("from resolved.senama where nik = ?", [owner.nik]).fetchall()


def test_a_namesake_that_leaves_or_is_renamed_gives_the_record_back(town: Town) -> None:
    owner, bearer = TWINS
    record = under(owner, bearer)
    town.night(owner, bearer, record)
    town.night(bearer.but(nama="BAYU SAPUTRA", nama_kunci="BAYU SAPUTRA"))
    assert joined(town, record, owner)
    town.night(bearer)
    assert not joined(town, record, owner)
    town.night(gone=(bearer.id_catatan,))
    assert joined(town, record, owner)


def test_a_steward_has_the_last_word(town: Town) -> None:
    owner, bearer = TWINS
    record = under(owner, bearer)
    say(town, "sama", record, owner)
    town.night(owner, bearer, record)
    assert joined(town, record, owner) and not joined(town, owner, bearer)


def test_nights_in_any_order_are_one_rebuild(grown: Town, tmp_path: Path) -> None:
    owner, bearer = TWINS
    records = [under(owner, bearer), under(owner, owner, 2), under(owner, bearer, 3, tanggal_lahir=None)]
    found = []
    for n, nights in enumerate(
        ([(bearer,), tuple(records), (owner,)], [(owner, bearer), *((one,) for one in records)])
    ):
        town = grown.copy(tmp_path / str(n))
        for night in nights:
            town.night(*night)
        found.append((town.groups(), town.questions()))
        town.night(full_refresh=True)
        found.append((town.groups(), town.questions()))
    assert all(each == found[0] for each in found)


def as_refreshed(town: Town, folder: Path) -> bool:
    """Whether a full refresh would change nothing."""
    refreshed = town.copy(folder)
    refreshed.night(full_refresh=True)
    return (refreshed.groups(), refreshed.ids(), refreshed.questions()) == (town.groups(), town.ids(), town.questions())


@pytest.mark.parametrize("leaves", ["is gone", "moves"])
def test_a_card_that_becomes_more_than_a_familys_or_one_again(town: Town, tmp_path: Path, leaves: str) -> None:
    """Of whoever comes and goes the name is like nobody's."""
    owner, bearer = ELDER
    record = under(owner, bearer, tanggal_lahir=None)
    others = [
        registered(6_000 + n, 7, f"PENGHUNI {chr(65 + n % 26)}{chr(65 + n // 26)}", date(1970, 1, 1), "L", "LAINNYA")
        for n in range(MANY - len(FAMILIES[7]) - len(ELDER) + 1)
    ]
    town.night(owner, bearer, record, *others[:-1])
    assert not joined(town, record, owner)
    town.night(others[-1])
    assert joined(town, record, owner) and as_refreshed(town, tmp_path / "naik")
    if leaves == "moves":
        town.night(others[0].but(nomor_kk="1671010101009999"))
    else:
        town.night(gone=(others[0].id_catatan,))
    assert not joined(town, record, owner) and as_refreshed(town, tmp_path / "turun")


def test_an_older_release_knew_no_crowded_cards(town: Town, tmp_path: Path) -> None:
    owner, bearer = TWINS
    record = under(owner, bearer)
    town.night(owner, record)
    assert joined(town, record, owner)
    town.con.execute(
        "create or replace table resolved.senama as select nik, array_to_string(kata, ' ') as nama, kunci, id_catatan "
        "from resolved.senama where false"
    )
    town.night(bearer)
    assert not joined(town, record, owner) and as_refreshed(town, tmp_path / "segar")
