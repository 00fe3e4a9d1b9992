"""One agency's database or files, its contract, and receiving from it, without dbt and without a run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

from connectors.place import Place
from connectors.receive import receive
from contracts.contract import Contract
from contracts.delivery import ROWS, Manifest, Receipt, read_deliveries
from contracts.load import load_contract
from contracts.standard import load_standards

KEY = b"kunci uji " * 4
NOW = datetime(2026, 7, 1, 18, 0, tzinfo=UTC)
STANDARDS = load_standards()
DATABASE = """
apiVersion: v3.1.0
kind: DataContract
id: penduduk.{producer}.{dataset}
version: 1.0.0
status: active
servers:
  - {server}
slaProperties:
  - {{property: frequency, value: 1, unit: d}}
schema:
  - name: {table}
    customProperties:
      - property: satudata
        value: {{entitas: penduduk.orang, produsen: {producer}, dasar_hukum: PKS 1/2026, {facts},
                wilayah: {{sistem: kemendagri, vintage: "2025"}}, baris: {{maks: 1000}}}}
    properties:
{columns}
"""
COLUMNS = {
    "id": ("integer", "kode_biodata"),
    "nik": ("string", "nik"),
    "nama": ("string", "nama_lengkap"),
    "lahir": ("date", "tanggal_lahir"),
    "jk": ("string", "jenis_kelamin"),
    "ubah": ("timestamp", "waktu_ubah"),
}
SQLITE = '{server: basis, type: custom, location: "${BASIS_URL}"}'
FILES = '{server: berkas, type: local, path: "${BERKAS}/*.csv", format: csv}'


@dataclass
class Agency:
    """A contract, where it is received, and how often that was done."""

    folder: Path
    contract: Contract
    environ: dict[str, str]
    sequence: int = 0
    now: datetime = NOW
    receipts: list[Receipt] = field(default_factory=list)
    quarantined: set[tuple[str, str]] = field(default_factory=set)

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    def receive(self) -> Receipt:
        """Receive under the next sequence."""
        self.sequence += 1
        place = Place(
            landing=self.landing, cache=self.folder / "cache", extensions=extensions(self.folder),
            urutan=self.sequence, now=self.now, zone=ZoneInfo("Asia/Jakarta"), environ=self.environ, key=KEY,
            quarantined=self.quarantined,
        )  # fmt: skip
        receipt = receive(self.contract, place)
        self.receipts.append(receipt)
        return receipt

    def deliveries(self) -> list[tuple[Manifest, list[dict[str, object]]]]:
        """Every delivery with its landed rows."""
        return [
            (manifest, pq.read_table(folder / ROWS).to_pylist())
            for folder, manifest in read_deliveries(self.landing, self.contract.id)
        ]

    def landed(self, column: str) -> list[object]:
        """All landed values of a column, delivery after delivery, closed keys, titles and headers apart."""
        return [
            row[column] for _, rows in self.deliveries() for row in rows if not row["_hapus"] and not row["_bukan_data"]
        ]


def extensions(folder: Path) -> Path:
    """DuckDB's extensions, installed once for all tests of a session."""
    from contracts.duck import install_extensions

    place = folder.parents[1] / "ekstensi-bersama"
    install_extensions(place)
    return place


def write_contract(
    folder: Path,
    *,
    server: str,
    facts: str,
    key: str | None = "id",
    columns: Mapping[str, tuple[str, str]] = COLUMNS,
    table: str = "warga",
    producer: str = "dinas_uji",
    dataset: str = "warga",
) -> Path:
    """Write a contract of the standard entity penduduk.orang."""
    lines = []
    for name, (kind, standard) in columns.items():
        primary = ", primaryKey: true" if name == key else ""
        quoted = "'" + name.replace("'", "''") + "'"
        lines.append(
            f"      - {{name: {quoted}, logicalType: {kind}{primary}, "
            f"customProperties: [{{property: satudata, value: {{kolom: {standard}}}}}]}}"
        )
    text = DATABASE.format(
        producer=producer, dataset=dataset, server=server, table=table, facts=facts, columns="\n".join(lines)
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{producer}__{dataset}.odcs.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def sqlite_agency(folder: Path, facts: str, **contract: object) -> Agency:
    """An agency with an SQLite table ``warga``; fill it with ``put``."""
    path = write_contract(folder, server=SQLITE, facts=facts, **contract)  # type: ignore[arg-type]
    database = folder / "warga.sqlite"
    with sqlite3.connect(database) as con:
        con.execute("create table warga (id integer primary key, nik text, nama text, lahir text, jk text, ubah text)")
    return Agency(folder, load_contract(path, STANDARDS), {"BASIS_URL": f"sqlite:///{database}"})


def files_agency(folder: Path, facts: str, *, server: str = FILES, **contract: object) -> Agency:
    """An agency that puts CSV files into ``kiriman/``."""
    path = write_contract(folder, server=server, facts=facts, **contract)  # type: ignore[arg-type]
    (folder / "kiriman").mkdir()
    return Agency(folder, load_contract(path, STANDARDS), {"BERKAS": str(folder / "kiriman")})


def put_aside(agency: Agency) -> str:
    """The delivery gate puts the latest delivery aside whole."""
    manifest, _ = agency.deliveries()[-1]
    agency.quarantined.add((agency.contract.id, manifest.delivery_id))
    return manifest.delivery_id


def renew(agency: Agency, version: str = "1.1.0") -> None:
    """The contract gets a new version, e.g. with a wider limit."""
    agency.contract = replace(agency.contract, version=version)


def rewrite(agency: Agency, facts: str) -> None:
    """Change the contract of an SQLite agency; what it delivered stays."""
    agency.contract = load_contract(write_contract(agency.folder, server=SQLITE, facts=facts), STANDARDS)


def person(number: int, *, changed: str | None = "2026-06-01 08:00:00", name: str = "Warga Uji") -> tuple[object, ...]:
    """A row of ``warga``."""
    return (number, f"167101010190{number:04d}", name, "1990-01-01", "L", changed)


def put(agency: Agency, rows: Iterable[Sequence[object]]) -> None:
    """Insert or replace rows of the SQLite table."""
    with sqlite3.connect(agency.folder / "warga.sqlite") as con:
        con.executemany("insert or replace into warga values (?, ?, ?, ?, ?, ?)", rows)


def send(agency: Agency, name: str, rows: Iterable[Sequence[object]]) -> Path:
    """Put a CSV file with these rows into the agency's folder."""
    lines = [",".join(COLUMNS), *(",".join("" if cell is None else str(cell) for cell in row) for row in rows)]
    path = agency.folder / "kiriman" / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
