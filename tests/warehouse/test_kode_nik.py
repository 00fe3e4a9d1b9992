"""The district that a NIK names, against every vintage of region codes that was delivered."""

from __future__ import annotations

from pathlib import Path

import pytest
from siak_kit import CONTRACT, Siak, simulated
from warehouse_kit import Warehouse, ask, different_rows

RECORDS = "intermediate.int_identitas__catatan"
#: First six digits of a NIK -> whether there ever was such a district, by the lists of all vintages.
CODES = {
    "160101": True,
    "160504": True,  # left Musi Rawas for another regency in 2013; its people keep their NIK
    "160199": False,
    "169901": False,
    "320101": True,  # no list of that province's districts was delivered, but its regencies are known
    "329901": False,
    "100101": False,  # no province
}


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path, Path]:
    """Before any list of regions came, with retired codes alone, after, and rebuilt."""
    root = tmp_path_factory.mktemp("kode_nik")
    siak, environ = simulated(root)
    warehouse = Warehouse(root / "rumah", environ)
    _write(siak)
    first = _night(warehouse, "pertama", CONTRACT)
    second = _night(warehouse, "kedua", "wilayah.kemendagri.kode_lama")
    third = _night(warehouse, "ketiga", "wilayah.")
    return first, second, third, _night(warehouse, "ulang", "-", full_refresh=True)


def _write(siak: Siak) -> None:
    """A row for each code; of the last two one contradicts its birth date, one its sex."""
    records = siak.only(len(CODES) + 2)
    for record, code in zip(records, [*CODES, "160101", "160101"], strict=True):
        siak.change(record, "nik", f"{code}1703900001")
        siak.change(record, "tgl_lhr", "1990-03-17")
        siak.change(record, "jenis_klmin", "1")
    siak.change(records[-2], "tgl_lhr", "1991-04-18")
    siak.change(records[-2], "nik", "1601011703900002")
    siak.change(records[-1], "nik", "1601015703900003")


def _night(warehouse: Warehouse, name: str, contracts: str, *, full_refresh: bool = False) -> Path:
    prepared = warehouse.prepare()
    warehouse.receive(prepared, lambda contract: contract.id.startswith(contracts))
    warehouse.build(prepared, "+int_identitas__catatan", full_refresh=full_refresh)
    return warehouse.keep(name)


def known(night: Path) -> dict[str, bool | None]:
    return dict(
        ask(night, f"select left(nik_asal, 6), is_kode_nik_dikenal from {RECORDS} where right(nik_asal, 1) = '1'")
    )


def odd(night: Path) -> set[str]:
    return {row[0] for row in ask(night, f"select nik_asal[:6] || nik_asal[-1] from {RECORDS} where is_nik_janggal")}


@pytest.mark.parametrize("night", [0, 1])
def test_nobody_knows_without_a_list(nights: tuple[Path, ...], night: int) -> None:
    # codes that retired are no list of those that there are
    assert set(known(nights[night]).values()) == {None}
    # what contradicts its own record is odd without any list
    assert odd(nights[night]) == {"1601012", "1601013"}


def test_a_district_of_any_vintage_is_known(nights: tuple[Path, ...]) -> None:
    assert known(nights[2]) == CODES
    assert odd(nights[2]) == {"1601012", "1601013", *(f"{code}1" for code, there in CODES.items() if not there)}


def test_lists_that_come_later_add_up_to_a_rebuild(nights: tuple[Path, ...]) -> None:
    assert different_rows(nights[2], nights[3], RECORDS) == 0
