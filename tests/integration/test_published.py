"""The published snapshot as an analyst meets it."""

from __future__ import annotations

import subprocess
import sys
import time

import duckdb
import pytest
from pipeline_kit import Province, log_events, published_tables, query, satudata, start

from contracts.standard import load_standards

pytestmark = pytest.mark.slow


def test_a_plain_duckdb_of_somebody_else_reads_it(published: Province) -> None:
    script = (
        "import duckdb, sys; con = duckdb.connect(sys.argv[1], read_only=True); "
        "print(con.sql('select count(*) from dim_orang').fetchone()[0], "
        "con.sql('select count(*) from fct_samsat__pembayaran').fetchone()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, str(published.snapshot)], capture_output=True, text=True, check=True
    )
    people, payments = map(int, done.stdout.split())
    assert people > 1_000 and payments > 100


def test_no_column_identifies_a_person(published: Province) -> None:
    identifying = {
        name
        for entity in load_standards().entitas.values()
        for name, c in entity.kolom.items()
        if c.kelas == "pengenal"
    }
    columns = query(
        published.snapshot, "select table_name, column_name from duckdb_columns() where not internal order by all"
    )
    assert [(table, column) for table, column in columns if column in identifying] == []


def test_no_published_value_is_a_hash_whose_digits_could_look_like_a_nik(published: Province) -> None:
    numbers = query(
        published.snapshot,
        "select table_name, column_name from duckdb_columns() where not internal and data_type = 'UBIGINT'",
    )
    texts = query(
        published.snapshot,
        "select distinct schema_name || '.' || table_name, column_name from duckdb_columns() "
        "where schema_name <> 'main' and not internal and data_type = 'VARCHAR'",
    )
    hashes = [
        (table, column)
        for table, column in texts
        if query(
            published.snapshot,
            f"select 1 from {table} where regexp_matches(\"{column}\", '\\b([0-9a-f]{{16}}){{1,4}}\\b') "
            f"and regexp_matches(\"{column}\", '[0189]') limit 1",
        )
    ]
    assert texts and numbers + hashes == []


def test_every_relation_says_what_a_row_is(published: Province) -> None:
    with duckdb.connect(str(published.snapshot), read_only=True) as con:
        tables = con.execute(
            "select table_name, comment from duckdb_tables() where schema_name <> 'main' order by 1"
        ).fetchall()
        bare = con.execute(
            "select table_name, column_name from duckdb_columns() "
            "where schema_name <> 'main' and not internal and coalesce(comment, '') = '' order by all"
        ).fetchall()
    assert [name for name, comment in tables if not (comment or "").startswith("Satu baris per ")] == []
    assert bare == []


def test_every_relation_has_its_unqualified_name(published: Province) -> None:
    for table in published_tables(published.snapshot):
        short = table.split(".")[1]
        assert query(published.snapshot, f'select count(*) from "{short}"') == query(
            published.snapshot, f"select count(*) from {table}"
        )


def test_analysts_read_while_a_run_writes_and_a_second_run_is_told_who(province: Province) -> None:
    before = len(log_events(province.home))
    running = start(province.home, "run")
    try:
        while len(log_events(province.home)) == before:
            assert running.process.is_alive()
            time.sleep(0.02)
        second = satudata(province.home, "run")
        rows = satudata(province.home, "query", "select count(*) as orang from dim_orang", "--format", "csv")
        assert running.process.is_alive(), "the first run ended too early to say anything"
    finally:
        running.kill()
    assert second.exit == 1
    assert f"process {running.process.pid}" in second.text and "is being written by run" in second.text
    assert "Traceback" not in second.text
    assert rows.exit == 0 and rows.out.splitlines()[0] == "orang" and int(rows.out.splitlines()[1]) > 1_000


def test_an_unknown_domain_is_wrong_usage(province: Province) -> None:
    outcome = satudata(province.home, "run", "--select", "samsatt")
    assert outcome.exit == 2
    assert "samsat" in outcome.text and "kesehatan" in outcome.text and "Traceback" not in outcome.text


@pytest.mark.slow
@pytest.mark.parametrize(
    "sql",
    [
        "from read_parquet('{home}/landing/*/*/rows.parquet')",
        "select * from read_text('/etc/hostname')",
        "attach '{home}/build/gudang.duckdb' as g (read_only)",
        "copy (select 1) to '{home}/state/x.csv'",
        "set enable_external_access = true",
    ],
)
def test_a_query_sees_the_snapshot_and_nothing_else(published: Province, sql: str) -> None:
    outcome = satudata(published.home, "query", sql.format(home=published.home))
    assert outcome.exit == 2, outcome.text
    assert not (published.home / "state" / "x.csv").exists()


def test_the_review_queue_is_ordered_by_effect_and_samples_come_last(published: Province) -> None:
    rows = query(
        published.snapshot,
        "select jenis <> 'ragu', -nilai_rp, -jumlah_angka, -jumlah_catatan, coalesce(abs(peluang - 0.5), 1) "
        "from tinjauan_identitas order by urutan",
    )
    assert rows == sorted(rows) and {row[0] for row in rows} == {False, True} and len({row[2] for row in rows}) > 1


def test_figures_at_stake_are_the_rows_of_published_facts(published: Province) -> None:
    rows = query(
        published.snapshot,
        """
        with fakta as (
            select id_orang from fct_kesehatan__kehamilan
            union all
            select id_orang from fct_kesehatan__pengukuran_balita
            union all
            select id_orang_pemilik from fct_samsat__pembayaran inner join dim_kendaraan using (id_kendaraan)
        )
        select id_tinjauan, jumlah_angka, (select count(*) from fakta where id_orang in (id_orang_a, id_orang_b))
        from tinjauan_identitas
        """,
    )
    assert [row for row in rows if row[1] != row[2]] == []
