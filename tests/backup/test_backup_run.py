"""Backups taken while a run writes, and what a restored home makes of them."""

from __future__ import annotations

import shutil
from multiprocessing.connection import wait
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pipeline_kit import Province, differences, forget_runs, satudata, start

from contracts.delivery import SealedReceipts
from contracts.home import SOURCES, Home
from orchestration.backup import make_backup
from orchestration.backup_store import backups, file_hash, read_contents
from orchestration.restore import restore

pytestmark = pytest.mark.slow


def test_backups_taken_while_a_run_writes(published: Province, province: Province, tmp_path: Path) -> None:
    folder = tmp_path / "cadangan"
    forget_runs(province)
    _run_with_backups(province, folder)
    taken = [folder / name for name in backups(folder)]
    phases = [_counts(path) for path in taken]

    receiving = [
        path for path, (deliveries, receipts, _) in zip(taken, phases, strict=True) if deliveries and not receipts
    ]
    assert receiving, "none while it received"
    assert any(receipts and not registry for _, receipts, registry in phases), "none while it built"
    assert phases == sorted(phases)
    for path in taken:
        _assert_consistent_prefix(path)
    assert differences(published.snapshot, province.snapshot) == []
    restored = _restored(folder, province, tmp_path / "tengah", name=receiving[-1].name)
    # What was received before the backup and after it is judged in two goes, and results count what one go judged.
    found = differences(published.snapshot, _after_a_night(restored))
    assert [line for line in found if not line.startswith("mutu.hasil_pemeriksaan:")] == []


def test_a_restored_home_publishes_the_same_ids_and_marts(published: Province, tmp_path: Path) -> None:
    make_backup(Home(published.home), tmp_path / "cadangan")

    restored = _restored(tmp_path / "cadangan", published, tmp_path / "baru")

    assert not (restored.root / "build").exists()
    found = differences(published.snapshot, _after_a_night(restored))
    # Verdicts are state, so deliveries are not judged again: their checks have no result in a restored home.
    assert [line for line in found if not line.startswith("mutu.hasil_pemeriksaan:")] == []


def _run_with_backups(province: Province, folder: Path) -> None:
    """The first night, and a backup whenever deliveries, receipts or ids have grown."""
    home, seen = Home(province.home), (0, 0, 0)
    running = start(province.home, "run")
    while running.process.is_alive():
        now = _counts(province.home)
        if now != seen:
            outcome = make_backup(home, folder)
            assert outcome.problems == ()
            seen = now
        wait([running.process.sentinel], timeout=0.05)
    ended = running.wait()
    assert ended.exit in (0, 3), ended.text[-4000:]


def _counts(root: Path) -> tuple[int, int, int]:
    """Whole deliveries, sealed receipts and registry files below a home or a backup."""
    found = (
        root.glob("landing/*/[!.]*/delivery.json"),
        root.glob("state/penerimaan/*.json"),
        root.glob("state/identitas/[!.]*.parquet"),
    )
    deliveries, receipts, registry = (len(list(paths)) for paths in found)
    return deliveries, receipts, registry


def _assert_consistent_prefix(folder: Path) -> None:
    contents = read_contents(folder)
    assert [file.sha256 for file in contents.berkas] == [file_hash(folder / file.jalur) for file in contents.berkas]
    deliveries = {f"{path.parent.name}/{path.name}" for path in folder.glob("landing/*/*")}
    for contract in {name.split("/")[0] for name in deliveries}:
        numbers = sorted(int(name.split("-")[-1]) for name in deliveries if name.startswith(contract + "/"))
        assert numbers == list(range(1, len(numbers) + 1)), (folder, contract)
    sealed = [SealedReceipts.model_validate_json(path.read_text()) for path in folder.glob("state/penerimaan/*.json")]
    named = {f"{receipt.kontrak}/{d}" for seal in sealed for receipt in seal.kontrak for d in receipt.baru}
    assert named <= deliveries
    runs = {
        run for path in folder.glob("state/identitas/*.parquet") for run in pq.read_table(path)["run_id"].to_pylist()
    }
    judged = [path.stem for path in folder.glob("state/putusan/*.json")]
    assert {*runs, *judged} <= {seal.run_id for seal in sealed}


def _restored(folder: Path, province: Province, place: Path, *, name: str | None = None) -> Home:
    home = Home(place)
    restore(home, folder, name=name)
    shutil.copy(province.home / SOURCES, home.root / SOURCES)
    return home


def _after_a_night(home: Home) -> Path:
    outcome = satudata(home.root, "run")
    assert outcome.exit in (0, 3), outcome.text[-4000:]
    return home.published / "current" / "satudata.duckdb"
