"""Which rows of a CSV or XLSX table are data, as a DuckDB query: the half of the layout that needs every row.

No data (``_bukan_data``) are, in this order of evidence:

* everything down to the end of the header, and a row that repeats a row of the header;
* a total row, as ``_total`` defines it: in doubt a row stays data, because staging's quarantine shows it
  to somebody, while a row that is no data is looked at by nobody;
* a row that is empty in every taken column, those that are filled down (``isi_turun``) apart: a group's
  title alone in its column is layout, and its value flows down to the rows below.
"""

from __future__ import annotations

import glob
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.layout import BLANK, Header, normalise
from connectors.reading import literal, quote
from contracts.contract import Contract, SourceColumn

#: No letter but the currency's, or an error of the spreadsheet: what stands beside the word in a total row.
_FIGURE = r"^(?i:rp\.?)?[^\p{L}]*$|^#"


@dataclass(frozen=True)
class Table:
    """Rows of one sheet as DuckDB sees them: a relation with ``_baris`` and text columns c0, c1, ...

    ``last`` is the ``_baris`` at which the header ends; a table without a header holds no data.
    """

    relation: str
    sheet: str | None = None
    header: Header | None = None
    last: int = 0


@dataclass(frozen=True)
class Loaded:
    """All tables of a file, and what is to be told about it."""

    tables: tuple[Table, ...]
    sha256: str
    missing: tuple[str, ...]
    new: tuple[str, ...]


def parquet(path: Path, *, numbered: bool = False) -> str:
    """The rows of a Parquet file of ours with ``_baris``: the row's number, unless the file is ``numbered`` itself."""
    name = literal(glob.escape(str(path)))
    own = "" if numbered else "file_row_number + 1 as _baris, "
    return f"(select {own}* from read_parquet({name}, file_row_number = {not numbered}, hive_partitioning = false))"


def all_rows(contract: Contract, tables: Sequence[Table], constants: Mapping[str, str | None]) -> str:
    """The query over every row of every table, in source order.

    Args:
        contract: names the columns and lays down the layout.
        tables: the file's tables; their Parquet must stay until the query has run.
        constants: further columns, with the value that every row has.
    """
    selects = [_select(contract, table, constants, number) for number, table in enumerate(tables)]
    names = ", ".join(quote(name) for name in (*(column.name for column in contract.taken), *constants))
    query = f"select _lembar, _baris, _bukan_data, {names} from ({' union all '.join(selects)})"
    # The window that fills down keeps no order; everything else keeps the order of the Parquet.
    return f"{query} order by _nomor, _baris" if contract.facts.tata_letak.isi_turun else query


def unnamed_columns(con: duckdb.DuckDBPyConnection, tables: Sequence[Table]) -> tuple[str, ...]:
    """Columns that hold something under no name in the header: a signal, as an unknown name is."""
    signals: dict[str, None] = {}
    for table in tables:
        columns = [j for j, name in enumerate(table.header.names) if not name] if table.header else []
        if columns:
            filled = ", ".join(f"bool_or({_content(f'c{j}')} is not null)" for j in columns)
            with con.cursor() as cursor:
                row = cursor.execute(f"select {filled} from {table.relation} where _baris > {table.last}").fetchone()
            signals.update(
                {f"kolom {j + 1} tanpa nama": None for j, has in zip(columns, row or (), strict=True) if has}
            )
    return tuple(signals)


def _select(contract: Contract, table: Table, constants: Mapping[str, str | None], number: int) -> str:
    """The query over one sheet."""
    sheet = "cast(null as varchar)" if table.sheet is None else literal(table.sheet)
    fixed = [
        f"{'cast(null as varchar)' if text is None else literal(text)} as {quote(name)}"
        for name, text in constants.items()
    ]
    if table.header is None:
        empty = [f"cast(null as varchar) as {quote(column.name)}" for column in contract.taken]
        columns = ", ".join([f"{sheet} as _lembar", "_baris", "true as _bukan_data", *empty, *fixed])
        return f"select {number} as _nomor, {columns} from {table.relation}"
    header, position = table.header, table.header.position
    downward = {normalise(name) for name in contract.facts.tata_letak.isi_turun}
    taken = [column.name for column in contract.taken if column.name in position]
    filled = {name for name in taken if normalise(name) in downward}
    body = f"not (_baris <= {table.last} or {_repeated(contract, header)} or {_total(contract, header, filled)})"
    kept = [_content(f"c{position[name]}") for name in taken if name not in filled or len(filled) == len(taken)]
    blank = f"coalesce({', '.join([*kept, 'null'])}) is null"
    inner = f"select *, coalesce({body}, true) as _tubuh, {blank} as _kosong from {table.relation}"
    values = [_value(name, position.get(name), name in filled) for name in (c.name for c in contract.taken)]
    place = [f"{sheet} as _lembar", "_baris", "not _tubuh or _kosong as _bukan_data"]
    return f"select {number} as _nomor, {', '.join([*place, *values, *fixed])} from ({inner})"


def _value(name: str, place: int | None, filled: bool) -> str:
    """The column as received, or filled down over the empty cells of data rows."""
    if place is None:
        return f"cast(null as varchar) as {quote(name)}"
    cell = f"nullif(c{place}, '')"
    if filled:
        carried = f"case when _tubuh and {_content(cell)} is not null then {cell} end"
        last = f"last_value({carried} ignore nulls) over (order by _baris rows unbounded preceding)"
        cell = f"case when _tubuh and not _kosong and {_content(cell)} is null then {last} else {cell} end"
    return f"{cell} as {quote(name)}"


def _repeated(contract: Contract, header: Header) -> str:
    """Predicate: the row repeats a row of the header in every taken column."""
    places = sorted({header.position[column.name] for column in contract.taken if column.name in header.position})
    tests = []
    for row in header.rows:
        cells = {j: row[j] if j < len(row) else "" for j in places}
        first = next((j for j in places if cells[j].strip(BLANK)), None)
        if first is None:
            continue
        # One cheap look at one cell spares nearly every row the comparison of all.
        start = literal(cells[first].strip(BLANK)[0].lower())
        equal = " and ".join(f"{_name(f'c{j}')} = {_name(literal(cells[j]))}" for j in places)
        tests.append(f"case when starts_with(lower({_content(f'c{first}')}), {start}) then {equal} else false end")
    return " or ".join(tests) or "false"


def _total(contract: Contract, header: Header, filled: set[str]) -> str:
    """Predicate: the row is a total.

    A total row's first cell with a letter starts with a word of ``baris_total``, and its identifying cells
    (of a key, a person's NIK or name, or a ``wajib`` column that is no figure; columns that are filled down
    apart) are empty. Where the word itself stands in an identifying column, only figures may stand beside
    it; and it must stand bare if the column holds persons' names or alone identifies the row, when no row
    number may precede it either.

    So "Total Suryadi" and desa "Jumlah Jaya" stay, even without NIK or code; "JUMLAH PESERTA" in a column
    of names goes to quarantine until ``baris_total`` lists it. Only a place named just "Jumlah", with no
    code, no row number and only figures beside it, cannot be told from a total: its contract must narrow
    ``baris_total``.
    """
    labels = [r"\s+".join(map(re.escape, label.upper().split())) for label in contract.facts.tata_letak.baris_total]
    if not any(labels):
        return "false"
    starts, bare = (f"^(?:{'|'.join(labels)}){end}" for end in (r"(?:$|[^\p{L}\p{N}])", r"[^\p{L}\p{N}]*$"))
    cells = "[" + ", ".join(f"c{j}" for j in range(header.width)) + "]"
    word = _content(f"list_filter({cells}, lambda x: regexp_matches(x, '\\p{{L}}'))[1]")
    leading = _content(f"list_filter({cells}, lambda x: {_content('x')} is not null)[1]")
    identity = [column for column in contract.taken if _identifies(contract, column, header, filled)]
    places = {column.name: _identifying(contract, column, header) for column in identity}
    if not identity:
        return f"{_matches(word, bare)} and {leading} = {word} and {_only_figures(cells, word)}"
    own = f"coalesce({', '.join([*places.values(), 'null'])})"
    named = {role.nama for role in contract.entity.orang}
    persons = [f"{places[column.name]} is null" for column in identity if column.kolom in named]
    free = "false" if len(identity) == 1 else " and ".join(["true", *persons])
    first = f"{leading} = {own}" if len(identity) == 1 else "true"
    count = " + ".join(f"cast({cell} is not null as int)" for cell in places.values())
    return (
        f"case {count} when 0 then {_matches(word, starts)} "
        f"when 1 then case when {_matches(own, starts)} then {word} = {own} and {first} "
        f"and ({free} or {_matches(own, bare)}) and {_only_figures(cells, own)} else false end else false end"
    )


def _identifies(contract: Contract, column: SourceColumn, header: Header, filled: set[str]) -> bool:
    if column.name not in header.position or column.name in filled:
        return False
    standard = contract.entity.kolom.get(column.kolom) if column.kolom else None
    figure = standard is not None and standard.jenis in ("bulat", "desimal")
    person = {name for role in contract.entity.orang for name in (role.nik, role.nama)}
    wajib = standard is not None and standard.wajib
    return column.key or column.kolom in person or (wajib and not figure)


def _identifying(contract: Contract, column: SourceColumn, header: Header) -> str:
    """The column's content, if it can identify: a count below a column of names is no name."""
    cell = _content(f"c{header.position[column.name]}")
    standard = contract.entity.kolom.get(column.kolom) if column.kolom else None
    if column.key or standard is None or standard.jenis != "teks":
        return cell
    return f"case when regexp_matches({cell}, '\\p{{L}}') then {cell} end"


def _only_figures(cells: str, beside: str) -> str:
    other = f"{_content('x')} <> {beside} and not regexp_matches({_content('x')}, {literal(_FIGURE)})"
    return f"len(list_filter({cells}, lambda x: {other})) = 0"


def _matches(text: str, pattern: str) -> str:
    return f"regexp_matches(upper({text}), {literal(pattern)})"


def _content(cell: str) -> str:
    """The cell without white space around it, null when nothing is left."""
    return f"nullif(trim({cell}, {literal(BLANK)}), '')"


def _name(cell: str) -> str:
    """A column name reduced to letters and digits, empty for an empty cell."""
    return f"lower(regexp_replace(coalesce({cell}, ''), '[^\\p{{L}}\\p{{N}}]+', '', 'g'))"
