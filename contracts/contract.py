"""An agency dataset's contract as the rest of the product sees it: checked and joined with its standard entity."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from contracts.model import Cell, DatasetFacts, RegionSystem
from contracts.server import ServerFacts
from contracts.standard import Entity, short_hash


@dataclass(frozen=True)
class SourceColumn:
    """One column of the source and what becomes of it; ``kolom`` and ``cell`` are both None when it is ignored."""

    name: str
    kolom: str | None
    cell: Cell | None
    values: dict[str, str]
    formats: tuple[str, ...]
    decimal: str
    region: RegionSystem | None
    key: bool
    logical_type: str

    @property
    def ignored(self) -> bool:
        """True when the contract says that the column is not taken."""
        return self.kolom is None and self.cell is None


@dataclass(frozen=True)
class Contract:
    """An agency dataset's contract, checked and joined with its standard entity."""

    id: str
    version: str
    name: str
    title: str
    entity: Entity
    facts: DatasetFacts
    object_name: str
    columns: tuple[SourceColumn, ...]
    server: ServerFacts
    frequency_days: float
    path: Path

    @property
    def domain(self) -> str:
        """Indonesian domain of the dataset."""
        return self.entity.domain

    @property
    def taken(self) -> tuple[SourceColumn, ...]:
        """The columns that are read, in contract order."""
        return tuple(column for column in self.columns if not column.ignored)

    @property
    def needed(self) -> frozenset[str]:
        """Source columns without which a delivery is none: the key, what the standard demands, the cursor, and what a
        row says of whom it names: a NIK under another heading would empty what is known."""
        persons = {name for role in self.entity.orang for name in (role.nik, role.nama, role.tanggal_lahir)}
        demanded = persons | {name for name, column in self.entity.kolom.items() if column.wajib}
        return frozenset(
            column.name
            for column in self.columns
            if column.key or column.name == self.facts.kursor or (not column.ignored and column.kolom in demanded)
        )

    @property
    def key_columns(self) -> tuple[str, ...]:
        """Source columns of the record key; empty means that the row's content is its key."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def file_groups(self) -> tuple[str, ...]:
        """Standard columns that are read from the file's name."""
        return tuple(re.findall(r"\?P<(\w+)>", self.facts.tata_letak.nama_berkas or ""))

    @property
    def sheet_groups(self) -> dict[str, int]:
        """Standard columns that are read from the sheet's name, with their group in ``tata_letak.lembar``."""
        return dict(re.compile(self.facts.tata_letak.lembar or "").groupindex)

    @property
    def file_columns(self) -> tuple[str, ...]:
        """The Parquet columns that hold ``file_groups``."""
        return tuple(f"nama_berkas__{group}" for group in self.file_groups)

    @property
    def cells(self) -> tuple[SourceColumn, ...]:
        """Columns that each hold one figure."""
        return tuple(column for column in self.columns if column.cell)

    @property
    def mapping_hash(self) -> str:
        """Changes exactly when staging would read the same delivery differently."""
        columns = [
            [c.name, c.kolom, c.cell.model_dump() if c.cell else None, c.values, c.formats, c.decimal,
             c.region.model_dump() if c.region else None]
            for c in self.columns
        ]  # fmt: skip
        sheets = [self.facts.tata_letak.lembar] if self.sheet_groups else []
        facts = [self.facts.konstanta, self.entity.mapping_text(), *sheets]
        return short_hash(json.dumps([columns, facts], sort_keys=True))
