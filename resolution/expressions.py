"""SQL expressions of settings: understood before they run, and refused without a value of a record."""

from __future__ import annotations

import re
from collections.abc import Iterable

import duckdb

from resolution.settings import Settings, SettingsError

#: Complaints about the settings' own words; those about values carry them.
_SAFE = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException)
_TEXT = re.compile(r"'(?:[^']|'')*'")
_UNKNOWN = re.compile(r'Binder Error: .*column (?:named )?"(.*?)"(?: not found in FROM clause!)?$')


def quote(name: str) -> str:
    """An identifier for SQL, whatever its characters."""
    return '"' + name.replace('"', '""') + '"'


def reason(error: duckdb.Error) -> str:
    """What may be told of DuckDB's complaint: that about names and syntax, of others the kind alone."""
    if isinstance(error, _SAFE):
        return str(error).splitlines()[0]
    return f"DuckDB cannot do it on these values ({type(error).__name__})"


def understand(con: duckdb.DuckDBPyConnection, query: str, what: str, columns: Iterable[str]) -> None:
    """Have DuckDB bind a query of an expression, over a relation without rows.

    Args:
        con: connection with the relation.
        query: one statement, if the expression is one.
        what: names the expression.
        columns: those that the expression may read.

    Raises:
        SettingsError: it is none, or reads what is not there.
    """
    try:
        statements = con.extract_statements(query)
        if len(statements) == 1:
            con.execute(statements[0])
    except duckdb.Error as error:
        told = reason(error)
        unknown = _UNKNOWN.match(told)
        if unknown:
            told = f"there is no column {unknown.group(1)}; valid: {', '.join(columns)}"
        raise SettingsError(f"{what}: {told}") from None
    if len(statements) != 1:
        raise SettingsError(f"{what}: must be one expression")


def key_query(expression: str, relation: str, *others: str) -> str:
    """SELECT of a blocking key's hash, and of other columns, where there is a key."""
    return f"select {', '.join([f'hash({expression})', *others])} from {relation} where ({expression}) is not null"


def drawn(con: duckdb.DuckDBPyConnection, expression: str) -> str | None:
    """A function by which the expression would be another each time."""
    rows = con.execute(
        "select distinct function_name from duckdb_functions() "
        "where stability = 'VOLATILE' and function_name <> 'error'"
    ).fetchall()
    written = _TEXT.sub("''", expression).lower()
    return min((name for (name,) in rows if re.search(rf"\b{re.escape(name)}\s*\(", written)), default=None)


def _check_repeatable(con: duckdb.DuckDBPyConnection, key: str, what: str) -> None:
    """A key that reads nothing, or is drawn anew for every record, says of no two that they are alike."""
    found = drawn(con, key)
    if found or _reads_nothing(con, key):
        raise SettingsError(
            f"{what}: must read a column and be the same each time{f', not {found}()' if found else ''}; "
            "valid: SQL over the columns, as nama || '|' || lahir"
        )


def _reads_nothing(con: duckdb.DuckDBPyConnection, key: str) -> bool:
    """Whether the key can be made without a record."""
    try:
        con.execute(f"select hash({key})")
    except duckdb.Error:
        return False
    return True


def _check_unknown(con: duckdb.DuckDBPyConnection, key: str, what: str, columns: Iterable[str]) -> None:
    """A key of what knows nothing must be null, or all who know nothing would share it: so is no list of columns."""
    nothing = ", ".join(f"cast(null as varchar) as {quote(name)}" for name in columns)
    row = con.execute(f"select ({key}) is not null from (select {nothing})").fetchone()
    if row and row[0]:
        raise SettingsError(
            f"{what}: a record of which nothing is known has a key; join columns by ||, as in nama || '|' || lahir"
        )


def rule_problems(con: duckdb.DuckDBPyConnection, settings: Settings, columns: Iterable[str]) -> list[str]:
    """What is wrong with the rules that read the comparable columns: blocks and training rules.

    Args:
        con: connection to try them on.
        settings: with the rules.
        columns: those that a comparable record has.
    """
    known = list(columns)
    con.execute(f"create or replace temp table tanpa_isi ({', '.join(f'{quote(name)} varchar' for name in known)})")
    found = []
    for block in settings.blok:
        try:
            understand(con, key_query(block.kunci, "tanpa_isi"), f"blok {block.nama}", known)
            _check_repeatable(con, block.kunci, f"blok {block.nama}")
            _check_unknown(con, block.kunci, f"blok {block.nama}", known)
        except SettingsError as error:
            found.append(str(error))
        if block.mirip and block.mirip not in known:
            found.append(f"blok {block.nama}: mirip: there is no column {block.mirip}")
    con.execute("drop table tanpa_isi")
    for rule in settings.latih:
        unknown = [name for name in (part.strip() for part in rule.split(",")) if name not in known]
        if unknown:
            listed = ", ".join(name or "without a name" for name in unknown)
            found.append(f"latih {rule!r}: there is no column {listed}; valid: {', '.join(known)}")
    return found
