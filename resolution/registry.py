"""The id registry: which record founded which id, and what became of ids. State: append-only, one file per run.

Events:
    terbit    an id is in use; ``catatan`` is its founding record
    sematkan  the founder was corrected or erased: the id now hangs on the record ``catatan`` of the same person
    lepas     the record ``catatan`` founded ``id_orang`` once and may not found it again
    alih      the id retired; ``ke`` is the id that took its place. ``sebab`` is what ties the two now: ``keputusan`` a
              steward's ``sama``, ``nik`` an equal NIK, ``kemiripan`` a link, also one that a word forbade until it was
              taken back
    pisah     records left ``id_orang``, and ``ke`` was issued for them; ``catatan`` is the first of them. ``sebab`` is
              what changed: ``keputusan`` a steward's word, said or taken back, ``isi`` a record of either part says
              something else now or is gone, ``bukti`` other records have come to say more
Events of format 1 have no ``sebab``; it reads as empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from contracts.errors import SatuDataError
from resolution.lookup import among

FORMAT_VERSION = 2
#: Rows that one core reads at a time.
_ROWS = 1 << 17
_SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("peristiwa", "id_orang", "catatan", "kunci_urut", "ke", "run_id", "sebab")],
    metadata={"format_version": str(FORMAT_VERSION)},
)


class RegistryError(SatuDataError):
    """The registry was written by a newer version."""


@dataclass(frozen=True)
class Event:
    """One line of the registry; see the module's list of events."""

    peristiwa: str
    id_orang: str
    catatan: str
    kunci_urut: str = ""
    ke: str = ""
    sebab: str = ""


def load_registry(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Create the temporary view ``registri`` of all files: most of them nobody touches in a night.

    Raises:
        RegistryError: a file is of a newer format.
    """
    files = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
    has_cause = False
    for file in files:
        schema = pq.read_schema(file)
        version = int((schema.metadata or {}).get(b"format_version", b"0"))
        if version > FORMAT_VERSION:
            raise RegistryError(f"{file}: format_version {version} is newer than {FORMAT_VERSION}; upgrade satu-data")
        has_cause = has_cause or "sebab" in schema.names
    if files:
        names = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
        kept = ", ".join(name for name in _SCHEMA.names if name != "sebab")
        cause = "coalesce(sebab, '')" if has_cause else "''"
        con.execute(
            f"create or replace temp view registri as select {kept}, {cause} as sebab "
            f"from read_parquet([{names}], union_by_name = true)"
        )
    else:
        columns = ", ".join(f"null::varchar as {name}" for name in _SCHEMA.names)
        con.execute(f"create or replace temp view registri as select {columns} where false")


def recall(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary view ``riwayat``: what the registry says of the ids in ``id_lama``, past and to come.

    All of it where most records are touched; else what is told of ids that the records in ``disentuh`` have, that those
    in ``tersentuh`` founded, or of which more is told than that they are in use. ``remember`` adds this run's own.
    """
    con.execute("create or replace temp table riwayat_jalan as from registri limit 0")
    row = con.execute(
        "select (select count(*) from disentuh) * 4 > (select count(*) from resolved.orang_catatan)"
    ).fetchone()
    if row and row[0]:
        con.execute("create or replace temp view riwayat as from registri union all from riwayat_jalan")
        return
    con.execute(
        f"""
        create or replace temp table riwayat_tersentuh as
        with dicari as (
            select id_orang from id_lama
            union
            select id_orang from registri where peristiwa <> 'terbit'
            union
            select id_orang from registri where {among("catatan", "tersentuh", "id_catatan")}
        )
        from registri where {among("id_orang", "dicari")};
        create or replace temp view riwayat as from riwayat_tersentuh union all from riwayat_jalan
        """
    )


def remember(con: duckdb.DuckDBPyConnection, events: pa.Table) -> None:
    """Let ``riwayat`` tell this run's events too, which the files need not be read again for."""
    con.register("peristiwa_jalan", events)
    con.execute("insert into riwayat_jalan by name from peristiwa_jalan")
    con.unregister("peristiwa_jalan")


def append_events(folder: Path, run_id: str, tables: Iterable[pa.Table]) -> None:
    """Write this run's events, whole or not at all; a run without events writes nothing."""
    table = pa.concat_tables([t.cast(_SCHEMA) for t in tables]) if tables else _SCHEMA.empty_table()
    if table.num_rows == 0:
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = folder / f".{run_id}.tmp"
    pq.write_table(table, temporary, row_group_size=_ROWS)
    temporary.replace(folder / f"{run_id}.parquet")


def events_table(events: list[Event], run_id: str) -> pa.Table:
    """Events as Arrow."""
    return pa.table(
        {
            "peristiwa": [e.peristiwa for e in events],
            "id_orang": [e.id_orang for e in events],
            "catatan": [e.catatan for e in events],
            "kunci_urut": [e.kunci_urut for e in events],
            "ke": [e.ke for e in events],
            "run_id": [run_id] * len(events),
            "sebab": [e.sebab for e in events],
        },
        schema=_SCHEMA.remove_metadata(),
    )
