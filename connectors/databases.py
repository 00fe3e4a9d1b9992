"""Tables of agency databases. SQLAlchemy knows addresses, columns and quoting; DuckDB's scanners carry the rows.

Columns are cast to text by the agency's own server, in its own dialect: the only way by which numeric NIK,
``infinity``, zero dates and long decimals are known to arrive unchanged (docs/decisions/0003-text-at-the-source.md).
PostgreSQL's integers and texts need no cast.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from connectors.errors import AccessError, DeliveryError
from connectors.reading import Reading, literal, quote
from contracts.contract import Contract
from contracts.delivery import Source
from contracts.server import SettingMissing

_DRIVER = {
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "sqlite": "sqlite",
}
_SCANNER = {"postgresql": "postgres", "mysql": "mysql", "sqlite": "sqlite"}
_TEXT = {"postgresql": "text", "mysql": "char", "sqlite": "text"}
#: type families that each ODCS logical type accepts at the source; files and SQLite store dates as text
_FAMILIES = {
    "string": {"text", "other"},
    "integer": {"number"},
    "number": {"number"},
    "date": {"date"},
    "timestamp": {"date"},
    "boolean": {"boolean", "number"},
}
#: types that DuckDB's PostgreSQL scanner carries without loss: spared the server's cast, a third of its work
_LOSSLESS = {"postgresql": {"BIGINT", "INTEGER", "SMALLINT", "VARCHAR", "TEXT"}}
_CHUNK = 50_000
_POSTGRES_SESSION = "-cdatestyle=ISO -cintervalstyle=iso_8601 -cbytea_output=hex -cextra_float_digits=1"


@dataclass(frozen=True)
class Table:
    """An agency's table as it is now."""

    url: URL
    dialect: str
    columns: dict[str, str]
    families: dict[str, str]


def read_table(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    environ: Mapping[str, str],
    scratch: Path,
    since: str | None,
) -> Reading:
    """Prepare the reading of a contract's table.

    Args:
        con: in-memory DuckDB connection; the agency's database is attached to it read-only.
        contract: the dataset's contract.
        environ: variables that the contract's server names.
        scratch: private folder for the fallback's Parquet.
        since: cursor value of the last delivery; rows at or after it, and rows without cursor, are read.

    Raises:
        AccessError: no address, no connection, wrong credentials.
        DeliveryError: missing table or column, changed type.
    """
    table = inspect_table(contract, environ)
    missing = _check(contract, table)
    taken = [column.name for column in contract.taken if column.name not in missing]
    statement = _select(contract, table, taken, since)
    if table.dialect in _SCANNER:
        _attach(con, contract, table)
        rows = f"{_SCANNER[table.dialect]}_query('sumber', {literal(statement)})"
    else:
        path = scratch / f"{contract.name}.parquet"
        _fetch_portably(contract, table, statement, taken, path)
        rows = f"read_parquet({literal(str(path))})"
    columns = [
        *(f"cast({quote(name)} as varchar) as {quote(name)}" for name in taken),
        *(f"cast(null as varchar) as {quote(name)}" for name in missing),
    ]
    query = (
        f"select cast(null as varchar) as _lembar, row_number() over () as _baris, false as _bukan_data, "
        f"{', '.join(columns)} from {rows}"
    )
    declared = {column.name for column in contract.columns}
    return Reading(
        query=query,
        source=Source(jenis="database", alamat=contract.server.name, objek=contract.object_name),
        columns=tuple(column.name for column in contract.taken),
        missing=tuple(missing),
        new=tuple(name for name in table.columns if name not in declared),
        types=table.columns,
    )


def inspect_table(contract: Contract, environ: Mapping[str, str]) -> Table:
    """Connect and look at the contract's table: its columns and their types."""
    url = _address(contract, environ)
    dialect = url.get_backend_name()
    engine = sa.create_engine(url, hide_parameters=True, poolclass=sa.NullPool, connect_args=_timeouts(dialect))
    try:
        with engine.connect() as connection:
            columns = sa.inspect(connection).get_columns(contract.object_name, schema=contract.server.schema)
            _ask_for_nothing(connection, contract)
    except sa.exc.NoSuchTableError:
        raise DeliveryError(
            contract.id, f"table {contract.object_name} is not there", "the contract names it"
        ) from None
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise AccessError(
            contract.id,
            f"server {contract.server.name} {_failure(error)}",
            "check the address, the account and the network; the data received before stays in use",
            original=error,
        ) from None
    if not columns:
        raise DeliveryError(contract.id, f"table {contract.object_name} is not there", "the contract names it")
    types = {str(column["name"]): column["type"] for column in columns}
    return Table(
        url=url,
        dialect="mysql" if dialect == "mariadb" else dialect,
        columns={name: type(kind).__name__ for name, kind in types.items()},
        families={name: _family(kind) for name, kind in types.items()},
    )


def _ask_for_nothing(connection: sa.Connection, contract: Contract) -> None:
    """An account may see a table's columns and yet not read it: told before a scanner breaks off."""
    name = sa.table(contract.object_name, schema=contract.server.schema)
    try:
        connection.execute(sa.select(sa.literal(1)).select_from(name).where(sa.false()))
    except sa.exc.DBAPIError as error:
        raise AccessError(
            contract.id,
            f"server {contract.server.name} does not let the account read {contract.object_name}",
            "the agency must grant SELECT; the data received before stays in use",
            original=error,
        ) from None


#: What drivers say of a refused account: PostgreSQL's words (it may speak Indonesian), MariaDB's numbers.
_REFUSED = re.compile(r"password|authentication|pg_hba|role \"|kata sandi|otentikasi|\((1044|1045|1698),", re.I)


def _failure(error: Exception) -> str:
    original = str(getattr(error, "orig", None) or error)
    return "refuses the account or its password" if _REFUSED.search(original) else "cannot be reached or opened"


def _address(contract: Contract, environ: Mapping[str, str]) -> URL:
    try:
        url = make_url(contract.server.resolve(environ))
    except SettingMissing as error:
        raise AccessError(contract.id, str(error)) from None
    except sa.exc.ArgumentError:
        raise AccessError(contract.id, f"server {contract.server.name}: the address is no SQLAlchemy URL") from None
    backend = url.get_backend_name()
    if backend == "sqlite" and not Path(url.database or "").is_file():
        raise AccessError(contract.id, f"server {contract.server.name}: the SQLite file is not there")
    return url.set(drivername=_DRIVER.get(backend, url.drivername))


def _timeouts(dialect: str) -> dict[str, int]:
    return {"connect_timeout": 10} if dialect in ("postgresql", "mysql", "mariadb") else {}


def _family(kind: sa.types.TypeEngine[object]) -> str:
    if isinstance(kind, sa.types.Boolean):
        return "boolean"
    if isinstance(kind, sa.types.Integer | sa.types.Numeric):
        return "number"
    if isinstance(kind, sa.types.Date | sa.types.DateTime | sa.types.Time):
        return "date"
    return "text" if isinstance(kind, sa.types.String) else "other"


def _check(contract: Contract, table: Table) -> list[str]:
    missing = [column for column in contract.taken if column.name not in table.columns]
    fatal = [column.name for column in missing if column.name in contract.needed]
    if fatal:
        raise DeliveryError(
            contract.id,
            f"table {contract.object_name} lacks the column(s) {', '.join(fatal)}",
            f"the table has {', '.join(table.columns)}",
        )
    for column in contract.taken:
        accepted = _FAMILIES.get(column.logical_type, set())
        family = table.families.get(column.name)
        if family and accepted and family not in accepted and not (table.dialect == "sqlite" and family == "text"):
            raise DeliveryError(
                contract.id,
                f"column {column.name} of {contract.object_name} is now {table.columns[column.name]}",
                f"the contract says {column.logical_type}; if the agency changed it on purpose, change the contract",
            )
    return [column.name for column in missing]


def _select(contract: Contract, table: Table, taken: list[str], since: str | None) -> str:
    preparer = make_url(table.url).get_dialect()().identifier_preparer
    lossless = _LOSSLESS.get(table.dialect, set())
    text = _TEXT.get(table.dialect, "varchar(100)")
    portable = table.dialect not in _TEXT  # texts of any length pass uncut; numbers and dates fit
    quoted = {name: str(preparer.quote(name)) for name in taken}
    columns = ", ".join(
        q
        if table.columns[name] in lossless or (portable and table.families[name] == "text")
        else f"cast({q} as {text}) as {q}"
        for name, q in quoted.items()
    )
    name = preparer.quote(contract.object_name)
    if contract.server.schema:
        name = f"{preparer.quote(contract.server.schema)}.{name}"
    statement = f"select {columns} from {name}"
    if contract.facts.kursor and since is not None:
        cursor = preparer.quote(contract.facts.kursor)
        statement += f" where {cursor} >= {literal(since)} or {cursor} is null"
    return statement


def _attach(con: duckdb.DuckDBPyConnection, contract: Contract, table: Table) -> None:
    kind = _SCANNER[table.dialect]
    con.execute(f"load {kind}_scanner")
    url = table.url
    if kind == "sqlite":
        target = url.database or ""
    else:
        parts = {
            "host": url.host, "port": url.port, "user": url.username, "password": url.password,
            "dbname" if kind == "postgres" else "database": url.database, **{k: str(v) for k, v in url.query.items()},
        }  # fmt: skip
        if kind == "postgres":
            # A server may print dates its own way; what lands must not depend on it.
            parts["options"] = f"{parts.get('options', '')} {_POSTGRES_SESSION}".strip()
        target = " ".join(f"{name}={_value(str(value), kind)}" for name, value in parts.items() if value)
    try:
        con.execute(f"attach {literal(target)} as sumber (type {kind}, read_only)")
    except duckdb.Error as error:
        what = f"server {contract.server.name} refuses a second connection"
        raise AccessError(contract.id, what, original=error) from None


def _value(text: str, kind: str) -> str:
    quoted = text.replace("\\", "\\\\")
    return "'" + quoted.replace("'", "\\'") + "'" if kind == "postgres" else '"' + quoted.replace('"', '\\"') + '"'


def _fetch_portably(contract: Contract, table: Table, statement: str, taken: list[str], path: Path) -> None:
    """Any other SQLAlchemy dialect: server-side cursor, chunks, Parquet. Untested dialects come this way."""
    schema = pa.schema([(name, pa.string()) for name in taken])
    engine = sa.create_engine(table.url, hide_parameters=True, poolclass=sa.NullPool)
    try:
        with (
            engine.connect().execution_options(stream_results=True) as connection,
            pq.ParquetWriter(path, schema) as out,
        ):
            for rows in connection.execute(sa.text(statement)).partitions(_CHUNK):
                columns = [[None if v is None else str(v) for v in column] for column in zip(*rows, strict=True)]
                out.write_table(pa.table(columns, schema=schema))
    except sa.exc.SQLAlchemyError as error:
        what = f"server {contract.server.name} broke off while rows were read"
        raise AccessError(contract.id, what, original=error) from None
