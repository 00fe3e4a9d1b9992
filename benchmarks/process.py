"""Running a command and seeing what it took: seconds, processor seconds, peak memory of the whole process tree."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import BenchError

_EVERY_SECONDS = 0.02
CORES = 2
_KIB = 1024


@dataclass(frozen=True)
class Usage:
    """What one command took.

    Attributes:
        seconds: wall time.
        cpu_seconds: processor time of the command and of its children that it waited for.
        peak_mib: highest sum of resident memory over the process tree; what children share counts for each. Not
            ``ru_maxrss``: that begins with what the parent held when it forked.
        code: exit code.
        output: what it printed on standard output.
    """

    seconds: float
    cpu_seconds: float
    peak_mib: float
    code: int
    output: str


def run_command(
    command: Sequence[str], *, environ: Mapping[str, str] | None = None, accepted: Sequence[int] = (0,)
) -> Usage:
    """Run a command in a process of its own.

    Raises:
        BenchError: its exit code is none of ``accepted``; carries the end of what it wrote to standard error.
    """
    with tempfile.TemporaryFile("w+b") as out, tempfile.TemporaryFile("w+b") as err:
        started = time.perf_counter()
        process = subprocess.Popen(
            list(command), env={**os.environ, **(environ or {})}, stdin=subprocess.DEVNULL, stdout=out, stderr=err
        )
        watch = _Watch(process.pid)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.stop()
        out.seek(0)
        err.seek(0)
        output, errors = out.read().decode(errors="replace"), err.read().decode(errors="replace")
    if process.returncode not in accepted:
        raise BenchError(f"{' '.join(command[:4])} ... ended with {process.returncode}: {errors.strip()[-600:]}")
    return Usage(seconds, usage.ru_utime + usage.ru_stime, watch.peak_kib / _KIB, process.returncode, output)


def satudata(home: Path, *arguments: str, accepted: Sequence[int] = (0, 3)) -> Usage:
    """Run the product's command line in a fresh process; 3 means published with stale deliveries."""
    command = [sys.executable, "-c", "from orchestration.cli import main; main()", *arguments]
    return run_command(command, environ={"SATUDATA_HOME": str(home), "DO_NOT_TRACK": "1"}, accepted=accepted)


def tree_kib(root: int) -> int:
    """Resident memory of a process and all its descendants now, or what the process alone once held, if more."""
    total, highest, pending = 0, 0, [root]
    while pending:
        pid = pending.pop()
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                children = Path(f"/proc/{pid}/task/{task}/children").read_text(encoding="ascii")
                pending += [int(child) for child in children.split()]
            memory = _memory(pid)
        except OSError:  # it ended meanwhile
            continue
        total += memory.get("VmRSS", 0)
        highest = max(highest, memory.get("VmHWM", 0))
    return max(total, highest)


def _memory(pid: int) -> dict[str, int]:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    return {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if name[:2] == "Vm"}


class _Watch(threading.Thread):
    """Polls a tree's memory until stopped."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._ended = threading.Event()
        self.peak_kib = 0

    def run(self) -> None:
        """Poll."""
        while not self._ended.wait(_EVERY_SECONDS):
            self.peak_kib = max(self.peak_kib, tree_kib(self._pid))

    def stop(self) -> None:
        """End polling."""
        self._ended.set()
        self.join()


def keep_to_cores() -> None:
    """The bars are stated for two cores: this process and all it starts are kept to as many."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
