"""Candidates of a link: which records are compared with which, within a bound on the size of a block.

What a valid, corroborated NIK settles is not compared again: of a dataset only the records that stand outside the
registry take part; of the registry all do. A rule's key is hashed when a record is prepared and kept beside it: a night
looks up the few keys it touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from contracts.standard import short_hash
from resolution.links import REGISTRY, Link
from resolution.persons import PREPARED
from resolution.settings import Block

#: Two texts that may be one: a slip or two, or one of them cut short.
ALIKE = "jaro_winkler_similarity(a.teks, b.teks) >= 0.8 or contains(a.teks, b.teks) or contains(b.teks, a.teks)"


#: Column of a key -> relation of the records that share it with a changed one.
Near = Mapping[str, str]


def key_columns(links: Sequence[Link]) -> dict[str, str]:
    """Columns of the prepared records that hold the rules' keys, and the SQL that makes them."""
    rules = [rule for link in links for rule in link.blok]
    return {_key(rule): f"case when ({rule.kunci}) is not null then hash({rule.kunci}) end" for rule in rules}


def texts(links: Sequence[Link]) -> set[str]:
    """Columns of the prepared records that must resemble each other within some block."""
    return {rule.mirip for link in links for rule in link.blok if rule.mirip}


def _key(rule: Block) -> str:
    """Another expression has another column; so has another DuckDB, whose hash may be another."""
    return f"k_{short_hash(f'{duckdb.__version__} {rule.kunci}')}"


def gather_near(con: duckdb.DuckDBPyConnection, links: Sequence[Link], changed: Sequence[str]) -> Near:
    """Per key the records that share it with a changed one: a night looks at these instead of at everybody.

    Blocks that no link compares are left out: those of nobody but the registry's, and those in which the registry alone
    exceeds the bound, before the change and after.

    Args:
        con: connection to the build, prepared records already up to date.
        links: all of them.
        changed: relations like the prepared records: what the changed and vanished ones were, and are now.

    Returns:
        Column of a key -> relation like the prepared records, with what the rules need.
    """
    outside = [key for link in links for key in map(_key, link.blok) if not link.is_registry]
    con.execute(
        f"""
        create or replace temp table di_luar as
        select {", ".join(dict.fromkeys(["nomor", *outside]))} from {PREPARED}
        where entitas <> '{REGISTRY}' and not is_mantap
        """
    )
    near = {}
    for key, rules in _rules(links).items():
        near[key] = key.replace("k_", "dekat_", 1)
        con.execute(f"create or replace temp table {near[key]} as {_sharing(key, rules, changed)}")
    return near


def gather_more(con: duckdb.DuckDBPyConnection, links: Sequence[Link], near: Near, added: str) -> None:
    """Add to what ``gather_near`` found who shares a key with a record of ``added``, and end it."""
    for key, rules in _rules(links).items():
        con.execute(
            f"""
            insert into {near[key]}
            select * from ({_sharing(key, rules, [added])})
            where {key} not in (select {key} from {near[key]})
            """
        )
    con.execute("drop table di_luar")


def _sharing(key: str, rules: Sequence[tuple[Link, Block]], changed: Sequence[str]) -> str:
    """SELECT of the prepared records that share the key with a changed one."""
    alone = any(link.is_registry for link, _ in rules)
    columns = ["nomor", "entitas", "peran", "is_mantap", key, *sorted({rule.mirip for _, rule in rules if rule.mirip})]
    touched = " union all ".join(f"select {key}, entitas, is_mantap from {relation}" for relation in changed)
    found = f"{key} in (select {key} from di_luar) or bool_or(entitas <> '{REGISTRY}' and not is_mantap)"
    return f"""
        with dicari as materialized (
            select {key}, count(*) as ubah from ({touched}) where {key} is not null
            group by {key} {"" if alone else f"having {found}"}
        ),
        sekunci as materialized (select {", ".join(columns)} from {PREPARED} semi join dicari using ({key})),
        isi as (select {key}, count(*) as n from sekunci where entitas = '{REGISTRY}' group by {key}),
        terlalu_besar as (
            select {key} from isi inner join dicari using ({key})
            where n - ubah > {max(link.blok_maks for link, _ in rules)}
        )
        from sekunci anti join terlalu_besar using ({key})
    """


def _rules(links: Sequence[Link]) -> dict[str, list[tuple[Link, Block]]]:
    """Column of a key -> the rules that use it."""
    found: dict[str, list[tuple[Link, Block]]] = {}
    for link in links:
        for rule in link.blok:
            found.setdefault(_key(rule), []).append((link, rule))
    return found


def drop_near(con: duckdb.DuckDBPyConnection, near: Near) -> None:
    """The relations are not needed any more."""
    for relation in near.values():
        con.execute(f"drop table {relation}")


def _members(link: Link, rule: Block, relation: str) -> str:
    """SELECT of the link's records in ``relation`` that have the rule's key: ``nomor``, ``k``, ``teks``, and
    ``is_lain``: not of the registry, or the registry itself where it is compared with itself."""
    columns = f"select nomor, {_key(rule)} as k, {rule.mirip or 'null'} as teks"
    known = f"{_key(rule)} is not null"
    if link.is_registry:
        return f"{columns}, true as is_lain from {relation} where entitas = '{REGISTRY}' and {known}"
    own = f"entitas = '{link.entitas}' and peran = '{link.peran}' and not is_mantap"
    return f"""{columns}, entitas <> '{REGISTRY}' as is_lain
            from {relation} where (entitas = '{REGISTRY}' or ({own})) and {known}"""


def crossed(con: duckdb.DuckDBPyConnection, link: Link, near: Near, before: str, after: str, dirty: str) -> None:
    """Add to ``dirty(nomor)`` the members of blocks that grew beyond the bound, or fell below it.

    Args:
        con: connection to the build, prepared records already up to date.
        link: whose blocks.
        near: who shares a key with a record in ``before`` or ``after``.
        before, after: relations like the prepared records: what the changed and vanished ones were, and are now.
        dirty: table to add to.
    """
    found = [_crossed(link, rule, near[_key(rule)], before, after) for rule in link.blok]
    con.execute(
        f"""
        insert into {dirty}
        with lintas as (select nomor from ({" union all ".join(found)}))
        select distinct nomor from lintas where nomor not in (select nomor from {dirty})
        """
    )


def _crossed(link: Link, rule: Block, near: str, before: str, after: str) -> str:
    """SELECT of the ``nomor`` of a rule's blocks that crossed the bound."""
    return f"""(
        with perubahan as (
            select k, -1 as tambah from ({_members(link, rule, before)})
            union all
            select k, 1 from ({_members(link, rule, after)})
        ),
        tersentuh as (select k, sum(tambah) as tambah from perubahan group by k having sum(tambah) <> 0),
        kini as (select k, nomor from ({_members(link, rule, near)}) semi join tersentuh using (k)),
        isi as (select k, count(*) as n from kini group by k),
        lintas as (
            select k from isi inner join tersentuh using (k)
            where (n > {link.blok_maks}) <> (n - tambah > {link.blok_maks})
        )
        select nomor from kini semi join lintas using (k)
    )"""


def all_candidates(con: duckdb.DuckDBPyConnection, link: Link, target: str) -> int:
    """Write ``target(l, r)``: every pair that shares a key, once; ``l`` is the dataset's record, or the earlier one.

    Args:
        con: connection to the build.
        link: rules and bound.
        target: temporary table to create.
    """
    keys = [
        f"""
        with anggota as ({_members(link, rule, PREPARED)}),
        dicari as (select distinct k from anggota where is_lain)
        select *, true as is_kotor from anggota semi join dicari using (k)
        """
        for rule in link.blok
    ]
    return _pair(con, link, keys, target)


def candidates(con: duckdb.DuckDBPyConnection, link: Link, near: Near, dirty: str, target: str) -> int:
    """Like ``all_candidates``, of which one is a record of ``dirty``.

    Args:
        con: connection to the build.
        link: rules and bound.
        near: who shares a key with a record in ``dirty``.
        dirty: relation like the prepared records.
        target: temporary table to create.
    """
    keys = [
        f"""
        with dicari as (select distinct k from ({_members(link, rule, dirty)}))
        select *, nomor in (select nomor from {dirty}) as is_kotor
        from ({_members(link, rule, near[_key(rule)])}) semi join dicari using (k)
        """
        for rule in link.blok
    ]
    return _pair(con, link, keys, target)


def _pair(con: duckdb.DuckDBPyConnection, link: Link, keys: Sequence[str], target: str) -> int:
    """Pairs within the blocks of every rule, ``keys`` being per rule a SELECT of ``nomor, k, teks, is_lain, is_kotor``:
    the members of the blocks that matter."""
    con.execute("create or replace temp table calon_semua (l bigint, r bigint)")
    for rule, members in zip(link.blok, keys, strict=True):
        alike = f" and ({ALIKE})" if rule.mirip else ""
        con.execute(
            f"""
            insert into calon_semua
            with kunci_blok as materialized ({members}),
            isi as (
                select k from kunci_blok group by k having count(*) between 2 and {link.blok_maks} and bool_or(is_lain)
            ),
            anggota as materialized (select * from kunci_blok semi join isi using (k))
            select a.nomor, b.nomor from anggota as a inner join anggota as b on a.k = b.k
            where a.is_lain and (not b.is_lain or a.nomor < b.nomor) and (a.is_kotor or b.is_kotor){alike}
            """
        )
    con.execute(f"create or replace temp table {target} as select distinct l, r from calon_semua")
    con.execute("drop table calon_semua")
    row = con.execute(f"select count(*) from {target}").fetchone()
    return int(row[0]) if row else 0
