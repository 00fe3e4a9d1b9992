"""Blocking: which pairs of records are compared at all, within a bound on the size of a block."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from resolution.expressions import key_query, reason
from resolution.settings import Settings, SettingsError


@dataclass(frozen=True)
class Blocked:
    """What blocking did: candidate pairs, and per rule the blocks that were too large to say anything."""

    pairs: int
    too_large: dict[str, int]


def block(con: duckdb.DuckDBPyConnection, settings: Settings, records: str, target: str) -> Blocked:
    """Write ``target(match_key, join_key_l, join_key_r)``: every pair that shares a key, once.

    Pairs are bounded by the block size: a rule yields at most ``(blok_maks - 1) / 2`` per record.

    Args:
        con: connection with the records.
        settings: the rules and the bound.
        records: relation with ``id`` and the comparisons' columns.
        target: temporary table to create.

    Raises:
        SettingsError: a rule's key cannot be made of some value; the value is not named.
    """
    con.execute("create or replace temp table kunci_blok (kunci ubigint, aturan integer, id bigint)")
    for number, rule in enumerate(settings.blok):
        try:
            con.execute(f"insert into kunci_blok {key_query(rule.kunci, records, str(number), 'id')}")
        except duckdb.Error as error:
            raise SettingsError(f"{settings.nama}: blok {rule.nama}: {reason(error)}") from None
    con.execute(
        f"""
        create or replace temp table blok_isi as
        select aturan, kunci, list(id order by id) as anggota from kunci_blok
        group by aturan, kunci having count(*) between 2 and {settings.blok_maks};
        create or replace temp table {target} as
        with bersama as (
            select anggota, unnest(anggota) as l from blok_isi
        ),
        pasangan as (
            select l, unnest(anggota) as r from bersama
        )
        select distinct '0' as match_key, l as join_key_l, r as join_key_r from pasangan where l < r
        """
    )
    large = con.execute(
        f"select aturan, count(*) from (select aturan from kunci_blok group by aturan, kunci "
        f"having count(*) > {settings.blok_maks}) group by aturan"
    ).fetchall()
    row = con.execute(f"select count(*) from {target}").fetchone()
    con.execute("drop table kunci_blok; drop table blok_isi")
    return Blocked(int(row[0]) if row else 0, {settings.blok[number].nama: count for number, count in large})
