"""Bonds: what the links decided about pairs of records, kept from night to night.

Relation written: ``resolved.tautan(l, r, tautan, bobot, peluang, keputusan)``, the last being ``padan`` or ``tinjau``,
or ``ragu`` where a steward could not tell either.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from resolution.links import Link

_CREATE = """
create table if not exists resolved.tautan (
    l bigint, r bigint, tautan varchar, bobot double, peluang double, keputusan varchar
);
"""


def create_bonds(con: duckdb.DuckDBPyConnection) -> None:
    """The relation, when it is not there yet."""
    con.execute(_CREATE)


def store_bonds(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """Write what changed of ``tautan_baru``, what was decided about the records in ``diputus`` and the registry's own.

    A link decides on two records once. Writes ``tautan_usang``, what was and is no more, and ``tautan_beda``, that
    and what is and was not.
    """
    registry = ", ".join(f"'{link.nama}'" for link in links if link.is_registry)
    con.execute(
        f"""
        create or replace temp table tautan_lama as
        from resolved.tautan
        where tautan in ({registry}) or l in (select nomor from diputus) or r in (select nomor from diputus);
        create or replace temp table tautan_usang as from tautan_lama except from tautan_baru;
        create or replace temp table tautan_muncul as from tautan_baru except from tautan_lama;
        create or replace temp table tautan_beda as from tautan_usang union all from tautan_muncul;
        delete from resolved.tautan where (tautan, l, r) in (select (tautan, l, r) from tautan_usang);
        insert into resolved.tautan from tautan_muncul;
        drop table tautan_lama; drop table tautan_muncul
        """
    )
