"""What is already held of a contract: per record key the content hashes of its last landed version.

For a source read in full this is kept as a cache beside the build and rebuilt from the deliveries when it is
missing or belongs to another delivery; for a source read by cursor only the rows at the edge of the last read matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from connectors.reading import PARQUET, literal, quote
from contracts.contract import Contract
from contracts.delivery import ROWS, Manifest

EMPTY = "(select ''::varchar as kunci, ''::varchar as sidik, ''::varchar as objek where false)"


@dataclass(frozen=True)
class HeldRows:
    """A DuckDB relation with ``kunci``, ``sidik`` and, for sources read in full, ``objek``: what brought them."""

    relation: str

    @property
    def empty(self) -> bool:
        """True when nothing is held to compare with."""
        return self.relation == EMPTY


def held_rows(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    deliveries: Sequence[tuple[Path, Manifest]],
    cache: Path,
    since: str | None,
) -> HeldRows:
    """The held rows that the next delivery is compared with.

    Args:
        con: any DuckDB connection.
        contract: the dataset's contract.
        deliveries: those that count, oldest first; one put aside whole does not.
        cache: folder of the caches.
        since: cursor value from which the source was read.
    """
    if not deliveries:
        return HeldRows(EMPTY)
    if contract.facts.kursor:
        return _at_edge(contract, [folder for folder, _ in deliveries], since)
    path = _cache_path(contract, cache, deliveries[-1][1].delivery_id)
    if not path.exists():
        _rebuild(con, deliveries, path)
    return HeldRows(f"read_parquet({literal(str(path))})")


def save_held(
    con: duckdb.DuckDBPyConnection, contract: Contract, cache: Path, read: Path, held: HeldRows, manifest: Manifest
) -> None:
    """Write the cache as it is after the delivery of ``manifest``."""
    path = _cache_path(contract, cache, manifest.delivery_id)
    source, objek = f"read_parquet({literal(str(read))})", literal(manifest.sumber.objek)
    rows = f"select distinct _kunci as kunci, _sidik as sidik, {objek} as objek from {source} where not _bukan_data"
    if contract.facts.bentuk == "perubahan":
        stays = "kunci not in (select kunci from dibaca)" if contract.key_columns else f"objek <> {objek}"
        others = f"select kunci, sidik, objek from {held.relation} where {stays}"
        rows = f"with dibaca as ({rows}) from dibaca union all {others}"
    _write(con, rows, path)


def _cache_path(contract: Contract, cache: Path, delivery_id: str) -> Path:
    return cache / "dipegang" / f"{contract.name}@{delivery_id}.parquet"


def _at_edge(contract: Contract, folders: list[Path], since: str | None) -> HeldRows:
    cursor = quote(contract.facts.kursor or "")
    edge = f"{cursor} is null"
    if since is not None:
        edge += f" or {comparable(contract, cursor)} >= {comparable(contract, literal(since))}"
    # of a key that landed at the edge only its last version counts, else a row that changed in place never settles
    rows = _parquet(folders)
    return HeldRows(
        f"(select _kunci as kunci, _sidik as sidik from "
        f"(select *, max(filename) over (partition by _kunci) as terakhir from {rows} "
        f"where _kunci in (select _kunci from {rows} where {edge})) where filename = terakhir and ({edge}))"
    )


def comparable(contract: Contract, text: str) -> str:
    """A DuckDB expression by which cursor values, which land as text, compare as they do at the source."""
    kinds = {column.name: column.logical_type for column in contract.columns}
    number = kinds.get(contract.facts.kursor or "") in ("integer", "number")
    return f"try_cast({text} as decimal(38, 6))" if number else text


def _rebuild(con: duckdb.DuckDBPyConnection, deliveries: Sequence[tuple[Path, Manifest]], path: Path) -> None:
    """Replay the deliveries: per key and file the rows of the last delivery in which it landed, unless closed."""
    names = ", ".join(f"({literal(str(f / ROWS))}, {literal(m.sumber.objek)})" for f, m in deliveries)
    rows = (
        f"with berkas as (select * from (values {names}) as t (filename, objek)), "
        f"mendarat as (select _kunci, _sidik, _hapus, filename, objek from {_parquet([f for f, _ in deliveries])} "
        f"inner join berkas using (filename) where not _bukan_data), "
        f"terakhir as (select _kunci, objek, max(filename) as filename from mendarat group by _kunci, objek) "
        f"select distinct _kunci as kunci, _sidik as sidik, objek from mendarat "
        f"semi join terakhir using (_kunci, objek, filename) where not _hapus"
    )
    _write(con, rows, path)


def _parquet(folders: list[Path]) -> str:
    files = ", ".join(literal(str(folder / ROWS)) for folder in folders)
    return f"read_parquet([{files}], union_by_name = true, filename = true)"


def _write(con: duckdb.DuckDBPyConnection, rows: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    con.execute(f"copy ({rows}) to {literal(str(temporary))} ({PARQUET})")
    for old in path.parent.glob(path.name.split("@")[0] + "@*.parquet"):
        old.unlink()
    temporary.replace(path)
