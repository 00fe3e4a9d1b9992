"""Candidates of a link: which records are compared with which, within a bound on the size of a block.

What a valid, corroborated NIK settles is not compared again: of a dataset only the records that stand outside the
registry take part; of the registry all do. A rule's key is hashed when a record is prepared and kept beside it: a night
looks up the few keys it touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from contracts.standard import short_hash
from resolution.links import REGISTRY, Link
from resolution.persons import PREPARED
from resolution.settings import Block

#: Two texts that may be one: a slip or two, or one of them cut short.
ALIKE = "jaro_winkler_similarity(a.teks, b.teks) >= 0.8 or contains(a.teks, b.teks) or contains(b.teks, a.teks)"


def key_columns(links: Sequence[Link]) -> dict[str, str]:
    """Columns of the prepared records that hold the rules' keys, and the SQL that makes them."""
    rules = [rule for link in links for rule in link.blok]
    return {_key(rule): f"case when ({rule.kunci}) is not null then hash({rule.kunci}) end" for rule in rules}


def _key(rule: Block) -> str:
    """Another expression has another column; so has another DuckDB, whose hash may be another."""
    return f"k_{short_hash(f'{duckdb.__version__} {rule.kunci}')}"


def _members(link: Link, rule: Block, relation: str = PREPARED) -> str:
    """SELECT of the link's records in ``relation`` that have the rule's key: ``nomor``, ``k``, ``teks``, and
    ``is_lain``: not of the registry, or the registry itself where it is compared with itself."""
    columns = f"select nomor, {_key(rule)} as k, {rule.mirip or 'null'} as teks"
    known = f"{_key(rule)} is not null"
    if link.is_registry:
        return f"{columns}, true as is_lain from {relation} where entitas = '{REGISTRY}' and {known}"
    own = f"entitas = '{link.entitas}' and peran = '{link.peran}' and not is_mantap"
    return f"""{columns}, entitas <> '{REGISTRY}' as is_lain
            from {relation} where (entitas = '{REGISTRY}' or ({own})) and {known}"""


def crossed(con: duckdb.DuckDBPyConnection, link: Link, before: str, after: str, dirty: str) -> None:
    """Add to ``dirty(nomor)`` the members of blocks that grew beyond the bound, or fell below it.

    Args:
        con: connection to the build, prepared records already up to date.
        link: whose blocks.
        before, after: relations like the prepared records: what the changed and vanished ones were, and are now.
        dirty: table to add to.
    """
    for rule in link.blok:
        con.execute(
            f"""
            insert into {dirty}
            with perubahan as (
                select k, -1 as tambah from ({_members(link, rule, before)})
                union all
                select k, 1 from ({_members(link, rule, after)})
            ),
            tersentuh as (select k, sum(tambah) as tambah from perubahan group by k having sum(tambah) <> 0),
            kini as (select k, nomor from ({_members(link, rule)}) semi join tersentuh using (k)),
            isi as (select k, count(*) as n from kini group by k),
            lintas as (
                select k from isi inner join tersentuh using (k)
                where (n > {link.blok_maks}) <> (n - tambah > {link.blok_maks})
            )
            select distinct nomor from kini semi join lintas using (k)
            where nomor not in (select nomor from {dirty})
            """
        )


def candidates(con: duckdb.DuckDBPyConnection, link: Link, dirty: str | None, target: str) -> int:
    """Write ``target(l, r)``: every pair that shares a key, once; ``l`` is the dataset's record, or the earlier one.

    Args:
        con: connection to the build.
        link: rules and bound.
        dirty: relation like the prepared records of which one must be in the pair; None for all.
        target: temporary table to create.
    """
    con.execute("create or replace temp table calon_semua (l bigint, r bigint)")
    for statement in _per_rule(link, dirty):
        con.execute(statement)
    con.execute(f"create or replace temp table {target} as select distinct l, r from calon_semua")
    con.execute("drop table calon_semua; drop table if exists kunci_blok")
    row = con.execute(f"select count(*) from {target}").fetchone()
    return int(row[0]) if row else 0


def _per_rule(link: Link, dirty: str | None) -> Iterator[str]:
    for rule in link.blok:
        yield _keys(link, rule, dirty)
        wanted = " and (a.is_kotor or b.is_kotor)" if dirty else ""
        if rule.mirip:
            wanted += f" and ({ALIKE})"
        yield f"""
            insert into calon_semua
            with isi as (
                select k from kunci_blok group by k having count(*) between 2 and {link.blok_maks} and bool_or(is_lain)
            ),
            anggota as (select * from kunci_blok semi join isi using (k))
            select a.nomor, b.nomor from anggota as a inner join anggota as b on a.k = b.k
            where a.is_lain and (not b.is_lain or a.nomor < b.nomor){wanted}
        """


def _keys(link: Link, rule: Block, dirty: str | None) -> str:
    """``kunci_blok``: keys that a record outside the registry, or a dirty one, has; and all who have them."""
    sought = f"({_members(link, rule, dirty)})" if dirty else f"({_members(link, rule)}) where is_lain"
    flag = f"nomor in (select nomor from {dirty})" if dirty else "true"
    return f"""
        create or replace temp table kunci_blok as
        with dicari as (select distinct k from {sought})
        select *, {flag} as is_kotor from ({_members(link, rule)}) semi join dicari using (k)
    """
