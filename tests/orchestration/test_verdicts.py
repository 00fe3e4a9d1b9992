"""Verdicts on deliveries are never lost, also when one run judges twice."""

from __future__ import annotations

from pathlib import Path

import duckdb

from contracts.delivery import read_verdicts
from contracts.home import Home
from orchestration.control import judged_by, store_verdicts


def test_a_run_that_judges_twice_keeps_both(tmp_path: Path) -> None:
    home = Home(tmp_path)
    con = duckdb.connect()
    con.execute(
        "create schema landing; create table landing.putusan (kontrak varchar, delivery_id varchar, alasan varchar);"
        "create table landing.pengiriman (kontrak varchar, delivery_id varchar, alasan_karantina varchar)"
    )
    assert judged_by(home, "1-malam") == []
    store_verdicts(con, home, "1-malam", [("a", "1")], {("a", "1"): "pengiriman.a.nik"})
    store_verdicts(con, home, "1-malam", [("a", "2")], {})
    assert read_verdicts(home.verdicts) == {("a", "1"): "pengiriman.a.nik", ("a", "2"): None}
    assert judged_by(home, "1-malam") == [("a", "1"), ("a", "2")]
    assert con.execute("select count(*) from landing.putusan").fetchone() == (2,)
