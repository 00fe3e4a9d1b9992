"""The bench of ten million people on two thousand, twice: a night changes a few."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pipeline_kit import Province

from benchmarks import large_child
from benchmarks.truth import open_known

NAMES = ("nama", "nama_kunci", "nama_ibu", "nama_ayah", "nama_pasangan")


@pytest.mark.slow
def test_provinces_stay_apart_and_a_night_touches_few(
    province: Province, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = tmp_path / "catatan.parquet"
    other = tmp_path / "lain.parquet"
    with open_known(province.home, province.truth) as con:
        con.execute(
            "copy (select catatan.*, dikenal.id_truth from gudang.intermediate.int_identitas__catatan as catatan "
            f"left join dikenal using (id_catatan)) to '{records}'"
        )
        # other people: their names are read backwards, as nobody's are
        names = ", ".join(f"reverse({name}) as {name}" for name in NAMES)
        con.execute(f"copy (select * replace ({names}) from '{records}') to '{other}'")
        row = con.execute(f"select count(*) from '{records}'").fetchone()
    assert row is not None
    large_child.main([str(tmp_path / "dua"), str(records), str(other)])
    facts = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert facts["records"] == 2 * row[0]
    assert 0 < facts["touched"] < 0.1 * facts["records"]
    assert facts["precision"] > 0.99 and facts["recall"] > 0.9
