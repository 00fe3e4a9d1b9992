"""The release gate: balance, classification, abrupt change."""

from __future__ import annotations

import hashlib

import pytest

from expectations.model import Verdict
from expectations.release import change_suite, ledger_suites, names_suite, release_suites, values_suite

NIK = "1671014107900003"


@pytest.fixture
def ledger(con):
    con.execute("create schema mutu")
    con.execute("create schema publication")
    con.execute(
        "create table mutu.buku_besar as select 'a' as kontrak, '000001-001' as delivery_id, 0::bigint as selisih"
    )
    con.execute("create table mutu.neraca as select 2 as neraca, 'penduduk.orang' as objek, 0::bigint as selisih")
    con.execute("create table publication.perubahan_baris (tabel varchar, baris_lama bigint, baris_baru bigint)")
    con.execute("insert into publication.perubahan_baris values ('pub_a', 100, 105), ('pub_baru', null, 7)")
    con.execute(
        "create table publication.pub_a as select 'x' as id_orang, 'Palembang' as nama_wilayah, 12 as jumlah_nik"
    )
    return con


PUBLISHED = [("publication.pub_a", name) for name in ("id_orang", "nama_wilayah", "jumlah_nik")]


def test_clean_release_passes(ledger, judge, standards):
    results = judge(*release_suites(PUBLISHED, standards))
    assert {r.status for r in results.values()} == {"lulus"} and len(results) == 10
    assert not Verdict("rilis", tuple(results.values())).blocks


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ("insert into mutu.buku_besar values ('b', '000009-002', -3)", ("b/000009-002",)),
        ("insert into mutu.buku_besar values ('b', '000009-002', null)", ("b/000009-002",)),
        ("delete from mutu.buku_besar", ()),
        ("insert into mutu.neraca values (3, 'samsat.pembayaran', 1)", ("3/samsat.pembayaran",)),
    ],
)
def test_unbalanced_unjudged_or_absent_ledger_blocks(ledger, judge, change, failing):
    ledger.execute(change)
    results = judge(*ledger_suites())
    (failed,) = [r for r in results.values() if r.status == "gagal"]
    assert failed.failing == failing
    assert Verdict("rilis", tuple(results.values())).blocks


@pytest.mark.parametrize(
    ("column", "identifying"),
    [
        ("nik", True), ("nik_pemilik", True), ("nik_terpilih", True), ("hash_nik", True),
        ("nama_lengkap", True), ("tanggal_lahir", True), ("rt", True), ("alamat", True),
        ("nomor_polisi", True), ("jumlah_nik", False), ("persen_nik_sah", False), ("teknik", False),
        ("is_alamat_lengkap", False), ("klinik", False), ("nama_wilayah", False), ("sertifikat", False),
        ("tahun_lahir", False), ("kode_wilayah", False),
    ],
)  # fmt: skip
def test_names_of_identifying_columns(con, judge, standards, column, identifying):
    (result,) = judge(names_suite([("pub_x", column), ("pub_x", "periode")], standards)).values()
    assert (result.status == "gagal") == identifying
    assert result.failing == ((f"pub_x/{column}",) if identifying else ())


@pytest.mark.parametrize(
    ("value", "personal"),
    [
        (f"'{NIK}'", True), (f"'NIK {NIK}, Palembang'", True), (NIK, True), (f"{NIK}::double", True),
        ("'1671015501900012'", True), ("'167101410790000'", False), ("'16710141079000031'", False),
        ("'1671019913900003'", False), ("null", False), ("'wilayah 1671'", False),
    ],
)  # fmt: skip
def test_values_like_a_nik(con, judge, value, personal):
    con.execute(f"create table pub_x as select {value} as keterangan, 1 as jumlah from range(3)")
    results = judge(values_suite([("pub_x", "keterangan"), ("pub_x", "jumlah")]))
    result = results["rilis.publication.jumlah_mirip_nik"]
    assert (result.status == "gagal") == personal
    assert result.failing == (("pub_x/keterangan",) if personal else ())
    assert NIK not in repr(results)


def test_hashed_ids_may_look_like_a_nik_now_and_then_but_nik_as_id_may_not(con, judge):
    ids = [(hashlib.sha256(str(i).encode()).hexdigest()[:16],) for i in range(3000)]
    con.execute("create table pub_x (id_orang varchar)")
    con.executemany("insert into pub_x values (?)", [*ids, (NIK,)])
    con.execute(f"create table pub_y as select '{NIK}' as id_orang from range(20)")
    results = judge(values_suite([("pub_x", "id_orang"), ("pub_y", "id_orang")]))
    assert results["rilis.publication.persen_mirip_nik_pada_id"].failing == ("pub_y/id_orang",)
    assert results["rilis.publication.jumlah_mirip_nik"].status == "lulus"


def test_absent_published_table_breaks_the_check_and_blocks(con, judge):
    results = judge(values_suite([("pub_tidak_ada", "a")]))
    assert {r.status for r in results.values()} == {"rusak"}
    assert Verdict("rilis", tuple(results.values())).blocks


def test_nothing_published_is_no_broken_check(con, judge, standards):
    results = judge(values_suite([]), names_suite([], standards))
    assert {r.status for r in results.values()} == {"lulus"}


@pytest.mark.parametrize(("rows", "warned"), [(89, True), (90, False), (150, False), (151, True), (0, True)])
def test_abrupt_change_is_a_warning(ledger, judge, rows, warned):
    ledger.execute("update publication.perubahan_baris set baris_baru = ? where tabel = 'pub_a'", [rows])
    (result,) = judge(change_suite()).values()
    assert (result.status == "gagal", result.failing) == (warned, ("pub_a",) if warned else ())
    assert not Verdict("rilis", (result,)).blocks
