"""The home folder: one place for everything a deployment holds, and the settings in it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator

from contracts.delivery import write_text_atomic
from contracts.errors import ContractError, HomeError
from contracts.standard import Strict, problems_of
from contracts.yaml_lines import read_yaml

FORMAT_VERSION = 1
SETTINGS = "satudata.yaml"
SOURCES = "sumber.env"


class Settings(Strict):
    """``satudata.yaml``: what differs between deployments."""

    format_version: int = FORMAT_VERSION
    provinsi: str = "Sumatera Selatan"
    zona: str = "Asia/Jakarta"
    jadwal: str = "0 1 * * *"
    jadwal_aktif: bool = False
    kontrak_bawaan: bool = True
    simpan_snapshot: int = Field(default=7, ge=1)
    simpan_log_hari: int = Field(default=30, ge=1)
    memori: str = Field(default="3GB", pattern=r"^\d+(\.\d+)?(MB|GB)$")
    utas: int = Field(default=2, ge=1, le=64)
    utas_per_produsen: int = Field(default=2, ge=1, le=16)
    dagster_postgres: str | None = Field(default=None, pattern=r"^[A-Z][A-Z0-9_]*$")

    @field_validator("zona")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("is no time zone; e.g. Asia/Jakarta, Asia/Makassar, Asia/Jayapura") from None
        return value


@dataclass(frozen=True)
class Home:
    """Paths inside one home folder."""

    root: Path

    @property
    def landing(self) -> Path:
        """Deliveries, append-only."""
        return self.root / "landing"

    @property
    def receipts(self) -> Path:
        """Sealed receipts, one file per receipt sequence."""
        return self.root / "state" / "penerimaan"

    @property
    def state(self) -> Path:
        """What cannot be recomputed, beside the deliveries."""
        return self.root / "state"

    @property
    def verdicts(self) -> Path:
        """Verdicts of the delivery gate, one file per run that judged."""
        return self.root / "state" / "putusan"

    @property
    def decisions(self) -> Path:
        """Stewards' decisions about records, one file per act."""
        return self.root / "state" / "keputusan"

    @property
    def model(self) -> Path:
        """The trained model of the links."""
        return self.root / "state" / "tautan"

    @property
    def build(self) -> Path:
        """What can be deleted and rebuilt at any time."""
        return self.root / "build"

    @property
    def warehouse(self) -> Path:
        """The build database; only the writing run opens it."""
        return self.build / "gudang.duckdb"

    @property
    def prepared(self) -> Path:
        """dbt sources, vars and manifest made from the contracts."""
        return self.build / "prepared"

    @property
    def published(self) -> Path:
        """Snapshots and the pointer to the current one."""
        return self.root / "published"

    @property
    def logs(self) -> Path:
        """One JSON log per run."""
        return self.root / "logs"

    @property
    def errors(self) -> Path:
        """Original texts of foreign errors, private."""
        return self.root / "errors"

    @property
    def dagster(self) -> Path:
        """Dagster's instance folder."""
        return self.root / "dagster"

    @property
    def extensions(self) -> Path:
        """DuckDB extensions, installed from their packages."""
        return self.build / "extensions"

    @property
    def own_contracts(self) -> Path:
        """Contracts of this deployment."""
        return self.root / "contracts"

    def settings(self) -> Settings:
        """Read ``satudata.yaml``.

        Raises:
            HomeError: there is none, it is not valid, or it is of a newer format.
        """
        path = self.root / SETTINGS
        if not path.is_file():
            raise HomeError(
                f"{self.root} is no satu-data home (no {SETTINGS}); make one with: satudata init {self.root}"
            )
        try:
            file = read_yaml(path)
            data = file.data or {}
            if isinstance(data, dict) and int(data.get("format_version", 1)) > FORMAT_VERSION:
                raise HomeError(f"{path}: format_version is newer than {FORMAT_VERSION}; upgrade satu-data")
            return Settings.model_validate(data)
        except ContractError as error:
            raise HomeError(str(error)) from None
        except ValidationError as error:
            raise HomeError("\n".join(map(str, problems_of(error, file, (), Settings)))) from None

    def environ(self) -> dict[str, str]:
        """The process environment over the home's ``sumber.env`` (lines ``NAME=value``)."""
        values: dict[str, str] = {}
        path = self.root / SOURCES
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                name, separator, value = line.strip().partition("=")
                if separator and not name.startswith("#"):
                    values[name.strip()] = value.strip().strip('"')
        return {**values, **os.environ}

    def create(self, settings: dict[str, object]) -> None:
        """Make the folders, private to the owner, and the settings file unless it is there."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o700)
        for folder in (
            self.landing,
            self.state,
            self.own_contracts,
            self.published,
            self.dagster,
            self.receipts,
        ):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.root / SETTINGS
        if not path.exists():
            lines = [f"format_version: {FORMAT_VERSION}"]
            lines += [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in settings.items()]
            write_text_atomic(path, "\n".join(lines) + "\n")
