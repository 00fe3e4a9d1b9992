"""An agency is late when it did not deliver in its rhythm, not when it had nothing to change."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

from reception_kit import NOW, Agency, files_agency, person, put, send, sqlite_agency

from contracts.delivery import Receipt, SealedReceipts
from orchestration.freshness import last_read, stale_reason

FULL = "bentuk: penuh"
CURSOR = "bentuk: perubahan, kursor: ubah"


def night(agency: Agency, number: int) -> None:
    """Receive on that night; a source that fails says so in its receipt, as in a run."""
    agency.now = NOW + timedelta(days=number)
    agency.receive()


def reason(agency: Agency, days: float) -> str | None:
    """What the freshness rule says so many days after the first night; a delivery is due every day."""
    sealed = [
        SealedReceipts(urutan=n, run_id=f"{n:06d}-uji", disegel_pada=NOW + timedelta(days=n), kontrak=(receipt,))
        for n, receipt in enumerate(agency.receipts)
    ]
    held = [manifest for manifest, _ in agency.deliveries()]
    read = last_read(sealed).get(agency.contract.id)
    return stale_reason(agency.contract, agency.receipts[-1], held, {}, NOW + timedelta(days=days), read)


def test_a_table_without_changes_is_not_late(tmp_path: Path) -> None:
    for facts in (FULL, CURSOR):
        agency = sqlite_agency(tmp_path / facts[-4:], facts)
        put(agency, [person(1)])
        for number in range(6):
            night(agency, number)
        assert [bool(receipt.baru) for receipt in agency.receipts] == [True] + [False] * 5
        assert reason(agency, 5) is None


def test_a_table_that_was_not_read_for_long_is_late(tmp_path: Path) -> None:
    agency = sqlite_agency(tmp_path / "a", FULL)
    put(agency, [person(1)])
    night(agency, 0)
    night(agency, 1)
    assert reason(agency, 2.9) is None
    late = reason(agency, 3.1)
    assert late is not None and "late, nothing new for 2 days" in late and "every 1 days" in late


def test_a_failed_reading_is_no_delivery(tmp_path: Path) -> None:
    agency = sqlite_agency(tmp_path / "a", FULL)
    put(agency, [person(1)])
    night(agency, 0)
    failed = Receipt(kontrak=agency.contract.id, gagal="cannot be reached")
    agency.receipts += [failed] * 4
    assert "cannot be reached" in str(reason(agency, 4))
    agency.receipts.append(Receipt(kontrak=agency.contract.id))
    assert "late, nothing new for 4 days" in str(reason(agency, 4))


def test_a_file_that_only_lies_there_is_late(tmp_path: Path) -> None:
    agency = files_agency(tmp_path / "a", FULL)
    send(agency, "warga.csv", [person(1)])
    for number in range(4):
        night(agency, number)
    assert "late, nothing new for 3 days" in str(reason(agency, 3))
    send(agency, "warga.csv", [person(1), person(2)])
    night(agency, 4)
    assert reason(agency, 4.5) is None


def drop(agency: Agency, above: int) -> None:
    with sqlite3.connect(agency.folder / "warga.sqlite") as con:
        con.execute("delete from warga where id > ?", [above])


def test_a_full_source_that_suddenly_holds_less_than_half_is_told(tmp_path: Path) -> None:
    agency = sqlite_agency(tmp_path / "a", FULL)
    put(agency, [person(number) for number in range(1, 21)])
    night(agency, 0)
    drop(agency, above=11)
    night(agency, 1)
    assert reason(agency, 1) is None
    drop(agency, above=2)
    night(agency, 2)
    told = reason(agency, 2)
    assert told is not None and "shrunk: warga has 2 rows, 11 before (000003-00001)" in told
    put(agency, [person(number) for number in range(1, 21)])
    night(agency, 3)
    assert reason(agency, 3) is None
