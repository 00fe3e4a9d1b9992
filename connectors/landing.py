"""Landing: what was read is compared with what is held, and only what is new is written, with its manifest."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb

from connectors.errors import AccessError, DeliveryError
from connectors.held import HeldRows, comparable, held_rows, save_held
from connectors.place import Place
from connectors.reading import PARQUET, Reading, literal, quote
from contracts.contract import Contract
from contracts.delivery import MANIFEST, RECEIVED, ROWS, Cursor, Manifest, read_deliveries, write_json
from contracts.standard import short_hash

#: Ids sort as text, by night and then by number.
MOST_PER_NIGHT = 99_999


def land(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    reading: Reading,
    place: Place,
    scratch: Path,
    *,
    since: str | None,
    received: Path | None,
) -> Manifest | None:
    """Write the delivery; None when it brings nothing that is not held already."""
    read = scratch / "dibaca.parquet"
    try:
        con.execute(f"copy ({_keyed(contract, reading)}) to {literal(str(read))} ({PARQUET})")
    except duckdb.Error as error:
        # a database may answer better when it is asked again; a file stays what it is
        kind = AccessError if reading.source.jenis == "database" else DeliveryError
        what = f"{reading.source.objek} broke off while its rows were read"
        raise kind(contract.id, what, "nothing of it was kept", original=error) from None
    compared = place.held(contract)
    held = held_rows(con, contract, compared, place.cache, since)
    folder = place.landing / contract.id
    delivery_id = _next_id(folder, place.urutan)
    work = folder / f".{delivery_id}.tmp"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, mode=0o700)
    counts = _write_rows(con, contract, reading, read, held, work / ROWS)
    if counts["dibaca"] != counts["mendarat"] + counts["sama"]:
        shutil.rmtree(work)
        raise DeliveryError(contract.id, "rows read are not rows landed plus rows unchanged", "nothing of it was kept")
    manifest = _manifest(con, contract, reading, place, delivery_id, counts, read, since)
    everything = read_deliveries(place.landing, contract.id)
    nothing_new = counts["mendarat"] + counts["ditutup"] == 0 and everything
    if nothing_new or (everything and _same_again(manifest, everything[-1][1])):
        shutil.rmtree(work)
        return None
    if received is not None:
        (work / RECEIVED).mkdir(mode=0o700)
        shutil.copyfile(received, work / RECEIVED / received.name)
    with (work / ROWS).open("rb") as handle:
        os.fsync(handle.fileno())
    write_json(work / MANIFEST, manifest)
    os.replace(work, folder / delivery_id)
    if not contract.facts.kursor:
        save_held(con, contract, place.cache, read, held, manifest)
    return manifest


def _keyed(contract: Contract, reading: Reading) -> str:
    """Rows with key and content hash; a row without a whole key is keyed by its content, marked with ``?``."""
    sheet = ["_lembar"] if contract.sheet_groups else []
    hashed = [*reading.columns, *contract.file_columns, *sheet]
    content = ", chr(31), ".join(f"coalesce({quote(name)}, chr(0))" for name in hashed)
    key = "_sidik"
    if contract.key_columns:
        keys = [quote(name) for name in (*contract.key_columns, *sheet)]
        whole = " and ".join(f"{name} is not null" for name in keys)
        key = f"case when {whole} then concat_ws(chr(31), {', '.join(keys)}) else '?' || _sidik end"
    return (
        f"with dibaca as ({reading.query}), bersidik as (select *, md5(concat({content})) as _sidik from dibaca) "
        f"select *, {key} as _kunci, false as _hapus from bersidik"
    )


def _write_rows(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    reading: Reading,
    read: Path,
    held: HeldRows,
    target: Path,
) -> dict[str, int]:
    """Land what is not held: new and changed rows, title rows, and a closing row per key that a full source lost."""
    source = f"read_parquet({literal(str(read))})"
    if held.empty:
        os.link(read, target)
        return _count(con, source, target, "0")
    # hashes of fixed width let DuckDB spill; texts and lists are only gathered for the few keys that need them
    contested = "group by kunci having min(hash(sidik)) <> max(hash(sidik))"
    listed = "select kunci, list_sort(list(distinct sidik)) as s from"
    compared = (
        f"with dibaca as (select _kunci as kunci, _sidik as sidik from {source} where not _bukan_data), "
        f"dipegang as (select kunci, sidik from {held.relation}), "
        f"ganda as (select kunci from dibaca {contested} union select kunci from dipegang {contested}), "
        f"ganda_kini as ({listed} dibaca semi join ganda using (kunci) group by kunci), "
        f"ganda_dulu as ({listed} dipegang semi join ganda using (kunci) group by kunci), "
        f"berubah as (select kunci from ganda_kini full join ganda_dulu using (kunci) "
        f"where ganda_kini.s is distinct from ganda_dulu.s) "
    )
    landed = (
        f"{compared} select * from {source} where _bukan_data or _kunci in (select kunci from berubah) "
        f"or (_kunci, _sidik) not in (select (kunci, sidik) from dipegang)"
    )
    # counted for itself, not as what is left over: else a row lost here would balance
    same = (
        f"({compared} select count(*) from dibaca semi join dipegang using (kunci, sidik) "
        f"where kunci not in (select kunci from berubah))"
    )
    gone = _gone(contract, reading, held, source)
    closed = ""
    if gone:
        nulls = ", ".join(f"null as {quote(name)}" for name in reading.columns)
        closed = (
            f" union all by name select distinct null as _lembar, 0 as _baris, false as _bukan_data, {nulls}, "
            f"null as _sidik, kunci as _kunci, true as _hapus from {held.relation} where {gone}"
        )
    con.execute(f"copy (select * from ({landed}){closed}) to {literal(str(target))} ({PARQUET})")
    return _count(con, source, target, same)


def _gone(contract: Contract, reading: Reading, held: HeldRows, source: str) -> str:
    """Which held keys this delivery closes: all that a full source lost; and, where rows have no key, those that a
    file with the same name brought before and no other file holds, so that a revised file replaces its own rows."""
    absent = f"kunci not in (select _kunci from {source} where not _bukan_data)"
    if contract.facts.bentuk == "penuh":
        return absent
    if reading.source.jenis != "database" and not contract.key_columns:
        own = f"objek = {literal(reading.source.objek)}"
        return f"{own} and {absent} and kunci not in (select kunci from {held.relation} where not ({own}))"
    return ""


def _count(con: duckdb.DuckDBPyConnection, source: str, target: Path, same: str) -> dict[str, int]:
    row = con.execute(
        f"select (select count(*) from {source}), count(*) filter (where not _hapus), count(*) filter (where _hapus), "
        f"count(*) filter (where _bukan_data), {same} from read_parquet({literal(str(target))})"
    ).fetchone()
    assert row is not None
    return dict(zip(("dibaca", "mendarat", "ditutup", "bukan_data", "sama"), row, strict=True))


def _manifest(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    reading: Reading,
    place: Place,
    delivery_id: str,
    counts: dict[str, int],
    read: Path,
    since: str | None,
) -> Manifest:
    cursor = None
    source = f"read_parquet({literal(str(read))})"
    if contract.facts.kursor:
        cursor = Cursor(kolom=contract.facts.kursor, dari=since, sampai=_reached(con, contract, source, place) or since)
    row = con.execute(
        f"select count(*), coalesce(sum(cast('0x' || left(_sidik, 15) as bigint)), 0) from {source}"
    ).fetchone()
    return Manifest(
        delivery_id=delivery_id,
        kontrak=contract.id,
        versi_kontrak=contract.version,
        urutan=place.urutan,
        diterima_pada=place.now,
        bentuk=contract.facts.bentuk,
        sumber=reading.source,
        kolom=reading.columns,
        kolom_hilang=reading.missing,
        kolom_baru=reading.new,
        baris_dibaca=counts["dibaca"],
        baris_mendarat=counts["mendarat"],
        baris_sama=counts["sama"],
        baris_bukan_data=counts["bukan_data"],
        kunci_ditutup=counts["ditutup"],
        sidik_isi=short_hash(repr(row)),
        sidik_skema=short_hash(reading.schema),
        kursor=cursor,
    )


def _reached(con: duckdb.DuckDBPyConnection, contract: Contract, source: str, place: Place) -> str | None:
    """The highest cursor value read; a date in the future (a typing error, infinity) must not hide later changes."""
    cursor = quote(contract.facts.kursor or "")
    tomorrow = literal(f"{place.now + timedelta(days=1):%Y-%m-%d}")
    dated = {column.name for column in contract.columns if column.logical_type in ("date", "timestamp")}
    where = f"where {cursor} < {tomorrow}" if contract.facts.kursor in dated else ""
    row = con.execute(f"select arg_max({cursor}, {comparable(contract, cursor)}) from {source} {where}").fetchone()
    return str(row[0]) if row and row[0] is not None else None


def _same_again(manifest: Manifest, last: Manifest) -> bool:
    """The last delivery once more, which was put aside: it is not kept a second time."""
    facts = ("sidik_isi", "sidik_skema", "versi_kontrak", "baris_mendarat", "kunci_ditutup")
    return manifest.sumber.jenis == "database" and all(getattr(manifest, f) == getattr(last, f) for f in facts)


def _next_id(folder: Path, urutan: int) -> str:
    taken = len(list(folder.glob(f"{urutan:06d}-*"))) if folder.is_dir() else 0
    if taken >= MOST_PER_NIGHT:
        raise DeliveryError(folder.name, f"{taken:,} deliveries arrived tonight", "the rest is taken by the next run")
    return f"{urutan:06d}-{taken + 1:05d}"
