"""The release gate: balance, classification, abrupt change."""

from __future__ import annotations

import pytest

from contracts.keys import short_id
from expectations.model import Verdict
from expectations.release import change_suite, ledger_suites, names_suite, release_suites, values_suite

NIK = "1671014107900003"


@pytest.fixture
def ledger(con):
    con.execute("create schema mutu")
    con.execute("create schema publication")
    con.execute(
        "create table mutu.buku_besar as select 'a' as kontrak, '000001-00001' as delivery_id, 0::bigint as selisih"
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
    assert {r.status for r in results.values()} == {"lulus"} and len(results) == 9
    assert not Verdict("rilis", tuple(results.values())).blocks


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ("insert into mutu.buku_besar values ('b', '000009-00002', -3)", ("b/000009-00002",)),
        ("insert into mutu.buku_besar values ('b', '000009-00002', null)", ("b/000009-00002",)),
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


IDENTIFYING = (
    "nik", "nik_pemilik", "nik_terpilih", "hash_nik", "nama_lengkap", "tanggal_lahir", "rt", "alamat", "nomor_polisi",
)  # fmt: skip
HARMLESS = (
    "jumlah_nik", "persen_nik_sah", "is_alamat_lengkap", "teknik", "klinik", "nama_wilayah", "sertifikat",
    "tahun_lahir", "kode_wilayah", "periode",
)  # fmt: skip


def test_names_of_identifying_columns(con, judge, standards):
    columns = [("pub_x", name) for name in IDENTIFYING + HARMLESS]
    (result,) = judge(names_suite(columns, standards)).values()
    assert set(result.failing) == {f"pub_x/{name}" for name in IDENTIFYING}
    assert Verdict("rilis", (result,)).blocks


PERSONAL = (f"'{NIK}'", f"'NIK {NIK}, Palembang'", NIK, f"{NIK}::double", "'1671015501900012'")
IMPERSONAL = ("'167101410790000'", "'16710141079000031'", "'1671019913900003'", "null", "'wilayah 1671'", "1")


def test_values_like_a_nik(con, judge):
    listed = ", ".join(f"{value} as k{number}" for number, value in enumerate(PERSONAL + IMPERSONAL))
    con.execute(f"create table pub_x as select {listed} from range(3)")
    columns = [("pub_x", f"k{number}") for number in range(len(PERSONAL + IMPERSONAL))]
    results = judge(values_suite(columns))
    result = results["rilis.publication.nilai_mirip_nik"]
    assert set(result.failing) == {f"pub_x/k{number}" for number in range(len(PERSONAL))}
    assert result.observed["nilai"] == 3
    assert NIK not in repr(results)


def test_one_nik_among_many_ids_is_found(con, judge):
    ids = [(short_id(b"kunci", "orang", str(i)),) for i in range(3000)]
    con.execute("create table pub_x (id_orang varchar)")
    con.executemany("insert into pub_x values (?)", ids)
    assert {r.status for r in judge(values_suite([("pub_x", "id_orang")])).values()} == {"lulus"}
    con.execute("insert into pub_x values (?)", [NIK])
    (result,) = judge(values_suite([("pub_x", "id_orang")])).values()
    assert result.failing == ("pub_x/id_orang",) and Verdict("rilis", (result,)).blocks


def test_absent_published_table_breaks_the_check_and_blocks(con, judge):
    results = judge(values_suite([("pub_tidak_ada", "a")]))
    assert {r.status for r in results.values()} == {"rusak"}
    assert Verdict("rilis", tuple(results.values())).blocks


def test_nothing_published_is_no_broken_check(con, judge, standards):
    results = judge(values_suite([]), names_suite([], standards))
    assert {r.status for r in results.values()} == {"lulus"}


def test_abrupt_change_is_a_warning(ledger, judge):
    ledger.execute(
        "insert into publication.perubahan_baris select 'p' || i, 100, i from unnest([0, 89, 90, 150, 151]) t(i)"
    )
    (result,) = judge(change_suite()).values()
    assert set(result.failing) == {"p0", "p89", "p151"}
    assert not Verdict("rilis", (result,)).blocks
