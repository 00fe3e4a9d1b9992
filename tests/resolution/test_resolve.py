"""Resolving any tables: what a caller sees, on tables that are fit and on tables that are not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from pydantic import ValidationError

from resolution import Resolution, Settings, SettingsError, resolve, train

pytestmark = pytest.mark.slow

FIRST = ["BUDI", "SITI", "AGUS", "DEWI", "RIZKI", "NUR", "HASAN", "RATNA", "EKO", "YANTI", "JOKO", "WULAN"]
LAST = ["SANTOSO", "WIJAYA", "LESTARI", "SAPUTRA", "HIDAYAT", "PRATAMA", "KUSUMA", "HANDAYANI", "SETIAWAN", "UTAMI"]
SETTINGS: dict[str, Any] = {
    "format_version": 1,
    "nama": "uji",
    "id": "nomor",
    "perbandingan": [
        {"nama": "nama", "jenis": "teks", "kolom": "nama", "frekuensi": True},
        {"nama": "lahir", "jenis": "tanggal", "kolom": "lahir"},
        {"nama": "kota", "jenis": "sama", "kolom": "kota", "frekuensi": True},
    ],
    "blok": [
        {"nama": "nama", "kunci": "nama"},
        {"nama": "lahir", "kunci": "lahir"},
    ],
    "latih": ["nama", "lahir"],
}
Row = tuple[str | None, str | None, str | None, str | None]


def make_settings(**changes: object) -> Settings:
    return Settings.model_validate(SETTINGS | changes)


def make_table(rows: Sequence[Row]) -> pa.Table:
    names = ("nomor", "nama", "lahir", "kota")
    columns = {name: pa.array([row[place] for row in rows], pa.string()) for place, name in enumerate(names)}
    return pa.table(columns)


def make_people(count: int = 300, seed: int = 5) -> tuple[pa.Table, pa.Table]:
    """A register, and a second list of every second person of it, some with a slip in the name."""
    draw = random.Random(seed)
    register: list[Row] = []
    other: list[Row] = []
    for number in range(count):
        name = f"{draw.choice(FIRST)} {draw.choice(FIRST)} {draw.choice(LAST)}"
        born = f"{draw.randint(1950, 2010)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        town = draw.choice(["PALEMBANG", "LAHAT", "PRABUMULIH"])
        register.append((f"p{number}", name, born, town))
        if number % 2 == 0:
            slip = name[:3] + "X" + name[4:] if draw.random() < 0.2 else name
            other.append((f"p{number}", slip, born, town))
    return make_table(register), make_table(other)


@pytest.fixture(scope="module")
def people() -> dict[str, pa.Table]:
    register, other = make_people()
    return {"daftar": register, "klinik": other}


@pytest.fixture(scope="module")
def found(people: dict[str, pa.Table]) -> Resolution:
    return resolve(people, make_settings())


def groups(resolution: Resolution) -> set[frozenset[tuple[str, str]]]:
    members: dict[int, set[tuple[str, str]]] = {}
    for table, key, entity in zip(
        *(resolution.entities[n].to_pylist() for n in ("table", "id", "entitas")), strict=True
    ):
        members.setdefault(entity, set()).add((table, key))
    return {frozenset(group) for group in members.values()}


def test_the_same_person_is_found_in_both_lists(found: Resolution) -> None:
    together = [group for group in groups(found) if len(group) > 1]
    right = [group for group in together if len({key for _, key in group}) == 1]
    assert len(right) >= 0.97 * 150 and len(together) - len(right) <= 2
    assert sum(map(len, groups(found))) == 450, "every record is in exactly one entity"


def test_twice_the_same_is_equal_to_the_last_byte(found: Resolution, people: dict[str, pa.Table]) -> None:
    again = resolve(people, make_settings())
    assert again.links.equals(found.links) and again.entities.equals(found.entities)
    assert again.parameters == found.parameters


def test_trained_parameters_can_be_kept_and_used_later(found: Resolution, people: dict[str, pa.Table]) -> None:
    kept = train(people, make_settings())
    assert kept == found.parameters
    later = resolve(people, make_settings(), parameters=kept.model_validate_json(kept.model_dump_json()))
    assert later.links.equals(found.links)


def test_the_order_of_rows_and_tables_changes_nothing(found: Resolution, people: dict[str, pa.Table]) -> None:
    turned = {name: table.take(list(range(table.num_rows))[::-1]) for name, table in reversed(people.items())}
    assert groups(resolve(turned, make_settings())) == groups(found)


def test_parameters_of_other_settings_are_refused(found: Resolution, people: dict[str, pa.Table]) -> None:
    compared = [{**comparison, "frekuensi": False} for comparison in SETTINGS["perbandingan"]]
    with pytest.raises(SettingsError, match="train anew"):
        resolve(people, make_settings(perbandingan=compared), parameters=found.parameters)


@pytest.mark.parametrize("changes", [{"padan": 0.97}, {"tinjau": 0.4}, {"blok_maks": 150}, {"latih": ["lahir"]}])
def test_parameters_serve_other_thresholds_and_blocks(
    found: Resolution, people: dict[str, pa.Table], changes: dict[str, object]
) -> None:
    other = resolve(people, make_settings(**changes), parameters=found.parameters)
    weights, before = (
        {row["id_l"] + row["id_r"]: row["bobot"] for row in links.to_pylist()} for links in (other.links, found.links)
    )
    both = weights.keys() & before.keys()
    assert len(both) > 100 and all(weights[pair] == before[pair] for pair in both)


def test_a_newer_settings_format_is_refused_by_name() -> None:
    with pytest.raises(ValidationError, match="newer than 1"):
        make_settings(format_version=2)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (make_table([("1", "A", "2000-01-01", "X")]).drop_columns("nomor"), "lacks the id column nomor"),
        (
            make_table([("1", "A", "2000-01-01", "X")]).drop_columns("kota"),
            "table t: kolom kota: there is no column kota; valid: nomor, nama, lahir",
        ),
        (make_table([("1", "RAHASIA", "2000-01-01", "X")] * 2), r"ids that stand twice in column nomor \(t: 1\)"),
        (make_table([(None, "RAHASIA", "2000-01-01", "X")]), r"records without an id in column nomor \(t: 1\)"),
    ],
)
def test_an_unfit_table_is_named_and_no_value_is(table: pa.Table, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        resolve({"t": table}, make_settings())
    assert "RAHASIA" not in str(caught.value)


def test_no_table_and_empty_tables(found: Resolution, people: dict[str, pa.Table]) -> None:
    with pytest.raises(SettingsError, match="no table"):
        resolve({}, make_settings())
    empty = {"daftar": people["daftar"].slice(0, 0)}
    nothing = resolve(empty, make_settings(), parameters=found.parameters)
    assert nothing.links.num_rows == 0 and nothing.entities.num_rows == 0


def test_a_value_that_half_the_records_share_joins_nobody(found: Resolution) -> None:
    draw = random.Random(3)

    def row(number: int) -> Row:
        name = "".join(draw.choices("ABCDEFGHIKLMNOPRSTUWY", k=14))
        born = (
            "1970-01-01" if number % 2 else f"{1900 + number // 30 % 120}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
        )
        return str(number), name, born, "LAHAT"

    rows = [row(number) for number in range(4000)]
    crowded = resolve({"daftar": make_table(rows)}, make_settings(), parameters=found.parameters)
    assert crowded.blocked.too_large == {"lahir": 1} and crowded.blocked.pairs < 4000
    assert len(groups(crowded)) == 4000


NUMBERED: dict[str, Any] = {
    "perbandingan": [
        {"nama": "nama", "jenis": "nama", "kolom": "nama", "frekuensi": True},
        {"nama": "lahir", "jenis": "tanggal", "kolom": "lahir"},
        {"nama": "nik", "jenis": "nik", "kolom": "kota"},
    ],
    "blok": [{"nama": name, "kunci": name} for name in ("nama", "lahir", "kota")],
    "latih": ["kota", "nama, lahir"],
}


def make_crowd(count: int, copies: int, seed: int) -> pa.Table:
    """People of a few names, half of them of one birth date, each with a NIK (in the last column); and copies of some,
    of whom a fifth has a slip in the name and three in ten no NIK."""
    draw = random.Random(seed)
    rows: list[Row] = []
    for number in range(count):
        name = f"{draw.choice(FIRST[:8])} {draw.choice(LAST[:6])} {draw.choice(LAST[:6])}"
        day = f"{draw.randint(1950, 2010)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        born = "1970-05-07" if number % 2 else day
        rows.append((f"p{number}", name, born, f"1671{draw.randrange(10**12):012d}"))
    for number, (key, name, born, nik) in enumerate(draw.sample(rows, copies)):
        slip = f"{name[:3]}X{name[4:]}" if name and draw.random() < 0.2 else name
        rows.append((f"{key}-{number}", slip, born, None if draw.random() < 0.3 else nik))
    return make_table(rows)


def joined(resolution: Resolution) -> tuple[int, int]:
    """Entities of one person's records, and of several people's."""
    people = [{key.split("-")[0] for _, key in group} for group in groups(resolution) if len(group) > 1]
    return sum(len(who) == 1 for who in people), sum(len(who) > 1 for who in people)


def believed(resolution: Resolution) -> float:
    """How many pairs of one entity the parameters say there are."""
    count = resolution.entities.num_rows
    return resolution.parameters.dasar * count * (count - 1) / 2


@pytest.mark.parametrize("changes", [NUMBERED, {}])
def test_training_on_a_crowd_of_different_people_joins_nobody(changes: dict[str, Any]) -> None:
    found = resolve({"daftar": make_crowd(9_000, 0, 1)}, make_settings(**changes))
    assert joined(found) == (0, 0)
    assert believed(found) < 10, "coincidences in the crowd are no duplicates"


def test_copies_in_a_crowd_are_found_and_nobody_else() -> None:
    crowd = make_crowd(9_000, 600, 4)
    found = resolve({"daftar": crowd}, make_settings(**NUMBERED))
    right, wrong = joined(found)
    # a birth date that half share and a name that thirty bear do not tell whose the copies without a NIK are
    with_nik = 600 - crowd["kota"].null_count
    assert right >= 0.95 * with_nik and wrong == 0
    assert 0.5 * 600 < believed(found) < 1.3 * 600


@pytest.mark.parametrize("blank", ["", " ", "-", "...", "\u2013"])
def test_text_without_a_letter_or_digit_says_as_little_as_none(found: Resolution, blank: str) -> None:
    """A whole list shares it, and nobody is joined by it, nor parted."""
    register, other = make_people()
    known = {"daftar": register, "klinik": other.drop_columns("kota").append_column("kota", pa.nulls(150, pa.string()))}
    written = known | {"klinik": known["klinik"].set_column(3, "kota", pa.array([blank] * 150))}
    assert groups(resolve(written, make_settings(), parameters=found.parameters)) == groups(
        resolve(known, make_settings(), parameters=found.parameters)
    )


def test_records_without_any_value_stay_alone(found: Resolution) -> None:
    rows: list[Row] = [(str(n), None, None, None) for n in range(50)]
    assert len(groups(resolve({"daftar": make_table(rows)}, make_settings(), parameters=found.parameters))) == 50
