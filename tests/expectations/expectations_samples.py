"""Invented persons and contracts for the tests of the gates."""

from __future__ import annotations

import random
from datetime import UTC, datetime

NOW = datetime(2026, 11, 21, 2, 15, tzinfo=UTC)
Row = dict[str, str | None]

TEMPLATE = """
apiVersion: v3.1.0
kind: DataContract
id: penduduk.{produsen}.biodata
version: 1.0.0
status: active
servers:
  - {{server: siak, type: custom, location: "${{SIAK_URL}}"}}
slaProperties:
  - {{property: frequency, value: 1, unit: d}}
schema:
  - name: biodata_wni
    customProperties:
      - property: satudata
        value: {{entitas: penduduk.orang, produsen: {produsen}, dasar_hukum: PKS 1/2025, bentuk: {bentuk},
                wilayah: {{sistem: kemendagri, vintage: "2025"}}, baris: {baris}, {facts}}}
    properties:
      - {{name: nik, logicalType: string, primaryKey: true}}
      - name: nama
        logicalType: string
        customProperties: [{{property: satudata, value: {{kolom: nama_lengkap}}}}]
      - name: tgl
        logicalType: string
        customProperties: [{{property: satudata, value: {{kolom: tanggal_lahir}}}}]
      - name: jk
        logicalType: string
        customProperties: [{{property: satudata, value: {{kolom: jenis_kelamin}}}}]
      - {{name: nik_ibu, logicalType: string}}
      - name: petugas
        logicalType: string
        customProperties: [{{property: satudata, value: {{abaikan: true}}}}]
"""


def make_nik(rng: random.Random, *, region: str = "167101", serial: int | None = None) -> str:
    """A possible NIK; serials are mostly single digits, as in the registry."""
    number = serial if serial is not None else rng.choice([1, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    day = rng.randint(1, 28) + rng.choice([0, 40])
    return f"{region}{day:02}{rng.randint(1, 12):02}{rng.randint(0, 99):02}{number:04}"


def make_rows(count: int, *, seed: int = 7, region: str = "167101") -> list[Row]:
    """Rows of a clean delivery."""
    rng = random.Random(seed)
    return [
        {"nik": make_nik(rng, region=region), "nama": f"SITI RAHAYU {i}", "tgl": "1990-01-02", "jk": "P",
         "nik_ibu": make_nik(rng, region=region)}
        for i in range(count)
    ]  # fmt: skip
