"""One JSON log per run: what happened, with run and delivery ids, without any value of a person."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

#: called with every event, e.g. by the command line to show progress
listeners: list[Callable[[dict[str, object]], None]] = []


class RunLog:
    """Appends one JSON object per line."""

    def __init__(self, folder: Path, run_id: str, dagster_run_id: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / f"{run_id}.jsonl"
        self._base = {"run_id": run_id, "dagster_run_id": dagster_run_id}
        self._lock = threading.Lock()

    def write(self, event: str, **facts: object) -> None:
        """Write one event with its facts (ids, counts, seconds, our own messages)."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        entry: dict[str, object] = {"waktu": now, "peristiwa": event, **self._base, **facts}
        line = json.dumps(entry, default=str, ensure_ascii=False)
        with self._lock, self._path.open("a", encoding="utf-8") as handle:
            handle.write(line + "\n")
        for listener in listeners:
            listener(entry)
