"""The build database's control tables: which deliveries are held, and which run is writing."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from contracts.delivery import (
    ROWS,
    Verdict,
    Verdicts,
    read_deliveries,
    read_receipts,
    read_state,
    read_verdicts,
    write_json,
)
from contracts.duck import connect, transaction
from contracts.errors import HomeError
from contracts.home import Home
from orchestration.prepare import Prepared

#: of the build database; raise it when an older one must not be read
FORMAT_VERSION = 2
_COLUMNS = {
    "kontrak": pa.string(), "delivery_id": pa.string(), "produsen": pa.string(), "pemetaan": pa.string(),
    "urutan": pa.int64(), "bentuk": pa.string(), "diterima_pada": pa.timestamp("us", tz="UTC"),
    "baris_dibaca": pa.int64(), "baris_sama": pa.int64(), "kunci_ditutup": pa.int64(),
    "berkas": pa.string(), "alasan_karantina": pa.string(),
}  # fmt: skip


def open_build(prepared: Prepared) -> duckdb.DuckDBPyConnection:
    """Open the build database for writing; the caller closes it before dbt opens it."""
    prepared.home.build.mkdir(parents=True, exist_ok=True)
    return connect(
        prepared.home.warehouse,
        extensions=prepared.home.extensions,
        scratch=prepared.home.build / "tumpah",
        memory=prepared.settings.memori,
        threads=prepared.settings.utas,
    )


def next_run_id(con: duckdb.DuckDBPyConnection, home: Home, name: str) -> str:
    """A run id that sorts after every earlier one, in the build and in the state: ``000012-1f3a9c2b``."""
    con.execute("create schema if not exists landing; create table if not exists landing.jalan (run_id varchar)")
    known = [row[0] for row in con.execute("select run_id from landing.jalan").fetchall()]
    known += [path.stem for path in (home.state / "identitas").glob("*.parquet")]
    known += [sealed.run_id for sealed in read_receipts(home.receipts)]
    return f"{max((int(run_id[:6]) for run_id in known), default=0) + 1:06d}-{name[:8]}"


def write_control(con: duckdb.DuckDBPyConnection, prepared: Prepared, run_id: str) -> None:
    """Replace the control tables; verdicts of the delivery gate that are known already stay."""
    rows = []
    for contract in prepared.contracts:
        for folder, manifest in read_deliveries(prepared.home.landing, contract.id):
            rows.append(
                {
                    "kontrak": contract.id,
                    "delivery_id": manifest.delivery_id,
                    "produsen": contract.facts.produsen,
                    "pemetaan": contract.mapping_hash,
                    "urutan": manifest.urutan,
                    "bentuk": manifest.bentuk,
                    "diterima_pada": manifest.diterima_pada,
                    "baris_dibaca": manifest.baris_dibaca,
                    "baris_sama": manifest.baris_sama,
                    "kunci_ditutup": manifest.kunci_ditutup,
                    "berkas": str(folder / ROWS),
                    "alasan_karantina": None,
                }
            )
    table = pa.Table.from_pylist(rows, schema=pa.schema(_COLUMNS))
    zone = prepared.settings.zona
    with transaction(con):
        con.execute(
            "create schema if not exists landing; create or replace table landing.jalan as select ? as run_id",
            [run_id],
        )
        con.register("pengiriman_kini", table)
        con.execute("create or replace table landing.putusan (kontrak varchar, delivery_id varchar, alasan varchar)")
        verdicts = [[*judged, reason] for judged, reason in read_verdicts(prepared.home.verdicts).items()]
        if verdicts:
            con.executemany("insert into landing.putusan values (?, ?, ?)", verdicts)
        con.execute(
            "create or replace table landing.pengiriman as "
            "select kini.* exclude (alasan_karantina, diterima_pada), "
            f"timezone('{zone}', diterima_pada) as diterima_pada, putusan.alasan as alasan_karantina "
            "from pengiriman_kini as kini left join landing.putusan as putusan using (kontrak, delivery_id)"
        )
        con.unregister("pengiriman_kini")


def unjudged(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Deliveries that the delivery gate has not seen yet."""
    return con.execute(
        "select kontrak, delivery_id from landing.pengiriman "
        "where (kontrak, delivery_id) not in (select (kontrak, delivery_id) from landing.putusan) order by all"
    ).fetchall()


def judged_by(home: Home, run_id: str) -> list[tuple[str, str]]:
    """Deliveries that the delivery gate has judged in this run already."""
    return [(verdict.kontrak, verdict.delivery_id) for verdict in _verdicts_of(home, run_id)]


def _verdicts_of(home: Home, run_id: str) -> tuple[Verdict, ...]:
    path = home.verdicts / f"{run_id}.json"
    return read_state(path, Verdicts).putusan if path.is_file() else ()


def store_verdicts(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    run_id: str,
    judged: list[tuple[str, str]],
    reasons: Mapping[tuple[str, str], str],
) -> None:
    """Add the delivery gate's verdicts: state first, since later deliveries are compared by it, then the build.

    A run may judge twice: first what an interrupted one left, then what it received itself.
    """
    verdicts = tuple(Verdict(kontrak=c, delivery_id=d, alasan=reasons.get((c, d))) for c, d in judged)
    before = _verdicts_of(home, run_id)
    write_json(home.verdicts / f"{run_id}.json", Verdicts(run_id=run_id, putusan=(*before, *verdicts)))
    rows = [[verdict.kontrak, verdict.delivery_id, verdict.alasan] for verdict in verdicts]
    with transaction(con):
        con.executemany("insert into landing.putusan values (?, ?, ?)", rows)
        con.execute(
            "update landing.pengiriman set alasan_karantina = putusan.alasan from landing.putusan as putusan "
            "where pengiriman.kontrak = putusan.kontrak and pengiriman.delivery_id = putusan.delivery_id"
        )


def models_changed(con: duckdb.DuckDBPyConnection, prepared: Prepared) -> bool:
    """Whether the build must be made anew: other models than it was begun with, a contract that is gone, an old format.

    Raises:
        HomeError: a newer version made the build.
    """
    con.execute(
        "create schema if not exists landing; "
        "create table if not exists landing.susunan (model varchar, kontrak varchar[]); "
        "alter table landing.susunan add column if not exists format_version integer"
    )
    row = con.execute("select model, kontrak, format_version from landing.susunan").fetchone()
    if row is not None:
        refuse_newer(prepared.home, row[2])
    if row is None:
        staged = con.execute("select count(*) from duckdb_tables() where schema_name = 'staging'").fetchone()
        remember_models(con, prepared)
        return bool(staged and staged[0])
    return bool(
        row[2] != FORMAT_VERSION
        or row[0] != prepared.models
        or set(row[1]) - {contract.id for contract in prepared.contracts}
    )


def refuse_newer(home: Home, version: int | None) -> None:
    """What a newer version wrote is not misread.

    Raises:
        HomeError: a newer version made the build.
    """
    if (version or 0) > FORMAT_VERSION:
        raise HomeError(
            f"{home.warehouse}: format_version {version} is newer than {FORMAT_VERSION}; upgrade satu-data, or "
            "delete build/: it is made anew from the deliveries"
        )


def remember_models(con: duckdb.DuckDBPyConnection, prepared: Prepared) -> None:
    """The build is made with these models and contracts."""
    con.execute("delete from landing.susunan")
    names = [contract.id for contract in prepared.contracts]
    con.execute("insert into landing.susunan values (?, ?, ?)", [prepared.models, names, FORMAT_VERSION])


def row_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows per table, counted: DuckDB's own estimate grows with every row that was ever replaced."""
    names = con.execute("select schema_name, table_name from duckdb_tables() where not temporary").fetchall()
    counts = [con.execute(f'select count(*) from "{schema}"."{table}"').fetchone() for schema, table in names]
    return {f"{schema}.{table}": count[0] for (schema, table), count in zip(names, counts, strict=True) if count}
