"""What the tests on public data share: the built database, and the files read independently of the product."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "SATUDATA_REALDATA"


@dataclass(frozen=True)
class RealData:
    """The folder of public files, the build database, and how long reception and building took."""

    files: Path
    database: Path
    seconds: float

    def rows(self, name: str) -> list[dict[str, str]]:
        """A CSV file as Python reads it."""
        with (self.files / name).open(encoding="utf-8-sig", newline="") as handle:
            return list(csv.DictReader(handle))


def plain(code: str) -> str:
    """A Kemendagri code without dots."""
    return code.replace(".", "")
