"""One CSV file: copied, cut and checked."""

from __future__ import annotations

from pathlib import Path

import duckdb

from connectors.csv_fast import write_fast
from connectors.csv_rows import open_csv, write_rows
from connectors.csv_text import copy_text
from connectors.csv_xlsx_rows import Loaded, Table, parquet
from connectors.layout import Where, check_header, no_header


def load_csv(con: duckdb.DuckDBPyConnection, path: Path, where: Where, folder: Path) -> Loaded:
    """Read a CSV file into Parquet in ``folder``.

    Raises:
        DeliveryError: the file is no CSV of this contract.
    """
    text = copy_text(path, folder / "teks.csv", where, where.contract.facts.tata_letak.pengodean)
    opening = open_csv(text.path, where)
    if opening.header is None:
        raise opening.malformed.error(where) if opening.malformed else no_header(where)
    missing = check_header(opening.header, where, None, opening.first)
    target = folder / "baris.parquet"
    if write_fast(con, text, opening, where, target):
        relation = parquet(target)
    else:
        write_rows(text, opening, where, target)
        relation = parquet(target, numbered=True)
    text.path.unlink()
    table = Table(relation, None, opening.header, opening.last)
    return Loaded((table,), text.sha256, missing, opening.header.new)
