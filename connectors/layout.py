"""Where the data of a sheet begin: the header among title rows, and its names tied to the contract's columns.

Form only: what a value means stands at the contract's columns; which rows are totals is asked in
``csv_xlsx_rows``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connectors.errors import AccessError, DeliveryError
from contracts.contract import Contract, SourceColumn
from contracts.masking import mask_name, mask_numbers

#: Rows in which a header may start, and how many are looked at: a second header row, a row of column numbers.
SEARCHED, PREVIEW = 50, 53
#: Characters that are no content: a cell of nothing else is empty.
BLANK = " \t\n\r\x0b\x0c\u00a0\u200b\ufeff"
_SHARE = 0.6
_SHOWN = 40
_ORDINAL = re.compile(r"(\()?(\d{1,3})\)?(?:\s*=.*)?")

Row = Sequence[str]


@dataclass(frozen=True)
class Where:
    """The contract and file at hand: what every message of a reader names."""

    contract: Contract
    file: str

    def error(self, what: str, *, sheet: str | None = None, row: int | None = None, valid: str = "") -> DeliveryError:
        """A DeliveryError that names agency, dataset, file, sheet and row."""
        return DeliveryError(self.contract.id, f"{self._place(sheet, row)}: {what}", valid)

    def access(self, what: str) -> AccessError:
        """An AccessError that names agency, dataset and file."""
        return AccessError(self.contract.id, f"{self._place(None, None)}: {what}")

    def _place(self, sheet: str | None, row: int | None) -> str:
        parts = [f"{self.contract.facts.produsen}, file {mask_name(self.file)}"]
        parts += [f"sheet {sheet}"] if sheet is not None else []
        # A text file is opened in an editor, which counts lines; a workbook counts rows.
        parts += [f"{'line' if sheet is None else 'row'} {row}"] if row is not None else []
        return ", ".join(parts)


@dataclass(frozen=True)
class Header:
    """A header found in the first rows of a sheet.

    ``first`` and ``last`` are 0-based rows of the preview, ``last`` counting a row of column numbers below.
    ``names`` has one name per file column, empty for an unnamed one; ``positions`` holds every file column
    that could be the contract column: more than one is ambiguous. ``rows`` are the cells, to recognise a
    repetition.
    """

    first: int
    last: int
    names: tuple[str, ...]
    positions: dict[str, tuple[int, ...]]
    rows: tuple[tuple[str, ...], ...]

    @property
    def width(self) -> int:
        """File columns up to the last named one."""
        return len(self.names)

    @property
    def position(self) -> dict[str, int]:
        """File column of each contract column that is present."""
        return {name: places[0] for name, places in self.positions.items()}

    @property
    def new(self) -> tuple[str, ...]:
        """Named file columns that the contract does not know."""
        known = {place for places in self.positions.values() for place in places}
        return tuple(shown(n) for j, n in enumerate(self.names) if n and j not in known)


def normalise(name: str) -> str:
    """A column name reduced to letters and digits: ``No. KK`` and ``no_kk`` are one name."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in text if c.isalnum()) or text.strip(BLANK)


def shown(name: str) -> str:
    """A header name fit for a message: a number in it may be somebody's."""
    return mask_numbers(name)[:80]


def required(contract: Contract, column: SourceColumn) -> bool:
    """True when a delivery without this column is no delivery."""
    return column.name in contract.needed


def find_header(
    rows: Sequence[Row], contract: Contract, spans: Mapping[tuple[int, int], int] | None = None
) -> Header | None:
    """Find the header: the row, or two stacked rows, with the most of the contract's column names.

    Args:
        rows: the first rows of the sheet as text.
        contract: names the columns; at least 60 % of all of them, or of the taken ones, must be there.
        spans: (row, column) -> first column of the horizontally merged cell it lies in.
    """
    known = {normalise(column.name) for column in contract.columns}
    taken = {normalise(column.name) for column in contract.taken}
    best: tuple[int, int, int] | None = None
    for first in range(min(len(rows), SEARCHED)):
        for height in (1, 2) if first + 1 < SEARCHED else (1,):
            labels = _labels(rows, first, height, spans or {})
            found = {normalise(name) for names in labels for name in names}
            enough = len(found & known) >= _SHARE * len(known) or len(found & taken) >= _SHARE * len(taken)
            if enough and (best is None or (len(found & known), -height) > best[:2]):
                best = (len(found & known), -height, first)
    if best is None:
        return None
    height, first = -best[1], best[2]
    labels = _labels(rows, first, height, spans or {})
    while labels and not labels[-1][0]:
        labels.pop()
    last = first + height - 1
    if last + 1 < len(rows) and _counts_columns(rows[last + 1], sum(bool(names[0]) for names in labels)):
        last += 1
    return Header(
        first=first,
        last=last,
        names=tuple(names[0] for names in labels),
        positions=_positions(labels, contract),
        rows=tuple(tuple(row) for row in rows[first : first + height]),
    )


def check_header(header: Header, where: Where, sheet: str | None, row: int) -> tuple[str, ...]:
    """Names of taken columns that the file lacks.

    Raises:
        DeliveryError: a required column is missing, or a taken one cannot be told from another.
    """
    for column in where.contract.taken:
        places = header.positions.get(column.name, ())
        if len(places) > 1:
            numbers = " and ".join(str(place + 1) for place in places)
            raise where.error(
                f"the header has {column.name} more than once, in columns {numbers}",
                sheet=sheet, row=row, valid="each column of the contract must have its own name",
            )  # fmt: skip
    missing = [column for column in where.contract.taken if column.name not in header.positions]
    lost = [column.name for column in missing if required(where.contract, column)]
    if lost:
        found = listing(shown(name) for name in header.names if name)
        raise where.error(
            f"the required columns {', '.join(lost)} are missing",
            sheet=sheet,
            row=row,
            valid=f"header found: {found}",
        )
    return tuple(column.name for column in missing)


def no_header(where: Where, sheets: Sequence[str] = ()) -> DeliveryError:
    """The error for a file in which no row looks like the contract's header; it shows no cell."""
    among = f" of the sheets {listing(sheets)}" if sheets else ""
    lembar = where.contract.facts.tata_letak.lembar
    chosen = f", on a sheet that fits tata_letak.lembar ({lembar})" if sheets and lembar else ""
    expected = listing(column.name for column in where.contract.columns)
    return where.error(
        f"no header found in the first {SEARCHED} rows{among}",
        valid=f"a header has at least 60 % of the columns {expected}{chosen}",
    )


def listing(names: Iterable[str]) -> str:
    """Names for a message, the first forty of them."""
    every = list(names)
    rest = len(every) - _SHOWN
    return ", ".join(every[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")


def _labels(
    rows: Sequence[Row], first: int, height: int, spans: Mapping[tuple[int, int], int]
) -> list[tuple[str, ...]]:
    """Per file column the names it may go by, best first."""
    top = [" ".join(cell.split()) for cell in rows[first]]
    if height == 1 or first + 1 >= len(rows):
        return [(name,) for name in top]
    under = [" ".join(cell.split()) for cell in rows[first + 1]]
    width = max(len(top), len(under))
    top, under = top + [""] * (width - len(top)), under + [""] * (width - len(under))
    merged = {column: start for (row, column), start in spans.items() if row == first and column < width}
    labels: list[tuple[str, ...]] = []
    group = ""
    for j, (own, below) in enumerate(zip(top, under, strict=True)):
        if merged:
            group = top[merged[j]] if j in merged else ""
        elif own:
            # Without merged cells (CSV) a group with subcolumns covers the unnamed columns to its right.
            group = own if below else ""
        over = own or (group if below else "")
        labels.append((" ".join(filter(None, (over, below))), below or own, own))
    return labels


def _positions(labels: list[tuple[str, ...]], contract: Contract) -> dict[str, tuple[int, ...]]:
    positions = {}
    for column in contract.columns:
        for level in range(max((len(names) for names in labels), default=0)):
            hits = [j for j, names in enumerate(labels) if normalise(names[level]) == normalise(column.name)]
            exact = [j for j in hits if labels[j][level] == column.name]
            if hits:
                positions[column.name] = tuple(exact if len(exact) == 1 else hits)
                break
    return positions


def _counts_columns(row: Row, named: int) -> bool:
    """True for the row of column numbers under many office headers: 1, 2, 3, ... or (1), (2), (3), ...

    Bare numbers count only for four columns and more, and for all of them, lest figures are taken for them.
    """
    cells = [cell.strip(BLANK) for cell in row if cell.strip(BLANK)]
    found = [_ORDINAL.fullmatch(cell) for cell in cells]
    if len(cells) < 2 or [int(m.group(2)) if m else None for m in found] != list(range(1, len(cells) + 1)):
        return False
    return all(m and m.group(1) for m in found) or (len(cells) >= 4 and len(cells) == named)
