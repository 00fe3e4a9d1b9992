"""Identity judged by the simulated truth, which the product cannot see: a shared NIK never melts two people."""

from __future__ import annotations

import duckdb
import pytest
from pipeline_kit import Province

#: dataset of the truth -> contract and role
ROLES = {
    "siak.biodata_wni": "penduduk.disdukcapil_sumsel.biodata|penduduk|",
    "disdukcapil_palembang.penduduk": "penduduk.disdukcapil_palembang.penduduk|penduduk|",
    "bapenda.kendaraan": "samsat.bapenda_sumsel.kendaraan|pemilik|",
    "dinkes.ibu_hamil": "kesehatan.dinkes_sumsel.kohort_ibu|ibu|",
}
CHILD = ("nik_anak", "nama_anak", "tanggal_lahir", "nik_ibu", "nama_ibu")


@pytest.fixture(scope="module")
def judged(published: Province) -> duckdb.DuckDBPyConnection:
    """``judged(id_orang, id_truth, defects)``: every record of a list that the truth knows by its key or its line."""
    con = duckdb.connect()
    con.execute(f"attach '{published.home}/build/gudang.duckdb' as gudang (read_only)")
    con.execute(f"create view truth as select * from '{published.truth}/catatan.parquet'")
    manifests = f"{published.home}/landing/kesehatan.dinkes_sumsel.eppgbm/*/delivery.json"
    content = ", ".join(f"coalesce(cast({name} as varchar), '')" for name in CHILD)
    keyed = " union all ".join(
        f"select '{start}' || record_key as id_catatan, id_truth, defects from truth where dataset = '{dataset}'"
        for dataset, start in ROLES.items()
    )
    con.execute(
        f"""
        create table judged as
        with berkas as (select delivery_id, sumber.objek as objek from read_json_auto('{manifests}')),
        balita as (
            select _kontrak || '|anak|' || md5(concat_ws(chr(31), {content})) as id_catatan, truth.id_truth, truth.defects
            from gudang.intermediate.int_kesehatan__pengukuran_balita_berlaku as baris
            inner join berkas on baris._delivery_id = berkas.delivery_id
            inner join truth on truth.dataset = 'dinkes.eppgbm' and truth.record_key = berkas.objek || '|' || baris._baris
        )
        select orang.id_orang, orang.id_catatan, semua.id_truth, semua.defects
        from ({keyed} union all select * from balita) as semua
        inner join gudang.resolved.orang_catatan as orang using (id_catatan)
        """
    )
    return con


@pytest.mark.slow
def test_the_truth_knows_nearly_every_record(judged: duckdb.DuckDBPyConnection) -> None:
    known, all_records = judged.sql(
        "select (select count(distinct id_catatan) from judged), (select count(*) from gudang.resolved.orang_catatan)"
    ).fetchone() or (0, 0)
    assert known > 0.9 * all_records and judged.sql("from judged where id_catatan like '%anak%'").fetchone()


@pytest.mark.slow
@pytest.mark.parametrize("defect", ["nik_bersama", "nik_nik_ibu", "nik_orang_lain"])
def test_the_defect_occurs(judged: duckdb.DuckDBPyConnection, defect: str) -> None:
    assert judged.sql(f"from judged where list_contains(defects, '{defect}')").fetchone()


@pytest.mark.slow
def test_no_id_stands_for_two_people(judged: duckdb.DuckDBPyConnection) -> None:
    melted = judged.sql(
        "select id_orang, list(distinct cacat) from "
        "(select id_orang, id_truth, unnest(case when defects = [] then ['tanpa cacat'] else defects end) as cacat from judged) "
        "group by id_orang having count(distinct id_truth) > 1"
    ).fetchall()
    assert melted == []


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
