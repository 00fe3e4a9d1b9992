"""The package of a workbook before calamine opens it: is it one, is it safe, and what would calamine lose?

calamine reads every number as a float, drops error cells, and lays out the whole used range in memory. So
the XML of each sheet is run through once: whole numbers beyond 2**53 (a NIK from Papua starts with 9) and
error texts are kept aside, and a range that would not fit in memory is refused, as is an archive that
unpacks to gigabytes.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from connectors.errors import DeliveryError
from connectors.layout import Where

#: (row, column), both 0-based -> the cell's text.
Kept = dict[tuple[int, int], str]

_UNPACKED = 3 << 30
_CELLS = 40_000_000
_WORKBOOK_XML = 1 << 24
_CHUNK, _OVERLAP = 1 << 22, 1 << 14
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NUMBER = re.compile(rb"v>(-?(?:9\d{15}|\d{17,40}))</")
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\b([^<>]*\bt=["']e["'][^<>]*)(?<!/)>(?:(?!</(?:\w+:)?c>).){0,9000}?v>(#[A-Z0-9/!?_]{2,20})</""",
    re.DOTALL,
)
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
# These two look at every cell, so they start with a literal; what else ends in r= only widens the bound.
_WIDE = re.compile(rb"""r=["']([A-Z]{2,3})\d""")
_LONG = [re.compile(rb"""r=["'][A-Z]{0,3}\d{%d,}""" % digits) for digits in range(1, 9)]
_TEXT_TYPES = (b't="s', b't="inlineStr', b't="b', b't="e', b't="d')
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError, ValueError,
    ElementTree.ParseError,
)  # fmt: skip


def inspect_package(path: Path, where: Where) -> dict[str, Kept]:
    """Check a workbook file and collect what calamine loses.

    Args:
        path: the workbook.
        where: for messages.

    Returns:
        Per sheet name the cells whose text calamine does not give.

    Raises:
        DeliveryError: not an .xlsx workbook, protected, damaged, or too large.
    """
    _refuse_other_formats(path, where)
    try:
        with zipfile.ZipFile(path) as package:
            members = _members(package, where)
            sheets = _sheets(package, members)
            _unpack_rest(package, set(sheets.values()))
            return {name: _scan(package, member, name, where) for name, member in sheets.items()}
    except DeliveryError:
        raise
    except _DAMAGED:
        raise damaged(where) from None


def damaged(where: Where) -> DeliveryError:
    """The error for a workbook that does not open."""
    return where.error(
        "the workbook is damaged", valid="open it in Excel or LibreOffice, save it as .xlsx, send it again"
    )


def _refuse_other_formats(path: Path, where: Where) -> None:
    with path.open("rb") as handle:
        start = handle.read(8)
        if start.startswith(b"PK"):
            return
        if not start:
            raise where.error("the file is empty")
        if start.startswith(b"\xd0\xcf\x11\xe0"):
            if any("EncryptedPackage".encode("utf-16-le") in block for block in _overlapping(handle)):
                raise where.error("the workbook is protected by a password", valid="save it without one")
            raise where.error("this is an old Excel workbook (.xls)", valid="save it as .xlsx")
    raise where.error(
        "this is no .xlsx workbook (a web page or text under its name?)",
        valid="open it in Excel and save it as .xlsx",
    )


def _members(package: zipfile.ZipFile, where: Where) -> dict[str, zipfile.ZipInfo]:
    entries = package.infolist()
    members = {entry.filename.lower().lstrip("/"): entry for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise where.error("the workbook is protected by a password", valid="save it without one")
    if sum(entry.file_size for entry in entries) > _UNPACKED:
        raise where.error(f"the workbook unpacks to more than {_UNPACKED >> 30} GB", valid="split it, or send CSV")
    if "xl/workbook.bin" in members or "content.xml" in members:
        raise where.error("this is a binary or OpenDocument workbook", valid="save it as .xlsx")
    # Two entries of one name could show this check one sheet and calamine another.
    if len(members) != len(entries) or "xl/workbook.xml" not in members:
        raise damaged(where)
    return members


def _sheets(package: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """Sheet name -> its part, by the workbook's relationships."""
    targets = {}
    for relation in _xml(package, members["xl/_rels/workbook.xml.rels"]):
        target = relation.get("Target", "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        targets[relation.get("Id", "")] = part.lower()
    sheets = {}
    for element in _xml(package, members["xl/workbook.xml"]).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            identity = element.get(_OFFICE) or next((v for k, v in element.items() if k.endswith("}id")), "")
            sheets[element.get("name", "")] = members[targets[identity]]
    return sheets


def _xml(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> ElementTree.Element:
    if member.file_size > _WORKBOOK_XML:
        raise ValueError
    text = package.read(member)
    if b"<!DOCTYPE" in text:
        raise ValueError
    return ElementTree.fromstring(text)


def _unpack_rest(package: zipfile.ZipFile, sheets: set[zipfile.ZipInfo]) -> None:
    """Run through the other parts: a size or checksum that lies is found here, not in calamine's memory."""
    for entry in package.infolist():
        if entry not in sheets:
            with package.open(entry) as handle:
                while handle.read(_CHUNK):
                    pass


def _scan(package: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, where: Where) -> Kept:
    kept: Kept = {}
    letters: set[bytes] = {b"Z"}
    digits = 0
    with package.open(member) as handle:
        for block in _overlapping(handle):
            _keep_numbers(block, kept)
            if b't="e"' in block or b"t='e'" in block:
                kept.update((_place(m.group(1)), m.group(2).decode()) for m in _ERROR.finditer(block))
            letters.update(_WIDE.findall(block))
            while digits < len(_LONG) and _LONG[digits].search(block):
                digits += 1
    width = max(map(_column, letters)) + 1
    if width * 10**digits > _CELLS and _area(package, member) > _CELLS:
        raise where.error(
            f"the used range is more than {_CELLS:,} cells",
            sheet=name,
            valid="delete stray cells far below or right of the table",
        )
    kept.pop((-1, -1), None)
    return kept


def _keep_numbers(block: bytes, kept: Kept) -> None:
    for match in _NUMBER.finditer(block):
        start = max(block.rfind(b"<c ", 0, match.start()), block.rfind(b":c ", 0, match.start()))
        cell = block[start : block.find(b">", start)] if start >= 0 else b""
        if not any(kind in cell.replace(b"'", b'"') for kind in _TEXT_TYPES):
            kept[_place(cell)] = match.group(1).decode()


def _area(package: zipfile.ZipFile, member: zipfile.ZipInfo) -> int:
    """Rows x columns up to the farthest cell reference; exact and slower than the bound by digits."""
    row, column = 1, 1
    with package.open(member) as handle:
        for block in _overlapping(handle):
            for letters, digits in set(_REFERENCE.findall(block)):
                row, column = max(row, int(digits)), max(column, _column(letters) + 1)
    return row * column


def _place(attributes: bytes) -> tuple[int, int]:
    found = _REFERENCE.search(attributes)
    # Some writers leave out references; such a cell is known by its order only, and is not patched.
    return (int(found.group(2)) - 1, _column(found.group(1))) if found else (-1, -1)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _overlapping(handle: IO[bytes]) -> Iterator[bytes]:
    """The bytes in blocks that overlap, so that nothing short is cut in two."""
    tail = b""
    while chunk := handle.read(_CHUNK):
        block = tail + chunk
        yield block
        tail = block[-_OVERLAP:]
