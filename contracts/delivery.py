"""The delivery manifest: what arrived, from where, when, and how much of it landed."""

from __future__ import annotations

import json
import os
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

from contracts.errors import SatuDataError
from contracts.standard import Strict

S = TypeVar("S", bound=Strict)
FORMAT_VERSION = 1
MANIFEST = "delivery.json"
ROWS = "rows.parquet"
RECEIVED = "received"


class ManifestError(SatuDataError):
    """A delivery's manifest cannot be read or is of a newer format."""


class Source(Strict):
    """Where a delivery came from, without any secret."""

    jenis: Literal["database", "csv", "xlsx"]
    alamat: str
    objek: str
    sha256: str | None = None
    lembar: tuple[str, ...] = ()


class Cursor(Strict):
    """The span of the cursor column that a delivery covers, as text."""

    kolom: str
    dari: str | None
    sampai: str | None


class Manifest(Strict):
    """One delivery. Rows read = baris_mendarat + baris_sama; closed keys are no rows of the source."""

    format_version: int = FORMAT_VERSION
    delivery_id: str
    kontrak: str
    versi_kontrak: str
    urutan: int
    diterima_pada: datetime
    bentuk: Literal["penuh", "perubahan"]
    sumber: Source
    kolom: tuple[str, ...]
    kolom_hilang: tuple[str, ...] = ()
    kolom_baru: tuple[str, ...] = ()
    baris_dibaca: int
    baris_mendarat: int
    baris_sama: int
    baris_bukan_data: int = 0
    kunci_ditutup: int = 0
    sidik_isi: str
    sidik_skema: str
    kursor: Cursor | None = None


class Receipt(Strict):
    """What became of one contract in one receipt sequence."""

    kontrak: str
    baru: tuple[str, ...] = ()
    sama_dengan: tuple[str, ...] = ()
    gagal: str | None = None


class SealedReceipts(Strict):
    """The sealed receipt of one sequence: nothing is received under its number any more."""

    format_version: int = FORMAT_VERSION
    urutan: int
    run_id: str
    disegel_pada: datetime
    kontrak: tuple[Receipt, ...]


class Verdict(Strict):
    """The delivery gate's verdict: ``alasan`` is the check that puts the delivery aside whole, or null."""

    kontrak: str
    delivery_id: str
    alasan: str | None = None


class Verdicts(Strict):
    """The verdicts of one run; a later run's verdict on the same delivery holds."""

    format_version: int = FORMAT_VERSION
    run_id: str
    putusan: tuple[Verdict, ...]


def read_verdicts(folder: Path) -> dict[tuple[str, str], str | None]:
    """The verdict in force on every judged delivery, by contract and delivery id."""
    verdicts: dict[tuple[str, str], str | None] = {}
    for path in sorted(folder.glob("*.json")):
        for verdict in read_state(path, Verdicts).putusan:
            verdicts[verdict.kontrak, verdict.delivery_id] = verdict.alasan
    return verdicts


def write_json(path: Path, model: Strict) -> None:
    """Write a model as JSON, whole or not at all."""
    write_text_atomic(path, model.model_dump_json(indent=1) + "\n")


def write_text_atomic(path: Path, text: str) -> None:
    """Write a text file, durable and whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(temporary, path)


def read_state(path: Path, model: type[S]) -> S:
    """Read a JSON file of the state.

    Raises:
        ManifestError: it is missing, damaged or newer than this version understands.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        version = int(data.get("format_version", 0))
        if version > FORMAT_VERSION:
            raise ManifestError(f"{path}: format_version {version} is newer than {FORMAT_VERSION}; upgrade satu-data")
        return model.model_validate(data)
    except (OSError, ValueError, TypeError, AttributeError):
        raise ManifestError(f"{path}: is missing or damaged; restore it from the backup") from None


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a delivery folder; see ``read_state``."""
    return read_state(folder / MANIFEST, Manifest)


def read_receipts(folder: Path) -> list[SealedReceipts]:
    """Every sealed receipt, oldest first; see ``read_state``."""
    return [read_state(path, SealedReceipts) for path in sorted(folder.glob("*.json"))]


@lru_cache(maxsize=100_000)
def _manifest_of(path: Path, _mtime_ns: int) -> Manifest:
    """A manifest never changes, and a night asks for all of them once per file it receives."""
    return read_manifest(path.parent)


def read_deliveries(landing: Path, contract_id: str) -> list[tuple[Path, Manifest]]:
    """Every complete delivery of a contract, oldest first."""
    folder = landing / contract_id
    if not folder.is_dir():
        return []
    found = [(path.parent, _manifest_of(path, path.stat().st_mtime_ns)) for path in folder.glob("*/" + MANIFEST)]
    return sorted(found, key=lambda item: item[1].delivery_id)
