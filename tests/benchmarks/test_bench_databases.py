"""The table that is read, and the lines that a contestant prints."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from benchmarks import databases
from benchmarks.child import main as run_child
from benchmarks.measure import BenchError
from benchmarks.process import Usage
from benchmarks.rows import bench_contract, create_table, drop_table, plain_statement, table_name, text_statement


def test_the_table_has_twelve_columns_of_mixed_types(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bench.sqlite"
    create_table(url, 7)
    with sqlite3.connect(tmp_path / "bench.sqlite") as con:
        rows = con.execute(plain_statement(7)).fetchall()
    assert (len(rows), len(rows[0])) == (7, 12)
    assert all(len(row[4]) == 16 and row[4].isdigit() for row in rows)
    assert rows[0][-3:] == ("2020-01-02", "A", "2024-01-01 00:00:07")
    drop_table(url, 7)
    with sqlite3.connect(tmp_path / "bench.sqlite") as con:
        assert con.execute("select count(*) from sqlite_master where type = 'table'").fetchone() == (0,)


def test_the_contract_reads_the_table_of_its_size() -> None:
    contract = bench_contract(123)
    assert contract.object_name == table_name(123)
    assert len(contract.taken) == 12


def test_the_text_query_casts_every_column() -> None:
    query = text_statement("mysql://root@127.0.0.1/test", 5)
    assert query.count("cast(") == 12
    assert query.endswith(f"from {table_name(5)}")


@pytest.mark.parametrize("contestant", ["satudata", "pandas"])
def test_a_contestant_reads_all_rows(contestant: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path}/bench.sqlite"
    create_table(url, 50)
    run_child([contestant, url, "50", str(tmp_path / contestant)])
    read = databases._parse(contestant, Usage(9.0, 1.0, 80.0, 0, capsys.readouterr().out), 50)
    assert (read.rows, read.peak_mib) == (50, 80.0)
    assert 0 < read.seconds < 9


def test_a_contestant_that_loses_rows_is_no_peer() -> None:
    with pytest.raises(BenchError, match="yielded 49 rows instead of 50"):
        databases._parse("copy", Usage(1.0, 1.0, 1.0, 0, '{"seconds": 1}\n{"rows": 49}\n'), 50)
