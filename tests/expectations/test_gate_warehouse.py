"""The warehouse gate: staged rows by standard, and what only the walidata sees across agencies."""

from __future__ import annotations

import pytest

from expectations.cross_agency import Grain, cross_agency_suites, grain_suite
from expectations.derived import warehouse_suites
from expectations.model import Verdict

NIK, NAME = "1671014107900003", "SITI AMINAH BINTI SALEH"
FATES = ("diterima", "sama", "ganda", "karantina", "bukan_data", "ditutup")


@pytest.fixture
def staged(con, contract):
    """``staging.stg_penduduk__orang`` with all standard columns and a function that adds rows."""
    entity = contract().entity
    columns = ", ".join(f"{name} varchar" for name in entity.kolom)
    con.execute("create schema staging")
    con.execute(
        f"create table staging.stg_penduduk__orang ({columns}, _kontrak varchar, _delivery_id varchar, "
        "_nasib varchar, _aturan varchar[])"
    )
    good = {
        "nik": NIK, "nama_lengkap": NAME, "tanggal_lahir": "1990-07-01", "jenis_kelamin": "P",
        "_kontrak": "penduduk.dinas_a.biodata", "_delivery_id": "000001-00001", "_nasib": "diterima",
    }  # fmt: skip

    def add(count=1, **values):
        row = good | values
        con.execute(
            f"insert into staging.stg_penduduk__orang ({', '.join(row)}) "
            f"select {', '.join('?' * len(row))} from range({count})",
            list(row.values()),
        )

    return add


def test_clean_rows_pass(staged, contract, judge):
    for fate in FATES[:3]:
        staged(5, _nasib=fate)
    results = judge(*warehouse_suites([contract()]))
    assert {r.status for r in results.values()} == {"lulus"} and len(results) == 10


def test_accepted_rows_must_be_whole_and_standard(staged, contract, judge):
    staged(8)
    staged(1, nama_lengkap=None)
    staged(1, jenis_kelamin="LAKI-LAKI", agama="ISLAM")
    staged(50, _nasib="bukan_data", nik=None, jenis_kelamin="JUMLAH")
    results = judge(*warehouse_suites([contract()]))
    failed = {check: r.observed for check, r in results.items() if r.status == "gagal"}
    counted = {"jumlah_diperiksa": 10, "jumlah_gagal": 1, "persen_gagal": 10.0}
    assert failed == {
        "gudang.penduduk.orang.wajib.nama_lengkap": counted,
        "gudang.penduduk.orang.nilai.jenis_kelamin": counted,
    }
    assert Verdict("gudang", tuple(results.values())).blocks
    assert NIK not in repr(results) and NAME not in repr(results)


def test_quarantined_share_of_the_latest_receipt(staged, contract, judge):
    a, b = contract("dinas_a", facts="maks_persen_karantina: 10"), contract("dinas_b")
    staged(1, _delivery_id="000001-00001", _nasib="karantina")
    staged(80, _delivery_id="000002-00001")
    staged(1, _delivery_id="000002-00001", _nasib="karantina")
    staged(7, _delivery_id="000002-00002")
    staged(3, _delivery_id="000002-00002", _nasib="karantina")
    staged(90, _delivery_id="000002-00002", _nasib="ditutup")
    staged(10, _kontrak=b.id, _delivery_id="000001-00001")
    staged(2, _kontrak=b.id, _delivery_id="000001-00001", _nasib="karantina")
    results = judge(*warehouse_suites([a, b]))
    assert results["gudang.dinas_b__biodata.karantina"].status == "lulus"
    share = results["gudang.dinas_a__biodata.karantina"]
    assert (share.status, share.failing, share.observed["nilai"]) == ("gagal", ("000002-00002",), 30)
    assert share.check.severity == "peringatan" and share.check.owner == "dinas_a"


@pytest.fixture
def mutu(con):
    con.execute("create schema mutu")
    con.execute("create schema marts")
    con.execute(
        "create table mutu.duplikat (jenis varchar, kelompok varchar, id_orang varchar, kontrak varchar, jumlah bigint)"
    )
    con.execute("create table mutu.konflik_atribut (id_orang varchar, atribut varchar, nilai varchar)")
    con.execute("create table mutu.konflik_angka (indikator varchar, jenis varchar)")
    con.execute("create table mutu.pelanggaran (kontrak varchar, aturan varchar, persen_baris double)")
    con.execute("create table mutu.keputusan_bermasalah (id_keputusan varchar, alasan_tidak_berlaku varchar)")
    con.execute(
        "create table mutu.ketepatan_identitas as select 'presisi' as ukuran, null::decimal(5, 4) as batas_atas, "
        "200::bigint as jumlah_dijawab, 0::bigint as jumlah_beda, 200::bigint as jumlah_dijawab_kini, "
        "0::bigint as jumlah_kurang"
    )
    con.execute("create table marts.dim_orang as select 'o' || i as id_orang, 'N' || i as nama from range(100) t(i)")
    con.execute(
        "create table marts.fct_samsat__pembayaran as select i as nomor_bayar, 'x' as kontrak from range(9) t(i)"
    )
    return con


FACTS = [Grain("marts.fct_samsat__pembayaran", ("nomor_bayar", "kontrak"), "marts/samsat/fct_samsat__pembayaran")]


def test_quiet_warehouse_passes(mutu, judge):
    results = judge(*cross_agency_suites(FACTS))
    assert {r.status for r in results.values()} == {"lulus"} and len(results) == 12


@pytest.mark.parametrize(("upper", "blocks"), [("0.9950", False), ("0.9780", True)])
def test_links_that_stewards_found_wrong_stop_the_release(mutu, judge, upper, blocks):
    mutu.execute(f"update mutu.ketepatan_identitas set batas_atas = {upper}")
    results = judge(*cross_agency_suites(FACTS))
    assert Verdict("gudang", tuple(results.values())).blocks == blocks


def test_cross_agency_findings_are_warnings(mutu, judge):
    mutu.execute("insert into mutu.duplikat select 'nik_ganda', 'k', 'o' || i // 2, 'a, b', 5 from range(8) t(i)")
    mutu.execute("insert into mutu.duplikat select 'catatan_ganda', ?, 'o' || i, 'a', 2 from range(3) t(i)", [NIK])
    mutu.execute("insert into mutu.konflik_atribut select 'o' || i, 'tanggal_lahir', ? from range(40) t(i)", [NAME])
    mutu.execute("insert into mutu.konflik_atribut select 'o' || i, 'agama', ? from range(4) t(i)", [NAME])
    mutu.execute("insert into mutu.konflik_angka values ('penduduk', 'konflik'), ('penduduk', 'perbedaan_konsep')")
    mutu.execute("insert into mutu.keputusan_bermasalah values ('k1', 'bertentangan'), ('k2', 'tanpa_catatan')")
    mutu.execute("insert into mutu.pelanggaran values ('a.b.c', 'nik_bentuk', 41), ('a.b.c', 'lain', 39)")
    results = judge(*cross_agency_suites(FACTS))
    failed = {check: (r.failing, r.observed["nilai"]) for check, r in results.items() if r.status == "gagal"}
    assert failed == {
        "gudang.mutu/duplikat.persen_orang": (("nik_ganda",), 4),
        "gudang.mutu/konflik_atribut.persen_orang": (("tanggal_lahir",), 40),
        "gudang.mutu/konflik_angka.jumlah_konflik": ((), 1),
        "gudang.mutu/pelanggaran.persen_baris": (("a.b.c/nik_bentuk",), 41),
        "gudang.mutu/keputusan_bermasalah.jumlah_keputusan": ((), 2),
    }
    assert not Verdict("gudang", tuple(results.values())).blocks
    assert NIK not in repr(results) and NAME not in repr(results)


@pytest.mark.parametrize(
    ("rows", "empty", "double"),
    [
        ("(1, 'x'), (1, 'y'), (2, 'x')", 0, 0),
        ("(1, 'x'), (1, 'x'), (1, 'x')", 0, 2),
        ("(1, null), (1, null), (null, 'x')", 3, 0),
    ],
)
def test_grain_is_critical(con, judge, rows, empty, double):
    con.execute("create schema marts")
    con.execute("create table marts.f (a integer, b varchar)")
    con.execute(f"insert into marts.f values {rows}")
    results = judge(grain_suite(Grain("marts.f", ("a", "b"), "marts/uji/f")))
    found = {check.rpartition("_")[2]: r.observed["nilai"] for check, r in results.items()}
    assert found == {"kosong": empty, "ganda": double}
    assert Verdict("gudang", tuple(results.values())).blocks == bool(empty or double)
