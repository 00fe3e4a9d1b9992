"""Contracts, files and readings for the file readers' tests."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

from connectors.files import read_file
from connectors.reading import Reading
from contracts.contract import Contract
from contracts.load import load_contract
from contracts.standard import CodeSystem, Entity, Priority, StandardColumn, Standards, Survivorship

#: Planted values that no message may show.
NIK, NAME = "1671014107900001", "Siti Rahasia Aminah"


def _column(kind: str, **more: Any) -> StandardColumn:
    return StandardColumn.model_validate({"jenis": kind, "kelas": "publik", "konsep": "k", "definisi": "d", **more})


def standards() -> Standards:
    """Entities of the tests' own, so that no change of the real ones moves a test."""
    person = {
        "nik": _column("digit", wajib=True), "nama_lengkap": _column("teks", wajib=True),
        "tanggal_lahir": _column("tanggal"), "alamat": _column("teks"), "berat": _column("desimal"),
        "kecamatan": _column("teks"), "k1": _column("tanggal"), "k2": _column("tanggal"), "periode": _column("kode"),
        "puskesmas": _column("teks"),
    }  # fmt: skip
    place = {
        "kode": _column("kode"), "nama_desa": _column("teks", wajib=True), "laki": _column("bulat"),
        "perempuan": _column("bulat"), "kecamatan": _column("teks"), "jumlah": _column("bulat", wajib=True),
    }  # fmt: skip
    grain: dict[str, Any] = {"judul": "j", "grain": "Satu baris per x", "gloss": "g"}
    role = {"peran": "orang", "nik": "nik", "nama": "nama_lengkap"}
    entities = {
        "uji.orang": Entity.model_validate({"entitas": "uji.orang", "kolom": person, "orang": [role], **grain}),
        "uji.desa": Entity.model_validate({"entitas": "uji.desa", "kolom": place, **grain}),
    }
    vehicle = {
        "kode_kendaraan": _column("kode", wajib=True), "nama_pemilik": _column("teks"),
        "nik_pemilik": _column("digit"), "njkb": _column("desimal"),
    }  # fmt: skip
    owner = {"peran": "pemilik", "nik": "nik_pemilik", "nama": "nama_pemilik"}
    entities["uji.kendaraan"] = Entity.model_validate(
        {"entitas": "uji.kendaraan", "kolom": vehicle, "orang": [owner], **grain}
    )
    system = CodeSystem(pemilik="x", vintage=("2025",), lebar={"desa": 10})
    return Standards(
        entitas=entities,
        prioritas=Priority(bawaan=Survivorship(sumber=(), urutan=("kebaruan",))),
        sistem_wilayah={"kemendagri": system},
    )


@cache
def _load(text: str) -> Contract:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "uji.odcs.yaml"
        path.write_text(text, encoding="utf-8")  # JSON is YAML
        return load_contract(path, standards())


@dataclass
class Office:
    """A folder of files, and reading from it."""

    folder: Path
    con: duckdb.DuckDBPyConnection

    def contract(
        self, columns: dict[str, str | None], *, layout: dict[str, Any] | None = None, format: str = "csv",
        entity: str = "uji.orang", key: tuple[str, ...] = (), path: str | None = None,
    ) -> Contract:  # fmt: skip
        """A contract: source column -> standard column, None for an ignored one."""
        facts = {
            "entitas": entity, "produsen": "dinkes_uji", "dasar_hukum": "PKS 1", "bentuk": "penuh",
            "baris": {"maks": 10}, "tata_letak": layout or {},
        }  # fmt: skip
        properties = []
        for name, kolom in columns.items():
            own = [{"property": "satudata", "value": {"kolom": kolom} if kolom else {"abaikan": True}}]
            item: dict[str, Any] = {"name": name, "logicalType": "string", "customProperties": own}
            properties.append(item | ({"primaryKey": True} if name in key else {}))
        dataset = [{"property": "satudata", "value": facts}]
        path = path or f"${{KIRIMAN}}/*.{format}"
        text = {
            "apiVersion": "v3.1.0", "kind": "DataContract", "id": "uji.dinkes_uji.data", "version": "1.0.0",
            "status": "active",
            "servers": [{"server": "kiriman", "type": "local", "path": path, "format": format}],
            "slaProperties": [{"property": "frequency", "value": 1, "unit": "d"}],
            "schema": [{"name": "data", "customProperties": dataset, "properties": properties}],
        }  # fmt: skip
        return _load(json.dumps(text))

    def csv(self, content: str | bytes, name: str = "data.csv") -> Path:
        """Write a CSV file as it is."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def xlsx(
        self, sheets: dict[str, list[list[Any]]], name: str = "data.xlsx", merge: dict[str, list[str]] | None = None
    ) -> Path:
        """Write a workbook."""
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
            for area in (merge or {}).get(title, ()):
                sheet.merge_cells(area)
        path = self.folder / name
        book.save(path)
        return path

    def read(self, path: Path, contract: Contract) -> tuple[Reading, list[dict[str, Any]]]:
        """The reading and all of its rows, in order."""
        scratch = self.folder / "scratch"
        scratch.mkdir(exist_ok=True)
        reading = read_file(self.con, path, contract, scratch)
        cursor = self.con.execute(reading.query)
        names = [item[0] for item in cursor.description]
        return reading, [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def data(self, path: Path, contract: Contract) -> list[tuple[Any, ...]]:
        """The data rows: row number and taken values."""
        reading, rows = self.read(path, contract)
        return [(r["_baris"], *(r[c] for c in reading.columns)) for r in rows if not r["_bukan_data"]]
