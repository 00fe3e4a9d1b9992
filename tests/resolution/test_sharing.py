"""What many records share: it joins nobody who would not be joined without it, and sexes are worth what they were."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import pyarrow as pa
import pytest

from resolution import Parameters, Resolution, Settings, read_settings, resolve
from resolution.kinds import splink_comparison

FIRST = ["BU", "SI", "AH", "RI", "JO", "DE", "AG", "HE", "NU", "YU", "FA", "TO"]
WORDS = [first + last for first in FIRST for last in ("DI", "TI", "MAD", "NA", "KO", "WI")]
KINDS = {"nama": "nama", "lahir": "tanggal", "alamat": "teks", "kota": "teks", "kelamin": "sama"}


def make_settings(*compared: str, frequent: bool = False, **more: object) -> Settings:
    comparisons = [
        {"nama": name, "jenis": KINDS[name], "kolom": name, "frekuensi": frequent and name != "lahir"}
        for name in compared
    ]
    blocks = [{"nama": name, "kunci": name} for name in compared]
    return read_settings(
        {"format_version": 1, "nama": "uji", "id": "nomor", "perbandingan": comparisons, "blok": blocks, **more}
    )


def make_form(name: str | None, home: str | None) -> pa.Table:
    """People of half of whom a form wrote the same name and address; every fourth person has a copy."""
    draw = random.Random(2)
    rows: list[tuple[str | None, ...]] = []
    for number in range(6_000):
        born = f"{draw.randint(1940, 2015)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        called, lives = f"{draw.choice(WORDS)} {draw.choice(WORDS)}", f"JL {draw.choice(WORDS)} {draw.randint(1, 200)}"
        row = (name, born, home) if number % 2 else (called, born, lives)
        rows.append((f"p{number}", *row))
        if number % 4 < 1:
            rows.append((f"p{number}-salinan", *row))
    names = ("nomor", "nama", "lahir", "alamat")
    return pa.table({name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(names)})


def joined(found: Resolution) -> tuple[int, int]:
    """Entities of one person's records, and of several people's."""
    members: dict[int, list[str]] = {}
    for key, entity in zip(*(found.entities[name].to_pylist() for name in ("id", "entitas")), strict=True):
        members.setdefault(entity, []).append(key.split("-")[0])
    people = [len(set(group)) for group in members.values() if len(group) > 1]
    return people.count(1), len(people) - people.count(1)


@pytest.mark.slow
@pytest.mark.parametrize("frequent", [False, True])
def test_what_half_the_records_share_joins_no_more_than_if_it_were_not_there(frequent: bool) -> None:
    settings = make_settings("nama", "lahir", "alamat", frequent=frequent, latih=["nama, lahir"])
    shared = resolve({"daftar": make_form("TIDAK DIKETAHUI", "JL MERDEKA 1")}, settings)
    unknown = resolve({"daftar": make_form(None, None)}, settings)
    (right, wrong), (_, wrong_without) = joined(shared), joined(unknown)
    assert wrong <= wrong_without == 0 and right >= 0.97 * 1_500
    assert shared.shared == {"nama": 1, "alamat": 1} and unknown.shared == {}


def weigh(compared: dict[str, Sequence[str]], bits: float = 9) -> float:
    """The weight of the first two of eight records, who share a birth date with each other alone, where every agreement
    and likeness is worth ``bits``, and nothing is believed before. Up to three records may be copies."""
    columns = {"lahir": [f"1980-05-{max(n, 1) + 10}" for n in range(8)], **compared}
    settings = make_settings(*columns, blok_maks=3, tinjau=0.001)
    agree = {"m": 0.1, "u": 0.1 * 2**-bits}
    levels = {
        comparison.nama: [agree] * (len(splink_comparison(comparison)["comparison_levels"]) - 2)
        + [{"m": 0.1, "u": 0.1}]
        for comparison in settings.perbandingan
    }
    known = Parameters.model_validate({"pengaturan": settings.version, "dasar": 0.5, "tingkat": levels})
    table = pa.table({"nomor": [str(n) for n in range(8)], **columns})
    rows = resolve({"daftar": table}, settings, parameters=known).links.to_pylist()
    return next(row["bobot"] for row in rows if (row["id_l"], row["id_r"]) == ("0", "1"))


HALF, OTHER = ["ANONIM"] * 4, ["BUDI", "SITI", "AGUS", "DEWI"]


@pytest.mark.parametrize(
    ("compared", "worth"),
    [
        ({"nama": ["ANONIM"] * 3 + [*OTHER, "EKO"]}, 9),
        ({"nama": HALF + OTHER}, 1),
        ({"nama": ["ANONIMA", *HALF, *OTHER[:3]]}, 1),
        ({"nama": ["ANONIM"] * 8}, 0),
        ({"nama": HALF + OTHER, "alamat": HALF + OTHER}, 1),
        ({"nama": HALF + OTHER, "alamat": HALF + OTHER, "kota": HALF + OTHER}, 1),
        ({"nama": HALF + OTHER, "alamat": [*HALF[:2], *OTHER, *HALF[2:]]}, 2),
    ],
    ids=["of copies", "of half", "like one of half", "of all", "two of one half", "three of one half", "of two halves"],
)
def test_evidence_is_worth_what_its_values_are_rare(compared: dict[str, Sequence[str]], worth: float) -> None:
    assert weigh(compared) == pytest.approx(9 + worth)


def test_sexes_are_worth_what_was_learnt() -> None:
    learnt = math.log2(0.98 / 0.5)
    assert weigh({"kelamin": ["L"] * 4 + ["P"] * 4}, learnt) == pytest.approx(2 * learnt)


@pytest.mark.parametrize("name", ["nilai", "bit", "semua", "gabungan", "catatan", "umum_nama", "batas_nama"])
def test_a_column_may_be_called_as_the_engine_calls_its_own(name: str) -> None:
    compared = [{"nama": "nama", "jenis": "teks", "kolom": "nama"}, {"nama": "lain", "jenis": "sama", "kolom": name}]
    settings = read_settings(
        {"format_version": 1, "nama": "uji", "id": "nomor", "perbandingan": compared, "blok_maks": 2,
         "blok": [{"nama": "nama", "kunci": "nama"}]}
    )  # fmt: skip
    table = pa.table({"nomor": list("123456"), "nama": ["A", "A", "B", "C", "D", "E"], name: ["x"] * 5 + ["y"]})
    levels = {c.nama: [{"m": 0.9, "u": 0.1}, {"m": 0.1, "u": 0.9}] for c in settings.perbandingan}
    levels["nama"] = [{"m": 0.1, "u": 0.1}] * (
        len(splink_comparison(settings.perbandingan[0])["comparison_levels"]) - 1
    )
    known = Parameters.model_validate({"pengaturan": settings.version, "dasar": 0.5, "tingkat": levels})
    assert resolve({"t": table}, settings, parameters=known).shared == {"lain": 1}
