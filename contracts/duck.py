"""Opening DuckDB the one way this product does: offline, bounded, with extensions from their packages; and its
transactions."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from contracts.delivery import write_text_atomic

EXTENSIONS = ("postgres_scanner", "mysql_scanner", "sqlite_scanner")


def connect(
    path: Path | None = None,
    *,
    extensions: Path,
    scratch: Path,
    memory: str = "1GB",
    threads: int = 2,
    read_only: bool = False,
) -> duckdb.DuckDBPyConnection:
    """Open a database, or one in memory when ``path`` is None.

    Args:
        path: database file.
        extensions: the home's extension folder; nothing is ever fetched from a network.
        scratch: folder for spilled data.
        memory: DuckDB's memory limit, e.g. ``1GB``.
        threads: worker threads.
        read_only: open without write access.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "extension_directory": str(extensions),
        "temp_directory": str(scratch),
        "memory_limit": memory,
        "threads": str(threads),
    }
    return duckdb.connect(str(path) if path else ":memory:", read_only=read_only, config=config)


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block wrote; what fails leaves nothing behind."""
    con.execute("begin")
    try:
        yield
        con.execute("commit")
    except BaseException:
        with suppress(duckdb.Error):  # a commit that failed has left nothing to roll back
            con.execute("rollback")
        raise


def install_extensions(folder: Path) -> None:
    """Copy the packaged extensions into the home, once per DuckDB version."""
    marker = folder / f"terpasang-{duckdb.__version__}"
    if marker.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"extension_directory": str(folder), "autoinstall_known_extensions": "false"}) as con:
        for name in EXTENSIONS:
            package = importlib.import_module(f"duckdb_extension_{name}")
            source = Path(str(package.__file__)).parent / "extensions" / f"v{duckdb.__version__}"
            con.execute(f"FORCE INSTALL '{source / (name + '.duckdb_extension')}'")
    write_text_atomic(marker, "")
