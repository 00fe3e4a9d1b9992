"""One writer: an operating-system lock in the home, freed by the system when its holder dies."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime

from filelock import FileLock, Timeout

from contracts.delivery import write_text_atomic
from contracts.errors import HomeError
from contracts.home import Home


class HomeBusy(HomeError):
    """Another run is writing."""


@contextlib.contextmanager
def writer(home: Home, who: str) -> Iterator[None]:
    """Hold the home for writing.

    Raises:
        HomeBusy: at once, naming the holder.
    """
    lock = FileLock(home.root / ".penulis.lock", timeout=0)
    note = home.root / ".penulis.json"
    try:
        lock.acquire()
    except Timeout:
        raise HomeBusy(f"{home.root} is being written by {_holder(home)}; nothing was started") from None
    try:
        holder = {"who": who, "pid": os.getpid(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        write_text_atomic(note, json.dumps(holder) + "\n")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _holder(home: Home) -> str:
    try:
        data = json.loads((home.root / ".penulis.json").read_text(encoding="utf-8"))
        return f"{data['who']} (process {data['pid']}, since {data['since']})"
    except (OSError, ValueError, KeyError):
        return "another process"
