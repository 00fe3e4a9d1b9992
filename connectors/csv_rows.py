"""CSV by Python's own reader: the judge of what a file says, and the way of every file that is not plain."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from connectors.csv_text import Text
from connectors.errors import DeliveryError
from connectors.layout import BLANK, PREVIEW, Header, Where, find_header

_DELIMITERS = (",", ";", "\t", "|")
_SEP = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
#: A cell longer than this is a quote that was never closed. Village outlines (WKT) exceed Python's 131,072.
_LONGEST = 1 << 24
_CHUNK_CELLS, _CHUNK_CHARACTERS = 400_000, 1 << 25

# Process-wide by design of the csv module; raising it harms nobody, and doing it once is safe among threads.
csv.field_size_limit(max(csv.field_size_limit(), _LONGEST))


@dataclass(frozen=True)
class Malformed:
    """A record that is no CSV, in place of the rest of the file."""

    line: int

    def error(self, where: Where) -> DeliveryError:
        """What is told about it."""
        return where.error(
            "the quotes of this record do not fit: one is never closed, or not doubled inside a cell",
            row=self.line,
            valid='a quoted cell starts and ends with ", and a " inside it is written ""',
        )


@dataclass(frozen=True)
class Opening:
    """How a CSV file is cut, and where its header stands. ``last`` is the line at which the header ends."""

    delimiter: str
    header: Header | None
    first: int
    last: int
    malformed: Malformed | None


def records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]] | Malformed]:
    """Every record with the line on which it starts; ends after a malformed one."""
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle, delimiter=delimiter, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                record = next(reader, None)
            except csv.Error:
                record = None
                yield Malformed(line)
            if record is None:
                return
            yield line, record


def open_csv(path: Path, where: Where) -> Opening:
    """Find delimiter and header: the delimiter under which most of the contract's columns are recognised."""
    declared = where.contract.facts.tata_letak.pemisah
    with path.open(encoding="utf-8", newline="") as handle:
        sep = _SEP.fullmatch(handle.readline(100))
    candidates: tuple[str, ...] = (declared,) if declared else _DELIMITERS
    if sep and sep.group(1) in _DELIMITERS:
        candidates = (sep.group(1),)
    openings = [_open(path, delimiter, where) for delimiter in candidates]
    return max(openings, key=_fit)


def _fit(opening: Opening) -> tuple[int, int, bool]:
    header = opening.header
    return (len(header.positions), header.width, True) if header else (0, 0, opening.malformed is None)


def _open(path: Path, delimiter: str, where: Where) -> Opening:
    found = list(islice(records(path, delimiter), PREVIEW))
    rows = [item for item in found if not isinstance(item, Malformed)]
    malformed = next((item for item in found if isinstance(item, Malformed)), None)
    header = find_header([record for _, record in rows], where.contract)
    first, last = (rows[header.first][0], rows[header.last][0]) if header else (0, 0)
    return Opening(delimiter, header, first, last, malformed)


def write_rows(text: Text, opening: Opening, where: Where, target: Path) -> None:
    """Write every record as ``_baris``, c0, c1, ... in bounded memory.

    Raises:
        DeliveryError: a malformed record, or a row below the header with more cells than it; with the line.
    """
    assert opening.header is not None
    width = opening.header.width
    schema = pa.schema([("_baris", pa.int64()), *((f"c{j}", pa.string()) for j in range(width))])
    most = max(1, _CHUNK_CELLS // max(width, 1))
    lines: list[int] = []
    rows: list[list[str]] = []
    characters = 0
    with pq.ParquetWriter(target, schema, compression="lz4") as writer:
        for item in records(text.path, opening.delimiter):
            if isinstance(item, Malformed):
                raise item.error(where)
            line, row = item
            if len(row) != width:
                if line > opening.last and any(cell.strip(BLANK) for cell in row[width:]):
                    raise too_wide(where, line, width)
                row = row[:width] + [""] * (width - len(row))
            if text.lone_cr:
                row = [cell.removesuffix("\r") for cell in row]
            lines.append(line)
            rows.append(row)
            characters += sum(map(len, row))
            if len(rows) >= most or characters > _CHUNK_CHARACTERS:
                _write(writer, schema, lines, rows)
                lines, rows, characters = [], [], 0
        if rows:
            _write(writer, schema, lines, rows)


def too_wide(where: Where, line: int, width: int) -> DeliveryError:
    """The error for a row whose cells are shifted, as by a delimiter in an unquoted cell."""
    return where.error(
        f"the row has more filled cells than the header's {width}",
        row=line,
        valid="quote cells that hold the delimiter",
    )


def _write(writer: pq.ParquetWriter, schema: pa.Schema, lines: list[int], rows: list[list[str]]) -> None:
    columns = [
        pa.array(lines, pa.int64()),
        *(pa.array(column, pa.string()) for column in zip(*rows, strict=True)),
    ]
    writer.write_table(pa.Table.from_arrays(columns, schema=schema))
