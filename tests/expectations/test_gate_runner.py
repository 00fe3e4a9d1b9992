"""The runner: what GX answers, what broke, what never leaves."""

from __future__ import annotations

import logging
import stat
import subprocess
import sys
import textwrap
import warnings
from pathlib import Path

import duckdb
import pytest
from expectations_samples import NOW

from expectations.engine import judging
from expectations.model import Check, Suite, Verdict

NIK, NAME = "1671014107900003", "SITI AMINAH BINTI SALEH"


def make_check(what, expectation="expect_column_values_to_not_be_null", severity="kritis", suite="uji", **kwargs):
    return Check(
        id=f"gudang.{suite}.{what}", gate="gudang", suite=suite, asset="staging/uji", severity=severity,
        text="Uji", expectation=expectation, kwargs=kwargs, owner="walidata",
    )  # fmt: skip


def make_suite(*checks, name="uji", **where):
    return Suite(name, "gudang", tuple(checks), **({"table": "staging.orang"} | where))


@pytest.fixture
def people(con):
    con.execute("create schema staging")
    con.execute("create table staging.orang (nik varchar, nama varchar, umur integer, _nasib varchar)")
    rows = [(NIK, NAME, 36, "diterima"), (NIK, None, 200, "diterima"), (None, NAME, 5, "karantina")]
    con.executemany("insert into staging.orang values (?, ?, ?, ?)", rows)
    return con


def test_counts_and_thresholds(people, judge):
    between = make_check("umur", "expect_column_values_to_be_between", column="umur", max_value=120)
    results = judge(make_suite(make_check("nama", column="nama"), between, make_check("nik", column="nik")))
    assert [r.status for r in results.values()] == ["gagal", "gagal", "gagal"]
    assert results["gudang.uji.umur"].observed == {
        "jumlah_diperiksa": 3,
        "jumlah_gagal": 1,
        "persen_gagal": 33.3333,
    }
    assert results["gudang.uji.umur"].check.threshold == "≤ 120"


def test_where_narrows_the_judged_rows(people, judge):
    results = judge(make_suite(make_check("nik", column="nik"), where="_nasib = 'diterima'"))
    assert results["gudang.uji.nik"].status == "lulus"
    assert results["gudang.uji.nik"].observed["jumlah_diperiksa"] == 2


def test_no_personal_value_in_any_result(people, judge, capsys, caplog):
    checks = [
        make_check("nama_set", "expect_column_values_to_be_in_set", column="nama", value_set=["A"]),
        make_check("nik_set", "expect_column_values_to_be_in_set", column="nik", value_set=["0"]),
        make_check("nik_distinct", "expect_column_distinct_values_to_be_in_set", column="nik", value_set=["0"]),
        make_check("nik_unik", "expect_column_values_to_be_unique", column="nik"),
        make_check("nama_max", "expect_column_max_to_be_between", column="nama", max_value=5),
        make_check("nik_angka", "expect_column_max_to_be_between", column="nik_angka", max_value=5),
    ]
    people.execute("alter table staging.orang add column nik_angka bigint")
    people.execute("update staging.orang set nik_angka = try_cast(nik as bigint)")
    with caplog.at_level(logging.DEBUG):
        results = judge(make_suite(*checks))
    assert results.pop("gudang.uji.nama_max").status == "rusak"
    assert {r.status for r in results.values()} == {"gagal"}
    shown = repr(results) + capsys.readouterr().out + caplog.text
    assert NIK not in shown and NAME not in shown and "AMINAH" not in shown


def test_misspelled_column_is_broken_and_blocks(people, judge, tmp_path):
    good, bad = make_check("baik", column="umur"), make_check("salah", column="umurr")
    results = judge(make_suite(good, bad))
    assert results[good.id].status == "lulus"
    broken = results[bad.id]
    assert (broken.status, broken.observed, broken.failing) == ("rusak", {}, ())
    verdict = Verdict("gudang", tuple(results.values()))
    assert verdict.blocks and verdict.counts == {"lulus": 1, "peringatan": 0, "kritis": 0, "rusak": 1}
    (kept,) = (tmp_path / "errors").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.name in broken.message and "umurr" not in broken.message
    assert "umurr" in kept.read_text() and "check gudang.uji.salah" in kept.read_text()


def test_broken_warning_does_not_block(people, judge):
    results = judge(make_suite(make_check("salah", severity="peringatan", column="umurr")))
    assert not Verdict("gudang", tuple(results.values())).blocks


def test_unanswerable_checks_are_broken(people, judge):
    bad = (
        make_check("unknown_expectation", "expect_the_unexpected", column="umur"),
        make_check("unknown_argument", column="umur", bogus=1),
        make_check("wrong_type", "expect_column_values_to_be_between", column="nama", max_value=3),
        make_check("no_figure_in_the_result", "expect_column_to_exist", column="umur"),
    )
    results = judge(make_suite(*bad, make_check("baik", column="umur")))
    assert results.pop("gudang.uji.baik").status == "lulus"
    assert {r.status for r in results.values()} == {"rusak"} and len(results) == 4


def test_failing_cast_breaks_only_its_check_and_hides_the_value(people, judge, tmp_path, caplog, capfd):
    query = "select umur, cast(nama as integer) as angka, nik from staging.orang"
    people.execute(f"create view staging.v as {query}")
    bad = make_check("cast", "expect_column_values_to_be_between", column="angka", max_value=3)
    results = judge(make_suite(make_check("umur", column="umur"), bad, table="staging.v"))
    assert results[bad.id].status == "rusak"
    assert results["gudang.uji.umur"].status == "lulus"
    out = capfd.readouterr()
    assert NAME not in repr(results) + caplog.text + out.out + out.err
    kept = [path.read_text() for path in (tmp_path / "errors").iterdir()]
    assert any(NAME in text for text in kept) and any("parameters hidden" in text for text in kept)


def test_missing_table_and_broken_query_are_broken(con, judge):
    table = make_suite(make_check("a", column="nik"), make_check("b", column="nama"), table="staging.tidak_ada")
    query = make_suite(make_check("c", suite="q", column="x"), name="q", table=None, query="select x from nowhere")
    assert {r.status for r in judge(table, query).values()} == {"rusak"}


def test_query_is_run_once_and_leaves_nothing(people, judge):
    people.execute("create sequence kali")
    query = "select nextval('kali') as kali, count(*) as jumlah from staging.orang"
    check = make_check("jumlah", "expect_column_max_to_be_between", column="jumlah", min_value=3, max_value=3)
    results = judge(make_suite(check, make_check("kali", column="kali"), table=None, query=query))
    assert {r.status for r in results.values()} == {"lulus"}
    assert people.execute("select currval('kali')").fetchone() == (1,)
    left = people.execute("select view_name from duckdb_views() where temporary and not internal").fetchall()
    assert left == [] and people.execute("select count(*) from duckdb_tables() where temporary").fetchone() == (0,)


def test_failing_ids_are_all_named(con, judge):
    con.execute(
        "create table profil as select lpad(i::varchar, 6, '0') || '-00001' as delivery_id, i as n from range(50) t(i)"
    )
    check = make_check("n", "expect_column_values_to_be_between", column="n", max_value=9)
    (result,) = judge(make_suite(check, table="profil", id_columns=("delivery_id",))).values()
    assert len(result.failing) == result.observed["jumlah_gagal"] == 40
    assert "000049-00001" in result.failing and "000009-00001" not in result.failing
    assert result.observed["nilai"] == 49


def test_personal_columns_cannot_be_ids(people):
    with pytest.raises(ValueError, match="no id columns"):
        make_suite(make_check("a", column="nik"), id_columns=("nik",))


def test_empty_table_passes_row_checks(people, judge):
    people.execute("delete from staging.orang")
    (result,) = judge(make_suite(make_check("a", column="nik"))).values()
    assert (result.status, result.observed["jumlah_diperiksa"]) == ("lulus", 0)


def test_same_id_twice_is_refused(people, judge):
    with pytest.raises(ValueError, match=r"gudang\.uji\.a"):
        judge(make_suite(make_check("a", column="nik"), make_check("a", column="nama")))


def test_the_same_question_of_two_checks_is_answered_twice(people, judge):
    """GX keeps only one of two equal expectations of a suite."""
    results = judge(make_suite(make_check("a", column="nama"), make_check("b", column="nama")))
    assert [r.status for r in results.values()] == ["gagal", "gagal"]


def test_the_connection_stays_the_callers(people, judge):
    people.execute("begin")
    people.execute("create table staging.belum as select 1 as a")
    results = judge(make_suite(make_check("a", column="a"), table="staging.belum"))
    assert results["gudang.uji.a"].status == "lulus"
    people.execute("rollback")
    with pytest.raises(duckdb.CatalogException):
        people.execute("from staging.belum")
    assert people.execute("select count(*) from staging.orang").fetchone() == (3,)


def test_read_only_file_is_enough(tmp_path):
    from expectations.runner import run_gate

    path = tmp_path / "gudang.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("create table orang as select 'x' as nik")
    with duckdb.connect(str(path), read_only=True) as con:
        suites = [make_suite(make_check("a", column="nik"), table="orang")]
        (result,) = run_gate(con, suites, errors=tmp_path / "e", run_id="r", now=NOW)
    assert result.status == "lulus" and not (tmp_path / "e").exists()


def test_what_gx_logs_is_not_heard(con, caplog):
    """GX spells out exceptions, and with them values, in its log."""
    with judging(con), caplog.at_level(logging.DEBUG):
        logging.getLogger("great_expectations.validator.validation_graph").error(NAME)
        warnings.warn(NAME, stacklevel=1)
    assert NAME not in caplog.text


def test_logging_and_warnings_are_left_as_found(people, judge):
    logger, show = logging.getLogger("great_expectations"), warnings.showwarning
    before = (logger.handlers, logger.propagate, logger.level)
    judge(make_suite(make_check("a", column="nik")))
    assert (logger.handlers, logger.propagate, logger.level) == before and warnings.showwarning is show


@pytest.mark.slow
def test_no_network_and_no_import_of_gx_before_a_gate_runs(tmp_path):
    code = """
        import socket, sys
        def refuse(*args, **kwargs):
            raise SystemExit(f"network: {args}")
        socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
        socket.create_connection = refuse
        import duckdb, pathlib, datetime
        import expectations.cross_agency, expectations.derived, expectations.page, expectations.profile
        import expectations.release, expectations.store
        from expectations.model import Check, Suite
        from expectations.runner import run_gate
        assert not {"great_expectations", "sqlalchemy", "dagster", "dbt", "pandas"} & set(sys.modules)
        con = duckdb.connect()
        con.execute("create table t as select 1 as a")
        check = Check(
            "x", "rilis", "s", "a", "kritis", "t", "expect_column_values_to_not_be_null", {"column": "a"}, "o"
        )
        suites = [Suite("s", "rilis", (check,), table="t")]
        now = datetime.datetime.now()
        results = run_gate(con, suites, errors=pathlib.Path("e"), run_id="r", now=now)
        assert [r.status for r in results] == ["lulus"], results
        import logging, warnings
        logging.captureWarnings(True)
        assert warnings.showwarning is logging._showwarning, "GX left the capture of warnings half undone"
        print("selesai")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "selesai\n", "")
