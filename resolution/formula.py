"""What Splink computes for a link and what it learnt, as SQL: written once and kept in the build.

Splink writes its SQL anew at every call, which takes longer than weighing a night's pairs. It is asked over empty
relations; its text says the same of any others of these names.

Relation written: ``resolved.rumus(tautan, versi, sql)``, a cache.
"""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

import duckdb

from contracts.standard import short_hash
from resolution.links import FREQUENT, Link
from resolution.persons import COLUMNS
from resolution.splink_linker import linker_over

#: What the formula reads: records, pairs of their numbers, and how common names are.
RECORDS, PAIRS, FREQUENCIES = "diskor", "pasangan_blok", "frekuensi_kini"
#: Splink reads the records of either side that stand in pairs from tables of its own.
_PRUNED = re.compile(r"__splink__df_pruned_predict_input_[lr]_[0-9a-f]{9}")


def create_formulas(con: duckdb.DuckDBPyConnection) -> None:
    """The relation, when it is not there yet."""
    con.execute("create table if not exists resolved.rumus (tautan varchar, versi varchar, sql varchar)")


def formula(con: duckdb.DuckDBPyConnection, link: Link, model: dict[str, Any], floor: float | None) -> str:
    """SELECT of Splink's prediction, out of the build or written anew.

    Args:
        con: connection to the build.
        link: what is compared.
        model: Splink's settings, with parameters.
        floor: match weight below which pairs are left out.
    """
    known = short_hash(f"{version('splink')} {COLUMNS} {floor} {model}")
    row = con.execute("select sql from resolved.rumus where tautan = ? and versi = ?", [link.nama, known]).fetchone()
    if row:
        return str(row[0])
    written = write_formula(link, model, floor)
    con.execute("delete from resolved.rumus where tautan = ?", [link.nama])
    con.execute("insert into resolved.rumus values (?, ?, ?)", [link.nama, known, written])
    return written


def write_formula(link: Link, model: dict[str, Any], floor: float | None) -> str:
    """Let Splink write it."""
    columns = ", ".join(f"{name} varchar" for name in COLUMNS)
    with duckdb.connect() as con:
        con.execute(
            f"""
            create table {RECORDS} (nomor bigint, {columns});
            create table {PAIRS} (match_key varchar, join_key_l bigint, join_key_r bigint);
            create table {FREQUENCIES} ({FREQUENT} varchar, tf_{FREQUENT} double)
            """
        )
        with linker_over(con, model, RECORDS) as (linker, api):
            if any(comparison.frekuensi for comparison in link.perbandingan):
                linker.table_management.register_term_frequency_lookup(api.register(FREQUENCIES), FREQUENT)
            linker.table_management.register_blocked_pairs_for_predict(api.register(PAIRS))
            return _PRUNED.sub(RECORDS, linker.inference.predict(threshold_match_weight=floor).sql_used_to_create)
