"""Blocking keys, stored: of every record outside its NIK's agreement, under which keys it looks for others, and of the
registry's records, under which they are found.

A key is made when a record is prepared, and looked up ever after: a night reads two columns of numbers instead of the
records. Its first byte is the rule's number, the rest is hashed; a rule's keys lie side by side when all are made, so
that comparing all with all reads them rule by rule.

Relations written: ``resolved.kunci_pencari(k, nomor, tautan)``, ``tautan`` being the link's place among the links;
``resolved.kunci_terdaftar(k, nomor)``; ``resolved.kunci_versi(versi)``, of the rules that made them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from contracts.standard import short_hash
from resolution.links import REGISTRY, Link
from resolution.persons import PREPARED

SEEKING, FOUND = "resolved.kunci_pencari", "resolved.kunci_terdaftar"
_BITS = 56

_CREATE = f"""
create table if not exists {SEEKING} (k ubigint, nomor bigint, tautan utinyint);
create table if not exists {FOUND} (k ubigint, nomor bigint);
create table if not exists resolved.kunci_versi (versi varchar);
"""


@dataclass(frozen=True)
class Rule:
    """A blocking rule of one link, or of several that state the same.

    Attributes:
        nomor: the first byte of its keys.
        kunci: SQL of the key over a prepared record.
        mirip: column of texts that must resemble each other besides.
        tautan: places of the links among the links.
        is_registry: of the registry against itself.
    """

    nomor: int
    kunci: str
    mirip: str | None
    tautan: tuple[int, ...]
    is_registry: bool

    @property
    def key(self) -> str:
        """SQL of the stored key; null where the record has none."""
        start = self.nomor << _BITS
        return f"case when ({self.kunci}) is not null then (hash({self.kunci}) >> 8) + {start}::ubigint end"

    @property
    def holds(self) -> str:
        """Predicate: a stored key is this rule's."""
        return f"k between {self.nomor << _BITS}::ubigint and {(self.nomor + 1 << _BITS) - 1}::ubigint"


def rules_of(links: Sequence[Link]) -> tuple[Rule, ...]:
    """The links' rules, each once."""
    found: dict[tuple[bool, str, str | None], dict[int, None]] = {}
    for place, link in enumerate(links):
        for block in link.blok:
            found.setdefault((link.is_registry, block.kunci, block.mirip), {})[place] = None
    return tuple(
        Rule(number, key, alike, tuple(places), is_registry)
        for number, ((is_registry, key, alike), places) in enumerate(found.items())
    )


def rule_number(key: str) -> str:
    """SQL: the number of a stored key's rule."""
    return f"{key} >> {_BITS}"


def create_postings(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """The relations, when they are not there yet; made anew when the rules are others than those that made them, or
    the hash is: another DuckDB may have another."""
    con.execute(_CREATE)
    rules = rules_of(links)
    version = short_hash(f"{duckdb.__version__} {[(link.entitas, link.peran) for link in links]} {rules}")
    if con.execute("from resolved.kunci_versi").fetchall() != [(version,)]:
        con.execute("delete from resolved.kunci_versi")
        store_all(con, links)
        con.execute("insert into resolved.kunci_versi values (?)", [version])


def store_all(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """Make the keys of all prepared records."""
    con.execute(f"delete from {SEEKING}; delete from {FOUND}")
    for rule in rules_of(links):
        if not rule.is_registry:
            con.execute(f"insert into {FOUND} {_found(PREPARED, [rule])}")
        seeking = " union all ".join(_seeking(PREPARED, links[place], place, [rule]) for place in rule.tautan)
        con.execute(f"insert into {SEEKING} {seeking}")


def store_changed(con: duckdb.DuckDBPyConnection, links: Sequence[Link], changed: str, now: str) -> None:
    """Replace the keys of the records in ``changed(nomor)`` by those that they have in ``now``.

    Writes ``kunci_berubah(k, nomor, tautan, tambah)``: keys that were (-1) and are (1); ``tautan`` is null of those
    under which the registry's records are found.
    """
    rules = rules_of(links)
    new = [f"select k, nomor, null, 1 from ({_found(now, [rule for rule in rules if not rule.is_registry])})"]
    for place, link in enumerate(links):
        own = [rule for rule in rules if place in rule.tautan]
        new.append(f"select k, nomor, tautan, 1 from ({_seeking(now, link, place, own)})")
    con.execute(
        f"""
        create or replace temp table kunci_berubah as
        select k, nomor, null::utinyint as tautan, -1 as tambah from {FOUND} semi join {changed} using (nomor)
        union all
        select k, nomor, tautan, -1 from {SEEKING} semi join {changed} using (nomor)
        union all
        {" union all ".join(new)};
        delete from {FOUND} where nomor in (from {changed});
        delete from {SEEKING} where nomor in (from {changed});
        insert into {FOUND} select k, nomor from kunci_berubah where tautan is null and tambah > 0;
        insert into {SEEKING} select k, nomor, tautan from kunci_berubah where tautan is not null and tambah > 0
        """
    )


def _found(records: str, rules: Sequence[Rule]) -> str:
    """SELECT of ``k, nomor``: the keys of the registry's records in ``records``."""
    return f"""
        select k, nomor from (
            select {_keys(rules)} as k, nomor from {records} where entitas = '{REGISTRY}'
        ) where k is not null
    """


def _seeking(records: str, link: Link, place: int, rules: Sequence[Rule]) -> str:
    """SELECT of ``k, nomor, tautan``: the keys under which the link's records in ``records`` look for others."""
    own = f"entitas = '{link.entitas}' and peran = '{link.peran}' and not is_mantap"
    if link.is_registry:
        own = f"entitas = '{REGISTRY}'"
    return f"""
        select k, nomor, {place}::utinyint as tautan from (
            select {_keys(rules)} as k, nomor from {records} where {own}
        ) where k is not null
    """


def _keys(rules: Sequence[Rule]) -> str:
    keys = ", ".join(rule.key for rule in rules)
    return keys if len(rules) == 1 else f"unnest([{keys}])"
