"""Deterministic matching: the same valid NIK, corroborated by name and birth date.

Records of one NIK are first reduced to distinct (name, birth date) signatures. Signatures with a birth date are
joined when name and date agree within the tolerances below; a signature without date joins only if exactly one
group fits its name. What does not fit stays a person of its own: a shared NIK never melts two people. A record whose
name says nothing is not joined by its NIK, and a NIK that very many particulars bear is nobody's: the records that
bear it are compared like those without.
"""

from __future__ import annotations

from collections import defaultdict

import duckdb
import pyarrow as pa

from resolution.names import LONGEST, name_expression

#: Jaro-Winkler similarity from which two words of cleaned names count as spellings of one word. Words are compared one
#: by one: a shared first word (Muhammad, Siti) makes whole names alike, and Hasan is not Husein.
WORD_SIMILARITY = 0.88

#: Particulars beyond which a NIK is a placeholder that clerks agreed on. A family that shares one has a dozen.
MANY = 100

Signature = tuple[str, str, str]


def cluster_by_nik(con: duckdb.DuckDBPyConnection, records: str, target: str) -> None:
    """Write ``target(id_catatan, kelompok, aturan_padan)``: which records of ``records`` belong together.

    Args:
        con: connection with both relations.
        records: relation with id_catatan, nik (valid or null), nama_kunci, tanggal_lahir.
        target: temporary table to create; ``kelompok`` is null for a record that stands alone.
    """
    con.execute(
        f"""
        create or replace temp table tanda_nik as
        with bernik as (
            select nik, nama_kunci, tanggal_lahir from {records} where nik is not null and nama_kunci <> '' group by all
        )
        select *, count(*) over (partition by nik) as jumlah_tanda from bernik;
        create or replace temp table nik_semu as select distinct nik from tanda_nik where jumlah_tanda > {MANY}
        """
    )
    groups = _groups_of_contested(con)
    con.execute(
        "create or replace temp table kelompok_tanda (nik varchar, nama_kunci varchar, lahir varchar, nomor int)"
    )
    if groups:
        rows = [(nik, name, born, number) for (nik, name, born), number in sorted(groups.items())]
        con.register("kelompok_baru", _columns(rows))
        con.execute("insert into kelompok_tanda select * from kelompok_baru")
        con.unregister("kelompok_baru")
    con.execute(
        f"""
        create or replace temp table {target} as
        with catatan as (
            select id_catatan, nama_kunci, tanggal_lahir,
                case when nama_kunci <> '' and nik not in (select nik from nik_semu) then nik end as nik
            from {records}
        )
        select
            catatan.id_catatan,
            catatan.nik || '#' || coalesce(tanda.nomor, 0) as kelompok,
            if(catatan.nik is null, 'tunggal', 'nik') as aturan_padan
        from catatan
        left join kelompok_tanda as tanda
            on
                catatan.nik = tanda.nik
                and catatan.nama_kunci = tanda.nama_kunci
                and coalesce(cast(catatan.tanggal_lahir as varchar), '') = tanda.lahir
        """
    )


def _columns(rows: list[tuple[str, str, str, int]]) -> pa.Table:
    names = ("nik", "nama_kunci", "lahir", "nomor")
    return pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def _groups_of_contested(con: duckdb.DuckDBPyConnection) -> dict[Signature, int]:
    """Number the groups of every NIK that carries more than one signature."""
    signatures: dict[str, list[Signature]] = defaultdict(list)
    for nik, name, born in con.execute(
        "select nik, nama_kunci, coalesce(cast(tanggal_lahir as varchar), '') from tanda_nik "
        f"where jumlah_tanda between 2 and {MANY} order by all"
    ).fetchall():
        signatures[nik].append((nik, name, born))
    edges: dict[Signature, set[Signature]] = defaultdict(set)
    for nik, name_a, born_a, name_b, born_b in con.execute(_edges()).fetchall():
        edges[nik, name_a, born_a].add((nik, name_b, born_b))
        edges[nik, name_b, born_b].add((nik, name_a, born_a))
    groups: dict[Signature, int] = {}
    for members in signatures.values():
        groups.update(_number(members, edges))
    return groups


def _edges() -> str:
    """Pairs of signatures of one NIK whose names and birth dates do not contradict each other."""
    return f"""
        with tanda as (
            select nik, nama_kunci, tanggal_lahir, {words_of("nama_kunci")} as kata,
                month(tanggal_lahir) = 1 and day(tanggal_lahir) = 1 as is_tahun_saja
            from tanda_nik where jumlah_tanda between 2 and {MANY}
        )
        select
            kiri.nik,
            kiri.nama_kunci, coalesce(cast(kiri.tanggal_lahir as varchar), ''),
            kanan.nama_kunci, coalesce(cast(kanan.tanggal_lahir as varchar), '')
        from tanda as kiri
        inner join tanda as kanan
            on
                kiri.nik = kanan.nik
                and (kiri.nama_kunci, kiri.tanggal_lahir) is distinct from (kanan.nama_kunci, kanan.tanggal_lahir)
        where
            kiri.nama_kunci <= kanan.nama_kunci
            and ({every_word("kiri", "kanan")} or {every_word("kanan", "kiri")})
            and (
                kiri.tanggal_lahir is null
                or kanan.tanggal_lahir is null
                or kiri.tanggal_lahir = kanan.tanggal_lahir
                or (
                    year(kiri.tanggal_lahir) = year(kanan.tanggal_lahir)
                    -- who knows the year alone writes 1 January
                    and (kiri.is_tahun_saja or kanan.is_tahun_saja
                         or day(kiri.tanggal_lahir) = day(kanan.tanggal_lahir)
                         or month(kiri.tanggal_lahir) = month(kanan.tanggal_lahir)
                         or (day(kiri.tanggal_lahir) = month(kanan.tanggal_lahir)
                             and month(kiri.tanggal_lahir) = day(kanan.tanggal_lahir)))
                )
            )
    """


def words_of(name: str) -> str:
    """SQL: the words of a name that ``every_word`` compares."""
    return f"string_split(coalesce({name_expression(f'left({name}, {LONGEST})')}, ''), ' ')"


def every_word(one: str, other: str) -> str:
    """Predicate over two relations with ``kata``: every word of one name is a word of the other, a spelling of one, or
    its initial."""
    alike = (
        f"a = b or jaro_winkler_similarity(a, b) >= {WORD_SIMILARITY} "
        "or (length(a) = 1 and left(b, 1) = a) or (length(b) = 1 and left(a, 1) = b)"
    )
    return (
        f"({one}.kata <> [''] and list_bool_and(list_transform({one}.kata, "
        f"lambda a: list_bool_or(list_transform({other}.kata, lambda b: {alike})))))"
    )


def _number(members: list[Signature], edges: dict[Signature, set[Signature]]) -> dict[Signature, int]:
    """Connected groups of the dated signatures, then each undated one to the single group that fits, if any."""
    number: dict[Signature, int] = {}
    count = 0
    for start in (m for m in members if m[2]):
        if start in number:
            continue
        queue, number[start] = [start], count
        while queue:
            for other in edges[queue.pop()]:
                if other[2] and other not in number:
                    number[other] = count
                    queue.append(other)
        count += 1
    for undated in (m for m in members if not m[2]):
        fitting = {number[other] for other in edges[undated] if other[2]}
        alone = (
            {number[other] for other in edges[undated] if not other[2] and other in number} if not fitting else set()
        )
        choice = fitting or alone
        if len(choice) == 1:
            number[undated] = choice.pop()
        else:
            number[undated] = count
            count += 1
    return number
