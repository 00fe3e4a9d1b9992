"""Increments by cursor, by row hash and by file: nothing is lost, nothing lands twice."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from reception_kit import (
    COLUMNS,
    NOW,
    Agency,
    files_agency,
    person,
    put,
    put_aside,
    renew,
    rewrite,
    send,
    sqlite_agency,
)

import simulation
from connectors.errors import ConnectorError, DeliveryError
from contracts.load import contracts_folder, load_contracts

CURSOR = "bentuk: perubahan, kursor: ubah"
FULL = "bentuk: penuh"


def test_ties_and_empty_cursors_land_once(tmp_path: Path) -> None:
    agency = sqlite_agency(tmp_path / "a", CURSOR)
    put(agency, [person(1), person(2, changed=None), person(3, changed="2026-06-02 08:00:00")])
    agency.receive()
    put(agency, [person(4, changed="2026-06-02 08:00:00"), person(5, changed=None)])
    agency.receive()
    assert agency.receive().baru == ()
    assert sorted(agency.landed("id"), key=int) == ["1", "2", "3", "4", "5"]


def test_a_change_without_a_cursor_value_lands(tmp_path: Path) -> None:
    agency = sqlite_agency(tmp_path / "a", CURSOR)
    put(agency, [person(1, changed=None)])
    agency.receive()
    put(agency, [person(1, changed=None, name="Nama Baru")])
    agency.receive()
    assert agency.landed("nama") == ["Warga Uji", "Nama Baru"]
    assert agency.receive().baru == (), "nothing new since"


def test_a_change_within_the_same_second_lands_once(tmp_path: Path) -> None:
    agency = sqlite_agency(tmp_path / "a", CURSOR)
    put(agency, [person(1)])
    agency.receive()
    put(agency, [person(1, name="Nama Baru")])
    agency.receive()
    assert agency.landed("nama") == ["Warga Uji", "Nama Baru"]
    assert agency.receive().baru == (), "nothing new since"


def test_a_cursor_value_in_the_future_hides_nothing(tmp_path: Path) -> None:
    """One mistyped year at the agency must not make every later change invisible."""
    agency = sqlite_agency(tmp_path / "a", CURSOR)
    put(agency, [person(1), person(2, changed="2062-06-01 08:00:00")])
    agency.receive()
    put(agency, [person(3, changed="2026-07-01 08:00:00")])
    agency.now = NOW + timedelta(days=1)
    agency.receive()
    assert sorted(agency.landed("id"), key=int) == ["1", "2", "3"]


def test_a_number_as_cursor_is_compared_as_a_number(tmp_path: Path) -> None:
    agency = sqlite_agency(tmp_path / "a", "bentuk: perubahan, kursor: id")
    put(agency, [person(number) for number in (9, 10, 100)])
    agency.receive()
    assert agency.receive().baru == ()
    put(agency, [person(101)])
    agency.receive()
    assert agency.landed("id") == ["9", "10", "100", "101"]


def test_another_cursor_column_starts_anew(tmp_path: Path) -> None:
    """The old watermark says nothing in the new column's terms; compared with it, later rows would be hidden."""
    agency = sqlite_agency(tmp_path / "a", CURSOR)
    put(agency, [person(1), person(2)])
    agency.receive()
    rewrite(agency, "bentuk: perubahan, kursor: id")
    put(agency, [person(3)])
    agency.receive()
    assert {"1", "2", "3"} <= set(agency.landed("id"))
    assert agency.receive().baru == ()


def test_a_newly_taken_column_is_fetched_for_rows_that_did_not_change(tmp_path: Path) -> None:
    less = {name: column for name, column in COLUMNS.items() if name != "jk"}
    agency = sqlite_agency(tmp_path / "a", f"{CURSOR}, konstanta: {{jenis_kelamin: L}}", columns=less)
    put(agency, [person(1), person(2, changed="2026-06-20 08:00:00")])
    agency.receive()
    rewrite(agency, CURSOR)
    agency.receive()
    latest = {row["id"]: row.get("jk") for _, rows in agency.deliveries() for row in rows}
    assert latest == {"1": "L", "2": "L"}
    assert agency.receive().baru == ()


def test_full_source_lands_changes_and_closes_what_is_gone(tmp_path: Path) -> None:
    agency = files_agency(tmp_path / "a", FULL)
    send(agency, "warga.csv", [person(1), person(2), person(3)])
    agency.receive()
    send(agency, "warga.csv", [person(1), person(2, name="Nama Baru"), person(4)])
    agency.receive()
    manifest, rows = agency.deliveries()[1]
    assert {(row["_kunci"], row["_hapus"]) for row in rows if not row["_bukan_data"]} == {
        ("2", False), ("4", False), ("3", True),
    }  # fmt: skip
    assert (manifest.baris_dibaca, manifest.baris_sama, manifest.kunci_ditutup) == (4, 1, 1)


def test_the_same_file_again_is_no_delivery(tmp_path: Path) -> None:
    agency = files_agency(tmp_path / "a", FULL)
    send(agency, "warga.csv", [person(1)])
    agency.receive()
    receipt = agency.receive()
    assert receipt.baru == () and receipt.sama_dengan == ("000001-00001",)


def test_a_file_that_returns_to_an_earlier_state_is_received(tmp_path: Path) -> None:
    """An office that takes its correction back sends the old bytes; the latest delivery wins, whatever it repeats."""
    agency = files_agency(tmp_path / "a", FULL)
    for name in ("Nama Lama", "Nama Baru", "Nama Lama"):
        send(agency, "warga.csv", [person(1, name=name)])
        agency.receive()
    assert agency.landed("nama")[-1] == "Nama Lama" and len(agency.deliveries()) == 3


def test_one_unreadable_file_does_not_hold_the_others_back(tmp_path: Path) -> None:
    agency = files_agency(tmp_path / "a", "bentuk: perubahan")
    (agency.folder / "kiriman" / "a_rusak.csv").symlink_to("/proc/self/mem")
    send(agency, "b_baik.csv", [person(1)])
    receipt = agency.receive()
    assert agency.landed("id") == ["1"]
    assert receipt.baru == ("000001-00001",)
    assert receipt.gagal is not None and "a_rusak.csv" in receipt.gagal


def test_a_missing_folder_variable_is_named(tmp_path: Path) -> None:
    agency = files_agency(tmp_path / "a", "bentuk: perubahan")
    agency.environ.clear()
    with pytest.raises(ConnectorError, match="BERKAS"):
        agency.receive()


def test_an_expired_legal_basis_receives_nothing(tmp_path: Path) -> None:
    agency = files_agency(tmp_path / "a", "bentuk: perubahan, berlaku_sampai: 2026-06-30")
    send(agency, "warga.csv", [person(1)])
    with pytest.raises(ConnectorError, match="2026-06-30"):
        agency.receive()
    assert agency.deliveries() == []


def test_the_legal_basis_holds_on_its_last_day_in_the_region(tmp_path: Path) -> None:
    """18:00 UTC on 30 June is 1 July in Jakarta: the basis ended at the region's midnight."""
    agency = files_agency(tmp_path / "a", "bentuk: perubahan, berlaku_sampai: 2026-06-30")
    send(agency, "warga.csv", [person(1)])
    agency.now = NOW - timedelta(days=1)
    with pytest.raises(ConnectorError, match="2026-06-30"):
        agency.receive()


def test_an_interrupted_reception_leaves_no_half_delivery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import connectors.landing as landing

    agency = files_agency(tmp_path / "a", FULL)
    send(agency, "warga.csv", [person(1)])

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(landing, "write_json", broken)
    with pytest.raises(KeyboardInterrupt):
        agency.receive()
    assert agency.deliveries() == []
    monkeypatch.undo()
    agency.sequence = 0
    agency.receive()
    assert [manifest.delivery_id for manifest, _ in agency.deliveries()] == ["000001-00001"]


def test_a_lost_cache_is_rebuilt_from_the_deliveries(tmp_path: Path) -> None:
    import shutil

    agency = files_agency(tmp_path / "a", FULL)
    send(agency, "warga.csv", [person(1), person(2), person(3)])
    agency.receive()
    send(agency, "warga.csv", [person(1), person(3, name="Nama Baru")])
    agency.receive()
    shutil.rmtree(agency.folder / "cache")
    send(agency, "warga.csv", [person(1), person(2), person(3, name="Nama Baru")])
    agency.receive()
    _, rows = agency.deliveries()[2]
    assert [row["_kunci"] for row in rows if not row["_bukan_data"]] == ["2"]


def test_a_revised_file_replaces_its_own_rows_when_they_have_no_key(tmp_path: Path) -> None:
    """A puskesmas corrects its workbook of June and sends it again: the wrong line must not stay beside the right one."""
    agency = files_agency(tmp_path / "a", "bentuk: perubahan", key=None)
    send(agency, "juni.csv", [person(1), person(2, name="Nama Salah")])
    send(agency, "mei.csv", [person(3)])
    agency.receive()
    send(agency, "juni.csv", [person(1), person(2, name="Nama Benar")])
    agency.receive()
    current: dict[object, object] = {}
    for _, rows in agency.deliveries():
        for row in rows:
            if row["_hapus"]:
                current.pop(row["_kunci"])
            elif not row["_bukan_data"]:
                current[row["_kunci"]] = row["nama"]
    assert sorted(map(str, current.values())) == ["Nama Benar", "Warga Uji", "Warga Uji"]


def test_a_file_put_aside_by_our_own_limit_comes_back_with_a_new_contract_version(tmp_path: Path) -> None:
    agency = files_agency(tmp_path / "a", FULL)
    send(agency, "warga.csv", [person(1), person(2)])
    agency.receive()
    aside = put_aside(agency)
    assert agency.receive().sama_dengan == (aside,), "the verdict stands while the contract is the same"
    renew(agency)
    assert agency.receive().baru == ("000003-00001",)
    assert agency.landed("id")[2:] == ["1", "2"], "compared with what is in use, which is nothing"
    assert agency.receive().baru == ()


def test_a_file_put_aside_does_not_come_back_over_newer_data(tmp_path: Path) -> None:
    """January's file still lies in the folder when February's is in use already."""
    agency = files_agency(tmp_path / "a", FULL)
    send(agency, "januari.csv", [person(1, name="Lama")])
    agency.receive()
    put_aside(agency)
    send(agency, "februari.csv", [person(1, name="Baru")])
    agency.receive()
    renew(agency)
    assert agency.receive().baru == ()
    assert agency.landed("nama")[-1] == "Baru"


def test_a_district_put_aside_comes_back_beside_the_others(tmp_path: Path) -> None:
    agency = files_agency(tmp_path / "a", "bentuk: perubahan")
    send(agency, "lahat.csv", [person(1)])
    agency.receive()
    put_aside(agency)
    send(agency, "muba.csv", [person(2)])
    agency.receive()
    renew(agency)
    assert agency.receive().baru == ("000003-00001",)


def test_ids_of_one_night_are_in_order_as_text(tmp_path: Path) -> None:
    agency = files_agency(tmp_path / "a", "bentuk: perubahan")
    for number in range(9):
        (agency.landing / agency.contract.id / f"000001-{number + 1:05d}").mkdir(parents=True)
    send(agency, "warga.csv", [person(1)])
    assert agency.receive().baru == ("000001-00010",)


def test_files_of_one_name_in_two_folders_are_two_files(tmp_path: Path) -> None:
    """Each district has its folder and calls its file the same; none closes the other's rows."""
    server = '{server: berkas, type: local, path: "${BERKAS}/*/*.csv", format: csv}'
    agency = files_agency(tmp_path / "a", "bentuk: perubahan", key=None, server=server)
    for district, number in (("lahat", 1), ("muba", 2)):
        (agency.folder / "kiriman" / district).mkdir()
        send(agency, f"{district}/bayar.csv", [person(number)])
    assert len(agency.receive().baru) == 2
    assert [manifest.sumber.objek for manifest, _ in agency.deliveries()] == ["lahat/bayar.csv", "muba/bayar.csv"]
    assert sum(manifest.kunci_ditutup for manifest, _ in agency.deliveries()) == 0
    assert agency.receive().baru == ()


def test_the_schema_fingerprint_tells_another_header(tmp_path: Path) -> None:
    agency = files_agency(tmp_path / "a", "bentuk: perubahan")
    send(agency, "a.csv", [person(1)])
    send(agency, "b.csv", [person(2)])
    path = send(agency, "c.csv", [person(3)])
    path.write_text(path.read_text().replace("ubah", "ubah,hp", 1).rstrip() + ",0812\n")
    agency.receive()
    prints = [manifest.sidik_skema for manifest, _ in agency.deliveries()]
    assert prints[0] == prints[1] != prints[2]


def test_a_dialect_without_a_scanner_is_read_portably(tmp_path: Path) -> None:
    """DuckDB's own dialect stands for all that SQLAlchemy knows: digits, long texts and nulls arrive as they are."""
    import duckdb

    agency = sqlite_agency(tmp_path / "a", CURSOR)
    database = tmp_path / "a" / "warga.duckdb"
    long = "JALAN " + "PANJANG " * 900
    with duckdb.connect(str(database)) as con:
        con.execute(
            "create table warga (id bigint, nik decimal(16, 0), nama varchar, lahir date, jk varchar, ubah timestamp)"
        )
        con.execute(
            "insert into warga values (1, 9109014107900001, ?, '1990-07-01', 'P', '2026-06-01'), "
            "(2, null, null, null, null, null)",
            [long],
        )
    agency.environ["BASIS_URL"] = f"duckdb:///{database}"
    agency.contract = replace(
        agency.contract,
        columns=tuple(replace(c, logical_type="number") if c.name == "nik" else c for c in agency.contract.columns),
    )
    agency.receive()
    ((_, rows),) = agency.deliveries()
    assert [row["nik"] for row in rows] == ["9109014107900001", None]
    assert [row["nama"] for row in rows] == [long, None] and rows[0]["lahir"] == "1990-07-01"
    assert agency.receive().baru == ()


def test_files_called_by_a_number_are_told_apart_without_it(tmp_path: Path) -> None:
    """No name in a manifest leads back to the number: neither itself nor a hash that could be tried through."""
    agency = files_agency(tmp_path / "a", "bentuk: perubahan", key=None)
    for number in (1, 2):
        send(agency, f"kk 167101010190000{number}.csv", [person(number)])
    assert len(agency.receive().baru) == 2
    names = [manifest.sumber.objek for manifest, _ in agency.deliveries()]
    assert all(name.startswith("kk 1671************.csv (") for name in names) and len(set(names)) == 2
    assert sum(manifest.kunci_ditutup for manifest, _ in agency.deliveries()) == 0
    assert agency.receive().baru == ()


def test_a_nik_under_another_heading_empties_nothing(tmp_path: Path) -> None:
    simulation.simulate(tmp_path / "instansi", tmp_path / "kebenaran", people=60)
    contract = next(c for c in load_contracts([contracts_folder()]) if c.id == "samsat.bapenda_sumsel.kendaraan")
    path = tmp_path / "instansi" / "bapenda" / "samsat.sqlite"
    agency = Agency(tmp_path, contract, {"SAMSAT_URL": f"sqlite:///{path}"})
    assert agency.receive().baru
    with closing(sqlite3.connect(path)) as con, con:
        con.execute("alter table kendaraan rename column nik_pemilik to nomor_ktp")
        con.execute("update kendaraan set tgl_ubah = '2027-01-01 00:00:00'")
    with pytest.raises(DeliveryError, match=r"lacks the column\(s\) nik_pemilik; the table has .*nomor_ktp"):
        agency.receive()
    assert len(agency.deliveries()) == 1
