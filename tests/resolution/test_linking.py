"""Records without a usable NIK: who finds their person, who must not, and nights that add up to the whole."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from resolution_kit import Person, Town
from town_kit import families, learnt, registered, seen

pytestmark = pytest.mark.slow

FAMILIES = families(120)
REGISTRY = [person for family in FAMILIES for person in family]
FATHER, MOTHER, CHILD, SIBLING = FAMILIES[7]
CHILD_BORN = date(2000, 5, 17)
TRAINED = re.compile(rb'"dilatih": "[^"]*"')


def grow(folder: Path, *others: Person, threads: int = 1) -> Town:
    found = Town(folder, linked=True, threads=threads)
    found.night(*REGISTRY, *learnt(FAMILIES, 10_000), *others)
    return found


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return grow(tmp_path_factory.mktemp("kota"))


@pytest.fixture
def town(grown: Town, tmp_path: Path) -> Town:
    return grown.copy(tmp_path / "kota")


def joined(found: Town, record: Person, person: Person) -> bool:
    ids = found.ids()
    return ids[record.id_catatan] == ids[person.id_catatan]


def test_all_records_may_vanish_and_come_again(town: Town) -> None:
    before = town.ids()
    assert town.night(gone=tuple(before)).people == 0
    assert town.night().people == 0
    town.night(*REGISTRY, *learnt(FAMILIES, 10_000))
    assert town.ids() == before


@pytest.mark.parametrize("known", [{}, {"alamat": None}], ids=["address", "no address"])
@pytest.mark.parametrize(("owner", "other", "written"), [
    ("AGUS SALIM", "AHMAD SALIM", "A. SALIM"), ("MAHMUD YUNUS", "MUHAMMAD YUNUS", "M. YUNUS"),
])  # fmt: skip
def test_an_initial_under_a_nik_is_the_owners(
    town: Town, owner: str, other: str, written: str, known: dict[str, object]
) -> None:
    mine = registered(7_001, 15, owner, date(1980, 5, 17), "L", "KEPALA KELUARGA")
    theirs = registered(7_002, 16, other, date(1991, 8, 23), "L", "KEPALA KELUARGA").but(kode_wilayah=mine.kode_wilayah)
    record = seen(
        mine, "samsat", 1, nama=written, nama_kunci=written.replace(".", ""), nik=mine.nik, nik_asal=mine.nik,
        tanggal_lahir=None, **known,
    )  # fmt: skip
    town.night(mine, theirs, record)
    assert joined(town, record, mine) and not joined(town, record, theirs)


def test_an_initial_that_fits_two_people_is_asked_about(town: Town) -> None:
    """ "A." may be Ahmad and may be Agus, though the letters of one name are more alike."""
    people = [
        registered(7_001 + n, 15 + n, f"{name} SALIM", date(1980 + n, 5, 17), "L", "KEPALA KELUARGA").but(
            kode_wilayah="1671091001"
        )
        for n, name in enumerate(("AHMAD", "AGUS"))
    ]
    record = seen(people[0], "samsat", 1, nama="A. SALIM", nama_kunci="A SALIM", tanggal_lahir=None, alamat=None)
    town.night(*people, record)
    assert not any(joined(town, record, one) for one in people)
    assert {frozenset({record.id_catatan, one.id_catatan}) for one in people} <= town.undecided()


NEAR = (MOTHER.nik or "")[:7] + str((int((MOTHER.nik or "")[7]) + 1) % 2) + (MOTHER.nik or "")[8:]


@pytest.mark.parametrize(
    ("source", "person", "changes"),
    [
        ("samsat", FATHER, {}),
        ("samsat", FATHER, {"tanggal_lahir": None}),
        ("samsat", FATHER, {"kode_wilayah": "1672021001", "alamat": "DUSUN II"}),
        ("samsat", FATHER, {"tanggal_lahir": f"{(FATHER.tanggal_lahir or '')[:4]}-01-01"}),
        ("samsat", FATHER, {"nama": f"H. {FATHER.nama}"}),
        ("samsat", FATHER, {"nama": (FATHER.nama or "").replace("A", "E", 1)}),
        ("ibu", MOTHER, {"nama_pasangan": FATHER.nama}),
        ("ibu", MOTHER, {"nama": f"Ny. {FATHER.nama}", "nama_pasangan": FATHER.nama}),
        ("ibu", MOTHER, {"nik_asal": NEAR, "tanggal_lahir": None}),
        ("anak", CHILD, {}),
        ("anak", CHILD, {"tanggal_lahir": None, "nik_asal": MOTHER.nik}),
        ("samsat", FATHER, {"tanggal_lahir": None, "nama": " ".join(reversed((FATHER.nama or "").split(" ")))}),
        ("anak", CHILD, {"nama": f"By. Ny. {MOTHER.nama}"}),
        ("ibu", MOTHER, {"nama": FATHER.nama, "nama_pasangan": MOTHER.nama}),
    ],
    ids=[
        "no NIK", "no birth date", "moved", "the year alone", "title", "slip", "mother", "called after her husband", "one digit of the NIK",
        "child", "child under its mother's NIK", "words in another order", "child without a name", "names exchanged",
    ],
)  # fmt: skip
def test_a_record_without_its_nik_finds_its_person(
    town: Town, source: str, person: Person, changes: dict[str, object]
) -> None:
    record = seen(person, source, 1, **changes)
    town.night(record)
    assert joined(town, record, person)


def test_a_relatives_nik_does_not_make_one_of_two(town: Town) -> None:
    record = seen(FATHER, "samsat", 1, nik=MOTHER.nik, nik_asal=MOTHER.nik)
    town.night(record)
    assert not joined(town, record, MOTHER)


def test_a_child_without_a_name_is_not_one_of_two_twins(town: Town) -> None:
    twin = replace(CHILD, id_catatan="penduduk.kota.warga|penduduk|6000", nik=None, nik_asal=None, nama="ZULKIFLI AMIR")
    record = seen(CHILD, "anak", 1, nama=f"By. Ny. {MOTHER.nama}")
    town.night(twin, record)
    assert not joined(town, record, CHILD) and not joined(town, record, twin)
    assert {frozenset({record.id_catatan, one.id_catatan}) for one in (CHILD, twin)} <= town.undecided()


def test_father_and_son_of_one_name_are_left_to_a_person(town: Town) -> None:
    son = registered(5_000, 7, FATHER.nama or "", CHILD_BORN, "L", "ANAK")
    record = seen(FATHER, "samsat", 1, tanggal_lahir=None)
    town.night(son, record)
    assert not joined(town, record, FATHER) and not joined(town, record, son) and not joined(town, FATHER, son)
    pairs = {frozenset((record.id_catatan, other.id_catatan)) for other in (FATHER, son)}
    assert pairs <= town.undecided()


def test_father_and_son_of_one_name_stay_undecided_when_one_has_a_vehicle_already(town: Town) -> None:
    """The father's dated vehicle makes a vehicle without birth date neither his nor his son's."""
    son = registered(900, 7, FATHER.nama or "", CHILD_BORN, "L", "ANAK", nama_ayah=FATHER.nama, nama_ibu=MOTHER.nama)
    dated, undated = seen(FATHER, "samsat", 1), seen(FATHER, "samsat", 2, tanggal_lahir=None)
    town.night(son, dated, undated)
    assert joined(town, dated, FATHER)
    assert not joined(town, undated, FATHER) and not joined(town, undated, son)
    assert frozenset((undated.id_catatan, FATHER.id_catatan)) in town.undecided()


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_one_word_of_a_name_in_a_house_where_another_bears_that_word_is_left_to_a_person(
    town: Town, place: str
) -> None:
    """Wayan, and his daughter whose name has his in it: a list that says "Wayan" may have cut hers short."""
    names = {"first": "WAYAN LARASATI", "middle": "PURNAMA WAYAN LARASATI", "last": "PURNAMA WAYAN"}
    wayan = registered(900, 7, "WAYAN", date(1970, 3, 4), "L", "FAMILI LAIN")
    other = registered(901, 7, names[place], date(2001, 5, 6), "P", "ANAK")
    town.night(*(person.but(rt="001", rw="002") for person in (wayan, other)))
    record = seen(wayan, "samsat", 1, tanggal_lahir=None, rt="001", rw="002")
    town.night(record)
    assert not joined(town, record, other)
    assert frozenset((record.id_catatan, wayan.id_catatan)) in town.undecided()


def test_twins_stay_two_and_each_record_finds_its_own(town: Town) -> None:
    hasan = registered(
        5_001, 7, "HASAN SAPUTRA", CHILD_BORN.replace(year=2023), "L", "ANAK", nama_ibu=MOTHER.nama, nik_ibu=MOTHER.nik
    )
    husein = registered(
        5_002, 7, "HUSEIN SAPUTRA", CHILD_BORN.replace(year=2023), "L", "ANAK", nama_ibu=MOTHER.nama, nik_ibu=MOTHER.nik
    )
    records = [seen(hasan, "anak", 1), seen(husein, "anak", 2)]
    unnamed = seen(hasan, "anak", 3, nama=f"By. Ny. {MOTHER.nama}")
    town.night(hasan, husein, *records, unnamed)
    assert not joined(town, hasan, husein)
    assert joined(town, records[0], hasan) and joined(town, records[1], husein)
    assert not joined(town, unnamed, hasan) and not joined(town, unnamed, husein)


def test_a_sister_under_her_twin_brothers_nik_is_herself(town: Town) -> None:
    """Their names are a letter apart, and the clinic wrote his number on her card."""
    born = CHILD_BORN.replace(year=2023)
    brother = registered(5_001, 7, "RIZKI PRATAMA", born, "L", "ANAK", nama_ibu=MOTHER.nama, nik_ibu=MOTHER.nik)
    sister = registered(5_002, 7, "RIZKA PRATAMA", born, "P", "ANAK", nama_ibu=MOTHER.nama, nik_ibu=MOTHER.nik)
    record = seen(sister, "anak", 1, nik=brother.nik, nik_asal=brother.nik)
    town.night(brother, sister, record)
    assert joined(town, record, sister) and not joined(town, record, brother)


def test_what_may_be_either_twin_is_asked_about_under_the_nik_of_one_too(town: Town) -> None:
    born = CHILD_BORN.replace(year=2023)
    hasan, husein = (
        registered(5_001 + n, 7, f"MUHAMMAD {name}", born, "L", "ANAK", nama_ibu=MOTHER.nama, nik_ibu=MOTHER.nik)
        for n, name in enumerate(("HASAN", "HUSEIN"))
    )
    named = {"nik": hasan.nik, "nik_asal": hasan.nik}
    whole, short = seen(husein, "anak", 1, **named), seen(hasan, "anak", 2, nama="MUHAMMAD", **named)
    short = short.but(nama_kunci="MUHAMMAD")
    town.night(hasan, husein, whole)
    assert joined(town, whole, husein)
    town.night(short)
    assert joined(town, whole, husein) and not joined(town, short, hasan) and not joined(town, short, husein)
    assert {frozenset((short.id_catatan, one.id_catatan)) for one in (hasan, husein)} <= town.undecided()


def test_a_record_keeps_its_rule_when_others_join_the_person_by_likeness(town: Town) -> None:
    numbered = seen(MOTHER, "samsat", 1, nik=MOTHER.nik, nik_asal=MOTHER.nik)
    alike = seen(MOTHER, "ibu", 2, nama_pasangan=FATHER.nama)
    town.night(numbered, alike)
    rules = dict(town.con.execute("select id_catatan, aturan_padan from resolved.orang_catatan").fetchall())
    assert joined(town, alike, MOTHER)
    assert (rules[numbered.id_catatan], rules[alike.id_catatan]) == ("nik", "kemiripan")


def weight(found: Town, record: Person, person: Person) -> float:
    """Bits that one link gives the pair."""
    row = found.con.execute(
        "select bobot from resolved.pasangan inner join resolved.banding as a on l = a.nomor "
        "inner join resolved.banding as b on r = b.nomor where a.id_catatan = ? and b.id_catatan = ?",
        [record.id_catatan, person.id_catatan],
    ).fetchone()
    assert row is not None
    return float(row[0])


def test_the_new_name_of_a_husband_tells_of_his_wife(town: Town) -> None:
    """Her own record is as it was: the pair is weighed again for his."""
    record = seen(MOTHER, "ibu", 1, nama_pasangan="UJANG PAMUNGKAS")
    town.night(record, seen(MOTHER, "samsat", 2))
    before = weight(town, record, MOTHER), weight(town, seen(MOTHER, "samsat", 2), MOTHER)
    town.night(FATHER.but(nama="UJANG PAMUNGKAS", nama_kunci="UJANG PAMUNGKAS"))
    after = weight(town, record, MOTHER), weight(town, seen(MOTHER, "samsat", 2), MOTHER)
    assert after[0] > before[0] + 1 and after[1] == before[1]
    town.night(FATHER)
    assert weight(town, record, MOTHER) == before[0]


def test_a_twin_whom_the_registry_lacks_is_not_taken_for_the_other(town: Town) -> None:
    hasan = registered(
        5_001, 7, "HASAN SAPUTRA", CHILD_BORN.replace(year=2023), "L", "ANAK", nama_ibu=MOTHER.nama, nik_ibu=MOTHER.nik
    )
    other = seen(hasan, "anak", 1, nama="RAFFI KURNIAWAN")
    town.night(hasan, other)
    assert not joined(town, hasan, other)


def test_one_person_with_two_nik_is_one(town: Town) -> None:
    again = FATHER.but(
        id_catatan="penduduk.kota.warga|penduduk|9999",
        nik="1672011203700001",
        nik_asal="1672011203700001",
        nama_ibu="SALMAH",
    )
    first = FATHER.but(nama_ibu="SALMAH")
    town.night(again, first)
    assert joined(town, again, first)


def test_records_of_somebody_whom_the_registry_lacks_find_each_other(town: Town) -> None:
    stranger = registered(9_000, 77, "UJANG PAMUNGKAS", CHILD_BORN, "L", "KEPALA KELUARGA")
    one, two = seen(stranger, "samsat", 1), seen(stranger, "samsat", 2, nama="UJANG PAMUNKAS")
    town.night(one, two)
    assert joined(town, one, two)
    assert town.groups() & {frozenset((one.id_catatan, two.id_catatan))}


def test_a_page_in_a_name_cell_costs_no_more_than_a_name(town: Town) -> None:
    """Distances between such texts would take gigabytes: that the night ends is the test."""
    pages = [
        seen(FATHER, "samsat", n, nama=letter * 32_767, nama_kunci=letter * 32_767, alamat=letter * 32_767)
        for n, letter in ((1, "QX "), (2, "QX "), (3, "VZ "))
    ]
    town.night(*pages)
    assert not joined(town, pages[0], pages[2])
    assert not joined(town, pages[0], FATHER)


def test_a_province_that_is_linked_only_later_keeps_everybody(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(*REGISTRY[:60])
    before = town.ids()
    town.con.close()
    later = Town(tmp_path, linked=True)
    later.runs = town.runs
    later.night(seen(REGISTRY[0], "samsat", 1))
    assert before.items() <= later.ids().items()
    assert joined(later, seen(REGISTRY[0], "samsat", 1), REGISTRY[0])


def test_an_empty_province_and_one_without_registry(tmp_path: Path) -> None:
    nobody = Town(tmp_path / "a", linked=True)
    assert nobody.night().people == 0
    lone = Town(tmp_path / "b", linked=True)
    records = [seen(person, "samsat", n) for n, person in enumerate(REGISTRY[:40])]
    assert lone.night(*records).records == 40


def test_the_same_records_give_the_same_bytes_on_one_core_as_on_two(tmp_path: Path) -> None:
    records = [seen(person, "samsat", n, tanggal_lahir=None) for n, person in enumerate(REGISTRY[::3])]
    towns = [grow(tmp_path / name, *records, threads=threads) for name, threads in (("a", 2), ("b", 1))]
    assert towns[0].ids() == towns[1].ids()
    # when it was trained is the only thing that a model holds besides what it learnt
    files = [
        {path.name: TRAINED.sub(b"", path.read_bytes()) for path in (tmp_path / name / "tautan").iterdir()}
        for name in ("a", "b")
    ]
    assert len(files[0]) == 3 and files[0] == files[1]


def test_a_night_without_news_touches_nobody(town: Town) -> None:
    town.night(seen(FATHER, "samsat", 1))
    before = town.ids()
    outcome = town.night()
    assert outcome.touched_records == 0 and town.ids() == before and not outcome.trained


def test_nights_without_links_are_made_up_for(town: Town) -> None:
    record = seen(FATHER, "samsat", 1)
    linking, town.linking = town.linking, None
    town.night(record, gone=(CHILD.id_catatan,))
    town.linking = linking
    town.night()
    assert joined(town, record, FATHER)
    numbers = "select id_catatan from resolved.banding order by all"
    assert town.con.execute(numbers).fetchall() == [(name,) for name in sorted(town.ids())]


def test_the_father_after_bin_is_written_as_fathers_are(town: Town) -> None:
    written = seen(FATHER, "samsat", 1, nama=f"{FATHER.nama} bin H. Moch.Hasan", nama_ayah=None)
    told = seen(FATHER, "samsat", 2, nama_ayah="MUHAMMAD HASAN")
    town.night(written, told)
    fathers = "select distinct nama_ayah from resolved.banding where id_catatan in (?, ?)"
    assert town.con.execute(fathers, [written.id_catatan, told.id_catatan]).fetchall() == [("MUHAMAD HASAN",)]
