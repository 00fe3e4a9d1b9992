"""A night of the command line over public data: every gate, the snapshot, and a question to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pipeline_kit import PUBLISHED, Province, ledger_problems, query, satudata
from realdata_kit import RealData
from warehouse_kit import Warehouse, ask

pytestmark = pytest.mark.realdata

JABAR = (
    "select nilai from fct_statistik__angka "
    "where kontrak = 'statistik.bps_jabar.penduduk' and kode_wilayah = '32' and tahun = 2020"
)
FIGURES = "select kontrak, count(*) from {} group by all order by all"


def test_public_data_is_published_and_answers(realdata: RealData, tmp_path: Path) -> None:
    province = Province(tmp_path)
    warehouse = Warehouse(province.home, {"REALDATA": str(realdata.files)}, kontrak_bawaan=False)
    shutil.copytree(Path(__file__).parent / "kontrak", warehouse.home.own_contracts, dirs_exist_ok=True)

    outcome = satudata(province.home, "run")

    # with hexadecimal keys three figures of Samarinda looked like a NIK and held the release back
    assert outcome.exit in PUBLISHED, outcome.text[-3000:]
    assert ledger_problems(province.snapshot) == []
    balances = query(province.snapshot, "select distinct neraca from mutu.neraca where kiri > 0 order by 1")
    assert balances == [(1,), (2,), (3,)]
    published = query(province.snapshot, FIGURES.format("fct_statistik__angka"))
    assert published == ask(realdata.database, FIGURES.format("marts.fct_statistik__angka"))
    answer = satudata(province.home, "query", JABAR, "--format", "csv")
    assert answer.exit == 0 and answer.out.split() == ["nilai", "49935858.0000"], answer.text
