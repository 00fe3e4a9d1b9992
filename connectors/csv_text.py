"""The bytes of a CSV file, copied once as UTF-8: hashed, decoded, looked over for what no parser bears.

Everything later reads the copy, so the hash belongs to exactly the bytes that were parsed.
"""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from connectors.layout import Where

_CHUNK = 1 << 22
#: Python's reader holds a whole line in memory.
_LONGEST_LINE = 1 << 26
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_NAMES = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}


@dataclass(frozen=True)
class Text:
    """The UTF-8 copy of a CSV file.

    ``lines`` counts physical lines, whatever ends them; ``lone_cr`` tells of CRs without LF, as line ends
    or inside cells; ``even`` is True when every line ends in LF and none is empty.
    """

    path: Path
    sha256: str
    lines: int
    quotes: bool
    lone_cr: bool
    even: bool


@dataclass(frozen=True)
class _Bad:
    """The line of the first byte that is not of an encoding; ``certain`` when earlier letters prove it."""

    encoding: str
    line: int
    certain: bool


class _Lines:
    """Counts line ends over chunks; a CR at a chunk's end is held back, its LF may follow."""

    def __init__(self) -> None:
        self.lf = self.cr = self.crlf = 0
        self.empty = self.quotes = self.beyond_ascii = False
        self.last = "\n"
        self.length = 0

    def feed(self, text: str) -> None:
        if not text:
            return
        self.lf += text.count("\n")
        if "\r" in text:
            self.cr += text.count("\r")
            self.crlf += text.count("\r\n")
        self.empty = self.empty or "\n\n" in text or (self.last == "\n" and text[0] == "\n")
        self.quotes = self.quotes or '"' in text
        self.beyond_ascii = self.beyond_ascii or not text.isascii()
        end = max(text.rfind("\n"), text.rfind("\r"))
        self.length = len(text) - end - 1 if end >= 0 else self.length + len(text)
        self.last = text[-1]

    @property
    def ends(self) -> int:
        return self.lf + self.cr - self.crlf


def copy_text(source: Path, target: Path, where: Where, declared: str | None) -> Text:
    """Copy a CSV file as UTF-8, without its byte order mark.

    Args:
        source: the received file.
        target: where the copy goes.
        where: for messages.
        declared: ``pengodean`` of the contract; without it UTF-8, UTF-16 with mark, else Windows-1252.

    Raises:
        DeliveryError: wrong encoding, a NUL, or no text at all; with the line.
    """
    with source.open("rb") as handle:
        start = handle.read(8)
        _refuse_other_formats(start, where)
        for encoding in _candidates(start, declared):
            handle.seek(0)
            copied = _copy(handle, target, encoding, where)
            if isinstance(copied, Text):
                return copied
            bad = copied
            if bad.certain:
                break
    raise where.error(
        f"a byte of this line is not {_NAMES[bad.encoding]}",
        row=bad.line,
        valid="have it saved as CSV UTF-8, or state what it is in tata_letak.pengodean",
    )


def _refuse_other_formats(start: bytes, where: Where) -> None:
    if not start:
        raise where.error("the file is empty")
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise where.error("this is a workbook or archive, not CSV", valid="save as CSV, or set the server's format")


def _candidates(start: bytes, declared: str | None) -> tuple[str, ...]:
    if declared == "utf-8" or start.startswith(codecs.BOM_UTF8):
        return ("utf-8",)
    if start[:2] in _UTF16:
        return (_UTF16[start[:2]],)
    return ("cp1252",) if declared else ("utf-8", "cp1252")


def _copy(handle: BinaryIO, target: Path, encoding: str, where: Where) -> Text | _Bad:
    digest, lines, held, first = hashlib.sha256(), _Lines(), "", True
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with target.open("wb") as out:
        while True:
            chunk = handle.read(_CHUNK)
            digest.update(chunk)
            bad, text = None, ""
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                bad = error.object[: error.start].decode(encoding, "ignore")
            if bad is not None:
                lines.feed(held + bad)
                return _Bad(encoding, lines.ends + 1, lines.beyond_ascii)
            if first:
                text, first = text.removeprefix("\ufeff"), False
            text, held = held + text, ""
            if chunk and text.endswith("\r"):
                text, held = text[:-1], "\r"
            _refuse_nul(text, lines, where)
            lines.feed(text)
            if lines.length > _LONGEST_LINE:
                raise where.error(f"a line is longer than {_LONGEST_LINE:,} characters", row=lines.ends + 1)
            out.write(text.encode())
            if not chunk:
                break
    unended = 0 if lines.last in "\r\n" else 1
    return Text(
        path=target,
        sha256=digest.hexdigest(),
        lines=lines.ends + unended,
        quotes=lines.quotes,
        lone_cr=lines.cr > lines.crlf,
        even=not lines.cr and not lines.empty,
    )


def _refuse_nul(text: str, lines: _Lines, where: Where) -> None:
    if "\0" not in text:
        return
    before = _Lines()
    before.feed(text[: text.index("\0")])
    raise where.error(
        "a NUL byte: the file is damaged, binary, or UTF-16 without its mark",
        row=lines.ends + before.ends + 1,
        valid="save as CSV UTF-8",
    )
