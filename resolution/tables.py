"""Resolving any tables: which records are one entity, by declared settings."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import duckdb
import pyarrow as pa

from resolution.blocking import Blocked, block
from resolution.clustering import cluster, sure_bits
from resolution.loading import check_call, load_tables, workspace
from resolution.parameters import Parameters, check_parameters
from resolution.scoring import score
from resolution.settings import Settings
from resolution.table_training import train_tables

if TYPE_CHECKING:
    import pandas as pd

Tabular: TypeAlias = "pa.Table | pa.RecordBatch | pa.RecordBatchReader | pd.DataFrame"

#: Decisions about a pair.
JOINED, REVIEWED = "padan", "tinjau"


@dataclass(frozen=True)
class Resolution:
    """What was found.

    Attributes:
        links: table_l, id_l, table_r, id_r, bobot (bits), peluang, keputusan; the strongest first. ``padan``: the two
            are joined; ``tinjau``: a person should look, also at a pair that alone would hold two groups together.
        entities: table, id, entitas; every record once, ``entitas`` is the number of its first member.
        blocked: what blocking did.
        shared: by comparison, how many values more than ``blok_maks`` records share; they count for less.
        parameters: those that scored.
    """

    links: pa.Table
    entities: pa.Table
    blocked: Blocked
    shared: dict[str, int]
    parameters: Parameters


def resolve(
    tables: Mapping[str, Tabular],
    settings: Settings,
    *,
    parameters: Parameters | None = None,
    con: duckdb.DuckDBPyConnection | None = None,
) -> Resolution:
    """Find the records of any tables that are one entity.

    The same tables, settings and parameters give the same result.

    Args:
        tables: by name; each has the column ``settings.id`` and those that the settings' expressions read. Of a value
            the first 200 characters are compared.
        settings: what is compared, and when it decides; ``keluarga`` and ``mirip`` are only for links.
        parameters: trained ones; None trains on these tables first.
        con: connection whose database lends its limits and macros; nothing of it is changed.

    Raises:
        SettingsError: a table lacks a column or is none, an id is missing or stands twice, an expression cannot be
            understood or fails on a value (which is not named), or the parameters are of others.
    """
    check_call(tables, settings)
    if parameters is not None:
        check_parameters(settings, parameters)
    with workspace(con) as work:
        records = load_tables(work, tables, settings)
        pairs = f"{records}_pasangan"
        known = parameters or train_tables(work, settings, records)
        blocked = block(work, settings, records, pairs)
        shared = score(work, settings, known, records, pairs, "nilai")
        links, labels = _grouped(work, settings, _decide(work, settings))
        entities = work.execute("select tabel as table, kunci as id from asal order by asal.id").to_arrow_table()
        return Resolution(links, entities.append_column("entitas", labels), blocked, shared, known)


def train(
    tables: Mapping[str, Tabular], settings: Settings, *, con: duckdb.DuckDBPyConnection | None = None
) -> Parameters:
    """Learn the parameters from the tables themselves; see ``resolve``."""
    check_call(tables, settings)
    with workspace(con) as work:
        return train_tables(work, settings, load_tables(work, tables, settings))


def _decide(con: duckdb.DuckDBPyConnection, settings: Settings) -> pa.Table:
    """Pairs from the review threshold on, the strongest first."""
    least = math.log2(settings.tinjau / (1 - settings.tinjau))
    return con.execute(
        f"""
        select a.tabel as table_l, a.kunci as id_l, b.tabel as table_r, b.kunci as id_r, l, r, bobot,
            1 / (1 + pow(2, -bobot)) as peluang,
            if(1 / (1 + pow(2, -bobot)) >= {settings.padan}, '{JOINED}', '{REVIEWED}') as keputusan
        from nilai
        inner join asal as a on nilai.l = a.id
        inner join asal as b on nilai.r = b.id
        where bobot >= {least}
        order by bobot desc, l, r
        """
    ).to_arrow_table()


def _grouped(con: duckdb.DuckDBPyConnection, settings: Settings, links: pa.Table) -> tuple[pa.Table, pa.Array]:
    """The links as the result has them, and the entity of every record; what the guard took out is a person's."""
    accepted = links.filter(pa.compute.equal(links["keputusan"], JOINED))
    edges = list(zip(*(accepted[name].to_pylist() for name in ("l", "r", "bobot")), strict=True))
    row = con.execute("select count(*) from asal").fetchone()
    found = cluster(int(row[0]) if row else 0, edges, sure=sure_bits(settings.padan))
    doubtful = {(a, b) for a, b, _ in found.doubtful}
    if doubtful:
        rows = zip(*(links[name].to_pylist() for name in ("l", "r", "keputusan")), strict=True)
        decided = [REVIEWED if (min(a, b), max(a, b)) in doubtful else decision for a, b, decision in rows]
        place = links.column_names.index("keputusan")
        links = links.set_column(place, "keputusan", pa.array(decided, pa.string()))
    return links.drop_columns(["l", "r"]), pa.array(found.labels)
