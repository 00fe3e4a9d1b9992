"""Candidates of a link: which records are compared with which, within a bound on the size of a block.

What a valid, corroborated NIK settles is not compared again: of a dataset only the records that stand outside the
registry take part; of the registry all do.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from resolution.links import REGISTRY, Link
from resolution.persons import PREPARED
from resolution.settings import Block

#: Two texts that may be one: a slip or two, or one of them cut short.
ALIKE = "jaro_winkler_similarity(a.teks, b.teks) >= 0.8 or contains(a.teks, b.teks) or contains(b.teks, a.teks)"


def members(link: Link, relation: str = PREPARED) -> str:
    """SELECT of the link's records in ``relation``, with ``is_lain``: not of the registry, or the registry itself
    where it is compared with itself."""
    if link.is_registry:
        return f"select *, true as is_lain from {relation} where entitas = '{REGISTRY}'"
    own = f"entitas = '{link.entitas}' and peran = '{link.peran}' and not is_mantap"
    return f"select *, entitas <> '{REGISTRY}' as is_lain from {relation} where entitas = '{REGISTRY}' or ({own})"


def crossed(con: duckdb.DuckDBPyConnection, link: Link, before: str, dirty: str) -> None:
    """Add to ``dirty(nomor)`` the members of blocks that grew beyond the bound, or fell below it.

    Args:
        con: connection to the build, prepared records already up to date.
        link: whose blocks.
        before: relation like the prepared records: what the dirty and the vanished ones were before.
        dirty: table of changed records.
    """
    for rule in link.blok:
        key = f"hash({rule.kunci})"
        con.execute(
            f"""
            insert into {dirty}
            with lama as (
                select {key} as k, count(*) as n from ({members(link, before)})
                where {rule.kunci} is not null group by k
            ),
            baru as (
                select {key} as k, count(*) as n from ({members(link)}) semi join {dirty} using (nomor)
                where {rule.kunci} is not null group by k
            ),
            tersentuh as (
                select coalesce(lama.k, baru.k) as k, coalesce(baru.n, 0) - coalesce(lama.n, 0) as tambah
                from lama full join baru using (k) where baru.n is distinct from lama.n
            ),
            kini as (
                select {key} as k, nomor from ({members(link)}) where {key} in (select k from tersentuh)
            ),
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
        dirty: relation ``(nomor)`` of which one must be in the pair; None for all.
        target: temporary table to create.
    """
    con.execute(f"create or replace temp table peserta as {members(link)}")
    con.execute("create or replace temp table calon_semua (l bigint, r bigint)")
    for statement in _per_rule(link, dirty):
        con.execute(statement)
    con.execute(f"create or replace temp table {target} as select distinct l, r from calon_semua")
    con.execute("drop table calon_semua; drop table peserta; drop table if exists kunci_blok")
    row = con.execute(f"select count(*) from {target}").fetchone()
    return int(row[0]) if row else 0


def _per_rule(link: Link, dirty: str | None) -> Iterator[str]:
    for rule in link.blok:
        yield _keys(rule, dirty)
        wanted = ""
        if dirty:
            wanted += f" and (a.nomor in (select nomor from {dirty}) or b.nomor in (select nomor from {dirty}))"
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


def _keys(rule: Block, dirty: str | None) -> str:
    """``kunci_blok``: keys that a record outside the registry, or a dirty one, has; and all who have them."""
    sought = f"nomor in (select nomor from {dirty})" if dirty else "is_lain"
    return f"""
        create or replace temp table kunci_blok as
        with dicari as (
            select distinct hash({rule.kunci}) as k from peserta where {sought} and ({rule.kunci}) is not null
        )
        select hash({rule.kunci}) as k, nomor, is_lain, {rule.mirip or "null"} as teks from peserta
        where ({rule.kunci}) is not null and hash({rule.kunci}) in (select k from dicari)
    """
