"""The one place where rates come from: `rates.yaml`, flattened to dotted names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

#: What offices do to records; the other rates say how people live, move and come.
DAMAGE = re.compile(
    r"(siak|samsat|kohort|eppgbm)\.(nik\.|nama\.|tgl_lahir_|nik_ibu_kosong|nama_ibu_varian|jk_salah|orang_ganda|alamat_lama"
    r"|wilayah_lama|kolom_tertukar)"
)
_MOST = 0.9


@dataclass(frozen=True)
class Rates:
    """Declared rates by dotted name, for example `siak.nik.bersama`."""

    values: dict[str, float]

    def __getitem__(self, name: str) -> float:
        """The rate of that name; a `KeyError` names it when the file does not declare it."""
        if name not in self.values:
            raise KeyError(f"rates.yaml declares no rate {name!r}")
        return self.values[name]

    def group(self, prefix: str) -> dict[str, float]:
        """All rates under a prefix, by their last part, in the order of the file."""
        start = prefix + "."
        found = {name[len(start) :]: value for name, value in self.values.items() if name.startswith(start)}
        if not found:
            raise KeyError(f"rates.yaml declares no rates under {prefix!r}")
        return found

    def damaged(self, factor: float) -> Rates:
        """The same with all damage `factor` times as frequent; of one field at most nine in ten are damaged."""
        together: dict[str, float] = defaultdict(float)
        for name, value in self.values.items():
            if DAMAGE.match(name):
                together[name.rpartition(".")[0] if name.count(".") > 1 else name] += value

        def changed(name: str, value: float) -> float:
            if not DAMAGE.match(name):
                return value
            group = name.rpartition(".")[0] if name.count(".") > 1 else name
            return value * min(factor, _MOST / together[group]) if together[group] else value

        return Rates({name: changed(name, value) for name, value in self.values.items()})


def _flatten(node: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, value in node.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", float(value)


@lru_cache(maxsize=1)
def load_rates() -> Rates:
    """Reads `rates.yaml` of this package."""
    content = resources.files("simulation").joinpath("rates.yaml").read_text(encoding="utf-8")
    return Rates(dict(_flatten(yaml.safe_load(content))))
