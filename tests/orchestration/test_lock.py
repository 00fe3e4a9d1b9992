"""One writer per home: a second one is told who writes, and a killed one frees the home."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from contracts.home import Home
from orchestration.lock import HomeBusy, writer


@contextmanager
def holder(home: Home) -> Iterator[int]:
    """A process that holds the home; its id."""
    ready, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        with writer(home, "run uji"):
            os.write(tell, b"x")
            time.sleep(60)
        os._exit(0)
    os.read(ready, 1)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "rumah")
    home.create({})
    return home


def test_a_second_writer_is_told_at_once_who_writes(home: Home) -> None:
    with holder(home) as pid:
        started = time.monotonic()
        with pytest.raises(HomeBusy, match=rf"run uji \(process {pid}, since 20"), writer(home, "run lain"):
            pass
        assert time.monotonic() - started < 2


def test_a_killed_writer_frees_the_home(home: Home) -> None:
    with holder(home):
        pass
    with writer(home, "run lain"):
        assert '"run lain"' in (home.root / ".penulis.json").read_text()
    assert not (home.root / ".penulis.json").exists()


def test_two_writers_of_one_process_exclude_each_other(home: Home) -> None:
    with writer(home, "satu"), pytest.raises(HomeBusy, match="satu"), writer(home, "dua"):
        pass


def test_a_writer_without_a_note_is_still_a_writer(home: Home) -> None:
    with holder(home):
        (home.root / ".penulis.json").unlink()
        with pytest.raises(HomeBusy, match="another process"), writer(home, "run lain"):
            pass
        (home.root / ".penulis.json").write_text("rusak")
        with pytest.raises(HomeBusy, match="another process"), writer(home, "run lain"):
            pass


def test_a_refused_writer_leaves_the_holders_note_alone(home: Home) -> None:
    with holder(home) as pid:
        with pytest.raises(HomeBusy), writer(home, "run lain"):
            pass
        assert str(pid) in (home.root / ".penulis.json").read_text()
