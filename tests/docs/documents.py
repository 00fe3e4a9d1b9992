"""Reading the documents' fenced blocks, and comparing what they show with what happened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```(\S*)([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NO_RUN = "no-run"
#: What such a block prints is printed by every run of it anywhere, to the letter.
EXACT = "exact"


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, the words after it, and the output that the document shows right below."""

    file: Path
    line: int
    language: str
    words: tuple[str, ...]
    text: str
    shown: str | None

    @property
    def place(self) -> str:
        return f"{self.file.relative_to(ROOT)}:{self.line}"

    @property
    def runs(self) -> bool:
        """Whether the block is to be executed."""
        return self.language in ("sh", "sql", "python") and NO_RUN not in self.words

    @property
    def exits(self) -> tuple[int, ...]:
        """Exit codes with which the block may end."""
        codes = [word.removeprefix("exit=") for word in self.words if word.startswith("exit=")]
        return tuple(int(code) for code in codes[0].split(",")) if codes else (0,)

    @property
    def contract(self) -> str | None:
        """The file of the home that a YAML block holds, named by its first line."""
        found = re.match(r"# (contracts/\S+\.odcs\.yaml)\n", self.text) if self.language == "yaml" else None
        return found.group(1) if found else None


def blocks(path: Path) -> list[Block]:
    """All fenced blocks of a document, in order."""
    text = path.read_text(encoding="utf-8")
    matches = list(FENCE.finditer(text))
    found = []
    for match, after in zip_longest(matches, matches[1:]):
        shown = None
        if after and after.group(1) == "text" and not text[match.end() : after.start()].strip():
            shown = after.group(3)
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(path, line, match.group(1), tuple(match.group(2).split()), match.group(3), shown))
    return found


def documents() -> list[Path]:
    """The documents whose blocks are commands for people."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "deploy" / "README.md"]


def shape_problem(shown: str, actual: str) -> str | None:
    """Why an output does not have the shape that a document shows, or None.

    A table or CSV must have the same header. Otherwise every line must occur in this order, numbers, ids and moments
    apart; a line ``...`` stands for any lines.
    """
    lines, real = shown.splitlines(), [line.rstrip() for line in actual.splitlines()]
    if _is_table(lines):
        header = lines[0].split()
        return None if any(line.split() == header for line in real) else f"no line has the columns {header}"
    position = 0
    for line in lines:
        if line.strip() == "...":
            continue
        pattern = _pattern(line)
        place = next((i for i in range(position, len(real)) if re.fullmatch(pattern, real[i])), None)
        if place is None:
            return f"no line like: {line}"
        position = place + 1
    return None


def _is_table(lines: list[str]) -> bool:
    dashed = len(lines) > 1 and set(lines[1]) <= {"-", " "}
    return dashed or (len(lines) > 1 and all("," in line and " " not in line.split(",")[0] for line in lines))


def _pattern(line: str) -> str:
    """The line with its numbers open and its columns' widths free."""
    words = []
    for word in line.split():
        opened = re.sub(r"(\d{6})-[0-9a-f]{8}(?![0-9a-z])", r"\1-0", word)
        pieces = re.split(r"[\d.,]*\d[\d.,]*", opened)
        words.append(r"[\w.,]+".join(re.escape(piece) for piece in pieces))
    return r"\s*" + r"\s+".join(words) + r"\s*"
