"""Errors of this package. A message names file, line and key and what is valid; it never carries a value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class SatuDataError(Exception):
    """Root of every error that satu-data raises on purpose; its text is safe to log and to show."""


class HomeError(SatuDataError):
    """The home folder is missing, not ours, or of another format."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong in a contract file."""

    file: Path
    line: int
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.text}"


class ContractError(SatuDataError):
    """One or more problems in contract files."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
