"""Who is who: which records are one person, and which id that person keeps.

Here: comparing, clustering, stable ids and their registry. Facts (connection, relation names, key) are handed in.
Not here: reading sources, cleaning values (staging does that), golden values (marts do that).

What other programs call is named here, ``resolve`` above all; see docs/resolving.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = ["Parameters", "Resolution", "Settings", "SettingsError", "read_settings", "resolve", "train"]

if TYPE_CHECKING:
    from resolution.parameters import Parameters
    from resolution.settings import Settings, SettingsError, read_settings
    from resolution.tables import Resolution, resolve, train
else:
    #: Where they stand: loaded when they are asked for, or every command would start with numpy and pyarrow.
    _HOMES = {
        "Parameters": "parameters", "Resolution": "tables", "Settings": "settings", "SettingsError": "settings",
        "read_settings": "settings", "resolve": "tables", "train": "tables",
    }  # fmt: skip

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
