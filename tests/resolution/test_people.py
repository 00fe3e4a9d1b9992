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


def test_more_people_than_duckdb_keeps_in_one_row_group(tmp_path: Path) -> None:
    """And what offices write of some: a statement that compares all with all would not end."""
    people, owners = 130_000, 6_500
    town = Town(tmp_path, linked=True)
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
