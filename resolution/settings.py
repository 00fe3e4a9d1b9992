"""Settings of a resolution: what is compared, on which columns, which records are brought together, when it decides."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from contracts.errors import ContractError, SatuDataError
from contracts.standard import Strict, keys_at, short_hash
from contracts.yaml_lines import read_yaml

FORMAT_VERSION = 1
#: Raised when a kind of comparison gets other levels: what was learnt before then no longer fits.
LEVELS_VERSION = 4
#: Only a number: what true or "1" meant, a later release could not tell.
Format = Annotated[int, Field(strict=True)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Kind = Literal[
    "sama", "teks", "nama", "nama_resmi", "tanggal", "angka", "nik", "nik_dekat", "wilayah", "domisili", "silang"
]
#: Kinds that look at more columns than one, and at how many more.
MORE_COLUMNS = {"domisili": 2, "silang": 1, "nik_dekat": 1}
SUFFIX = re.compile(r"_[lr]$")


class SettingsError(SatuDataError):
    """The settings of a resolution cannot be used."""


def check_format(version: int, newest: int) -> None:
    """Refuse a format that this release does not read.

    Raises:
        ValueError: it is newer, or there never was one.
    """
    if version > newest:
        raise ValueError(f"format_version {version} is newer than {newest}; upgrade satu-data")
    if version < 1:
        raise ValueError(f"there is no format_version {version}; the first is 1")


class Comparison(Strict):
    """One thing that two records may agree on.

    Attributes:
        nama: its name in parameters and explanations.
        jenis: how two values are compared, see ``resolution.kinds``.
        kolom: the column, made by an SQL expression over a record of any table; null means unknown.
        kolom_lain: further columns, for kinds that look at several.
        ungkapan: that expression; the column of the same name when it is left out.
        frekuensi: whether a rare value counts for more than a common one.
        keluarga: tells the family rather than the person; see ``resolution.scoring``.
    """

    nama: Name
    jenis: Kind
    kolom: Name
    kolom_lain: tuple[Name, ...] = ()
    ungkapan: str | None = None
    frekuensi: bool = False
    keluarga: bool = False


class Block(Strict):
    """Records with equal keys are compared; ``kunci`` is an SQL expression over the comparisons' columns.

    ``mirip`` names a column of texts that must resemble each other besides, where the key alone brings strangers
    together.
    """

    nama: Name
    kunci: str
    mirip: Name | None = None


class Settings(Strict):
    """A resolution: ``id`` names the records, ``ambang`` the probabilities from which pairs are joined or reviewed.

    Attributes:
        blok_maks: records of a block; a larger one says nothing (a value that half the records share) and is left out.
        acak: seed of the training's sampling.
    """

    format_version: Format
    nama: Name
    id: str
    perbandingan: tuple[Comparison, ...] = Field(min_length=1)
    blok: tuple[Block, ...] = Field(min_length=1)
    latih: tuple[str, ...] = ()
    padan: float = Field(default=0.95, gt=0.5, lt=1)
    tinjau: float = Field(default=0.5, gt=0, lt=1)
    blok_maks: int = Field(default=100, ge=2)
    acak: int = 1

    @model_validator(mode="before")
    @classmethod
    def _stated(cls, data: object) -> object:
        # a later release could not tell which format was meant
        if isinstance(data, dict) and data.get("format_version") is None:
            raise ValueError(f"states no format_version; valid: {FORMAT_VERSION}")
        return data

    @model_validator(mode="after")
    def _consistent(self) -> Settings:
        check_format(self.format_version, FORMAT_VERSION)
        for kind, names in (("perbandingan", self.perbandingan), ("blok", self.blok)):
            listed = [item.nama for item in names]
            if len(set(listed)) < len(listed):
                raise ValueError(f"{kind} names something twice: {', '.join(listed)}")
        if any(SUFFIX.search(item.kolom) for item in self.perbandingan):
            raise ValueError("a column may not end in _l or _r: these mark the two records of a pair")
        if any(len(item.kolom_lain) != MORE_COLUMNS.get(item.jenis, 0) for item in self.perbandingan):
            needed = ", ".join(f"{kind} ({count})" for kind, count in MORE_COLUMNS.items())
            raise ValueError(f"kolom_lain goes with the kinds {needed}, and only with them")
        makers: dict[str, str] = {}
        for item in self.perbandingan:
            made_by = item.ungkapan or item.kolom
            # a record has one column of a name: of two expressions one would be lost
            if makers.setdefault(item.kolom, made_by) != made_by:
                raise ValueError(f"kolom {item.kolom} has two different ungkapan; call one of the columns otherwise")
        if self.tinjau > self.padan:
            raise ValueError("tinjau must not be above padan")
        return self

    @property
    def version(self) -> str:
        """Changes with anything that changes a pair's weight: what was learnt serves other thresholds and blocks."""
        compared = [comparison.model_dump_json() for comparison in self.perbandingan]
        return short_hash("\n".join([str(LEVELS_VERSION), *compared]))


def read_settings(data: object) -> Settings:
    """Settings of a dictionary, or of the YAML file that a ``Path`` names.

    Raises:
        SettingsError: with every problem found, and never a value; also of a file that states a key twice.
    """
    named = f"settings {data}" if isinstance(data, Path) else "settings"
    stated = read_file(data) if isinstance(data, Path) else data
    try:
        return Settings.model_validate(stated)
    except ValidationError as error:
        name = stated.get("nama") if isinstance(stated, dict) else None
        if isinstance(name, str) and not isinstance(data, Path):
            named = f"settings {name}"
        raise SettingsError("\n".join(f"{named}: {problem}" for problem in form_problems(error, Settings))) from None


def read_file(path: Path) -> object:
    """What a YAML file says.

    Raises:
        SettingsError: it cannot be read, is no YAML, or states a key twice, of which one would be lost.
    """
    try:
        return read_yaml(path).data
    except ContractError as error:
        raise SettingsError(str(error)) from None


def form_problems(error: ValidationError, model: type[Settings]) -> list[str]:
    """What is wrong with the form of settings: the place, and what is valid there; never a value."""
    return [
        ": ".join([*filter(None, [".".join(map(str, item["loc"]))]), _told(dict(item), model)])
        for item in error.errors(include_input=False, include_url=False)
    ]


def _told(item: dict[str, Any], model: type[Settings]) -> str:
    """One of pydantic's complaints, in our words where its own speak of Python."""
    match item["type"]:
        case "model_type":
            return f"must be keys and values; valid: {', '.join(keys_at(model, item['loc']))}"
        case "missing":
            return "is missing"
        case "extra_forbidden":
            return f"is not a known key; valid: {', '.join(keys_at(model, item['loc'][:-1]))}"
        case "too_short":
            return f"must name at least {item['ctx']['min_length']}"
        case "tuple_type":
            return "must be a list"
        case "int_type":
            return "must be a whole number, without quotes or a point"
        case "value_error":
            return str(item["ctx"]["error"])
        case _:
            return str(item["msg"])
