"""Candidates of the links: which records are compared with which, within a bound on the size of a block.

What a valid, corroborated NIK settles is not compared again: of a dataset only the records that stand outside the
registry take part; of the registry all do. A block is a link's: the records of its dataset that share a key, and the
registry's that have it. Every pair remembers how many blocks it shares, so that a block that outgrows its bound takes
away only those pairs that share no other, and one that falls below it brings only its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from resolution.links import Link
from resolution.lookup import among
from resolution.persons import PREPARED
from resolution.postings import CROWDED, FOUND, SEEKING, STALE, Rule, most, rule_number, rules_of

#: "A SALIM" of "AHMAD SALIM".
_INITIAL = "(instr({0}, ' ') = 2 and ascii({0}) = ascii({1}) and ends_with({1}, {0}[2:]))"
#: Two texts that may be one: a slip or two, one of them cut short, or its first word to the initial: whoever it may
#: stand for must be there, lest the one who is should win.
ALIKE = (
    "jaro_winkler_similarity(a.teks, b.teks) >= 0.8 or contains(a.teks, b.teks) or contains(b.teks, a.teks)"
    f" or {_INITIAL.format('a.teks', 'b.teks')} or {_INITIAL.format('b.teks', 'a.teks')}"
)
#: One of a pair within ``blok`` is in ``kotor`` for the sake of the block's link.
_DIRTY = "(a.is_penuh or b.is_penuh or (blok.is_berpasangan and (a.is_kotor or b.is_kotor)))"


def all_candidates(con: duckdb.DuckDBPyConnection, links: Sequence[Link], place: int, target: str) -> int:
    """Write ``target(l, r, jumlah_blok)``: every pair of a link that shares blocks; ``l`` is the dataset's record, or
    the earlier one.

    Args:
        con: connection to the build, keys up to date.
        links: all of them.
        place: the link's among them.
        target: temporary table to create.
    """
    con.execute("create or replace temp table calon_semua (l bigint, r bigint)")
    for rule in rules_of(links):
        if place in rule.tautan:
            _gather_block(con, links, place, rule)
            con.execute(f"insert into calon_semua select l, r from ({_pairs([rule], 'true')})")
    con.execute(
        f"""
        create or replace temp table {target} as
        select l, r, count(*) as jumlah_blok from calon_semua group by l, r;
        drop table calon_semua
        """
    )
    return _count(con, target)


def _gather_block(con: duckdb.DuckDBPyConnection, links: Sequence[Link], place: int, rule: Rule) -> None:
    """``blok``, ``pencari`` and ``terdaftar`` of one rule of a link."""
    text = f"left join (select nomor, {rule.mirip} as teks from {PREPARED}) using (nomor)" if rule.mirip else ""
    also = "teks" if rule.mirip else "null as teks"
    con.execute(
        f"""
        create or replace temp table pencari_kunci as
        select k, nomor from {SEEKING} where {rule.holds} and tautan = {place};
        create or replace temp table terdaftar_kunci as
        with dicari as (select distinct k from pencari_kunci)
        select k, nomor from {FOUND} semi join dicari using (k) where {rule.holds};
        create or replace temp table isi as
        with anggota as (
            select k, false as is_terdaftar from pencari_kunci union all select k, true from terdaftar_kunci
        )
        select k, count(*) as n, count(*) filter (is_terdaftar) as terdaftar from anggota group by k
        having n between 2 and {links[place].blok_maks} or terdaftar > {most(links)};
        create or replace temp table blok as
        select k, {place} as tautan, false as is_berpasangan from isi where n <= {links[place].blok_maks};
        insert into {CROWDED}
        select k, terdaftar from isi where terdaftar > {most(links)} and k not in (select k from {CROWDED});
        drop table isi;
        create or replace temp table pencari as
        with dalam as (select k, nomor from pencari_kunci semi join blok using (k))
        select k, nomor, {place} as tautan, false as is_kotor, false as is_penuh, {also} from dalam {text};
        create or replace temp table terdaftar as
        with dalam as (select k, nomor from terdaftar_kunci semi join blok using (k))
        select k, nomor, false as is_kotor, false as is_penuh, {also} from dalam {text};
        drop table pencari_kunci;
        drop table terdaftar_kunci
        """
    )


def _pairs(rules: Sequence[Rule], wanted: str) -> str:
    """SELECT of ``tautan, l, r, is_kotor`` of every pair within ``blok``, as often as it shares one."""
    asked = [str(rule.nomor) for rule in rules if rule.mirip]
    alike = f"({rule_number('a.k')} not in ({', '.join(asked)}) or {ALIKE})" if asked else "true"
    return f"""
        select a.tautan, a.nomor as l, b.nomor as r, {_DIRTY} as is_kotor
        from pencari as a
        inner join blok on a.k = blok.k and a.tautan = blok.tautan
        inner join terdaftar as b on a.k = b.k
        where ({wanted}) and {alike}
        union all
        select a.tautan, a.nomor, b.nomor, {_DIRTY}
        from pencari as a
        inner join blok on a.k = blok.k and a.tautan = blok.tautan
        inner join pencari as b on a.k = b.k and a.tautan = b.tautan
        where a.nomor < b.nomor and ({wanted}) and {alike}
    """


def candidates(con: duckdb.DuckDBPyConnection, links: Sequence[Link], prepared: str) -> None:
    """Write ``calon(tautan, l, r, jumlah_blok, is_kotor)``: the pairs to weigh, of which one is in ``kotor`` for the
    link's sake or whose block fell below its bound; and ``bergeser(tautan, l, r, tambah)``: weighed pairs of unchanged
    records that share more blocks now, or fewer. ``tautan`` is the link's place among the links.

    Args:
        con: connection to the build after ``postings.gather_changed_keys``.
        links: all of them.
        prepared: relation of the prepared records, as they will be when these keys are kept.
    """
    rules = rules_of(links)
    _gather_near(con, links)
    _gather_blocks(con, links)
    _gather_texts(con, rules, prepared)
    con.execute(
        f"""
        create or replace temp table ditimbang_dulu as
        with urutan (tautan, tempat) as (values {", ".join(f"('{link.nama}', {n})" for n, link in enumerate(links))})
        select tempat as tautan, l, r from resolved.pasangan inner join urutan using (tautan);
        create or replace temp table calon as
        with pasangan as ({_pairs(rules, f"not blok.is_besar and ({_DIRTY} or blok.is_besar_dulu)")})
        select tautan, l, r, count(*) as jumlah_blok, bool_or(is_kotor) as is_kotor from pasangan group by tautan, l, r;
        create or replace temp table bergeser as
        with keluar as ({_leaving(rules)}),
        berubah as (
            select tautan, l, r, jumlah_blok as tambah from calon semi join ditimbang_dulu using (tautan, l, r)
            where not is_kotor
            union all
            select tautan, l, r, -1 from keluar
        )
        select tautan, l, r, sum(tambah) as tambah from berubah group by tautan, l, r having sum(tambah) <> 0;
        delete from calon where not is_kotor and (tautan, l, r) in (select (tautan, l, r) from ditimbang_dulu);
        drop table pencari; drop table terdaftar; drop table blok; drop table ditimbang_dulu
        """
    )


def _gather_near(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """``pencari`` and ``terdaftar_dekat``: who shares a key with a record in ``kotor``; ``terdaftar_kotor``, those of
    the latter that are in it; and ``isi_terdaftar(k, n)``. Keys for which nobody looks, and those that were and are too
    crowded, are left out."""
    registry = ", ".join(str(place) for place, link in enumerate(links) if link.is_registry)
    con.execute(
        f"""
        create or replace temp table dicari as
        select distinct k from kunci_berubah where k not in (select k from ramai_kini);
        create or replace temp table pencari as
        with tersimpan as (select k, nomor, tautan from {SEEKING} where {among("k", "dicari")}),
        usang as ({_no_more("tautan is not null")}),
        dekat as (
            from tersimpan anti join usang using (k, nomor, tautan)
            union all
            select k, nomor, tautan from kunci_berubah semi join dicari using (k)
            where tambah > 0 and tautan is not null
        )
        select dekat.*, kotor.nomor is not null as is_kotor, coalesce(is_penuh, false) as is_penuh
        from dekat left join kotor using (nomor);
        create or replace temp table dicari as
        select distinct k from pencari where not list_contains([{registry}], tautan);
        create or replace temp table terdaftar_dekat as
        with tersimpan as (select k, nomor from {FOUND} where {among("k", "dicari")}),
        usang as ({_no_more("tautan is null")})
        from tersimpan anti join usang using (k, nomor)
        union all
        select k, nomor from kunci_berubah semi join dicari using (k) where tambah > 0 and tautan is null;
        create or replace temp table terdaftar_kotor as
        select k, nomor, is_penuh from terdaftar_dekat inner join kotor using (nomor);
        create or replace temp table isi_terdaftar as select k, count(*) as n from terdaftar_dekat group by k;
        insert into ramai_kini from isi_terdaftar where n > {most(links)};
        drop table dicari
        """
    )


def _no_more(chosen: str) -> str:
    """SELECT of ``k, nomor, tautan``: stored keys that are nobody's any more, some of them since tonight."""
    return f"""
        select k, nomor, tautan from {STALE} where {chosen} and {among("k", "dicari")}
        union all
        select k, nomor, tautan from kunci_berubah where {chosen} and tambah < 0"""


def _gather_blocks(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """``blok(k, tautan, is_berpasangan, is_kotor, is_besar, is_besar_dulu)``: those that may bring pairs or take them
    away, for a record in them is in ``kotor`` or they crossed their bound. ``is_kotor`` tells that one who looks is, so
    that all of the registry's records are needed."""
    bounds = ", ".join(f"({place}, {link.blok_maks}, {link.reads_spouse})" for place, link in enumerate(links))
    con.execute(
        f"""
        create or replace temp table blok as
        with batas (tautan, batas, is_berpasangan) as (values {bounds}),
        sendiri as (
            select k, tautan, count(*) as n, bool_or(is_kotor) as is_kotor from pencari group by k, tautan
        ),
        bersama as (
            select k, bool_or(is_penuh) as is_penuh from terdaftar_kotor group by k
        ),
        selisih as (select k, tautan, sum(tambah) as n from kunci_berubah where tambah <> 0 group by k, tautan),
        isi as (
            select k, sendiri.tautan, sendiri.is_kotor, bersama.is_penuh, bersama.k is not null as is_terdaftar_kotor,
                sendiri.n + coalesce(isi_terdaftar.n, 0) as n,
                coalesce(dari_pencari.n, 0) + coalesce(dari_terdaftar.n, 0) as tambah
            from sendiri
            left join isi_terdaftar using (k)
            left join bersama using (k)
            left join selisih as dari_pencari on sendiri.k = dari_pencari.k and sendiri.tautan = dari_pencari.tautan
            left join selisih as dari_terdaftar on sendiri.k = dari_terdaftar.k and dari_terdaftar.tautan is null
        ),
        berbatas as (
            select k, tautan, is_berpasangan, is_kotor, n,
                is_kotor or is_penuh or (is_terdaftar_kotor and is_berpasangan) as is_berubah,
                n > batas as is_besar, n - tambah > batas as is_besar_dulu
            from isi inner join batas using (tautan)
        )
        select * exclude (n, is_berubah) from berbatas
        where n > 1 and (is_berubah or is_besar or is_besar_dulu) and not (is_besar and is_besar_dulu);
        drop table isi_terdaftar
        """
    )


def _gather_texts(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], prepared: str) -> None:
    """``pencari`` and ``terdaftar``, without those that are in no pair, and with the texts that must resemble each
    other."""
    columns = sorted({rule.mirip for rule in rules if rule.mirip})
    asked = {name: [str(rule.nomor) for rule in rules if rule.mirip == name] for name in columns}
    cases = " ".join(f"when {rule_number('k')} in ({', '.join(asked[name])}) then {name}" for name in columns)
    text = f"case {cases} end" if columns else "null"
    numbers = ", ".join(number for name in columns for number in asked[name]) or "null"
    con.execute(
        f"""
        create or replace temp table pencari_blok as
        select k, nomor, pencari.tautan, pencari.is_kotor, is_penuh from pencari semi join blok using (k, tautan);
        create or replace temp table terdaftar_blok as
        with utuh as (select distinct k from blok where is_kotor or is_besar or is_besar_dulu),
        lain as (select distinct k from blok anti join utuh using (k))
        select k, nomor, kotor.nomor is not null as is_kotor, coalesce(is_penuh, false) as is_penuh
        from terdaftar_dekat semi join utuh using (k) left join kotor using (nomor)
        union all
        select k, nomor, true, is_penuh from terdaftar_kotor semi join lain using (k);
        create or replace temp table teks as
        with dibaca as (
            select nomor from pencari_blok where {rule_number("k")} in ({numbers})
            union
            select nomor from terdaftar_blok where {rule_number("k")} in ({numbers})
        )
        select {", ".join(["nomor", *columns])} from {prepared} where {among("nomor", "dibaca")};
        create or replace temp table pencari as
        select k, nomor, tautan, is_kotor, is_penuh, {text} as teks from pencari_blok left join teks using (nomor);
        create or replace temp table terdaftar as
        select k, nomor, is_kotor, is_penuh, {text} as teks from terdaftar_blok left join teks using (nomor);
        drop table pencari_blok; drop table terdaftar_blok; drop table terdaftar_dekat; drop table terdaftar_kotor;
        drop table teks
        """
    )


def _leaving(rules: Sequence[Rule]) -> str:
    """SELECT of ``tautan, l, r``: weighed pairs, once for every block of theirs that outgrew its bound."""
    asked = [str(rule.nomor) for rule in rules if rule.mirip]
    alike = f"({rule_number('a.k')} not in ({', '.join(asked)}) or {ALIKE})" if asked else "true"
    return f"""
        select a.tautan, dulu.l, dulu.r from pencari as a
        inner join blok on a.k = blok.k and a.tautan = blok.tautan and blok.is_besar
        inner join ditimbang_dulu as dulu on a.nomor = dulu.l and a.tautan = dulu.tautan
        inner join terdaftar as b on a.k = b.k and dulu.r = b.nomor
        where not {_DIRTY} and {alike}
        union all
        select a.tautan, dulu.l, dulu.r from pencari as a
        inner join blok on a.k = blok.k and a.tautan = blok.tautan and blok.is_besar
        inner join ditimbang_dulu as dulu on a.nomor = dulu.l and a.tautan = dulu.tautan
        inner join pencari as b on a.k = b.k and a.tautan = b.tautan and dulu.r = b.nomor
        where not {_DIRTY} and {alike}
    """


def _count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = con.execute(f"select count(*) from {relation}").fetchone()
    return int(row[0]) if row else 0
