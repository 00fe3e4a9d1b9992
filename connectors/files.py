"""Files that agencies send: CSV and XLSX as offices lay them out, every row kept and told apart.

This module finds them, guards what leaves the readers, and words the reading. The rest: ``csv_*`` and
``xlsx_*`` bring a file's cells as text into Parquet, ``layout`` finds the header, ``csv_xlsx_rows`` tells
data from titles and totals.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import duckdb

from connectors.csv_file import load_csv
from connectors.csv_xlsx_rows import all_rows, unnamed_columns
from connectors.errors import AccessError, ConnectorError, DeliveryError
from connectors.layout import Where
from connectors.reading import Reading
from connectors.xlsx_file import load_xlsx
from contracts.contract import Contract
from contracts.delivery import Source


def find_files(contract: Contract, environ: Mapping[str, str]) -> list[Path]:
    """The files that lie at the contract's server now, by name, without locks, hidden and half-sent ones.

    Raises:
        SettingMissing: the server names a variable that is not set.
        AccessError: the folder is not there or cannot be listed: an unmounted share is no empty share.
        DeliveryError: the path is not absolute.
    """
    pattern = contract.server.resolve(environ)
    place = f"{contract.facts.produsen}, server {contract.server.name}"
    if not Path(pattern).is_absolute():
        raise DeliveryError(contract.id, f"{place}: the path is not absolute", "give the whole path of the files")
    folder = shared_folder(pattern)
    try:
        reachable = folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)
    except OSError:
        reachable = False
    if not reachable:
        raise AccessError(
            contract.id, f"{place}: the folder of {contract.server.location} is not there or not readable"
        )
    found = (Path(name) for name in glob.glob(pattern, recursive=True))
    return sorted((path for path in found if _sent(path)), key=lambda path: (path.name, str(path)))


def shared_folder(pattern: str) -> Path:
    """The innermost folder that all files of a pattern lie below: a file is known by its path from there on, since two
    districts' folders may hold files of one name."""
    folder = Path(pattern).parent
    while glob.has_magic(str(folder)):
        folder = folder.parent
    return folder


def read_file(con: duckdb.DuckDBPyConnection, path: Path, contract: Contract, scratch: Path) -> Reading:
    """Read one received file whole.

    Args:
        con: its cursors do the work; ``preserve_insertion_order`` must be on, as is DuckDB's default.
        path: the file.
        contract: what the file should hold.
        scratch: private folder; the reading's query reads from it.

    Returns:
        A reading with every row of the file once: a query over Parquet in scratch, so nothing of the source
        can break it any more. Beside ``Reading.columns`` it yields ``contract.file_columns``.

    Raises:
        AccessError: the file is gone or may not be read.
        DeliveryError: the file is not what the contract says.
    """
    where = Where(contract, path.name)
    folder = Path(tempfile.mkdtemp(dir=scratch, prefix="berkas-"))
    try:
        return _read(con, path, where, folder)
    except ConnectorError as error:
        failure = error
    except OSError as error:
        failure = where.access(os.strerror(error.errno).lower() if error.errno else "cannot be read")
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a parser's text, even a Rust panic's, may hold values
        failure = where.error(f"reading broke off ({type(error).__name__})", valid="a file that a spreadsheet opens")
    shutil.rmtree(folder, ignore_errors=True)
    # Outside the handlers, so that no foreign exception hangs on ours.
    failure.__cause__ = failure.__context__ = None
    raise failure


def _sent(path: Path) -> bool:
    name = path.name.lower()
    return path.is_file() and not name.startswith(("~$", ".")) and not name.endswith((".part", ".tmp"))


def _read(con: duckdb.DuckDBPyConnection, path: Path, where: Where, folder: Path) -> Reading:
    contract = where.contract
    constants = _from_name(where)
    xlsx = contract.server.format == "xlsx"
    loaded = load_xlsx(path, where, folder) if xlsx else load_csv(con, path, where, folder)
    return Reading(
        query=all_rows(contract, loaded.tables, constants),
        source=Source(
            jenis="xlsx" if xlsx else "csv",
            alamat=contract.server.name,
            objek=path.name,
            sha256=loaded.sha256,
            lembar=tuple(table.sheet for table in loaded.tables if table.header and table.sheet is not None),
        ),
        columns=tuple(column.name for column in contract.taken),
        missing=loaded.missing,
        new=(*loaded.new, *unnamed_columns(con, loaded.tables)),
    )


def _from_name(where: Where) -> dict[str, str | None]:
    """What ``tata_letak.nama_berkas`` reads from the file's name, by column."""
    pattern = where.contract.facts.tata_letak.nama_berkas
    if not pattern:
        return {}
    try:
        found = re.search(pattern, where.file)
    except re.error:
        raise where.error("tata_letak.nama_berkas is no regular expression") from None
    if not found:
        raise where.error("the file's name does not fit tata_letak.nama_berkas", valid=f"a name like {pattern}")
    return {f"nama_berkas__{group}": text for group, text in found.groupdict().items()}
