"""Figures of identity on groups small enough to count by hand."""

from __future__ import annotations

import duckdb
import pytest

from benchmarks.rates import Rate, answered_rates, b_cubed, f1, missed_pairs, pair_rates


def test_pairs_and_b3_of_six_records() -> None:
    with duckdb.connect() as con:
        con.execute("create table judged (id_orang varchar, id_truth int)")
        # three records of 1, one of them apart; two of 2, one of them with 1's; one of 3
        rows = [("a", 1), ("a", 1), ("b", 1), ("a", 2), ("c", 2), ("d", 3)]
        con.executemany("insert into judged values (?, ?)", rows)
        precision, recall = pair_rates(con)
        assert (precision, recall) == (Rate(1, 3), Rate(1, 4))
        assert f1(precision, recall) == pytest.approx(2 / 7)
        expected = ((2 * 2 / 3 + 1 + 1 / 3 + 1 + 1) / 6, (2 * 2 / 3 + 1 / 3 + 2 * 1 / 2 + 1) / 6)
        assert b_cubed(con) == pytest.approx(expected)


def test_nobody_right_is_no_division_by_nothing() -> None:
    assert f1(Rate(0, 3), Rate(0, 4)) == 0.0


def test_missed_pairs_are_told_apart_by_what_their_records_say() -> None:
    with duckdb.connect() as con:
        con.execute(
            """
            create table judged as
            from (values
                ('r1', 'x', 1, false, []), ('s1', 'y', 1, true, ['alamat_lama', 'tgl_lahir_kosong']),
                ('r2', 'u', 2, false, []), ('s2', 'v', 2, true, ['tgl_lahir_kosong']),
                ('r3', 'p', 3, false, []), ('s3', 'q', 3, true, ['nama_singkatan']), ('t3', 'p', 3, true, [])
            ) as judged (id_catatan, id_orang, id_truth, is_sulit, defects);
            create table mendua as select 's2' as id_catatan
            """
        )
        assert missed_pairs(con) == (4, 1, 1)


def test_right_answers_join_whom_the_links_left_open_and_nobody_else() -> None:
    with duckdb.connect() as con:
        con.execute(
            """
            create table judged as
            from (values ('r1', 'x', 1), ('s1', 'y', 1), ('t1', 'z', 1), ('r2', 'u', 2), ('s2', 'v', 2))
                as judged (id_catatan, id_orang, id_truth);
            attach ':memory:' as gudang;
            create schema gudang.resolved;
            create table gudang.resolved.banding as
            from (values (1, 'r1'), (2, 's1'), (3, 't1'), (4, 'r2'), (5, 's2')) as banding (nomor, id_catatan);
            create table gudang.resolved.tautan as
            from (values (2, 1, 'tinjau'), (2, 4, 'tinjau'), (5, 4, 'ragu')) as tautan (l, r, keputusan)
            """
        )
        assert answered_rates(con) == (Rate(1, 1), Rate(1, 4))
