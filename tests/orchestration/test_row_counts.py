"""The rows that the UI shows over time are those that a query counts, also after nights that replaced some."""

from __future__ import annotations

import duckdb

from orchestration.control import row_counts


def test_replaced_rows_count_once() -> None:
    with duckdb.connect() as con:
        con.execute("create schema marts; create table marts.dim_orang as select range as id from range(1000)")
        for _ in range(3):
            con.execute("begin; delete from marts.dim_orang where id < 500")
            con.execute("insert into marts.dim_orang select range from range(500); commit")
        con.execute("create table marts.kosong (id integer)")
        assert row_counts(con) == {"marts.dim_orang": 1000, "marts.kosong": 0}
