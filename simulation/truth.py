"""The truth, written apart from what agencies show: who exists, whose each record is, what was damaged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulation.addresses import take, write_addresses
from simulation.agency_registry import Shown
from simulation.clock import TODAY, as_date, night_day
from simulation.defects import label_lists
from simulation.draw import Ints
from simulation.files import FileCount
from simulation.names import render
from simulation.people import People
from simulation.regions import Regions
from simulation.text import dates, lookup, nik_text, where

STATES = ("", "hidup", "mati", "pindah")
ROLES = ("kepala", "pasangan", "anak", "orang_tua")


@dataclass(frozen=True)
class Summary:
    """What a call of `simulate` or `advance` left behind.

    Attributes:
        night: 0 for `simulate`.
        people: persons in the truth, dead and moved ones included.
        rows: data rows that agencies show now, by dataset; exact repetitions of a line are not counted.
        changed: rows new or changed this night, by dataset (all of them at night 0).
        files: lines of every file by kind, see `FileCount`.
        tables: rows of every database table, reference tables included.
    """

    night: int
    people: int
    rows: dict[str, int]
    changed: dict[str, int]
    files: tuple[FileCount, ...]
    tables: dict[str, int]


@dataclass
class Ledger:
    """Collects what was written, until the truth itself is written."""

    shown: list[Shown] = field(default_factory=list)
    files: list[FileCount] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)

    def add(self, shown: Shown) -> None:
        """Notes the records of a dataset."""
        self.shown.append(shown)

    def rows(self) -> dict[str, int]:
        """Records by dataset."""
        counts: dict[str, int] = {}
        for shown in self.shown:
            counts[shown.dataset] = counts.get(shown.dataset, 0) + len(shown.keys)
        return counts


def truth_id(person: Ints) -> Any:
    """Person indexes as `id_truth`; -1 (no person, e.g. a company) becomes null."""
    return pa.array(person + 1, mask=person < 0)


def people_table(people: People, regions: Regions) -> Any:
    """The persons of the truth."""
    members, family = people.members, people.members.family
    addresses = write_addresses(people.families, people.families.village, regions)
    count = np.arange(len(people))
    return pa.table(
        {
            "id_truth": truth_id(count),
            "nik_true": nik_text(people.nik),
            "nama": render(people.names),
            "tempat_lahir": lookup(regions.issuer_place, people.issuer),
            "tanggal_lahir": dates(members.born),
            "jenis_kelamin": where(members.male, "L", "P"),
            "no_kk": nik_text(people.card),
            "kode_desa": lookup(regions.village_code, people.village),
            "alamat": take(addresses.street, family),
            "rt": take(addresses.rt, family),
            "rw": take(addresses.rw, family),
            "status": lookup(STATES, people.status),
            "tanggal_status": dates(people.left_on, people.left_on == 0),
            "id_ibu": truth_id(members.mother),
            "id_ayah": truth_id(members.father),
            "id_pasangan": truth_id(members.spouse),
            "id_keluarga": pa.array(family + 1),
            "hubungan": lookup(ROLES, members.role),
            "kembar_dari": truth_id(members.twin_of),
            "senama_ayah": pa.array(people.same_as_father),
            "nik_beda_lahir": pa.array(people.birth_corrected),
            "haji": pa.array(people.haji),
            "agama": pa.array(people.families.religion[family]),
            "budaya": pa.array(people.families.culture[family]),
        }
    )


def records_table(shown: Sequence[Shown]) -> Any:
    """Which record is whose."""
    parts = [
        pa.table(
            {
                "dataset": pa.repeat(pa.scalar(part.dataset), len(part.keys)),
                "record_key": part.keys.cast(pa.string()),
                "id_truth": truth_id(part.person),
                "defects": label_lists(part.bits),
            }
        )
        for part in shown
    ]
    return pa.concat_tables(parts).combine_chunks()


def write_table(path: Path, table: Any) -> None:
    """Writes Parquet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")


def write_summary(folder: Path, summary: Summary, *, seed: int) -> None:
    """Writes `summary.json`: exact counts per file and table."""
    content = {
        "night": summary.night,
        "date": as_date(night_day(summary.night)).isoformat(),
        "first_date": TODAY.isoformat(),
        "seed": seed,
        "people": summary.people,
        "first_people": summary.people,
        "rows": summary.rows,
        "changed": summary.changed,
        "tables": summary.tables,
        "files": [count.as_dict() for count in summary.files],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "summary.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
