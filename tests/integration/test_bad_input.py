"""Agencies that fail, damage and repair their deliveries: only theirs suffer, and what was right before stays."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest
from pipeline_kit import Outcome, Province, call, fresh_checks, leaks, make_home, query, satudata
from reception_kit import COLUMNS, person, write_contract

PASSWORD = "kata-sandi-kenari-7f3a"
SECOND = """
apiVersion: v3.1.0
kind: DataContract
id: penduduk.disdukcapil_kotabaru.warga
version: 1.0.0
status: active
description: {purpose: Penduduk Kota Baru menurut berkas kota}
servers:
  - {server: berkas_kotabaru, type: local, path: "${BERKAS_INSTANSI}/kotabaru/*.csv", format: csv}
slaProperties:
  - {property: frequency, value: 30, unit: d}
schema:
  - name: warga_kotabaru
    customProperties:
      - property: satudata
        value:
          entitas: penduduk.orang
          produsen: disdukcapil_kotabaru
          dasar_hukum: PKS 471/99/2025
          berlaku_sampai: 2027-12-31
          bentuk: perubahan
          wilayah: {sistem: kemendagri, vintage: "2025"}
          baris: {maks: 1000}
          tata_letak: {pemisah: ";"}
    properties:
      - {name: "No. Induk", logicalType: string, primaryKey: true, customProperties: [{property: satudata, value: {kolom: nik}}]}
      - {name: "Nama Warga", logicalType: string, customProperties: [{property: satudata, value: {kolom: nama_lengkap}}]}
      - {name: "Tgl Lhr", logicalType: date, customProperties: [{property: satudata, value: {kolom: tanggal_lahir, format: ["%d.%m.%Y"]}}]}
      - {name: Kelamin, logicalType: string, customProperties: [{property: satudata, value: {kolom: jenis_kelamin, nilai: {Pria: L, Wanita: P}}}]}
      - {name: "Kode Kel", logicalType: string, customProperties: [{property: satudata, value: {kolom: kode_wilayah}}]}
      - {name: Catatan, logicalType: string, customProperties: [{property: satudata, value: {abaikan: true}}]}
"""


@dataclass(frozen=True)
class Story:
    """Three runs over the same agencies: all well, much broken, repaired."""

    province: Province
    well: Outcome
    status_broken: Outcome
    broken: Outcome
    broken_checks: dict[str, list[object]]
    broken_snapshot: Path
    broken_build: Path
    repaired: Outcome


def _csv(path: Path, rows: list[tuple[object, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [",".join(COLUMNS), *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _sqlite(path: Path, ddl: str, rows: list[tuple[object, ...]]) -> None:
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as con:
        con.execute(ddl)
        con.executemany(f"insert into warga values ({', '.join('?' * len(rows[0]))})", rows)


_DDL = "create table warga (id integer primary key, nik text, nama text, lahir text, jk text, ubah text)"


def _prepare(province: Province) -> None:
    agencies, own = province.agencies, province.home / "contracts"
    make_home(province, kontrak_bawaan=False)
    (own / "kotabaru.odcs.yaml").write_text(SECOND, encoding="utf-8")
    (own / "kotabaru.odcs.yaml").rename(own / "disdukcapil_kotabaru__warga.odcs.yaml")
    files = '{{server: berkas, type: local, path: "${{BERKAS_INSTANSI}}/{0}/*.csv", format: csv}}'
    write_contract(own, server=files.format("penuh"), facts="bentuk: penuh", producer="dinas_penuh")
    write_contract(own, server=files.format("berkas"), facts="bentuk: perubahan", producer="dinas_berkas")
    write_contract(
        own, server=files.format("lama"), producer="dinas_lama",
        facts="bentuk: perubahan, berlaku_sampai: 2020-12-31",
    )  # fmt: skip
    for producer in ("hilang_tabel", "ganti_jenis", "hilang_kolom"):
        server = '{server: basis, type: custom, location: "${' + producer.upper() + '}"}'
        write_contract(own, server=server, facts="bentuk: perubahan, kursor: ubah", producer=producer)
    server = (
        "{server: jauh, type: postgres, host: 127.0.0.1, port: 1, database: siak, schema: public, "
        'customProperties: [{property: satudata, value: {pengguna: walidata, sandi: "${JAUH_SANDI}"}}]}'
    )
    write_contract(own, server=server, facts="bentuk: perubahan, kursor: ubah", producer="dinas_jauh")
    lines = [f"{name.upper()}=sqlite:///{agencies}/{name}.sqlite" for name in _DATABASES]
    with (province.home / "sumber.env").open("a") as handle:
        handle.write("\n".join([*lines, f"JAUH_SANDI={PASSWORD}"]) + "\n")


_DATABASES = {"hilang_tabel": 100, "ganti_jenis": 200, "hilang_kolom": 300}


def _well(agencies: Path) -> None:
    _csv(agencies / "penuh" / "warga.csv", [person(number, name="Lama Sekali") for number in range(1, 61)])
    _csv(agencies / "berkas" / "b.csv", [person(400), person(401)])
    _csv(agencies / "lama" / "a.csv", [person(500)])
    for name, first in _DATABASES.items():
        _sqlite(agencies / f"{name}.sqlite", _DDL, [person(first), person(first + 1)])
    (agencies / "kotabaru").mkdir()
    (agencies / "kotabaru" / "penduduk.csv").write_text(
        "DATA WARGA KOTA BARU;;;;;\n;;;;;\nNo. Induk;Nama Warga;Tgl Lhr;Kelamin;Kode Kel;Catatan\n"
        "1671014101900701;Melati Kotabaru;01.01.1990;Wanita;16.71.01.1001;x\n"
        "1671010101900702;Bambang Kotabaru;01.01.1990;Pria;1671011001;\n"
        "1671010101900703;Cempaka Kotabaru;01.01.1990;Lainnya;1671011001;\n",
        encoding="utf-8",
    )


def _damaged_nik(row: tuple[object, ...]) -> tuple[object, ...]:
    return (row[0], str(row[1])[:15] + "0", *row[2:])


def _break(agencies: Path) -> None:
    kept = [_damaged_nik(person(number, name="Lama Sekali")) for number in range(1, 40)]
    _csv(agencies / "penuh" / "warga.csv", [*kept, person(60, name="Nama Yang Baru")])
    (agencies / "berkas" / "a.csv").symlink_to("/proc/self/mem")
    _csv(agencies / "berkas" / "c.csv", [person(402)])
    with sqlite3.connect(agencies / "hilang_tabel.sqlite") as con:
        con.execute("drop table warga")
    rows = [person(200, changed="2026-06-09 08:00:00"), person(202)]
    _sqlite(agencies / "ganti_jenis.sqlite", _DDL.replace("nik text", "nik integer"), rows)
    with sqlite3.connect(agencies / "hilang_kolom.sqlite") as con:
        con.execute("alter table warga rename column nik to nomor_induk")


def _repair(agencies: Path) -> None:
    rows = [person(number, name="Lama Sekali") for number in range(1, 60)]
    _csv(agencies / "penuh" / "warga.csv", [*rows, person(60, name="Nama Yang Baru")])
    (agencies / "berkas" / "a.csv").unlink()


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    province = Province(tmp_path_factory.mktemp("buruk"))
    _prepare(province)
    _well(province.agencies)
    well = satudata(province.home, "run")
    _break(province.agencies)
    broken = satudata(province.home, "run", "--json")
    status = satudata(province.home, "status", "--json")
    checks = call(fresh_checks, str(province.home), streams=province.folder)
    snapshot, build = province.folder / "rusak.duckdb", province.folder / "gudang_rusak.duckdb"
    snapshot.write_bytes(province.snapshot.read_bytes())
    build.write_bytes((province.home / "build" / "gudang.duckdb").read_bytes())
    _repair(province.agencies)
    repaired = satudata(province.home, "run")
    return Story(province, well, status, broken, checks, snapshot, build, repaired)


@pytest.mark.slow
def test_broken_sources_are_stale_and_the_rest_is_published(story: Story) -> None:
    assert story.well.exit == 3, story.well.text[-3000:]  # the far server and the ended legal basis
    outcome = json.loads(story.broken.out)
    assert (story.broken.exit, outcome["exit"]) == (3, 3), story.broken.text[-3000:]
    failing = {reason.split(":")[0] for reason in outcome["stale"]}
    assert failing == {
        "penduduk.hilang_tabel.warga", "penduduk.ganti_jenis.warga", "penduduk.hilang_kolom.warga",
        "penduduk.dinas_berkas.warga", "penduduk.dinas_lama.warga", "penduduk.dinas_jauh.warga",
        "penduduk.dinas_penuh.warga",  # put aside whole
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("contract", "words"),
    [
        ("hilang_tabel", ["penduduk.hilang_tabel.warga", "table warga"]),
        ("ganti_jenis", ["penduduk.ganti_jenis.warga", "column nik", "INTEGER", "string"]),
        ("hilang_kolom", ["penduduk.hilang_kolom.warga", "nik", "nomor_induk"]),
        ("dinas_berkas", ["dinas_berkas", "a.csv"]),
        ("dinas_lama", ["2020-12-31"]),
        ("dinas_jauh", ["jauh", "cannot be reached"]),
    ],
)
def test_every_failure_says_where_and_is_seen_everywhere(story: Story, contract: str, words: list[str]) -> None:
    name = f"{contract}__warga"
    passed, reason = story.broken_checks[name]
    assert passed is False
    status = {item["contract"]: item for item in json.loads(story.status_broken.out)["deliveries"]}
    problem = status[f"penduduk.{contract}.warga"]["problem"]
    for word in words:
        assert word in str(reason), reason
        assert word in problem, problem
    assert PASSWORD not in story.status_broken.text + story.broken.text + story.well.text


@pytest.mark.slow
def test_no_failing_agency_shows_a_person_or_a_password(story: Story) -> None:
    people = ["Melati Kotabaru", "Cempaka Kotabaru", "Lama Sekali", "Nama Yang Baru", "1671014101900701"]
    numbers = [str(person(number)[1]) for number in (1, 60, 200, 300, 400, 500)]
    assert leaks(story.province.home, [*people, *numbers, PASSWORD], story.province.printed) == []


@pytest.mark.slow
def test_data_received_before_stay_in_use(story: Story) -> None:
    found = query(story.broken_build, "select _kontrak, count(*) from staging.stg_penduduk__orang "
                  "where _nasib = 'diterima' group by 1")  # fmt: skip
    counts = dict(found)
    for name in _DATABASES:
        assert counts[f"penduduk.{name}.warga"] == 2
    assert counts["penduduk.dinas_berkas.warga"] == 3, "the readable file beside the unreadable one is received"
    assert "penduduk.dinas_lama.warga" not in counts


@pytest.mark.slow
def test_damaged_batch_is_put_aside_whole(story: Story) -> None:
    damaged = query(
        story.broken_snapshot,
        "select baris_dibaca, karantina, bukan_data, diterima, sama, alasan_karantina from buku_besar "
        "where kontrak = 'penduduk.dinas_penuh.warga' order by delivery_id desc limit 1",
    )
    # persons 10, 20 and 30 have a NIK that ends in 0 anyway: their rows are what is held already
    assert damaged == [(41, 37, 1, 0, 3, "pengiriman.dinas_penuh__warga.nik_akhir_nol")]


@pytest.mark.slow
def test_damaged_batch_closes_nobody(story: Story) -> None:
    """What is absent from a file that is put aside is not absent from the agency."""
    closed = query(
        story.broken_build,
        "select count(*) filter (where _berlaku_sampai is not null), count(*) "
        "from intermediate.int_penduduk__orang_berlaku where _kontrak = 'penduduk.dinas_penuh.warga'",
    )
    assert closed == [(0, 60)]


@pytest.mark.slow
def test_repaired_batch_brings_what_was_right_in_the_damaged_one(story: Story) -> None:
    assert story.repaired.exit == 3, story.repaired.text[-3000:]
    names = query(
        story.province.home / "build" / "gudang.duckdb",
        "select _kunci, nama_lengkap from intermediate.int_penduduk__orang_berlaku "
        "where _kontrak = 'penduduk.dinas_penuh.warga' and _kunci in ('59', '60') and _berlaku_sampai is null "
        "order by 1",
    )
    assert names == [("59", "Lama Sekali"), ("60", "Nama Yang Baru")]


@pytest.mark.slow
def test_second_producer_needs_one_contract_file(story: Story) -> None:
    build = story.province.home / "build" / "gudang.duckdb"
    rows = query(
        build,
        "select nama_lengkap, cast(tanggal_lahir as varchar), jenis_kelamin, kode_wilayah from marts.dim_orang "
        "where nama_lengkap like '%Kotabaru' order by 1",
    )
    # nobody delivers a code list to this home, so no code leads anywhere
    assert rows == [("Bambang Kotabaru", "1990-01-01", "L", None), ("Melati Kotabaru", "1990-01-01", "P", None)]
    quarantined = query(build, "select aturan from mutu.karantina where kontrak like '%kotabaru%'")
    assert quarantined == [("jenis_kelamin_tak_dikenal",)]
    assert query(build, "select sum(abs(selisih)) from mutu.buku_besar") == [(0,)]
    assert "disdukcapil_kotabaru__warga" in story.broken_checks, "the contract has its Dagster asset"
