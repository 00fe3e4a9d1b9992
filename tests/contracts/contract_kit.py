"""Contract files for tests: a whole one, and ways to break it."""

from __future__ import annotations

from pathlib import Path

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: penduduk.disdukcapil_uji.biodata
version: 1.0.0
status: active
servers:
  - {server: siak, type: custom, location: "${UJI_URL}"}
slaProperties:
  - {property: frequency, value: 1, unit: d}
schema:
  - name: biodata
    customProperties:
      - property: satudata
        value:
          entitas: penduduk.orang
          produsen: disdukcapil_uji
          dasar_hukum: PKS 1/2026
          bentuk: perubahan
          kursor: ubah
          wilayah: {sistem: kemendagri, vintage: "2025"}
          baris: {maks: 1000}
    properties:
      - {name: id, logicalType: integer, primaryKey: true,
         customProperties: [{property: satudata, value: {kolom: kode_biodata}}]}
      - {name: nik, logicalType: string}
      - {name: nama, logicalType: string, customProperties: [{property: satudata, value: {kolom: nama_lengkap}}]}
      - {name: tanggal_lahir, logicalType: date}
      - {name: jk, logicalType: string,
         customProperties: [{property: satudata, value: {kolom: jenis_kelamin, nilai: {"1": L, "2": P}}}]}
      - {name: desa, logicalType: string, customProperties: [{property: satudata, value: {kolom: kode_wilayah}}]}
      - {name: ubah, logicalType: timestamp, customProperties: [{property: satudata, value: {kolom: waktu_ubah}}]}
"""


def write(folder: Path, text: str = CONTRACT, name: str = "disdukcapil_uji__biodata") -> Path:
    """Write a contract file below ``folder``."""
    path = folder / f"{name}.odcs.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def broken(old: str, new: str) -> str:
    """The contract with one thing changed."""
    assert old in CONTRACT
    return CONTRACT.replace(old, new, 1)
