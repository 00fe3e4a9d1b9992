"""Simulated provinces and homes that read them: every run of the product happens in a fresh process."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from benchmarks.process import Usage, satudata
from benchmarks.stages import describe

#: Of every dataset's rows, what one night changes or adds.
NIGHT_SHARE = 0.01
_SIMULATED = "simulasi"


@dataclass(frozen=True)
class Province:
    """Agencies as ``satudata demo`` made them; homes made from it read these agencies."""

    people: int
    home: Path
    seconds: float = 0.0

    def new_home(self, path: Path) -> Path:
        """A home that has not run yet."""
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.home, path, ignore=shutil.ignore_patterns(_SIMULATED), symlinks=True)
        return path

    def advance(self, night: int, share: float = NIGHT_SHARE) -> None:
        """One night passes at all agencies."""
        from simulation import advance

        simulated = self.home / _SIMULATED
        advance(simulated / "instansi", simulated / "kebenaran", night=night, share=share)


@dataclass(frozen=True)
class Night:
    """One run of the product: what it took, and where the time went."""

    usage: Usage
    note: str


def make_province(people: int, home: Path, damage: float = 1.0) -> Province:
    """Simulate a province's agencies, once; ``seconds`` tells how long that took, without other damage."""
    shutil.rmtree(home, ignore_errors=True)
    usage = satudata(home, "demo", "--people", str(people))
    if damage != 1.0:
        from simulation import simulate

        simulated = home / _SIMULATED
        simulate(simulated / "instansi", simulated / "kebenaran", people=people, damage=damage)
    return Province(people, home, usage.seconds)


def run_night(home: Path) -> Night:
    """``satudata run``."""
    usage = satudata(home, "run")
    return Night(usage, describe(home / "logs", usage.seconds))
