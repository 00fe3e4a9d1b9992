"""Resolving any tables: which records are one entity, by declared settings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from resolution.blocking import Blocked, block
from resolution.clustering import cluster, sure_bits
from resolution.parameters import Parameters
from resolution.scoring import score
from resolution.settings import Settings, SettingsError
from resolution.table_training import train_tables


@dataclass(frozen=True)
class Resolution:
    """What was found.

    Attributes:
        links: table_l, id_l, table_r, id_r, bobot (bits), peluang, keputusan (``padan`` or ``tinjau``).
        entities: table, id, entitas; every record once, ``entitas`` is the number of its first member.
        blocked: what blocking did.
        parameters: those that scored.
    """

    links: pa.Table
    entities: pa.Table
    blocked: Blocked
    parameters: Parameters


def resolve(
    tables: Mapping[str, pa.Table],
    settings: Settings,
    *,
    parameters: Parameters | None = None,
    con: duckdb.DuckDBPyConnection | None = None,
) -> Resolution:
    """Find the records of any tables that are one entity.

    The same tables, settings and parameters give the same result.

    Args:
        tables: by name; each has the column ``settings.id`` and those that the settings' expressions read.
        settings: what is compared, and when it decides.
        parameters: trained ones; None trains on these tables first.
        con: connection to work on, e.g. with a memory limit; its temporary tables are used.

    Raises:
        SettingsError: a table lacks a column, an id is missing or stands twice, or the parameters are of others.
    """
    with nullcontext(con) if con else duckdb.connect() as work:
        _load(work, tables, settings)
        known = parameters or train_tables(work, settings, "catatan")
        blocked = block(work, settings, "catatan", "pasangan")
        score(work, settings, known, "catatan", "pasangan", "nilai")
        links = _decide(work, settings)
        return Resolution(links, _entities(work, settings, links), blocked, known)


def train(
    tables: Mapping[str, pa.Table], settings: Settings, *, con: duckdb.DuckDBPyConnection | None = None
) -> Parameters:
    """Learn the parameters from the tables themselves; see ``resolve``."""
    with nullcontext(con) if con else duckdb.connect() as work:
        _load(work, tables, settings)
        return train_tables(work, settings, "catatan")


def _load(con: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table], settings: Settings) -> None:
    """``catatan``: all records with ``id`` numbered in the order of table and own id, and the comparisons' columns."""
    if not tables:
        raise SettingsError(f"{settings.nama}: there is no table to resolve")
    columns = {c.kolom: c.ungkapan or c.kolom for c in settings.perbandingan}
    parts = []
    for name, table in sorted(tables.items()):
        if settings.id not in table.column_names:
            raise SettingsError(f"{settings.nama}: table {name} lacks the id column {settings.id}")
        con.register(f"masuk_{name}", table)
        chosen = ", ".join(f"cast({text} as varchar) as {column}" for column, text in columns.items())
        parts.append(f"select '{name}' as tabel, cast({settings.id} as varchar) as kunci, {chosen} from masuk_{name}")
    try:
        con.execute(f"create or replace temp table masukan as {' union all '.join(parts)}")
    except duckdb.BinderException as error:
        raise SettingsError(
            f"{settings.nama}: an expression reads a column that a table lacks: {_first(error)}"
        ) from None
    finally:
        for name in tables:
            con.unregister(f"masuk_{name}")
    _check_ids(con, settings)
    con.execute(
        "create or replace temp table catatan as "
        "select row_number() over (order by tabel, kunci) - 1 as id, * from masukan; drop table masukan"
    )


def _first(error: duckdb.Error) -> str:
    """The line that names the column; a binder's message holds names, never values."""
    return str(error).splitlines()[0]


def _check_ids(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    missing = con.execute("select tabel, count(*) from masukan where kunci is null group by tabel").fetchall()
    twice = con.execute(
        "with ganda as (select tabel from masukan group by tabel, kunci having count(*) > 1) "
        "select tabel, count(*) from ganda group by tabel"
    ).fetchall()
    for found, text in ((missing, "records without an id"), (twice, "ids that stand twice")):
        if found:
            listed = ", ".join(f"{table}: {count}" for table, count in sorted(found))
            raise SettingsError(f"{settings.nama}: {text} in column {settings.id} ({listed})")


def _decide(con: duckdb.DuckDBPyConnection, settings: Settings) -> pa.Table:
    """Pairs from the review threshold on, the strongest first."""
    least = math.log2(settings.tinjau / (1 - settings.tinjau))
    return con.execute(
        f"""
        select a.tabel as table_l, a.kunci as id_l, b.tabel as table_r, b.kunci as id_r, l, r, bobot,
            1 / (1 + pow(2, -bobot)) as peluang,
            if(1 / (1 + pow(2, -bobot)) >= {settings.padan}, 'padan', 'tinjau') as keputusan
        from nilai
        inner join catatan as a on nilai.l = a.id
        inner join catatan as b on nilai.r = b.id
        where bobot >= {least}
        order by bobot desc, l, r
        """
    ).to_arrow_table()


def _entities(con: duckdb.DuckDBPyConnection, settings: Settings, links: pa.Table) -> pa.Table:
    accepted = links.filter(pa.compute.equal(links["keputusan"], "padan"))
    edges = list(zip(*(accepted[name].to_pylist() for name in ("l", "r", "bobot")), strict=True))
    records = con.execute("select tabel as table, kunci as id from catatan order by catatan.id").to_arrow_table()
    found = cluster(records.num_rows, edges, sure=sure_bits(settings.padan))
    return records.append_column("entitas", pa.array(found.labels))
