"""No number, name or password of a source shows anywhere but where it must lie, whatever stage fails."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from openpyxl import Workbook
from pipeline_kit import Outcome, Province, leaks, make_home, query, satudata, start_call
from reception_kit import COLUMNS, write_contract
from sqlalchemy.engine import make_url

NIK = "167101570291{:04d}"
NAME = "Kenari Rahasia"
#: also in a file's name, in a sheet's name, and as an account's password
FILE, SHEET, PASSWORD = NIK.format(901), NIK.format(902), "kata-sandi-kenari-41d7"
CANARIES = [*(NIK.format(number) for number in range(1, 41)), NAME, FILE, SHEET, PASSWORD]
SERVERS = {"postgres": "SATUDATA_TEST_POSTGRES_URL", "mariadb": "SATUDATA_TEST_MARIADB_URL"}


def personal_values(province: Province) -> list[str]:
    """Every NIK, card number and name of two words and more in the truth."""
    with duckdb.connect() as con:
        rows = con.execute(
            "select nik_true, no_kk, nama from read_parquet(?)", [str(province.truth / "orang.parquet")]
        ).fetchall()
    values = {value for row in rows for value in row if value}
    return sorted(value for value in values if len(value) >= 10 and (value.isdigit() or " " in value))


@pytest.mark.slow
def test_a_run_that_goes_well_shows_nobody(published: Province) -> None:
    values = personal_values(published)
    assert len(values) > 4_000
    assert leaks(published.home, values, published.printed) == []


@pytest.mark.slow
def test_the_home_is_private(published: Province) -> None:
    assert stat.S_IMODE(published.home.stat().st_mode) == 0o700
    assert stat.S_IMODE((published.home / "sumber.env").stat().st_mode) == 0o600
    assert stat.S_IMODE((published.home / "state" / "kunci" / "id.key").stat().st_mode) == 0o600


ROWS = [(number, NIK.format(number), f"{NAME} {number}", "1991-02-17", "P", "2026-06-01") for number in range(1, 41)]
TABLE = "id integer primary key, nik varchar(16), nama varchar(60), lahir date, jk char(1), ubah timestamp null"


def _plant_files(province: Province) -> None:
    """As CSV, as a workbook whose file and sheet are called by a NIK, and as a workbook that is none."""
    for kind in ("csv", "xlsx"):
        server = f'{{server: berkas, type: local, path: "${{BERKAS_INSTANSI}}/*.{kind}", format: {kind}}}'
        facts = "bentuk: penuh" if kind == "csv" else "bentuk: perubahan"
        write_contract(province.home / "contracts", server=server, facts=facts, key="nik", producer=f"dinas_{kind}")
    province.agencies.mkdir()
    lines = [",".join(COLUMNS), *(",".join(map(str, row)) for row in ROWS)]
    (province.agencies / "warga.csv").write_text("\n".join(lines) + "\n")
    book = Workbook()
    book.active.title = SHEET
    for row in [tuple(COLUMNS), *ROWS]:
        book.active.append(row)
    book.save(province.agencies / f"kartu {FILE}.xlsx")
    (province.agencies / f"rusak {FILE}.xlsx").write_bytes(b"PK\x03\x04" + f"{NAME} {NIK.format(3)}".encode() * 9)


def _plant_tables(province: Province) -> list[str]:
    """In SQLite, in the servers that are there, and in one that nobody reaches, whose password is known."""
    urls = {"sqlite": f"sqlite:///{province.agencies}/warga.sqlite"}
    urls |= {name: os.environ[variable] for name, variable in SERVERS.items() if variable in os.environ}
    for name, url in urls.items():
        drivers = {"postgres": "postgresql+psycopg", "mariadb": "mysql+pymysql", "sqlite": "sqlite"}
        engine = sa.create_engine(make_url(url).set(drivername=drivers[name]), poolclass=sa.NullPool)
        with engine.begin() as con:
            con.execute(sa.text("drop table if exists warga_kenari"))
            con.execute(sa.text(f"create table warga_kenari ({TABLE})"))
            insert = "insert into warga_kenari values (:id, :nik, :nama, :lahir, :jk, :ubah)"
            con.execute(sa.text(insert), [dict(zip(COLUMNS, row, strict=True)) for row in ROWS])
        server = '{server: basis, type: custom, location: "${BASIS_' + name.upper() + '}"}'
        facts = "bentuk: perubahan, kursor: ubah"
        write_contract(
            province.home / "contracts", server=server, facts=facts, producer=f"dinas_{name}", table="warga_kenari"
        )
    server = (
        "{server: jauh, type: postgres, host: 127.0.0.1, port: 1, database: siak, schema: public, "
        'customProperties: [{property: satudata, value: {pengguna: walidata, sandi: "${JAUH_SANDI}"}}]}'
    )
    write_contract(province.home / "contracts", server=server, facts="bentuk: penuh", producer="dinas_jauh")
    return [f"BASIS_{name.upper()}={url}" for name, url in urls.items()] + [f"JAUH_SANDI={PASSWORD}"]


@pytest.fixture(scope="module")
def canaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """A small home that was run once, with agencies of every kind whose every value is a canary."""
    province = Province(tmp_path_factory.mktemp("kenari"))
    make_home(province, kontrak_bawaan=False)
    _plant_files(province)
    lines = _plant_tables(province)
    with (province.home / "sumber.env").open("a") as handle:
        handle.write("\n".join(lines) + "\n")
    outcome = satudata(province.home, "run")
    assert outcome.exit == 3, outcome.text[-3000:]
    yield province


@pytest.mark.slow
def test_a_run_over_every_kind_of_source_shows_nobody(canaries: Province) -> None:
    """Two deliveries failed: a workbook that is none, a server that nobody reaches."""
    found = query(canaries.snapshot, "select distinct kontrak from buku_besar")
    kinds = {"csv", "xlsx", "sqlite"} | {name for name, variable in SERVERS.items() if variable in os.environ}
    assert {row[0] for row in found} == {f"penduduk.dinas_{kind}.warga" for kind in kinds}
    assert "rusak 1671****" in canaries.printed and "dinas_jauh" in canaries.printed
    shown = leaks(canaries.home, CANARIES, canaries.printed)
    assert shown == [], "\n".join(shown)


def _broken(province: Province, outcome: Outcome, step: str) -> None:
    """It failed in this step, says so, keeps the snapshot, and shows nobody."""
    assert outcome.exit == 1, outcome.text[-3000:]
    assert step in outcome.text.splitlines()[-1], outcome.text[-1500:]
    assert province.snapshot.is_file()
    errors = list((province.home / "errors").iterdir())
    assert errors and all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in errors)
    shown = leaks(province.home, CANARIES, province.printed)
    assert shown == [], "\n".join(shown)


@pytest.mark.slow
def test_a_value_that_dbt_cannot_cast(canaries: Province) -> None:
    (path,) = (canaries.home / "landing").glob("penduduk.dinas_csv.warga/*/rows.parquet")
    whole = path.read_bytes()
    table = pq.read_table(path)
    column = table.schema.get_field_index("_baris")
    bad = table.set_column(column, "_baris", table["nik"].combine_chunks().cast(pa.string()))
    bad = bad.set_column(table.schema.get_field_index("_bukan_data"), "_bukan_data", table["nama"])
    pq.write_table(bad, path)
    try:
        with duckdb.connect(str(canaries.home / "build" / "gudang.duckdb")) as con:
            con.execute("delete from staging.stg_penduduk__orang")
        outcome = satudata(canaries.home, "run")
    finally:
        path.write_bytes(whole)
    _broken(canaries, outcome, "stg_penduduk__orang")


def broken_identity(arguments: list[str]) -> None:
    """``satudata``, but identity resolution meets a number where it expects none, and DuckDB says which."""
    import resolution.identity as identity

    right = identity._CREATE
    identity._CREATE = right + (
        "create or replace table resolved.orang_catatan as select id_catatan, id_orang, nik, aturan_padan, "
        "cast(urutan as integer) as urutan, _run_id from "
        "(select id_catatan, id_catatan as id_orang, nik, '' as aturan_padan, nik || ' ' || nama as urutan, _run_id "
        "from intermediate.int_identitas__catatan);"
    )
    from orchestration.cli import main

    main(arguments)


def broken_check(arguments: list[str]) -> None:
    """``satudata``, but Great Expectations stumbles over rows and prints them."""
    import expectations.engine as engine

    def ask(*_: object) -> object:
        raise RuntimeError(f"could not evaluate [{NIK.format(7)}, {NAME} 7]")

    engine.Judge.ask = lambda self, checks, ids=(), limit=0: {
        check.id: engine.Answer(error=f"could not convert {NIK.format(7)} of {NAME} 7") for check in checks
    }
    from orchestration.cli import main

    main(arguments)


@pytest.mark.slow
def test_identity_resolution_that_breaks(canaries: Province) -> None:
    arguments = ["--home", str(canaries.home), "run"]
    _broken(canaries, start_call(broken_identity, arguments, streams=canaries.folder).wait(), "identitas")


@pytest.mark.slow
def test_checks_that_break(canaries: Province) -> None:
    arguments = ["--home", str(canaries.home), "run"]
    _broken(canaries, start_call(broken_check, arguments, streams=canaries.folder).wait(), "rusak")


@pytest.mark.slow
def test_a_folder_that_cannot_be_written(canaries: Province) -> None:
    published, aside = canaries.home / "published", canaries.home.parent / "published.aside"
    published.rename(aside)
    published.write_text("a file where the snapshots should lie")
    try:
        outcome = satudata(canaries.home, "run")
    finally:
        published.unlink()
        aside.rename(published)
    _broken(canaries, outcome, "penerbitan")
