"""Loading the tables of a resolution: a connection to work on, the records numbered, their columns made by expressions.

Relations made: ``catatan_<hex>(id, <columns of the comparisons>)`` and ``asal(id, tabel, kunci)``, whose record it is.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa

from resolution.expressions import drawn, quote, reason, rule_problems, understand
from resolution.links import Link
from resolution.names import LONGEST
from resolution.settings import FORMAT_VERSION, Settings, SettingsError, check_format

#: What may follow a date, and is not compared: a time of day without a zone, which would move it.
_TIME = r"([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?"


@contextmanager
def workspace(con: duckdb.DuckDBPyConnection | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to work on. The caller's database lends its limits, macros and tables to it; what is made there is
    in temporary tables of its own and in a database in memory, and both go with it.

    Args:
        con: the caller's; None for a database in memory.

    Raises:
        SettingsError: it is no connection, or a closed one.
    """
    if con is None:
        with duckdb.connect() as own:
            yield own
        return
    name = f"satudata_resolusi_{secrets.token_hex(8)}"
    with _cursor(con) as work:
        row = work.execute("select current_database(), current_schema()").fetchone()
        theirs = ".".join(quote(part) for part in row or ()).replace("'", "''")
        work.execute(f"attach ':memory:' as {name} (read_write)")
        try:
            work.execute(f"set search_path = '{name}.main,{theirs}'")
            yield work
        finally:
            work.execute("reset search_path")
            work.execute(f"detach {name}")


def _cursor(con: object) -> duckdb.DuckDBPyConnection:
    if not isinstance(con, duckdb.DuckDBPyConnection):
        raise SettingsError(
            f"con must be a DuckDB connection, not {type(con).__name__}; without one all is done in memory"
        )
    try:
        return con.cursor()
    except duckdb.ConnectionException:
        raise SettingsError("con is closed; give an open connection, or none to do all in memory") from None


def load_tables(con: duckdb.DuckDBPyConnection, tables: Mapping[str, Any], settings: Settings) -> str:
    """Make ``catatan_<hex>`` and ``asal``; ``id`` numbers the records in the order of table and own id.

    Args:
        con: connection as ``workspace`` gives it.
        tables: by name; Arrow tables, record batches or their readers, or pandas frames.
        settings: with the expressions.

    Returns:
        The name of the first relation, like no other in the database: Splink looks for its columns in all schemas.

    Raises:
        SettingsError: see ``resolution.resolve``.
    """
    columns = _made_columns(con, settings)
    problems = rule_problems(con, settings, columns)
    if problems:
        raise SettingsError("\n".join(f"{settings.nama}: {problem}" for problem in problems))
    listed = ", ".join(f"{name} varchar" for name in columns)  # none of which begins with _
    con.execute(f"create or replace temp table masukan (_tabel varchar, _kunci varchar, {listed})")
    for name, table in sorted(tables.items()):
        where = f"{settings.nama}: table {name}"
        arrow = _as_arrow(table, where)
        _check_names(arrow, settings, where)
        _insert(con, name, arrow, settings.id, columns, where)
    _check_ids(con, settings)
    dates = {comparison.kolom for comparison in settings.perbandingan if comparison.jenis == "tanggal"}
    _check_dates(con, settings, dates)
    kept = ", ".join(f"left({name}, 10) as {name}" if name in dates else name for name in columns)
    records = f"catatan_{secrets.token_hex(8)}"
    con.execute(
        f"""
        create or replace temp table bernomor as
        select row_number() over (order by _tabel, _kunci) - 1 as id, * from masukan;
        create temp table {records} as select id, {kept} from bernomor;
        create or replace temp table asal as select id, _tabel as tabel, _kunci as kunci from bernomor;
        drop table masukan; drop table bernomor
        """
    )
    return records


def check_call(tables: object, settings: object) -> None:
    """Refuse what only a link can do, and arguments of other types.

    Raises:
        SettingsError: with what is expected.
    """
    if not isinstance(settings, Settings) or isinstance(settings, Link):
        raise SettingsError(
            f"settings must be resolution.Settings, not {type(settings).__name__}; "
            "resolution.read_settings makes them of a dictionary"
        )
    try:
        check_format(settings.format_version, FORMAT_VERSION)  # which a copy may have changed
    except ValueError as error:
        raise SettingsError(f"{settings.nama}: {error}") from None
    if not isinstance(tables, Mapping) or not all(isinstance(name, str) for name in tables):
        raise SettingsError(f"{settings.nama}: tables must map names to tables, not be of type {type(tables).__name__}")
    if not tables:
        raise SettingsError(f"{settings.nama}: there is no table to resolve")
    readers = {name: id(table) for name, table in tables.items() if isinstance(table, pa.RecordBatchReader)}
    times = Counter(readers.values())
    again = sorted(name for name, reader in readers.items() if times[reader] > 1)
    if again:
        raise SettingsError(
            f"{settings.nama}: tables {', '.join(again)} are one reader, which can be read once; "
            "give the table that its read_all() makes"
        )
    family = [item.nama for item in settings.perbandingan if item.keluarga]
    if family:
        raise SettingsError(f"{settings.nama}: keluarga is only for links, not for tables ({', '.join(family)})")
    alike = [rule.nama for rule in settings.blok if rule.mirip]
    if alike:
        raise SettingsError(f"{settings.nama}: mirip is only for links, not for tables ({', '.join(alike)})")


def _made_columns(con: duckdb.DuckDBPyConnection, settings: Settings) -> dict[str, str]:
    """Columns of a comparable record, and the SQL over a table's record that makes each.

    Raises:
        SettingsError: a column cannot be called so.
    """
    made = {c.kolom: c.ungkapan or quote(c.kolom) for c in settings.perbandingan}
    for comparison in settings.perbandingan:
        for name in comparison.kolom_lain:
            made.setdefault(name, quote(name))
    words = con.execute(
        "select keyword_name from duckdb_keywords() where keyword_category in ('reserved', 'type_function')"
    ).fetchall()
    taken = sorted(set(made) & {"id", *(word for (word,) in words)})
    if taken:
        raise SettingsError(
            f"{settings.nama}: a kolom may not be called {', '.join(taken)}: SQL or the engine has it for itself; "
            f"call it otherwise, with the ungkapan {quote(taken[0])}"
        )
    return made


def _as_arrow(table: Any, where: str) -> pa.Table:
    """The table as Arrow; messages of what cannot be converted name values, and are not passed on."""
    if isinstance(table, pa.Table):
        return table
    import pandas as pd

    try:
        if isinstance(table, pa.RecordBatchReader):
            return table.read_all()
        if isinstance(table, pa.RecordBatch):
            return pa.Table.from_batches([table])
        if isinstance(table, pd.DataFrame):
            return pa.Table.from_pandas(table, preserve_index=False)
    except (pa.ArrowException, TypeError, ValueError, OSError) as error:
        raise SettingsError(f"{where} cannot be read as an Arrow table ({type(error).__name__})") from None
    raise SettingsError(f"{where} must be an Arrow table, not {type(table).__name__}")


def _check_names(table: pa.Table, settings: Settings, where: str) -> None:
    if settings.id not in table.column_names:
        raise SettingsError(f"{where} lacks the id column {settings.id}")
    counted = Counter(name.lower() for name in table.column_names)
    twice = [name for name in table.column_names if counted[name.lower()] > 1]
    if twice:
        raise SettingsError(f"{where} has columns that SQL does not tell apart: {', '.join(twice)}")


def _insert(
    con: duckdb.DuckDBPyConnection, name: str, table: pa.Table, key: str, columns: Mapping[str, str], where: str
) -> None:
    """Append one table's records to ``masukan``."""
    try:
        con.register("masuk", table)
    except duckdb.Error as error:
        raise SettingsError(f"{where}: {reason(error)}") from None
    own = _own_id(table, key)
    try:
        for column, expression in columns.items():
            query = f"select {quote(key)}, {_text(expression)} from masuk limit 0"
            understand(con, query, f"{where}: kolom {column}", table.column_names)
            if found := drawn(con, expression):
                raise SettingsError(f"{where}: kolom {column}: must be the same each time, not {found}()")
        chosen = ", ".join(_text(expression) for expression in columns.values())
        row = con.execute(f"insert into masukan select ?, {own}, {chosen} from masuk", [name]).fetchone()
        if row != (table.num_rows,):
            raise SettingsError(f"{where}: {_multiplier(con, columns)}must make one value of each record")
    except duckdb.Error as error:
        raise SettingsError(f"{where}: {_culprit(con, columns)}{reason(error)}") from None
    finally:
        con.unregister("masuk")


def _own_id(table: pa.Table, key: str) -> str:
    """SQL of a record's own id as text; null where there is none: NaN is how a column of numbers, and blanks how one of
    texts, leaves it out."""
    name = quote(key)
    if pa.types.is_floating(table.schema.field(key).type):
        return f"case when not isnan({name}) then cast({name} as varchar) end"
    text = f"cast({name} as varchar)"
    return f"case when regexp_matches({text}, '[^\\s\\x{{A0}}]') then {text} end"


def _text(expression: str) -> str:
    """Text without a letter or a digit ("", "-") says that nothing is known."""
    text = f"left(cast({expression} as varchar), {LONGEST})"
    return f"case when regexp_matches({text}, '[\\p{{L}}\\p{{N}}]') then {text} end"


def _culprit(con: duckdb.DuckDBPyConnection, columns: Mapping[str, str]) -> str:
    """The first column that cannot be made; nothing where each of them can."""
    for column, expression in columns.items():
        try:
            con.execute(f"select max({_text(expression)}) from masuk").fetchall()
        except duckdb.Error:
            return f"kolom {column}, made by {expression}: "
    return ""


def _multiplier(con: duckdb.DuckDBPyConnection, columns: Mapping[str, str]) -> str:
    """The first column whose expression, as ``unnest`` does, makes more or fewer records than there are."""
    for column, expression in columns.items():
        row = con.execute(
            f"select count(*), (select count(*) from masuk) from (select {_text(expression)} from masuk)"
        ).fetchone()
        if row and row[0] != row[1]:
            return f"kolom {column}, made by {expression}: "
    return ""


def _check_ids(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    missing = con.execute("select _tabel, count(*) from masukan where _kunci is null group by _tabel").fetchall()
    twice = con.execute(
        "with ganda as (select _tabel from masukan group by _tabel, _kunci having count(*) > 1) "
        "select _tabel, count(*) from ganda group by _tabel"
    ).fetchall()
    for found, text in ((missing, "records without an id"), (twice, "ids that stand twice")):
        if found:
            listed = ", ".join(f"{table}: {count}" for table, count in sorted(found))
            raise SettingsError(f"{settings.nama}: {text} in column {settings.id} ({listed})")


def _check_dates(con: duckdb.DuckDBPyConnection, settings: Settings, columns: Iterable[str]) -> None:
    """Refuse what is no date by its form: of a date written otherwise neither an exchanged day and month nor the first
    of January would be seen. One letter may be a slip; what the calendar does not have is compared as it stands."""
    for column in sorted(columns):
        wrong = con.execute(
            f"select _tabel, count(*) from masukan where not ({_is_date(column)}) group by all order by all"
        ).fetchall()
        if wrong:
            listed = ", ".join(f"{table}: {count}" for table, count in wrong)
            raise SettingsError(
                f"{settings.nama}: kolom {column}, which is compared as tanggal, holds what is not written as a date "
                f"({listed}); valid: YYYY-MM-DD, columns of dates or of times without a zone, and null; make one of "
                f"others by ungkapan, as {column}[7:10] || '-' || {column}[4:5] || '-' || {column}[1:2] of DD/MM/YYYY"
            )


def _is_date(column: str) -> str:
    """SQL: ten letters of which nine are where ``YYYY-MM-DD`` has a digit or a hyphen."""
    form = f"translate(left({column}, 10), '012345678', '999999999')"
    near = f"({form} = '9999-99-99' or (length({column}) >= 10 and levenshtein({form}, '9999-99-99') <= 1))"
    return f"{near} and (length({column}) = 10 or regexp_full_match({column}[11:], '{_TIME}\\s*'))"
