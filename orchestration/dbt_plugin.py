"""dbt-duckdb plugin: keyed short ids inside SQL, with the key outside the warehouse."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from dbt.adapters.duckdb.plugins import BasePlugin

from contracts.keys import load_key, short_ids


class Plugin(BasePlugin):
    """Registers ``id_pendek(jenis, teks)`` on the connection that dbt uses."""

    def configure_connection(self, conn: Any) -> None:
        """Called by dbt-duckdb once per connection."""
        key = load_key(Path(os.environ["SATUDATA_KUNCI"]))

        def id_pendek(kind: pa.Array, text: pa.Array) -> pa.Array:
            kinds = kind.unique().to_pylist()
            if len(kinds) > 1:
                raise ValueError("id_pendek makes ids of one kind at a time")
            texts = text.to_pylist()
            known = iter(short_ids(key, kinds[0], [t for t in texts if t is not None]).to_pylist() if kinds else ())
            return pa.array([None if t is None else next(known) for t in texts], pa.string())

        varchar = duckdb.sqltype("VARCHAR")
        conn.create_function("id_pendek", id_pendek, [varchar, varchar], varchar, type="arrow", null_handling="special")
