"""Where and when deliveries are received."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from contracts.contract import Contract
from contracts.delivery import Manifest, read_deliveries
from contracts.keys import short_id
from contracts.masking import mask_name


@dataclass(frozen=True)
class Place:
    """Where deliveries go, under which receipt sequence, and which held ones (contract, delivery) are quarantined.

    ``key`` is the deployment's id key: files whose names hold a person's number are told apart by it.
    """

    landing: Path
    cache: Path
    extensions: Path
    urutan: int
    now: datetime
    zone: ZoneInfo
    environ: Mapping[str, str]
    key: bytes
    quarantined: Collection[tuple[str, str]] = ()

    def object_name(self, path: str) -> str:
        """What a file is called in manifests, logs and messages: its path, without anybody's number."""
        masked = mask_name(path)
        return path if masked == path else f"{masked} ({short_id(self.key, 'berkas', path)})"

    def held(self, contract: Contract) -> list[tuple[Path, Manifest]]:
        """The contract's deliveries that new ones are compared with: those that were not put aside whole."""
        deliveries = read_deliveries(self.landing, contract.id)
        return [(f, m) for f, m in deliveries if (contract.id, m.delivery_id) not in self.quarantined]
