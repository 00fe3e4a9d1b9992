"""A small registry with families, and what agencies write of its people; the truth is who made the record."""

from __future__ import annotations

import random
from datetime import date, timedelta

from resolution_kit import Person

FIRST = (
    "BUDI", "AGUS", "RIZAL", "DODI", "HENDRA", "YANTO", "FIRMAN", "ZAINAL", "RUSLI", "TAUFIK", "JOKO", "WAWAN", "SITI",
    "AMINAH", "RATNA", "DEWI", "YULIA", "MARYATI", "ROSDIANA", "FITRI", "NURHAYATI", "WULAN", "KARTINI", "LESTARI",
)  # fmt: skip
LAST = (
    "SAPUTRA", "HIDAYAT", "SANTOSO", "PRATAMA", "KURNIAWAN", "WIJAYA", "RAMADHAN", "MAULANA", "SUSANTO", "GUNAWAN",
    "PERMATA", "ANGGRAINI", "HANDAYANI", "WULANDARI", "PUSPITA", "SAFITRI", "OKTAVIA", "MARLINA", "UTAMI", "KUSUMA",
)  # fmt: skip
PLACES = ("PALEMBANG", "LAHAT", "BATURAJA", "SEKAYU")
ENTITIES = {
    "samsat": ("samsat.kendaraan", "pemilik", "samsat.kota.kendaraan"),
    "ibu": ("kesehatan.kehamilan", "ibu", "kesehatan.kota.kohort"),
    "anak": ("kesehatan.pengukuran_balita", "anak", "kesehatan.kota.posyandu"),
}


def registered(number: int, family: int, name: str, born: date, sex: str, shdk: str, **known: str | None) -> Person:
    """One registry record, with a NIK as SIAK would issue it."""
    village = f"16710{family % 9 + 1}100{family % 4 + 1}"
    day = born.day + (40 if sex == "P" else 0)
    nik = f"{village[:6]}{day:02d}{born:%m%y}{number % 9000 + 1:04d}"
    return Person(
        f"penduduk.kota.warga|penduduk|{number}", nik, name, born.isoformat(), nik_asal=nik, nama=name,
        jenis_kelamin=sex, kode_wilayah=village, nomor_kk=f"1671010101{family:06d}", shdk=shdk,
        tempat_lahir=PLACES[family % 4], alamat=f"JL. MAWAR NO. {family}", **known,  # type: ignore[arg-type]
    )  # fmt: skip


def families(count: int, seed: int = 1) -> list[list[Person]]:
    """Father, mother and two children each."""
    draw = random.Random(seed)
    found, number = [], 0
    for family in range(count):
        father, mother = (
            draw.choice(FIRST[:12]) + " " + draw.choice(LAST),
            draw.choice(FIRST[12:]) + " " + draw.choice(LAST),
        )
        born = date(1965, 1, 2) + timedelta(draw.randrange(10_000))
        members = [
            registered(number, family, father, born, "L", "KEPALA KELUARGA"),
            registered(number + 1, family, mother, born + timedelta(draw.randrange(100, 1500)), "P", "ISTRI"),
        ]
        for child in (2, 3):
            sex = draw.choice("LP")
            name = draw.choice(FIRST[:12] if sex == "L" else FIRST[12:]) + " " + draw.choice(LAST)
            day = date(2021, 7, 1) + timedelta(draw.randrange(1500))
            members.append(
                registered(
                    number + child,
                    family,
                    name,
                    day,
                    sex,
                    "ANAK",
                    nama_ibu=mother,
                    nama_ayah=father,
                    nik_ibu=members[1].nik,
                )
            )
        number += 4
        found.append(members)
    return found


def seen(person: Person, source: str, number: int, **changes: object) -> Person:
    """The record that an agency makes of a person, right in all it holds but for ``changes``; the NIK is left out."""
    entity, role, contract = ENTITIES[source]
    kept = (
        {"nomor_kk": person.nomor_kk, "nik_ibu": person.nik_ibu, "nama_ibu": person.nama_ibu}
        if source == "anak"
        else {}
    )
    record = Person(
        f"{contract}|{role}|{number}", None, person.nama_kunci, person.tanggal_lahir, urutan_pertama=2, entitas=entity,
        peran=role, _kontrak=contract, nama=person.nama, jenis_kelamin=person.jenis_kelamin if source != "samsat" else None,
        kode_wilayah=person.kode_wilayah, alamat=person.alamat if source != "anak" else None, **kept,  # type: ignore[arg-type]
    )  # fmt: skip
    return record.but(**changes)


def learnt(families: list[list[Person]], number: int) -> list[Person]:
    """Records with the right NIK, written as offices write: what the model learns from."""
    found = []
    for n, family in enumerate(families):
        for m, (source, person) in enumerate(zip(("samsat", "ibu", "anak"), family[:3], strict=True)):
            name, slip = person.nama or "", (n + m) % 8
            name = {0: name.replace("A", "E", 1), 1: name.split(" ")[0], 2: name[0] + name[name.index(" ") :]}.get(
                slip, name
            )
            known = {"nama": name, "nik": person.nik, "nik_asal": person.nik}
            found.append(seen(person, source, number + n, **known))
    return found
