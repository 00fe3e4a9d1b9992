"""Identity over many people in its own process: ``python -m benchmarks.large_child FOLDER RECORDS...``.

Every file of records is another province's; all were simulated in one place, so each is moved to region codes of its
own, and the numbers of its people with it. Of all records one in two hundred comes in the second night, and one in two
hundred is put right in it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from benchmarks.rates import rates_of_pairs
from resolution.identity import Outcome, resolve_people
from resolution.linking import Linking
from resolution.links import load_links

TABLE = "intermediate.int_identitas__catatan"
PROVINCES = (16, 11, 12, 13, 14, 15, 17, 18, 19, 21)
#: Of a thousand buckets by digest: those that come later, those that change.
_LATER, _CHANGED = "< 5", "between 5 and 9"
KEY = bytes(range(32))


def main(arguments: list[str]) -> None:
    """Two nights; prints a line of JSON."""
    folder, records = Path(arguments[0]), arguments[1:]
    folder.mkdir(parents=True, exist_ok=True)
    database, config = str(folder / "gudang.duckdb"), _config(len(records), folder)
    with duckdb.connect(database, config=config) as con:
        _write(con, records)
        first, outcome = _night(con, folder, 1)
        _write_changes(con)
    # every night opens the build anew
    with duckdb.connect(database, config=config) as con:
        second, later = _night(con, folder, 2)
        facts = {
            "first": first, "second": second, "records": later.records, "people": later.people,
            "touched": later.touched_records, "trained": outcome.trained, **_quality(con, records),
        }  # fmt: skip
    print(json.dumps(facts))


def _config(provinces: int, folder: Path) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "threads": 2, "memory_limit": "9GB" if provinces > 1 else "3GB", "temp_directory": str(folder / "tumpah"),
        "preserve_insertion_order": "false",
    }  # fmt: skip


def _write(con: duckdb.DuckDBPyConnection, records: Sequence[str]) -> None:
    """The records of the first night; ``malam_baru`` and ``malam_berubah`` are those of the second."""
    con.execute("create schema if not exists intermediate")
    names = [row[0] for row in con.execute(f"select column_name from (describe from '{records[0]}')").fetchall()]
    kept = [name for name in names if name != "id_truth"]
    for place, path in enumerate(records):
        moved = PROVINCES[place]
        own = {
            "id_catatan": f"id_catatan || '#{place}'",
            "_kunci": f"_kunci || '#{place}'",
            "kode_wilayah": f"'{moved}' || substr(kode_wilayah, 3)",
            "_run_id": "'000001'",
            **{name: _number(name, moved) for name in ("nik", "nik_asal", "nik_ibu", "nomor_kk")},
        }
        columns = ", ".join(f"{own[name]} as {name}" if name in own else name for name in kept)
        start = f"create or replace table {TABLE} as" if place == 0 else f"insert into {TABLE}"
        con.execute(f"{start} select {columns} from '{path}'")
    bucket = "hash(id_catatan) % 1000"
    con.execute(
        f"""
        create table malam_baru as select * replace ('000002' as _run_id) from {TABLE} where {bucket} {_LATER};
        create table malam_berubah as select id_catatan, nama, nama_kunci from {TABLE} where {bucket} {_CHANGED};
        delete from {TABLE} where {bucket} {_LATER};
        update {TABLE} set nama = left(nama, -1), nama_kunci = left(nama_kunci, -1) where {bucket} {_CHANGED}
        """
    )
    con.execute("checkpoint")


def _write_changes(con: duckdb.DuckDBPyConnection) -> None:
    """The records of the second night, as their model writes them: what changed is deleted and comes anew."""
    con.execute(
        f"""
        create temp table malam as
        select kini.* replace (asli.nama as nama, asli.nama_kunci as nama_kunci, '000002' as _run_id)
        from {TABLE} as kini inner join malam_berubah as asli using (id_catatan)
        union all
        from malam_baru;
        delete from {TABLE} where id_catatan in (select id_catatan from malam_berubah);
        insert into {TABLE} from malam
        """
    )
    con.execute("checkpoint")


def _number(name: str, province: int) -> str:
    """A number issued in the simulated province as one issued in another; who came from elsewhere keeps it."""
    return f"if({name} like '16%', '{province}' || substr({name}, 3), {name})"


def _night(con: duckdb.DuckDBPyConnection, folder: Path, number: int) -> tuple[float, Outcome]:
    linking = Linking(load_links(), folder / "tautan", folder / "keputusan", KEY)
    started = time.perf_counter()
    outcome = resolve_people(
        con, TABLE, key=KEY, registry=folder / "identitas", run_id=f"{number:06d}", linking=linking
    )
    return time.perf_counter() - started, outcome


def _quality(con: duckdb.DuckDBPyConnection, records: Sequence[str]) -> dict[str, float]:
    """Precision and recall over pairs of records."""
    known = " union all ".join(
        f"select id_catatan || '#{place}' as id_catatan, id_truth || '#{place}' as id_truth from '{path}' "
        "where id_truth is not null"
        for place, path in enumerate(records)
    )
    judged = f"(select id_orang, id_truth from resolved.orang_catatan inner join ({known}) using (id_catatan))"
    precision, recall = rates_of_pairs(con, judged, "id_orang", "id_truth")
    return {"precision": precision.value, "recall": recall.value}


if __name__ == "__main__":
    main(sys.argv[1:])
