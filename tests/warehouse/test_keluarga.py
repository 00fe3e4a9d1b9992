"""Families through the cards they bear: three nights of SIAK with known truth, and a rebuild."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from siak_kit import CONTRACT, Siak, simulated
from warehouse_kit import Warehouse, ask, different_rows

from contracts.contract import Contract

MARTS = ("dim_orang", "bridge_keluarga__nomor_kk", "dim_keluarga")
#: What tests of persons look at besides; they hold no row here.
EMPTY = ("bridge_orang__id_lama", "fct_kesehatan__kehamilan", "fct_kesehatan__pengukuran_balita")
#: How many are on the card of each family: the first night.
FAMILIES = {
    "kepala_meninggal": 4,
    "anak_pergi": 4,
    "menantu": 4,
    "bubar": 4,
    "pindah": 3,
    "tertukar": 3,
    "tetap": 2,
    "janda": 1,
    "menampung": 3,
}


@dataclass(frozen=True)
class Nights:
    """Build databases night by night, and rebuilt; the records of every family, its head first."""

    first: Path
    second: Path
    third: Path
    rebuilt: Path
    records: dict[str, list[str]]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    root = tmp_path_factory.mktemp("keluarga")
    siak, environ = simulated(root)
    warehouse = Warehouse(root / "rumah", environ)
    ids, records = siak.only(sum(FAMILIES.values())), {}
    for name, size in FAMILIES.items():
        records[name], ids = ids[:size], ids[size:]
        siak.give(number(name), records[name])
    kept = [_night(warehouse, "pertama")]
    _second_night(siak, records)
    kept.append(_night(warehouse, "kedua"))
    siak.give(number("pindah_lagi"), records["pindah"])
    kept.append(_night(warehouse, "ketiga"))
    return Nights(*kept, _night(warehouse, "ulang", full_refresh=True), records)


def number(card: str) -> str:
    """A card's number, by name."""
    return f"160101{sum(map(ord, card)):010d}"


def _second_night(siak: Siak, records: dict[str, list[str]]) -> None:
    head, *others = records["kepala_meninggal"]
    siak.change(head, "stat_hdp", "2")
    siak.give(number("kartu_janda"), others)
    siak.give(number("pengantin"), [records["anak_pergi"][-1], records["menantu"][-1]])
    siak.give(number("bubar_kiri"), records["bubar"][:2])
    siak.give(number("bubar_kanan"), records["bubar"][2:])
    siak.give(number("kartu_pindah"), records["pindah"])
    siak.give(number("menampung"), [*records["menampung"], *records["janda"]])
    siak.change(records["tertukar"][2], "no_kk", siak.value(records["tertukar"][2], "nik"))


def _night(warehouse: Warehouse, name: str, *, full_refresh: bool = False) -> Path:
    prepared = warehouse.prepare()
    run_id = warehouse.receive(prepared, about_people)
    warehouse.build(prepared, "+int_identitas__catatan", full_refresh=full_refresh)
    warehouse.identify(prepared, run_id)
    warehouse.build(prepared, *MARTS, *EMPTY, full_refresh=full_refresh)
    return warehouse.keep(name)


def about_people(contract: Contract) -> bool:
    return contract.id == CONTRACT or contract.domain == "wilayah"


def families(night: Path) -> dict[str, str]:
    """Record -> id of its person's family, as the cards say."""
    return dict(
        ask(
            night,
            f"""
            select catatan._kunci, id_keluarga from intermediate.int_identitas__catatan as catatan
            inner join resolved.orang_catatan using (id_catatan)
            inner join marts.dim_orang as orang using (id_orang)
            inner join marts.dim_keluarga as keluarga on orang.nomor_kk = keluarga.nomor_kk
            where _kontrak = '{CONTRACT}' and orang.status_hidup = 'HIDUP'
            """,
        )
    )


def of(night: Path, records: Sequence[str]) -> set[str]:
    found = families(night)
    return {found[record] for record in records}


def test_every_card_is_a_family_at_first(nights: Nights) -> None:
    assert [len(of(nights.first, records)) for records in nights.records.values()] == [1] * len(FAMILIES)
    assert len(set(families(nights.first).values())) == len(FAMILIES)


@pytest.mark.parametrize(("family", "cards"), [("kepala_meninggal", 2), ("pindah", 2), ("tetap", 1)])
def test_a_family_that_goes_on_together_keeps_its_id(nights: Nights, family: str, cards: int) -> None:
    stayed = nights.records[family][1:]
    assert of(nights.second, stayed) == of(nights.first, stayed)
    (found,) = of(nights.second, stayed)
    query = f"select jumlah_anggota, jumlah_kartu from marts.dim_keluarga where id_keluarga = '{found}'"
    assert ask(nights.second, query) == [(3 if family != "tetap" else 2, cards)]


def test_who_marries_is_another_family(nights: Nights) -> None:
    left, right = nights.records["anak_pergi"], nights.records["menantu"]
    assert of(nights.second, left[:3]) == of(nights.first, left)
    assert of(nights.second, right[:3]) == of(nights.first, right)
    couple = of(nights.second, [left[3], right[3]])
    assert len(couple) == 1 and not couple & set(families(nights.first).values())


def test_who_moves_in_with_a_family_joins_it(nights: Nights) -> None:
    hosts, widow = nights.records["menampung"], nights.records["janda"]
    assert of(nights.second, [*hosts, *widow]) == of(nights.first, hosts)
    assert not of(nights.first, widow) & set(families(nights.second).values())


def test_a_family_that_breaks_in_halves_is_two_new_ones(nights: Nights) -> None:
    parts = of(nights.second, nights.records["bubar"])
    assert len(parts) == 2 and not parts & set(families(nights.first).values())


def test_a_third_card_is_still_the_family(nights: Nights) -> None:
    people = nights.records["pindah"]
    assert of(nights.third, people) == of(nights.first, people)
    rows = ask(
        nights.third,
        "select nomor_kk, urutan, is_kini from marts.bridge_keluarga__nomor_kk "
        f"where id_keluarga = '{of(nights.third, people).pop()}' order by urutan",
    )
    assert rows == [
        (number("pindah"), 1, False), (number("kartu_pindah"), 2, False), (number("pindah_lagi"), 3, True),
    ]  # fmt: skip


def test_a_nik_in_the_place_of_the_card_makes_no_family(nights: Nights) -> None:
    people = nights.records["tertukar"]
    assert people[2] not in families(nights.second)
    assert of(nights.second, people[:2]) == of(nights.first, people)


@pytest.mark.parametrize("table", MARTS)
def test_nights_add_up_to_a_rebuild(nights: Nights, table: str) -> None:
    assert different_rows(nights.third, nights.rebuilt, f"marts.{table}") == 0
