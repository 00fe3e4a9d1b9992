"""dbt-duckdb plugin: keyed short ids inside SQL, with the key outside the warehouse."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin

from contracts.keys import load_key, short_id


class Plugin(BasePlugin):
    """Registers ``id_pendek(jenis, teks)`` on the connection that dbt uses."""

    def configure_connection(self, conn: Any) -> None:
        """Called by dbt-duckdb once per connection."""
        key = load_key(Path(os.environ["SATUDATA_KUNCI"]))

        def id_pendek(kind: pa.Array, text: pa.Array) -> pa.Array:
            values = [
                None if t is None else short_id(key, k, t)
                for k, t in zip(kind.to_pylist(), text.to_pylist(), strict=True)
            ]
            return pa.array(values, pa.string())

        varchar = duckdb.sqltype("VARCHAR")
        conn.create_function("id_pendek", id_pendek, [varchar, varchar], varchar, type="arrow", null_handling="special")
