"""Our facts inside an ODCS contract: the single custom property ``satudata`` at dataset and at column level."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from contracts.standard import Name, Strict


class RegionSystem(Strict):
    """The code system and vintage of a region code column (architecture 3.7)."""

    sistem: str
    vintage: str


class RowBounds(Strict):
    """Rows that one delivery may have."""

    min: Annotated[int, Field(ge=0)] = 0
    maks: Annotated[int, Field(ge=0)]


class Layout(Strict):
    """How an office laid out its file. Everything here is about form; meaning stands at the columns."""

    pemisah: Literal[",", ";", "\t", "|"] | None = None
    pengodean: Literal["utf-8", "windows-1252"] | None = None
    desimal: Literal[",", "."] = "."
    lembar: str | None = None
    lewati_lembar: tuple[str, ...] = ()
    isi_turun: tuple[str, ...] = ()
    baris_total: tuple[str, ...] = ("JUMLAH", "TOTAL", "GRAND TOTAL", "SUBTOTAL", "REKAP")
    nama_berkas: str | None = None


class Cell(Strict):
    """A figure in a row: which indicator and which dimensions the column's header states."""

    indikator: Name
    dimensi: dict[Name, str] = Field(default_factory=dict)


class ColumnFacts(Strict):
    """What differs from the standard for one source column; exactly one of kolom, sel, abaikan may be given."""

    kolom: Name | None = None
    abaikan: bool = False
    sel: Cell | None = None
    nilai: dict[str, str] = Field(default_factory=dict)
    format: tuple[str, ...] = ()
    desimal: Literal[",", "."] | None = None
    wilayah: RegionSystem | None = None

    @model_validator(mode="after")
    def _one_fate(self) -> ColumnFacts:
        if sum([self.kolom is not None, self.abaikan, self.sel is not None]) > 1:
            raise ValueError("state one of kolom, sel, abaikan")
        return self


class DatasetFacts(Strict):
    """What satu-data must know of a dataset beyond ODCS."""

    entitas: str
    produsen: Name
    dasar_hukum: str
    berlaku_sampai: date | None = None
    bentuk: Literal["penuh", "perubahan"]
    kursor: str | None = None
    wilayah: RegionSystem | None = None
    baris: RowBounds
    konstanta: dict[Name, str] = Field(default_factory=dict)
    diharapkan: dict[Name, tuple[str, ...]] = Field(default_factory=dict)
    tata_letak: Layout = Layout()
    maks_persen_nik_akhir_nol: Annotated[float, Field(gt=0, le=100)] = 30.0
    maks_persen_karantina: Annotated[float, Field(gt=0, le=100)] = 20.0
