"""The bench of ten million people on two thousand, twice: other people, and a night that changes a few."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pipeline_kit import Province

from benchmarks import large_child
from benchmarks.truth import open_judged


@pytest.mark.slow
def test_copies_are_other_people_and_a_night_touches_few(
    province: Province, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = tmp_path / "catatan.parquet"
    with open_judged(province.home, province.truth) as con:
        con.execute(
            "copy (select catatan.*, judged.id_truth from gudang.intermediate.int_identitas__catatan as catatan "
            f"left join judged using (id_catatan)) to '{records}'"
        )
        row = con.execute(f"select count(*) from '{records}'").fetchone()
    assert row is not None
    large_child.main([str(records), "2", str(tmp_path / "dua")])
    facts = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert facts["records"] == 2 * row[0]
    assert 0 < facts["touched"] < 0.1 * facts["records"]
    assert facts["precision"] > 0.99 and facts["recall"] > 0.9
