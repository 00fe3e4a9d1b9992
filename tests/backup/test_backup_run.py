"""Backups taken while a run writes, and what a restored home makes of them."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from unittest.mock import patch

import pyarrow.parquet as pq
import pytest
from operations_kit import Operations, counts, differences, during

from contracts.delivery import SealedReceipts
from contracts.home import SOURCES, Home
from orchestration.backup import make_backup
from orchestration.backup_store import file_hash, read_contents
from orchestration.restore import restore
from publication.pointer import database

pytestmark = pytest.mark.slow


def test_backups_were_taken_in_every_phase_of_the_run(operations: Operations) -> None:
    phases = [counts(folder) for folder in during(operations)]

    assert any(deliveries and not receipts for deliveries, receipts, _ in phases), "while it received"
    assert any(receipts and not registry for _, receipts, registry in phases), "while it built"
    assert phases == sorted(phases)


def test_every_backup_taken_meanwhile_is_a_consistent_prefix(operations: Operations) -> None:
    for folder in during(operations):
        contents = read_contents(folder)
        assert {file.jalur: file.sha256 for file in contents.berkas} == {
            file.jalur: file_hash(folder / file.jalur) for file in contents.berkas
        }
        deliveries = {f"{path.parent.name}/{path.name}" for path in folder.glob("landing/*/*")}
        for contract in {name.split("/")[0] for name in deliveries}:
            numbers = sorted(int(name[-3:]) for name in deliveries if name.startswith(contract + "/"))
            assert numbers == list(range(1, len(numbers) + 1)), (folder, contract)
        sealed = [SealedReceipts.model_validate_json(p.read_text()) for p in folder.glob("state/penerimaan/*.json")]
        named = {f"{receipt.kontrak}/{d}" for seal in sealed for receipt in seal.kontrak for d in receipt.baru}
        assert named <= deliveries
        founders = [pq.read_table(path) for path in folder.glob("state/identitas/*.parquet")]
        assert all(set(table["run_id"].to_pylist()) <= {seal.run_id for seal in sealed} for table in founders)


@pytest.mark.parametrize("when", ["while it received", "afterwards"])
def test_a_restored_home_publishes_the_same_ids_and_marts(operations: Operations, tmp_path: Path, when: str) -> None:
    folder = operations.meanwhile
    if when == "afterwards":
        folder = tmp_path / "cadangan"
        make_backup(operations.home, folder)
        name = None
    else:
        name = next(path.name for path in during(operations) if counts(path)[0] > 2 and not counts(path)[1])
    restored = Home(tmp_path / "rumah")
    restore(restored, folder, name=name)
    shutil.copy(operations.home.root / SOURCES, restored.root / SOURCES)

    assert _night(restored) == operations.exit_code
    found = differences(database(operations.home.published), database(restored.published))

    assert found == {}
    assert _deliveries(restored) == _deliveries(operations.home)


def _night(home: Home) -> int:
    from orchestration.commands.run import execute

    with patch.dict(os.environ):
        outcome = execute(home, quiet=True)
    assert outcome["snapshot"], outcome
    return int(outcome["exit"])


def _deliveries(home: Home) -> dict[str, str]:
    """Content of every delivery, without the moment of its receipt."""
    manifests = {path: json.loads(path.read_text()) for path in home.landing.glob("*/*/delivery.json")}
    return {str(path.relative_to(home.landing)): data["sidik_isi"] for path, data in manifests.items()}
