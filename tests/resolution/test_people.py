"""Who counts as one person: the cases that the field brings."""

from __future__ import annotations

from pathlib import Path

import pytest
from resolution_kit import RECORDS, Person, Town

NIK = "1671016503900001"
SITI = Person("penduduk|penduduk|1", NIK, "SITI AMINAH", "1990-03-25")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (SITI.but(id_catatan="samsat|pemilik|1"), True),
        (SITI.but(id_catatan="samsat|pemilik|1", nama_kunci="SITI AMINA"), True),
        (SITI.but(id_catatan="samsat|pemilik|1", nama_kunci="AMINAH"), True),
        (SITI.but(id_catatan="samsat|pemilik|1", tanggal_lahir=None), True),
        (SITI.but(id_catatan="samsat|pemilik|1", tanggal_lahir="1990-03-05"), True),
        (SITI.but(id_catatan="samsat|pemilik|1", nama_kunci="STI AMINAH"), True),
        (SITI.but(id_catatan="samsat|pemilik|1", tanggal_lahir="1990-01-01"), True),
        (SITI.but(id_catatan="samsat|pemilik|1", tanggal_lahir="1991-01-01"), False),
        (SITI.but(id_catatan="samsat|pemilik|1", nama_kunci="BUDI SANTOSO"), False),
        (SITI.but(id_catatan="samsat|pemilik|1", tanggal_lahir="1961-11-02"), False),
        (SITI.but(id_catatan="samsat|pemilik|1", nik=None), False),
        (SITI.but(id_catatan="samsat|pemilik|1", nik="1671016503900002"), False),
    ],
    ids=[
        "equal", "typing error", "one name left out", "no birth date", "one digit of the day",
        "a spelling that the table of names knows", "the year alone", "another year alone",
        "another name on the NIK", "father and son of one name", "no NIK", "another NIK",
    ],
)  # fmt: skip
def test_a_shared_nik_joins_only_when_name_and_birth_date_agree(tmp_path: Path, other: Person, same: bool) -> None:
    town = Town(tmp_path)
    town.night(SITI, other)
    ids = town.ids()
    assert (ids[SITI.id_catatan] == ids[other.id_catatan]) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("MUHAMMAD HASAN", "2020-01-01"), ("MUHAMMAD HUSEIN", "2020-01-01")),
        (("MUHAMMAD FAJAR", "1990-03-25"), ("MUHAMMAD DANI", None)),
        (("SITI AMINAH", "1950-03-07"), ("SITI AMELIA", "1950-11-07")),
    ],
)
def test_a_shared_first_word_does_not_melt_two_people(
    tmp_path: Path, one: tuple[str, str], other: tuple[str, str | None]
) -> None:
    town = Town(tmp_path)
    town.night(Person("a|penduduk|1", NIK, *one), Person("b|pemilik|1", NIK, *other))
    assert len(town.groups()) == 2


@pytest.mark.parametrize("born", ["1990-03-25", None])
def test_a_name_that_says_nothing_corroborates_nothing(tmp_path: Path, born: str | None) -> None:
    town = Town(tmp_path)
    town.night(Person("a|penduduk|1", NIK, "", born), Person("b|pemilik|1", NIK, "", born), SITI)
    assert len(town.groups()) == 3


def test_a_nik_that_a_whole_office_writes_is_nobodys(tmp_path: Path) -> None:
    """Twenty thousand particulars under one well-formed number: no person, no quadratic night, and none tomorrow."""
    town = Town(tmp_path)
    crowd = [Person(f"s|pemilik|{n}", NIK, f"WARGA {chr(65 + n % 26)}{n}", "1990-03-25") for n in range(20_000)]
    town.night(SITI, *crowd)
    assert len(town.groups()) == len(crowd) + 1
    before = town.ids()
    town.night(Person("s|pemilik|baru", NIK, "WARGA BARU", "1990-03-25"))
    after = town.ids()
    assert {name: after[name] for name in before} == before and len(after) == len(before) + 1


def test_an_undated_record_does_not_bridge_father_and_son(tmp_path: Path) -> None:
    town = Town(tmp_path)
    father = Person("a|penduduk|1", NIK, "AHMAD", "1950-01-01")
    son = Person("a|penduduk|2", NIK, "AHMAD", "1980-12-31")
    undated = Person("b|pemilik|1", NIK, "AHMAD", None)
    town.night(father, son, undated)
    assert len(town.groups()) == 3


def child(number: int, name: str, born: str | None, sex: str | None = None) -> Person:
    return Person(f"k|anak|{number}", NIK, name, born, jenis_kelamin=sex)


@pytest.mark.parametrize(
    "three",
    [
        (child(1, "MUHAMMAD HASAN", "2020-01-05"), child(2, "MUHAMMAD HUSEIN", "2020-01-05"), child(3, "MUHAMMAD", "2020-01-05")),
        (child(1, "MUHAMMAD HASAN", "2020-01-05"), child(2, "MUHAMMAD HUSEIN", "2020-01-05"), child(3, "MUHAMMAD H", "2020-01-05")),
        (child(1, "SITI AMINAH", "2020-03-05"), child(2, "SITI FATIMAH", "2020-07-09"), child(3, "SITI", "2020-01-01")),
        (child(1, "SITI AMINAH", None), child(2, "SITI FATIMAH", None), child(3, "SITI", None)),
        (child(1, "RIZKI", "2020-03-05", "L"), child(2, "RIZKIA", "2020-03-05", "P"), child(3, "RIZKY", "2020-03-05")),
    ],
    ids=["first word", "initial", "year alone", "no dates", "no sex"],
)  # fmt: skip
@pytest.mark.parametrize("last", [0, *(pytest.param(place, marks=pytest.mark.slow) for place in (1, 2))])
def test_what_may_be_either_of_two_joins_neither(tmp_path: Path, three: tuple[Person, ...], last: int) -> None:
    """Whoever comes last, and all at once."""
    nights = Town(tmp_path / "malam")
    nights.night(*(one for n, one in enumerate(three) if n != last))
    nights.night(three[last])
    at_once = Town(tmp_path / "sekali")
    at_once.night(*three)
    assert len(nights.groups()) == len(at_once.groups()) == 3


def test_parts_of_one_name_are_one_person(tmp_path: Path) -> None:
    town = Town(tmp_path)
    whole = SITI.but(id_catatan="k|ibu|1", nama_kunci="SITI AMINAH PUTRI")
    town.night(SITI, whole, child(1, "SITI", SITI.tanggal_lahir), child(2, "PUTRI", SITI.tanggal_lahir))
    assert len(town.groups()) == 1


def test_of_two_alike_an_undated_record_is_whose_name_it_bears(tmp_path: Path) -> None:
    town = Town(tmp_path)
    brother, sister = child(1, "RIZKI PRATAMA", "2020-03-05", "L"), child(2, "RIZKA PRATAMA", "2020-03-05", "P")
    undated = child(3, "RIZKI PRATAMA", None)
    town.night(brother, sister, undated)
    assert town.groups() == {
        frozenset({brother.id_catatan, undated.id_catatan}),
        frozenset({sister.id_catatan}),
    }


@pytest.mark.parametrize(
    ("sexes", "people"),
    [(("L", "P"), 2), (("L", None), 1), (("L", "L"), 1)],
    ids=["contrary", "one states none", "equal"],
)
@pytest.mark.parametrize("names", [("HASAN", "HASANAH"), ("SUSANTO", "SUSANTI"), ("RIZKI PRATAMA", "RIZKA PRATAMA")])
def test_a_spelling_of_the_other_sex_is_another_person(
    tmp_path: Path, names: tuple[str, str], sexes: tuple[str, str | None], people: int
) -> None:
    town = Town(tmp_path)
    other = child(2, names[1], "2020-03-05", sexes[1]).but(id_catatan="lain|anak|2")
    town.night(child(1, names[0], "2020-03-05", sexes[0]), other)
    assert len(town.groups()) == people


def test_one_register_knows_how_its_people_are_called(tmp_path: Path) -> None:
    """Twins whom it gave one number are two; a name that it left a word of out is not another person."""
    town = Town(tmp_path)
    twins = child(1, "BAGAS PRATAMA", "2020-03-05", "L"), child(2, "BAGUS PRATAMA", "2020-03-05", "L")
    town.night(*twins, SITI, SITI.but(id_catatan="penduduk|penduduk|2", nama_kunci="SITI"))
    assert len(town.groups()) == 3


def test_a_sex_put_down_wrongly_parts_nobody(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(SITI.but(jenis_kelamin="P"), child(1, SITI.nama_kunci, SITI.tanggal_lahir, "L"))
    assert len(town.groups()) == 1


@pytest.mark.parametrize(("villages", "people"), [(3, 1), (30, 150)], ids=["a fleet", "a placeholder"])
def test_one_name_and_number_on_the_records_of_many_villages_is_nobodys(
    tmp_path: Path, villages: int, people: int
) -> None:
    town = Town(tmp_path)
    owner = Person("", NIK, "HERMAN", None)
    town.night(*(owner.but(id_catatan=f"s|pemilik|{n}", kode_wilayah=f"16710{n % villages:05d}") for n in range(150)))
    assert len(town.groups()) == people


def test_twins_with_their_own_nik_stay_two(tmp_path: Path) -> None:
    town = Town(tmp_path)
    hasan = Person("a|anak|1", "1671010101200001", "HASAN", "2020-01-01")
    husein = Person("a|anak|2", "1671010101200002", "HUSEIN", "2020-01-01")
    town.night(hasan, husein)
    assert len(town.groups()) == 2


def test_records_without_nik_are_never_guessed(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(*(SITI.but(id_catatan=f"k|ibu|{i}", nik=None) for i in range(5)))
    assert len(town.groups()) == 5


@pytest.mark.slow
def test_more_people_than_duckdb_keeps_in_one_row_group(tmp_path: Path) -> None:
    """And what offices write of some: a statement that compares all with all would not end."""
    people, owners = 130_000, 6_500
    town = Town(tmp_path, linked=True, threads=2)
    name = "translate(md5(n::varchar)[:12], '0123456789', 'GHIJKLMNOP')"
    born = "date '1950-01-01' + (n % 25000)::int"
    town.con.execute(
        f"""
        insert into {RECORDS} by name
        select 'penduduk.kota.warga|penduduk|' || n as id_catatan, '167101' || printf('%010d', n) as nik,
            {name} as nama_kunci, nama_kunci as nama, {born} as tanggal_lahir, 1 as urutan_pertama,
            'penduduk.orang' as entitas, 'penduduk' as peran, 'penduduk.kota.warga' as _kontrak,
            '000001-uji' as _run_id
        from range({people}) as t(n);
        insert into {RECORDS} by name
        select 'samsat.kota.kendaraan|pemilik|' || n as id_catatan, {name} as nama_kunci, nama_kunci as nama,
            if(n % 3 = 0, null, {born}) as tanggal_lahir, 2 as urutan_pertama, 'samsat.kendaraan' as entitas,
            'pemilik' as peran, 'samsat.kota.kendaraan' as _kontrak, '000001-uji' as _run_id
        from range({owners}) as t(n)
        """
    )
    outcome = town.night()
    undated = (owners + 2) // 3  # a name alone is left to a person
    assert outcome.records == people + owners and outcome.people == people + undated
