"""The table that database benches read: twelve columns of mixed types, made inside the server from row numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from contracts.contract import Contract
from contracts.load import load_contract
from contracts.standard import load_standards

CONTRACT = Path(__file__).with_name("bench__kendaraan.odcs.yaml")
ADDRESS = "SATUDATA_BENCH_URL"
_DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql", "mariadb": "mysql+pymysql"}
_COLUMNS = """
    id_kendaraan bigint not null primary key, nopol varchar(12), no_rangka varchar(20), nm_pemilik varchar(60),
    nik_pemilik varchar(16), alamat_pemilik varchar(80), thn_buat integer, njkb numeric(15, 2), bobot numeric(4, 3),
    tgl_akhir_pajak date, status char(1), tgl_ubah timestamp"""


@dataclass(frozen=True)
class _Dialect:
    """How one engine numbers rows and builds a text, a date and a timestamp from a number ``n``."""

    numbers: str
    concat: str
    day: str
    moment: str
    text: str


_DIALECTS = {
    "postgresql": _Dialect(
        "generate_series(1, {rows}) as numbers(n)",
        "concat({})",
        "date '2020-01-01' + cast(n % 2000 as integer)",
        "timestamp '2024-01-01' + n * interval '7 second'",
        "text",
    ),
    "mysql": _Dialect(
        "(select seq as n from seq_1_to_{rows}) as numbers",
        "concat({})",
        "date_add('2020-01-01', interval n % 2000 day)",
        "date_add('2024-01-01', interval n * 7 second)",
        "char",
    ),
    "sqlite": _Dialect(
        "(with recursive c(n) as (select 1 union all select n + 1 from c where n < {rows}) select n from c) as numbers",
        "({})",
        "date('2020-01-01', (n % 2000) || ' days')",
        "datetime('2024-01-01', (n * 7) || ' seconds')",
        "text",
    ),
}


def driver_url(url: str) -> URL:
    """The address with the driver that this product installs."""
    parsed = make_url(url)
    return parsed.set(drivername=_DRIVERS.get(parsed.get_backend_name(), parsed.drivername))


def bench_contract(rows: int) -> Contract:
    """The contract of the table with so many rows."""
    return replace(load_contract(CONTRACT, load_standards()), object_name=table_name(rows))


def table_name(rows: int) -> str:
    """Name of the table with so many rows."""
    return f"satudata_bench_{rows}"


def create_table(url: str, rows: int) -> None:
    """Make and fill the table, replacing one of the same name."""
    name, address = table_name(rows), driver_url(url)
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(f"drop table if exists {name}"))
        connection.execute(sa.text(f"create table {name} ({_COLUMNS})"))
        connection.exec_driver_sql(_fill(address.get_backend_name(), name, rows))
    if address.get_backend_name() == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text(f"vacuum analyze {name}"))


def drop_table(url: str, rows: int) -> None:
    """Remove the table."""
    engine = sa.create_engine(driver_url(url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text(f"drop table if exists {table_name(rows)}"))


def plain_statement(rows: int) -> str:
    """The contract's columns as they are: the query that its peers are asked for."""
    return f"select {', '.join(column.name for column in bench_contract(rows).taken)} from {table_name(rows)}"


def text_statement(url: str, rows: int) -> str:
    """The query that the connector sends for a first delivery: every column cast to text by the server."""
    text = _DIALECTS[_kind(driver_url(url).get_backend_name())].text
    columns = ", ".join(f"cast({column.name} as {text}) as {column.name}" for column in bench_contract(rows).taken)
    return f"select {columns} from {table_name(rows)}"


def _kind(backend: str) -> str:
    return "mysql" if backend == "mariadb" else backend


def _fill(backend: str, name: str, rows: int) -> str:
    dialect = _DIALECTS[_kind(backend)]

    def joined(*parts: str) -> str:
        separator = " || " if dialect.concat == "({})" else ", "
        return dialect.concat.format(separator.join(f"({part})" for part in parts))

    nik = joined("'1671'", "10 + n % 30", "10 + n % 62", "'01'", "10 + n % 90", "1000 + n % 9000")
    values = (
        "n",
        joined("'BG '", "n % 10000", "' '", "'ABC'"),
        joined("'MH1JF'", "1000000000 + n"),
        joined("'PEMILIK KENDARAAN '", "n % 50021"),
        nik,
        joined("'JALAN MERDEKA NO. '", "n % 997", "' RT 01 RW 02'"),
        "1990 + n % 36",
        "1000000.25 + (n % 400) * 250000",
        "1 + (n % 4) * 0.05",
        dialect.day,
        "case when n % 20 = 0 then 'B' else 'A' end",
        dialect.moment,
    )
    numbers = dialect.numbers.format(rows=rows)
    query = f"insert into {name} select {', '.join(values)} from {numbers}"
    return query if backend == "sqlite" else query.replace("%", "%%")
