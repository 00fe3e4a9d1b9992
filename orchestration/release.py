"""The release: what may be published, the release gate, the snapshot, the pointer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import dagster as dg
import duckdb

from expectations.release import release_suites
from expectations.store import COLUMNS as RESULT_COLUMNS
from expectations.store import TABLE as RESULT_TABLE
from orchestration.checks import check_result, check_spec, judge, tell_held_back
from orchestration.control import open_build, remember_models
from orchestration.prepare import Prepared
from orchestration.resources import HomeResource
from publication.pointer import current, move_pointer, prune, read_manifest
from publication.snapshot import PublishedColumn, PublishedTable, write_snapshot

SCHEMAS = ("marts", "mutu")


def column_classes(prepared: Prepared) -> dict[str, str]:
    """Class per standard column name; where entities differ the most protected one holds."""
    order = ["publik", "internal", "pribadi", "spesifik", "pengenal"]
    classes: dict[str, str] = {}
    for entity in prepared.standards.entitas.values():
        for name, column in entity.kolom.items():
            classes[name] = max(classes.get(name, "publik"), column.kelas, key=order.index)
    return classes


def published_tables(prepared: Prepared) -> tuple[PublishedTable, ...]:
    """Marts and quality tables of dbt's manifest without the columns that identify a person."""
    classes = column_classes(prepared)
    texts = {name: c.definisi for entity in prepared.standards.entitas.values() for name, c in entity.kolom.items()}
    nodes = json.loads(prepared.manifest.read_text(encoding="utf-8"))["nodes"].values()
    tables = []
    for node in sorted(nodes, key=lambda node: node["name"]):
        if node["resource_type"] != "model" or node["schema"] not in SCHEMAS:
            continue
        columns = tuple(
            PublishedColumn(
                column["name"],
                column["description"] or texts.get(column["name"], ""),
                _class_of(column, classes),
            )
            for column in node["columns"].values()
        )
        kept = tuple(column for column in columns if column.kelas != "pengenal")
        tables.append(PublishedTable(node["schema"], node["name"], node["description"], kept))
    return (*tables, _judgements())


def _judgements() -> PublishedTable:
    """The latest result of every check; its texts stand with the table itself."""
    shown = {name: text for name, (_, text) in RESULT_COLUMNS.items() if name != "nilai"}
    columns = tuple(PublishedColumn(name, text, "internal") for name, text in shown.items())
    query = f"select distinct on (pemeriksaan) * from {RESULT_TABLE} order by pemeriksaan, _run_id desc"
    schema, name = RESULT_TABLE.split(".")
    description = "Satu baris per pemeriksaan mutu, hasil terakhirnya (latest check results)."
    return PublishedTable(schema, name, description, columns, query)


def _class_of(column: dict[str, Any], classes: dict[str, str]) -> str:
    declared = (column.get("config") or {}).get("meta", {}).get("kelas")
    return str(declared or classes.get(column["name"], "internal"))


def release_check_specs(prepared: Prepared, key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """The release gate's checks."""
    return [check_spec(check, key) for suite in release_suites([], prepared.standards) for check in suite.checks]


def publish(rumah: HomeResource, key: dg.AssetKey) -> Iterator[Any]:
    """Judge the release, write the snapshot, move the pointer; a critical finding keeps yesterday's snapshot."""
    prepared, home = rumah.prepared, rumah.prepared.home
    tables = published_tables(prepared)
    with open_build(prepared) as con:
        _row_changes(con, prepared, tables)
        pairs = [(f"{t.schema}.{t.name}", c.name) for t in tables for c in t.columns]
        results = judge(con, release_suites(pairs, prepared.standards), rumah)
        blocked = [result for result in results if result.stops]
        if not blocked:
            name = f"{rumah.now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{rumah.run_id[:6]}"
            folder = write_snapshot(con, tables, home.published, name=name, run_id=rumah.run_id, made=rumah.now)
        if not blocked and rumah.whole:
            remember_models(con, prepared)
    for result in results:
        yield check_result(result, key)
    if reasons := tell_held_back(rumah, blocked):
        raise dg.Failure(
            f"release held back by {reasons}; the snapshot {current(home.published)} stays",
            allow_retries=False,
        )
    page = rumah.write_page(folder)
    move_pointer(home.published, name)
    gone = prune(home.published, prepared.settings.simpan_snapshot)
    rumah.log.write("terbit", snapshot=name, dihapus=gone)
    rows = read_manifest(home.published, name)["baris"]
    yield dg.MaterializeResult(
        asset_key=key,
        metadata={
            "snapshot": name,
            "dagster/row_count": sum(rows.values()),
            "berkas": dg.MetadataValue.path(str(folder)),
            "halaman_pemeriksaan": dg.MetadataValue.path(str(page)),
        },
    )


def _row_changes(con: duckdb.DuckDBPyConnection, prepared: Prepared, tables: tuple[PublishedTable, ...]) -> None:
    folder = prepared.home.published
    name = current(folder)
    before = read_manifest(folder, name)["baris"] if name else {}
    con.execute(
        "create schema if not exists publication; "
        "create or replace table publication.perubahan_baris (tabel varchar, baris_lama bigint, baris_baru bigint)"
    )
    for table in tables:
        full = f"{table.schema}.{table.name}"
        con.execute(
            f"insert into publication.perubahan_baris select ?, ?, count(*) from {table.rows}",
            [full, before.get(full)],
        )
