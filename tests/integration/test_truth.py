"""Identity judged by the simulated truth, which the product cannot see: a shared NIK never melts two people."""

from __future__ import annotations

import duckdb
import pytest
from pipeline_kit import Province

from benchmarks.rates import b_cubed, f1, pair_rates, record_rates
from benchmarks.truth import CHILDREN, ROLES, open_judged


@pytest.fixture(scope="module")
def judged(published: Province) -> duckdb.DuckDBPyConnection:
    """Every record of a list that the truth knows by its key or its line."""
    return open_judged(published.home, published.truth)


@pytest.mark.slow
def test_the_truth_knows_nearly_every_record(judged: duckdb.DuckDBPyConnection) -> None:
    known, all_records = judged.sql(
        "select (select count(distinct id_catatan) from judged), (select count(*) from gudang.resolved.orang_catatan)"
    ).fetchone() or (0, 0)
    assert known > 0.9 * all_records
    lists = {name for (name,) in judged.sql("select distinct dataset from judged").fetchall()}
    assert lists == {*ROLES, CHILDREN}


@pytest.mark.slow
@pytest.mark.parametrize("defect", ["nik_bersama", "nik_nik_ibu", "nik_orang_lain"])
def test_the_defect_occurs(judged: duckdb.DuckDBPyConnection, defect: str) -> None:
    assert judged.sql(f"from judged where list_contains(defects, '{defect}')").fetchone()


@pytest.mark.slow
def test_no_id_stands_for_two_people(judged: duckdb.DuckDBPyConnection) -> None:
    melted = judged.sql(
        "select id_orang, list(distinct cacat), list(distinct dataset) from (select id_orang, id_truth, dataset, "
        "unnest(case when defects = [] then ['tanpa cacat'] else defects end) as cacat from judged) "
        "group by id_orang having count(distinct id_truth) > 1"
    ).fetchall()
    assert melted == []


@pytest.mark.slow
def test_most_records_without_a_right_nik_find_their_person(judged: duckdb.DuckDBPyConnection) -> None:
    precision, recall = pair_rates(judged)
    assert precision.value >= 0.999 and recall.value >= 0.98 and recall.total > 500
    assert f1(precision, recall) >= 0.989 and min(b_cubed(judged)) >= 0.989
    precision, recall = record_rates(judged)
    assert precision.value >= 0.997 and recall.value >= 0.95 and recall.total > 150


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "unnamed"),
    [("By. Ny. SITI AMINAH", True), ("BAYI NY ROS", True), ("by ny x", True), ("BAYU PRATAMA", False), ("Byan", False)],
)
def test_a_child_called_after_its_mother_has_no_name_yet(
    judged: duckdb.DuckDBPyConnection, name: str, unnamed: bool
) -> None:
    assert judged.execute("select gudang.main.belum_bernama(?)", [name]).fetchone() == (unnamed,)


@pytest.mark.slow
def test_nobody_carries_a_nik_that_the_row_calls_another_persons(judged: duckdb.DuckDBPyConnection) -> None:
    """A man's NIK on a pregnant woman, the mother's on a child."""
    assert (
        judged.sql("from gudang.intermediate.int_identitas__catatan where peran = 'ibu' and nik[7] < '4'").fetchall()
        == []
    )
    taken = judged.sql(
        "select count(*) from gudang.intermediate.int_identitas__catatan where peran = 'anak' and nik is not null"
    )
    assert (taken.fetchone() or (0,))[0] > 0, "children with a NIK of their own keep it"
    mothers = (
        "select distinct nik_ibu as nik from gudang.intermediate.int_kesehatan__pengukuran_balita_berlaku "
        "where nik_anak = nik_ibu"
    )
    children = (
        "from gudang.intermediate.int_identitas__catatan semi join (" + mothers + ") using (nik) where peran = 'anak'"
    )
    assert judged.sql(children).fetchall() == []
