"""One XLSX workbook: calamine gives the cells, their text goes sheet by sheet into Parquet."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from connectors.csv_xlsx_rows import Loaded, Table, parquet
from connectors.layout import PREVIEW, Header, Where, check_header, find_header, no_header
from connectors.xlsx_package import Kept, damaged, inspect_package
from contracts.masking import mask_name

_CHUNK_CELLS = 200_000


def load_xlsx(path: Path, where: Where, folder: Path) -> Loaded:
    """Read a workbook into Parquet in ``folder``.

    Raises:
        DeliveryError: the file is no workbook of this contract.
    """
    copy = folder / "buku.xlsx"
    sha256 = _copy(path, copy)
    kept = inspect_package(copy, where)
    tables: list[Table] = []
    missing: set[str] = set()
    new: dict[str, None] = {}
    with _open(copy, where) as workbook:
        for number, sheet in enumerate(_worksheets(workbook, where)):
            name, target = _sheet_name(sheet.name, number), folder / f"lembar{number}.parquet"
            table, lacking, signals = _load(sheet, name, kept.get(sheet.name, {}), where, target)
            tables.append(table)
            missing.update(lacking)
            new.update(dict.fromkeys(signals))
    copy.unlink()
    if not any(table.header for table in tables):
        raise no_header(where, [str(table.sheet) for table in tables])
    order = [column.name for column in where.contract.taken if column.name in missing]
    return Loaded(tuple(tables), sha256, tuple(order), tuple(new))


def _number(value: float) -> str:
    # Nothing rounded, and no exponent for whole numbers: repr alone would write 1e+16.
    return str(int(value)) if value.is_integer() and abs(value) < 2**63 else repr(value)


def _moment(value: datetime) -> str:
    return f"{value:%Y-%m-%d}" if value.time() == time.min else f"{value:%Y-%m-%d} {_clock(value.time())}"


def _clock(value: time) -> str:
    return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")


def _span(value: timedelta) -> str:
    seconds = abs(value).total_seconds()
    hours, rest = divmod(round(seconds), 3600)
    return f"{'-' if value < timedelta() else ''}{hours:02d}:{rest // 60:02d}:{rest % 60:02d}"


_TEXT: dict[type, Callable[[Any], str]] = {
    str: lambda text: text.removesuffix("\r"),
    float: _number,
    int: str,
    bool: lambda truth: "TRUE" if truth else "FALSE",
    datetime: _moment,
    date: date.isoformat,
    time: _clock,
    timedelta: _span,
}


def _copy(source: Path, target: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as handle, target.open("wb") as out:
        while chunk := handle.read(1 << 20):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _open(path: Path, where: Where) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(path)
    except PasswordError:
        raise where.error("the workbook is protected by a password", valid="save it without one") from None
    except CalamineError:
        raise damaged(where) from None


def _worksheets(workbook: CalamineWorkbook, where: Where) -> Iterator[CalamineSheet]:
    for sheet in workbook.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet:
            try:
                yield workbook.get_sheet_by_name(sheet.name)
            except CalamineError:
                raise damaged(where) from None


def _holds_data(pattern: str, sheet: str, where: Where) -> bool:
    try:
        return re.search(pattern, sheet) is not None
    except re.error:
        raise where.error("tata_letak.lembar is no regular expression") from None


def _sheet_name(name: str, number: int) -> str:
    """What a sheet is called in tokens and messages; one that is called by a person's number, also by its position."""
    masked = mask_name(name)
    return name if masked == name else f"{masked} ({number + 1})"


def _load(
    sheet: CalamineSheet, name: str, kept: Kept, where: Where, target: Path
) -> tuple[Table, tuple[str, ...], list[str]]:
    """One sheet's table, the columns it lacks, and what is to be signalled."""
    layout = where.contract.facts.tata_letak
    height = sheet.end[0] + 1 if sheet.end else 0  # total_height counts one row less
    blank = Table(f"(select range + 1 as _baris from range({height}))", name)
    skipped = {other.strip().casefold() for other in layout.lewati_lembar}
    if sheet.name.strip().casefold() in skipped or not height:
        return blank, (), []
    rows = _rows(sheet, kept)
    preview = list(islice(rows, PREVIEW))
    header = find_header([_texts(row) for row in preview], where.contract, _spans(sheet))
    if layout.lembar and not _holds_data(layout.lembar, sheet.name, where):
        stray = f"lembar {name} berkepala tetapi di luar tata_letak.lembar"
        return blank, (), [stray] if header else []
    if header is None:
        return blank, (), [f"lembar {name} tanpa kepala"] if layout.lembar else []
    missing = check_header(header, where, name, header.first + 1)
    beyond = _write(chain(preview, rows), header, target)
    signals = [*header.new, *(["isi di kanan kolom berkepala"] if beyond else [])]
    return Table(parquet(target), name, header, header.last + 1), missing, signals


def _spans(sheet: CalamineSheet) -> dict[tuple[int, int], int]:
    """(row, column) -> first column, for the horizontally merged cells of the first rows."""
    first = sheet.start[1] if sheet.start else 0
    spans = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for row in range(top, min(bottom, PREVIEW) + 1) if right > left >= first else ():
            spans.update({(row, column - first): left - first for column in range(left, right + 1)})
    return spans


def _rows(sheet: CalamineSheet, kept: Kept) -> Iterator[list[Any]]:
    """Every row from the sheet's first to its last used one; columns from the first used one."""
    first = sheet.start[1] if sheet.start else 0
    patches: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in kept.items():
        patches.setdefault(row, []).append((column - first, text))
    for number, cells in enumerate(sheet.iter_rows()):
        for column, text in patches.get(number, ()):
            if 0 <= column < len(cells) and (cells[column] == "" or isinstance(cells[column], float)):
                cells[column] = text
        yield cells


def _write(rows: Iterator[list[Any]], header: Header, target: Path) -> bool:
    """Write the rows as c0, c1, ...; True when a row below the header has something right of it."""
    width, beyond, below = header.width, False, header.last + 1
    schema = pa.schema([(f"c{j}", pa.string()) for j in range(width)])
    with pq.ParquetWriter(target, schema, compression="lz4") as writer:
        while chunk := list(islice(rows, max(1, _CHUNK_CELLS // width))):
            columns = list(zip(*chunk, strict=True))
            beyond = beyond or any(any(cell != "" for cell in c[below:]) for c in columns[width:])
            below = max(0, below - len(chunk))
            columns += [("",) * len(chunk)] * (width - len(columns))
            arrays = [pa.array(_texts(column), pa.string()) for column in columns[:width]]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return beyond


def _texts(cells: Sequence[Any]) -> Sequence[str]:
    if set(map(type, cells)) == {str} and "\r" not in "".join(cells):
        return cells
    return [_TEXT[type(cell)](cell) for cell in cells]
