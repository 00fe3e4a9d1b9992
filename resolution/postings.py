"""Blocking keys, stored: of every record outside its NIK's agreement, under which keys it looks for others, and of the
registry's records, under which they are found.

A key is made when a record is prepared, and looked up ever after: a night reads two columns of numbers instead of the
records. Its leading byte is the rule's number, the rest is hashed; a rule's keys lie side by side when all are made, so
that comparing all with all reads them rule by rule.

Relations written: ``resolved.kunci_pencari(k, nomor, tautan)``, ``tautan`` being the link's place among the links;
``resolved.kunci_terdaftar(k, nomor)``; ``resolved.kunci_versi(versi)``, of the rules that made them;
``resolved.kunci_ramai(k, n)``, keys under which more of the registry's records are found than any link compares, as far
as anybody looked: they are few, most that a changed record shares a key with stand under them, and no night need read
them;
``resolved.kunci_usang(k, nomor, tautan)``, keys in the first two that their records have no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from contracts.standard import short_hash
from resolution.links import REGISTRY, Link
from resolution.persons import PREPARED

SEEKING, FOUND, CROWDED, STALE = (f"resolved.kunci_{name}" for name in ("pencari", "terdaftar", "ramai", "usang"))
#: One key in so many may be nobody's any more.
TOLERATED = 20
#: Of a key's hash: wide enough that few of a province's texts share one, which costs a comparison, and no wider, for
#: a night reads all keys.
_BITS = 40
_OF_REGISTRY = f"entitas = '{REGISTRY}'"
_DIRTY, _WHOLLY = "nomor in (select nomor from kotor)", "nomor in (select nomor from kotor where is_penuh)"

_CREATE = f"""
create table if not exists {SEEKING} (k ubigint, nomor bigint, tautan utinyint);
create table if not exists {FOUND} (k ubigint, nomor bigint);
create table if not exists {CROWDED} (k ubigint, n bigint);
create table if not exists {STALE} (k ubigint, nomor bigint, tautan utinyint);
create table if not exists resolved.kunci_versi (versi varchar);
"""


@dataclass(frozen=True)
class Rule:
    """A blocking rule of one link, or of several that state the same.

    Attributes:
        nomor: the leading byte of its keys.
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
    def holds(self) -> str:
        """Predicate: a stored key is this rule's."""
        return f"k between {self.first}::ubigint and {self.first + (1 << _BITS) - 1}::ubigint"

    @property
    def text(self) -> str:
        """SQL of what a record's key is made of; null where it has none."""
        return f"cast({self.kunci} as varchar)"

    @property
    def first(self) -> int:
        """The least key that this rule may have."""
        return self.nomor << _BITS


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


def most(links: Sequence[Link]) -> int:
    """Records beyond which no link compares those that share a key."""
    return max(link.blok_maks for link in links)


def rule_number(key: str) -> str:
    """SQL: the number of a stored key's rule."""
    return f"{key} >> {_BITS}"


def create_postings(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """The relations, when they are not there yet; made anew when the rules are others than those that made them, or
    the hash is: another DuckDB may have another."""
    con.execute(_CREATE)
    rules = rules_of(links)
    version = short_hash(
        f"{duckdb.__version__} {_BITS} {[(link.entitas, link.peran, link.blok_maks) for link in links]} {rules}"
    )
    if con.execute("from resolved.kunci_versi").fetchall() != [(version,)]:
        con.execute("delete from resolved.kunci_versi")
        store_all(con, links)
        con.execute("insert into resolved.kunci_versi values (?)", [version])


def store_all(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """Make the keys of all prepared records."""
    con.execute(f"delete from {SEEKING}; delete from {FOUND}; delete from {CROWDED}; delete from {STALE}")
    for rule in rules_of(links):
        if not rule.is_registry:
            con.execute(f"insert into {FOUND} {_keys(PREPARED, rule, _OF_REGISTRY)}")
        seeking = " union all ".join(
            f"select k, nomor, {place} from ({_keys(PREPARED, rule, _own(links[place]))})" for place in rule.tautan
        )
        con.execute(f"insert into {SEEKING} {seeking}")


def gather_changed_keys(con: duckdb.DuckDBPyConnection, links: Sequence[Link], before: str, now: str) -> None:
    """The keys of the records in ``kotor``: what they had, as prepared in ``before``, and have, in ``now``; of who is
    there for a spouse's sake, the keys of links that read it alone. ``store_changed_keys`` keeps them.

    Writes ``kunci_berubah(k, nomor, tautan, tambah)``: keys that are no more (-1), are new (1) or stay (0); ``tautan``
    is null of those under which the registry's records are found; and ``ramai_kini(k, n)``, the crowded keys.
    """
    rules = rules_of(links)
    readers = {place for place, link in enumerate(links) if link.reads_spouse}
    shared = [rule for rule in rules if not rule.is_registry]
    concerned = [rule for rule in shared if readers.intersection(rule.tautan)]
    others = [rule for rule in shared if rule not in concerned]
    moves = [
        _moved(before, now, concerned, f"{_OF_REGISTRY} and {_DIRTY}", "null"),
        _moved(before, now, others, f"{_OF_REGISTRY} and {_WHOLLY}", "null"),
    ]
    for place, link in enumerate(links):
        chosen = f"{_own(link)} and {_DIRTY if place in readers else _WHOLLY}"
        moves.append(_moved(before, now, [rule for rule in rules if place in rule.tautan], chosen, str(place)))
    con.execute(
        f"""
        create or replace temp table kunci_berubah as
        with berteks as ({" union all ".join(moves)}),
        -- two texts may have one key
        pindah as (
            select if(dulu is null, null, {_hashed("dulu", "awal")}) as dulu,
                if(kini is null, null, {_hashed("kini", "awal")}) as kini, nomor, tautan
            from berteks
        )
        select dulu as k, nomor, tautan, -1 as tambah from pindah where dulu is not null and dulu is distinct from kini
        union all
        select kini, nomor, tautan, if(dulu is distinct from kini, 1, 0) from pindah where kini is not null;
        create or replace temp table ramai_kini as
        with bergeser as (
            select k, sum(tambah) as tambah from kunci_berubah semi join {CROWDED} using (k)
            where tautan is null group by k
        )
        select k, n + coalesce(tambah, 0) as n from {CROWDED} left join bergeser using (k)
        where n + coalesce(tambah, 0) > {most(links)}
        """
    )


def store_changed_keys(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """Keep what ``gather_changed_keys`` wrote."""
    con.execute(
        f"""
        create or replace temp table kunci_baru as
        select baru.k, baru.nomor, baru.tautan, usang.k is not null as is_kembali from kunci_berubah as baru
        left join {STALE} as usang
            on baru.k = usang.k and baru.nomor = usang.nomor and baru.tautan is not distinct from usang.tautan
        where tambah > 0;
        insert into {FOUND} select k, nomor from kunci_baru where tautan is null and not is_kembali;
        insert into {SEEKING} select k, nomor, tautan from kunci_baru where tautan is not null and not is_kembali;
        delete from {STALE} using kunci_baru as baru
        where is_kembali and kunci_usang.k = baru.k and kunci_usang.nomor = baru.nomor
            and kunci_usang.tautan is not distinct from baru.tautan;
        insert into {STALE} select k, nomor, tautan from kunci_berubah where tambah < 0;
        delete from {CROWDED} where (k, n) not in (select (k, n) from ramai_kini);
        insert into {CROWDED} from ramai_kini anti join {CROWDED} using (k);
        drop table kunci_baru; drop table ramai_kini
        """
    )
    row = con.execute(
        f"select (select count(*) from {STALE}) * {TOLERATED} > (select count(*) from {FOUND})"
        f" + (select count(*) from {SEEKING})"
    ).fetchone()
    if row and row[0]:
        drop_stale(con)


def drop_stale(con: duckdb.DuckDBPyConnection) -> None:
    """Take the keys that nobody has any more out of the tables: a scan of all of them, and not every night's work."""
    con.execute(
        f"""
        delete from {FOUND} using {STALE} as usang
        where kunci_terdaftar.k = usang.k and kunci_terdaftar.nomor = usang.nomor and usang.tautan is null;
        delete from {SEEKING} using {STALE} as usang
        where kunci_pencari.k = usang.k and kunci_pencari.nomor = usang.nomor and kunci_pencari.tautan = usang.tautan;
        delete from {STALE}
        """
    )


def _moved(before: str, now: str, rules: Sequence[Rule], chosen: str, place: str) -> str:
    """SELECT of ``dulu, kini, awal, nomor, tautan``: what the keys of the ``chosen`` records were and are made of."""
    texts = f"[{', '.join(rule.text for rule in rules)}]"
    starts = ", ".join(f"{rule.first}::ubigint" for rule in rules)
    return f"""
        select unnest(dulu.teks) as dulu, unnest(kini.teks) as kini, unnest([{starts}]) as awal, nomor,
            {place}::utinyint as tautan
        from (select nomor, {texts} as teks from {before} where {chosen}) as dulu
        full join (select nomor, {texts} as teks from {now} where {chosen}) as kini using (nomor)
    """


def _keys(records: str, rule: Rule, chosen: str) -> str:
    """SELECT of ``k, nomor``: the keys of the ``chosen`` of the records, where they have any; each made but once."""
    return f"""
        select {_hashed("teks", f"{rule.first}::ubigint")} as k, nomor from (
            select {rule.text} as teks, nomor from {records} where {chosen}
        ) where teks is not null
    """


def _hashed(text: str, first: str) -> str:
    return f"(hash({text}) >> {64 - _BITS}) + {first}"


def _own(link: Link) -> str:
    """Predicate: a prepared record looks for others by the link."""
    if link.is_registry:
        return _OF_REGISTRY
    return f"entitas = '{link.entitas}' and peran = '{link.peran}' and not is_mantap"
