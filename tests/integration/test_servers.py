"""Real PostgreSQL and MariaDB: what their types hold arrives as it is, digit by digit."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from pipeline_kit import PEOPLE, PUBLISHED, Province, differences, ledger_problems, make_home, satudata
from reception_kit import STANDARDS, Agency, write_contract
from sqlalchemy.engine import make_url

from connectors.errors import AccessError
from contracts.load import load_contract
from simulation import simulate

KINDS = {
    "id": ("integer", "kode_biodata"), "nik": ("number", "nik"), "nama": ("string", "nama_lengkap"),
    "lahir": ("date", "tanggal_lahir"), "jk": ("string", "jenis_kelamin"), "besar": ("number", "nomor_kk"),
    "Nama \"Aneh\"": ("string", "alamat"), "select": ("string", "dusun"), "ubah": ("timestamp", "waktu_ubah"),
}  # fmt: skip
SERVER = '{server: basis, type: custom, location: "${BASIS_URL}"}'
POSTGRES = '''
create table warga (id bigint primary key, nik numeric, nama text, lahir date, jk char(1), besar numeric(38, 10),
                    "Nama ""Aneh""" varchar(40), "select" text, ubah timestamp);
insert into warga values
 (1, 9109014107900001, 'O''Brien "Siti"' || chr(10) || 'é–€', '0044-03-15', 'L',
  1234567890123456789012345678.1234567890, 'satu', 'dua', '2026-01-01 00:00:00.123456'),
 (2, 16710165039000010000000000000000.5, null, 'infinity', 'P', -0.0000000001, null, '', 'infinity'),
 (3, null, 'x', '-infinity', null, null, 'tiga', null, null);
'''
MARIADB = """
create table warga (id bigint unsigned primary key, nik decimal(16, 0), nama text character set utf8mb4, lahir date,
                    jk char(1), besar decimal(38, 10), `Nama "Aneh"` varchar(40), `select` text, ubah datetime(6));
insert into warga values
 (1, 9109014107900001, concat('O''Brien "Siti"', char(10), 'é–€𝄞'), '0044-03-15', 'L',
  1234567890123456789012345678.1234567890, 'satu', 'dua', '2026-01-01 00:00:00.123456'),
 (18446744073709551615, 1671016503900010, null, '0000-00-00', 'P', -0.0000000001, null, '', '0044-03-15 00:00:00'),
 (3, null, 'x', '2026-02-01', null, null, 'tiga', null, null);
"""


def agency(folder: Path, variable: str, script: str, facts: str) -> Iterator[tuple[Agency, sa.Engine]]:
    """A database of its own on the test server, filled by ``script``; dropped afterwards."""
    url = make_url(os.environ[variable])
    driver = "postgresql+psycopg" if url.get_backend_name() == "postgresql" else "mysql+pymysql"
    name = f"uji_{uuid.uuid4().hex[:10]}"
    admin = sa.create_engine(url.set(drivername=driver), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with admin.connect() as con:
        con.execute(sa.text(f"create database {name}"))
    engine = sa.create_engine(url.set(drivername=driver, database=name), poolclass=sa.NullPool)
    try:
        with engine.begin() as con:
            if driver.startswith("mysql"):
                con.exec_driver_sql("set sql_mode = ''")
            for statement in filter(str.strip, script.split(";\n")):
                con.exec_driver_sql(statement)
        path = write_contract(folder, server=SERVER, facts=facts, columns=KINDS)
        target = url.set(drivername=url.get_backend_name(), database=name).render_as_string(hide_password=False)
        yield Agency(folder, load_contract(path, STANDARDS), {"BASIS_URL": target}), engine
    finally:
        engine.dispose()
        with admin.connect() as con:
            con.execute(sa.text(f"drop database {name}" + (" with (force)" if driver.startswith("post") else "")))


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[tuple[Agency, sa.Engine]]:
    yield from agency(tmp_path, "SATUDATA_TEST_POSTGRES_URL", POSTGRES, "bentuk: penuh")


@pytest.fixture
def mariadb(tmp_path: Path) -> Iterator[tuple[Agency, sa.Engine]]:
    yield from agency(tmp_path, "SATUDATA_TEST_MARIADB_URL", MARIADB, "bentuk: penuh")


BREAKS_OFF = """
alter table warga rename to warga_asli;
create function terbaca(bigint) returns boolean volatile language plpgsql as $$
begin
    if $1 = 3 then raise exception 'RAHASIA 1671016503900010'; end if;
    return true;
end $$;
create view warga as select * from warga_asli where terbaca(id)
"""


@pytest.mark.postgres
def test_a_table_that_breaks_off_while_it_is_read_is_worth_asking_again(postgres: tuple[Agency, sa.Engine]) -> None:
    agency, engine = postgres
    with engine.begin() as con:
        con.exec_driver_sql(BREAKS_OFF)
    with pytest.raises(AccessError, match="warga broke off while its rows were read") as caught:
        agency.receive()
    assert "RAHASIA" not in str(caught.value) and not any(agency.landing.glob("*/*"))
    with engine.begin() as con:
        con.exec_driver_sql("create or replace view warga as select * from warga_asli")
    assert len(agency.receive().baru) == 1


def by_id(agency: Agency) -> dict[str, dict[str, object]]:
    (_, rows), *_ = agency.deliveries()
    return {str(row["id"]): row for row in rows}


@pytest.mark.postgres
def test_postgresql_loses_no_digit(postgres: tuple[Agency, sa.Engine]) -> None:
    agency, _ = postgres
    assert agency.receive().gagal is None
    rows = by_id(agency)
    assert rows["1"]["nik"] == "9109014107900001"
    assert rows["1"]["nama"] == 'O\'Brien "Siti"\né–€'
    assert rows["1"]["lahir"] == "0044-03-15"
    assert rows["1"]["besar"] == "1234567890123456789012345678.1234567890"
    assert rows["1"]['Nama "Aneh"'] == "satu" and rows["1"]["select"] == "dua"
    assert rows["1"]["ubah"] == "2026-01-01 00:00:00.123456"
    assert rows["2"]["nik"] == "16710165039000010000000000000000.5"
    assert rows["2"]["lahir"] == rows["2"]["ubah"] == "infinity"
    assert rows["2"]["besar"] == "-0.0000000001"
    assert rows["2"]["nama"] is None and rows["2"]["select"] == ""
    assert rows["3"]["lahir"] == "-infinity"


@pytest.mark.mariadb
def test_mariadb_loses_no_digit(mariadb: tuple[Agency, sa.Engine]) -> None:
    agency, _ = mariadb
    assert agency.receive().gagal is None
    rows = by_id(agency)
    assert rows["1"]["nik"] == "9109014107900001"
    assert rows["1"]["nama"] == 'O\'Brien "Siti"\né–€𝄞'
    assert rows["1"]["lahir"] == "0044-03-15"
    assert rows["1"]["besar"] == "1234567890123456789012345678.1234567890"
    assert rows["1"]['Nama "Aneh"'] == "satu" and rows["1"]["select"] == "dua"
    assert rows["1"]["ubah"] == "2026-01-01 00:00:00.123456"
    last = rows["18446744073709551615"]
    assert last["lahir"] == "0000-00-00"
    assert last["ubah"] == "0044-03-15 00:00:00.000000"
    assert last["besar"] == "-0.0000000001"
    assert last["nama"] is None and last["select"] == ""


@pytest.mark.postgres
def test_postgresql_lands_only_what_changed(postgres: tuple[Agency, sa.Engine]) -> None:
    only_changes_land(*postgres)


@pytest.mark.mariadb
def test_mariadb_lands_only_what_changed(mariadb: tuple[Agency, sa.Engine]) -> None:
    only_changes_land(*mariadb)


def only_changes_land(agency: Agency, engine: sa.Engine) -> None:
    agency.receive()
    assert agency.receive().baru == ()
    with engine.begin() as con:
        con.exec_driver_sql("update warga set nama = 'baru' where id = 1")
        con.exec_driver_sql("delete from warga where id = 3")
    agency.receive()
    manifest, rows = agency.deliveries()[-1]
    assert (manifest.baris_dibaca, manifest.baris_mendarat, manifest.baris_sama, manifest.kunci_ditutup) == (2, 1, 1, 1)
    assert {(row["_kunci"], row["_hapus"]) for row in rows} == {("1", False), ("3", True)}


@pytest.mark.postgres
def test_a_wrong_password_fails_the_delivery_without_a_word_of_it(tmp_path: Path) -> None:
    url = make_url(os.environ["SATUDATA_TEST_POSTGRES_URL"]).set(username="siapa", password="S4ngatRahasia")
    path = write_contract(tmp_path, server=SERVER, facts="bentuk: penuh", columns=KINDS)
    agency = Agency(tmp_path, load_contract(path, STANDARDS), {"BASIS_URL": url.render_as_string(hide_password=False)})
    with pytest.raises(AccessError, match="refuses the account or its password") as caught:
        agency.receive()
    assert "S4ngatRahasia" not in str(caught.value)


@pytest.mark.mariadb
def test_an_account_with_another_password_or_without_a_right_is_told_apart(
    mariadb: tuple[Agency, sa.Engine],
) -> None:
    agency, engine = mariadb
    account = f"uji_{uuid.uuid4().hex[:8]}"
    right = make_url(agency.environ["BASIS_URL"]).set(username=account, password="B3nar")
    wrong = {"BASIS_URL": right.set(password="S4ngatRahasia").render_as_string(hide_password=False)}
    with engine.begin() as con:
        con.exec_driver_sql(f"create user '{account}'@'%%' identified by 'B3nar'")
        con.exec_driver_sql(f"grant insert on {right.database}.warga to '{account}'@'%%'")
    try:
        with pytest.raises(AccessError, match="refuses the account or its password") as caught:
            replace(agency, environ=wrong).receive()
        assert "S4ngatRahasia" not in str(caught.value)
        allowed = {"BASIS_URL": right.render_as_string(hide_password=False)}
        with pytest.raises(AccessError, match="does not let the account read warga") as caught:
            replace(agency, environ=allowed).receive()
        assert "B3nar" not in str(caught.value)
    finally:
        with engine.begin() as con:
            con.exec_driver_sql(f"drop user '{account}'@'%%'")


def _cursor_agency(agency: Agency) -> Agency:
    path = write_contract(agency.folder, server=SERVER, facts="bentuk: perubahan, kursor: ubah", columns=KINDS)
    return Agency(agency.folder, load_contract(path, STANDARDS), agency.environ)


def _ties_empty_and_far_cursors(agency: Agency, engine: sa.Engine, far: str) -> None:
    """Rows at the same instant, without an instant, and at one that cannot be: each lands once, none hides another."""
    agency = _cursor_agency(agency)
    with engine.begin() as con:
        con.exec_driver_sql("delete from warga")
        con.exec_driver_sql(
            "insert into warga (id, nama, ubah) values (1, 'a', '2026-01-01 10:00:00'), "
            f"(2, 'b', '2026-01-01 10:00:00'), (3, 'c', null), (4, 'd', '{far}')"
        )
    agency.receive()
    with engine.begin() as con:
        con.exec_driver_sql(
            "insert into warga (id, nama, ubah) values (5, 'e', '2026-01-01 10:00:00'), (6, 'f', null), "
            "(7, 'g', '2026-01-01 10:00:00.000001')"
        )
        con.exec_driver_sql("update warga set nama = 'c2' where id = 3")
    agency.receive()
    assert agency.receive().baru == ()
    assert sorted(map(str, agency.landed("nama"))) == ["a", "b", "c", "c2", "d", "e", "f", "g"]


@pytest.mark.postgres
@pytest.mark.parametrize("far", ["infinity", "2062-01-01 00:00:00"])
def test_postgresql_cursor(postgres: tuple[Agency, sa.Engine], far: str) -> None:
    _ties_empty_and_far_cursors(*postgres, far)


@pytest.mark.mariadb
def test_mariadb_cursor(mariadb: tuple[Agency, sa.Engine]) -> None:
    _ties_empty_and_far_cursors(*mariadb, "2062-01-01 00:00:00")


@pytest.mark.postgres
@pytest.mark.parametrize("style", ["German", "SQL, DMY", "Postgres, MDY"])
def test_the_servers_date_style_changes_nothing(postgres: tuple[Agency, sa.Engine], style: str) -> None:
    """Offices set ``datestyle`` for their own tools; dates must still arrive in one form, and the cursor move on."""
    agency, engine = postgres
    agency = _cursor_agency(agency)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as con:
        name = con.exec_driver_sql("select current_database()").scalar()
        con.exec_driver_sql(f"alter database {name} set datestyle = '{style}'")
    with engine.begin() as con:
        con.exec_driver_sql("set datestyle = 'ISO'")
        con.exec_driver_sql("delete from warga")
        con.exec_driver_sql(
            "insert into warga (id, lahir, ubah) values (1, '1990-02-01', '2025-12-31 08:00:00'), "
            "(2, '1990-02-13', '2026-01-01 08:00:00')"
        )
    agency.receive()
    assert agency.landed("lahir") == ["1990-02-01", "1990-02-13"]
    assert agency.landed("ubah") == ["2025-12-31 08:00:00", "2026-01-01 08:00:00"]
    assert agency.receive().baru == ()
    assert agency.deliveries()[0][0].kursor.sampai == "2026-01-01 08:00:00"  # type: ignore[union-attr]


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.mariadb
def test_a_province_on_servers_is_published_as_one_on_files(published: Province, tmp_path: Path) -> None:
    served, mariadb = Province(tmp_path / "p"), os.environ["SATUDATA_TEST_MARIADB_URL"]
    base = make_url(os.environ["SATUDATA_TEST_POSTGRES_URL"])
    admin = sa.create_engine(
        base.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    name = f"uji_{uuid.uuid4().hex[:10]}"
    postgres = base.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with admin.connect() as con:
        con.exec_driver_sql(f"create database {name}")
    try:
        simulate(served.agencies, served.truth, people=PEOPLE, postgres_url=postgres, mariadb_url=mariadb)
        make_home(served, postgres_url=postgres, mariadb_url=mariadb)
        key = served.home / "state" / "kunci" / "id.key"
        key.parent.mkdir(parents=True)
        shutil.copyfile(published.home / "state" / "kunci" / "id.key", key)
        outcome = satudata(served.home, "run")
        assert outcome.exit in PUBLISHED, outcome.text[-3000:]
        assert ledger_problems(served.snapshot) == []
        assert differences(published.snapshot, served.snapshot) == []
    finally:
        with admin.connect() as con:
            con.exec_driver_sql(f"drop database {name} with (force)")
