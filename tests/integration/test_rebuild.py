"""Rebuilding from the deliveries gives what the nights gave, and so does a run that was killed: the same rows, the same
ids. One file, for whoever needs the nights waits until they have passed."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from pipeline_kit import (
    NIGHT_SHARE,
    PUBLISHED,
    Nights,
    Province,
    differences,
    forget_build,
    kill_at,
    ledger_problems,
    query,
    restore,
    satudata,
    start,
)

from publication.pointer import current
from simulation import advance

Events = list[dict[str, Any]]


@pytest.fixture
def second_night(nights: Nights, province: Province) -> Province:
    """The province after night 2."""
    return restore(nights.second.folder, province.folder)


@pytest.fixture
def third_night(nights: Nights, province: Province) -> Province:
    """The province after night 3."""
    return restore(nights.third.folder, province.folder)


@pytest.mark.slow
def test_every_night_balances(nights: Nights) -> None:
    assert {night: ledger_problems(path) for night, path in nights.snapshots.items()} == {n: [] for n in range(4)}


@pytest.mark.slow
def test_full_refresh_equals_the_nights(third_night: Province, nights: Nights) -> None:
    outcome = satudata(third_night.home, "run", "--full-refresh")
    assert outcome.exit in PUBLISHED, outcome.text[-3000:]
    assert ledger_problems(third_night.snapshot) == []
    assert differences(nights.snapshots[3], third_night.snapshot) == []


@pytest.mark.slow
def test_deleted_build_is_rebuilt_in_the_next_night(second_night: Province, nights: Nights) -> None:
    forget_build(second_night)
    advance(second_night.agencies, second_night.truth, night=3, share=NIGHT_SHARE)
    outcome = satudata(second_night.home, "run")
    assert outcome.exit in PUBLISHED, outcome.text[-3000:]
    assert ledger_problems(second_night.snapshot) == []
    found = differences(nights.snapshots[3], second_night.snapshot)
    # deliveries are judged once; their verdicts are state, what the checks said of them then is history of the build
    assert [line for line in found if not line.startswith("mutu.hasil_pemeriksaan:")] == []


@pytest.mark.slow
def test_lost_registry_gives_the_same_ids_to_uncorrected_founders(third_night: Province, nights: Nights) -> None:
    """Ids follow from the founding records alone; only pins and redirects of the past need the registry."""
    pinned = query_registry(third_night)
    forget_build(third_night)
    shutil.rmtree(third_night.home / "state" / "identitas")
    outcome = satudata(third_night.home, "run")
    assert outcome.exit in PUBLISHED, outcome.text[-3000:]
    before = {row[0] for row in query(nights.snapshots[3], "select id_orang from dim_orang")}
    after = {row[0] for row in query(third_night.snapshot, "select id_orang from dim_orang")}
    assert len(before ^ after) <= 2 * pinned, (
        f"{len(before - after)} ids lost, {len(after - before)} new; {pinned} pins"
    )


def query_registry(province: Province) -> int:
    """How many ids were ever pinned."""
    import duckdb

    files = str(province.home / "state" / "identitas" / "*.parquet")
    with duckdb.connect() as con:
        row = con.execute("select count(*) from read_parquet(?) where peristiwa = 'sematkan'", [files]).fetchone()
    assert row is not None
    return int(row[0])


def sealed(home: Path, events: Events) -> bool:
    """Everything is received, nothing is staged."""
    run = next((e["run_id"] for e in events), "")
    return any(run and f'"{run}"' in path.read_text() for path in (home / "state" / "penerimaan").glob("*.json"))


def staged(_: Path, events: Events) -> bool:
    """The half of dbt before identity is finished."""
    return any(e["peristiwa"] == "dbt selesai" for e in events)


def built(_: Path, events: Events) -> bool:
    """All marts are written, nothing is judged or published."""
    return sum(e["peristiwa"] == "dbt selesai" for e in events) == 2


BOUNDARIES = (sealed, staged, built)


@pytest.mark.slow
def test_later_run_killed_at_every_boundary(province: Province, nights: Nights) -> None:
    before = current(province.home / "published")
    advance(province.agencies, province.truth, night=1, share=NIGHT_SHARE)
    for boundary in BOUNDARIES:
        kill_at(start(province.home, "run"), province.home, boundary)
        assert current(province.home / "published") == before, f"the pointer moved when {boundary.__name__}"
    assert satudata(province.home, "run").exit in PUBLISHED
    with sqlite3.connect(province.home / "dagster" / "storage" / "history" / "runs.db") as con:
        assert con.execute("select count(*) from runs where status = 'STARTED'").fetchone() == (0,), "none goes on"
    assert ledger_problems(province.snapshot) == []
    assert differences(nights.snapshots[1], province.snapshot) == []


@pytest.mark.slow
def test_ledger_counts_what_the_agencies_wrote(published: Province) -> None:
    """Rows read and rows of no data, per contract, against the truth's count of every line and every table row."""
    summary = json.loads((published.truth / "summary.json").read_text())
    expected = {
        "penduduk.disdukcapil_sumsel.biodata": (summary["tables"]["siak.biodata_wni"], 0),
        "samsat.bapenda_sumsel.kendaraan": (summary["tables"]["samsat.kendaraan"], 0),
        "samsat.bapenda_sumsel.pembayaran": (summary["tables"]["samsat.pembayaran"], 0),
        "kesehatan.dinkes_sumsel.kohort_ibu": (summary["tables"]["kohort.ibu_hamil"], 0),
        "penduduk.disdukcapil_palembang.penduduk": lines(summary, "disdukcapil_palembang/"),
        "samsat.upt_muratara.pembayaran": lines(summary, "bapenda/upt_muratara/"),
        "kesehatan.dinkes_sumsel.eppgbm": lines(summary, "dinkes/eppgbm/"),
        "kesehatan.puskesmas_sumsel.kohort_ibu": lines(summary, "puskesmas/"),
    }
    found = {
        row[0]: (row[1], row[2])
        for row in query(
            published.snapshot,
            "select kontrak, sum(baris_dibaca)::bigint, sum(bukan_data)::bigint from buku_besar group by kontrak",
        )
    }
    assert {name: found[name] for name in expected} == expected


def lines(summary: dict, folder: str) -> tuple[int, int]:
    """All lines of a folder's files, and those that are no data; repeated lines are data that repeat."""
    read = other = 0
    for file in summary["files"]:
        if file["path"].startswith(folder):
            no_data = file["title"] + file["header"] + file["blank"] + file["total"]
            read += no_data + file["data"]
            other += no_data
    return read, other
