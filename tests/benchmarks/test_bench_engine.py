"""The engine's bench on few records: every contestant finds nearly all copies, and repeats itself."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from benchmarks.engine_child import CONTESTANTS, pairwise, prepare
from benchmarks.engine_records import write_records


@pytest.mark.slow
def test_contestants_do_the_same_work(tmp_path: Path) -> None:
    path = tmp_path / "records.parquet"
    write_records(path, 4_000)
    records = pq.read_table(path)
    prepare(records, tmp_path)
    for name in ("whole", "again", "splink_again"):
        found = pairwise(CONTESTANTS[name](records, tmp_path))
        assert found["precision"] >= 0.99 and found["recall"] >= 0.97, (name, found)


def test_records_are_the_same_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_records(tmp_path / name, 500)
    first, second = (pq.read_table(tmp_path / name) for name in ("a", "b"))
    assert first.equals(second)
    assert sum(record.endswith("-1") for record in first["rec_id"].to_pylist()) == 125
