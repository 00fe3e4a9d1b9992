"""Dagster's history in the home's SQLite files, with connections that are kept.

Dagster's own storage makes an engine, a connection and a statement compiler for every event; a run has a thousand
events, and they were a third of an empty run. The files are the same, and Dagster's own storage reads them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData

#: Files kept open: the index and the runs looked at last.
KEPT = 4


class EventHistory(SqliteEventLogStorage):
    """One engine with one connection per file, the last ``KEPT`` of them."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, tuple[sa.Engine, int]] = {}
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> sa.Engine:
        """The file's engine; a new one where the file was removed or replaced meanwhile."""
        engine, file = self._engines.pop(shard, (None, None))
        if engine is not None and file != _file_number(self.path_for_shard(shard)):
            engine.dispose()
            engine = None
        if engine is None:
            engine = sa.create_engine(
                self.conn_string_for_shard(shard),
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
            )
            self._initdb(engine)
        self._engines[shard] = (engine, _file_number(self.path_for_shard(shard)))
        while len(self._engines) > KEPT:
            self._engines.pop(next(iter(self._engines)))[0].dispose()
        return engine

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table; asked for every event, and what is there stays."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def dispose(self) -> None:
        """Close the files."""
        super().dispose()
        while self._engines:
            self._engines.popitem()[1][0].dispose()


class HomeStorage(DagsterSqliteStorage):
    """Dagster's storage of a home: its own, but for the events."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        assert isinstance(self._event_log_storage, SqliteEventLogStorage)
        self._event_log_storage = EventHistory(self._event_log_storage._base_dir)

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Any) -> HomeStorage:
        """Dagster's way of making it from ``dagster.yaml``."""
        return cls.from_local(inst_data=inst_data, **config_value)


def _file_number(path: str) -> int:
    try:
        return os.stat(path).st_ino
    except FileNotFoundError:
        return 0
