"""CSV by DuckDB's parallel reader, for files on which it is proven to say what Python's reader says.

The preconditions, each checked and none assumed: lines end in LF or CRLF only; no white space beside a
quote at a cell's border (DuckDB trims it); no record spans lines, which holds exactly when DuckDB returns
as many rows as the file has lines. Then a row's number is its line. On anything else, or any error, the
caller reads with ``csv_rows``. The property test in tests/connectors/test_files_csv_fast.py compares both
on hostile files.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from connectors.csv_rows import Opening, too_wide
from connectors.csv_text import Text
from connectors.csv_xlsx_rows import parquet
from connectors.layout import BLANK, Where
from connectors.reading import literal

_CHUNK = 1 << 22
#: Columns read beyond the header, so that rows with trailing empty cells stay on this path.
_SPARE = 8
_SPACE = b" \t\x0b\x0c"


def write_fast(
    con: duckdb.DuckDBPyConnection,
    text: Text,
    opening: Opening,
    where: Where,
    target: Path,
    *,
    buffer_size: int | None = None,
) -> bool:
    """Write every record as c0, c1, ..., in order, if the file allows it.

    Args:
        con: its cursors are used; the order of insertion must be preserved (DuckDB's default).
        text: the UTF-8 copy.
        opening: delimiter and header.
        where: for messages.
        target: Parquet to write; the file's row number + 1 is ``_baris``.
        buffer_size: bytes that DuckDB parses at a time; tests make it small.

    Returns:
        False when Python must read the file.

    Raises:
        DeliveryError: a row below the header has more cells than it; with the line.
    """
    assert opening.header is not None
    if text.lone_cr:
        return False
    path = text.path
    if not text.even or text.quotes:
        path = text.path.with_suffix(".rata.csv")
        if not _even_out(text.path, path, opening.delimiter):
            return False
    width = opening.header.width
    try:
        with con.cursor() as cursor:
            if not _value(cursor, "select current_setting('preserve_insertion_order')"):
                return False
            relation = _relation(path, opening.delimiter, width + _SPARE, buffer_size)
            cells = ", ".join(f"c{j}" for j in range(width))
            spare = ", ".join(f"nullif(trim(c{width + j}, {literal(BLANK)}), '')" for j in range(_SPARE))
            cursor.execute(
                f"copy (select {cells}, coalesce({spare}) is not null as _lebih from {relation}) "
                f"to {literal(str(target))} (format parquet, compression lz4)"
            )
            written = parquet(target)
            if _value(cursor, f"select count(*) from {written}") != text.lines:
                return False
            wide = _value(cursor, f"select min(_baris) from {written} where _lebih and _baris > {opening.last}")
    except duckdb.Error:
        # DuckDB's text holds rows of the file; whatever it was, Python's reader decides and words it.
        return False
    finally:
        if path != text.path:
            path.unlink(missing_ok=True)
    if isinstance(wide, int):
        raise too_wide(where, wide, width)
    return True


def _relation(path: Path, delimiter: str, width: int, buffer_size: int | None) -> str:
    columns = ", ".join(f"'c{j}': 'VARCHAR'" for j in range(width))
    buffer = f", buffer_size = {buffer_size}, max_line_size = {buffer_size}" if buffer_size else ""
    return (
        f"read_csv({literal(glob.escape(str(path)))}, auto_detect = false, header = false, columns = {{{columns}}}, "
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', comment = '', new_line = '\\n', "
        f"skip = 0, null_padding = true, strict_mode = true, ignore_errors = false{buffer})"
    )


def _value(cursor: duckdb.DuckDBPyConnection, sql: str) -> object:
    row = cursor.execute(sql).fetchone()
    return row[0] if row else None


def _even_out(source: Path, target: Path, delimiter: str) -> bool:
    """Write LF line ends and ``""`` for empty lines, which DuckDB would skip.

    Inside a quoted cell this would change data; but a file with a line end in a cell has more lines than
    records, so the count throws its result away.

    Returns:
        False if DuckDB would trim a cell.
    """
    cut = re.escape(delimiter.encode())
    space = b"[" + _SPACE.replace(delimiter.encode(), b"") + b"]"
    trimmed = re.compile(b"(?:^|\\n|" + cut + b")" + space + b'+"|"' + space + b"+(?:" + cut + b'|\\n|$|")')
    near = re.compile(b'"' + space + b"|" + space + b'"')  # cheaper, and nearly always enough
    with target.open("wb") as out:
        for block in _blocks(source):
            even = block.replace(b"\r\n", b"\n") if b"\r" in block else block
            if b'"' in even and near.search(even) and trimmed.search(even):
                return False
            even = b'""' + even if even.startswith(b"\n") else even
            # Twice: replacements do not overlap, and runs of empty lines do.
            for _ in range(2 if b"\n\n" in even else 0):
                even = even.replace(b"\n\n", b'\n""\n')
            out.write(even)
    return True


def _blocks(path: Path) -> Iterator[bytes]:
    """The file in pieces that end with a line."""
    with path.open("rb") as handle:
        while block := handle.read(_CHUNK):
            yield block + handle.readline()
