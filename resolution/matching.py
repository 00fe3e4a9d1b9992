"""Deterministic matching: the same valid NIK, corroborated by name, birth date and sex.

Records of one NIK are first reduced to distinct (name, birth date) particulars. Two that agree within the tolerances
below are joined, unless that makes one person of particulars that contradict each other: "MUHAMMAD" may be MUHAMMAD
HASAN or MUHAMMAD HUSEIN, so it joins neither, while SITI and AMINAH are both parts of SITI AMINAH. What does not fit
stays by itself, and is compared like records without a NIK: a shared NIK never melts two people. A record whose name
says nothing is not joined by its NIK, one that bears a relative's name is not either (``resolution.namesakes``), and a
NIK that very many particulars or villages bear is nobody's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import duckdb
import pyarrow as pa

from resolution.links import REGISTRY
from resolution.lookup import among
from resolution.names import LONGEST, name_expression

#: Jaro-Winkler similarity from which two words of cleaned names count as spellings of one word. Words are compared one
#: by one: a shared first word (Muhammad, Siti) makes whole names alike, and Hasan is not Husein.
WORD_SIMILARITY = 0.88

#: Particulars beyond which a NIK is a placeholder that clerks agreed on: a family that shares one has a dozen. And of a
#: NIK on more records than these, villages beyond which it is one: who has many vehicles has a few homes.
MANY, VILLAGES = 100, 20


class Particulars(NamedTuple):
    """What records of one NIK say of a person.

    Attributes:
        nama: the name.
        kelamin: ``L`` or ``P``; empty where none or both are known.
        is_dated: a birth date is known; who knows the year alone writes 1 January.
        is_registri, is_senama: the registry says it; a relative bears the name.
    """

    nama: str
    kelamin: str
    is_dated: bool
    is_registri: bool
    is_senama: bool


#: By particulars of one NIK: those that agree with them, and whether these spell out all that the other does.
Agreeing = Sequence[Mapping[int, bool]]


def gather_particulars(con: duckdb.DuckDBPyConnection, records: str) -> None:
    """Write ``tanda_nik``, the particulars of every NIK, and ``nik_semu``, the numbers that are nobody's.

    Args:
        con: connection with the relation.
        records: relation with id_catatan, entitas, nik (valid or null), nama_kunci, tanggal_lahir, jenis_kelamin,
            kode_wilayah.
    """
    con.execute(
        f"""
        create or replace temp table tanda_nik as
        with bernik as (
            select nik, nama_kunci, tanggal_lahir, count(*) as catatan, bool_or(entitas = '{REGISTRY}') as is_registri,
                case when min(jenis_kelamin) = max(jenis_kelamin) then min(jenis_kelamin) end as kelamin
            from {records} where nik is not null and nama_kunci <> '' group by nik, nama_kunci, tanggal_lahir
        )
        select * exclude (catatan), count(*) over (partition by nik) as jumlah_tanda,
            sum(catatan) over (partition by nik) as jumlah_catatan, false as is_senama
        from bernik;
        create or replace temp table nik_semu as
        with berulang as (select distinct nik from tanda_nik where jumlah_catatan > {MANY})
        select distinct nik from tanda_nik where jumlah_tanda > {MANY}
        union
        select nik from {records} semi join berulang using (nik)
        group by nik having count(distinct kode_wilayah) > {VILLAGES}
        """
    )


def cluster_by_nik(con: duckdb.DuckDBPyConnection, records: str, target: str) -> None:
    """Write ``target(id_catatan, nomor, kelompok, aturan_padan)``: which records of ``records`` belong together.

    Args:
        con: connection after ``gather_particulars``.
        records: relation as there.
        target: temporary table to create; ``kelompok`` is null for a record that stands alone.
    """
    numbers = _numbers_of_contested(con, records)
    con.register("nomor_tanda", pa.table({"n": range(len(numbers)), "nomor": pa.array(numbers, pa.int32())}))
    con.execute(
        """
        create or replace temp table kelompok_tanda as
        select nik, nama_kunci, lahir, nomor from bertanda inner join nomor_tanda using (n);
        drop table bertanda
        """
    )
    con.unregister("nomor_tanda")
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
            null::bigint as nomor, -- links number the records
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


def _numbers_of_contested(con: duckdb.DuckDBPyConnection, records: str) -> list[int]:
    """The number of its group, within its NIK, of each particulars of a NIK that carries more than one.

    Writes ``bertanda(n, ...)``, these particulars.
    """
    con.execute(
        f"""
        create or replace temp table bertanda as
        with dipilih as (
            select nik, nama_kunci, coalesce(cast(tanggal_lahir as varchar), '') as lahir,
                coalesce(kelamin, '') as kelamin, tanggal_lahir, is_registri, is_senama,
                {words_of("nama_kunci")} as kata
            from tanda_nik where jumlah_tanda between 2 and {MANY}
        )
        select *, row_number() over (order by nik, nama_kunci, lahir, kelamin) - 1 as n from dipilih
        """
    )
    told = con.execute(
        "select nik, nama_kunci, kelamin, lahir <> '' and not ends_with(lahir, '-01-01'), is_registri, is_senama "
        "from bertanda order by n"
    ).fetchall()
    agreeing: dict[int, dict[int, bool]] = defaultdict(dict)
    for one, other, is_whole, is_other_whole in con.execute(_agreeing(records)).fetchall():
        agreeing[one][other], agreeing[other][one] = is_whole, is_other_whole
    numbers: list[int] = []
    for _, same in groupby(told, key=itemgetter(0)):
        members = [Particulars(*row[1:]) for row in same]
        first = len(numbers)
        near = (agreeing.get(n, {}) for n in range(first, first + len(members)))
        numbers += _number(members, [{n - first: is_whole for n, is_whole in found.items()} for found in near])
    return numbers


def _agreeing(records: str) -> str:
    """SELECT of pairs out of ``bertanda`` of one NIK that do not contradict each other; of either, whether the other
    spells it out. A relative is somebody else than the registered, however alike they are called.

    Two records of one register whose names are a letter apart are two people: a register writes nobody down twice
    under one number, but now and then gives a twin the other's.
    """
    left, right = "kiri.kata", "kanan.kata"
    return f"""
        with berulang as (
            select nik from tanda_nik where is_registri and jumlah_tanda <= {MANY} group by nik having count(*) > 1
        ),
        daftar as (
            select nik, nama_kunci, coalesce(cast(tanggal_lahir as varchar), '') as lahir,
                list(split_part(id_catatan, '|', 1)) as kontrak
            from {records} where entitas = '{REGISTRY}' and {among("nik", "berulang")} group by all
        ),
        tanda as (from bertanda left join daftar using (nik, nama_kunci, lahir))
        select kiri.n, kanan.n,
            {every_word(right, left, spelt_out=True)}, {every_word(left, right, spelt_out=True)}
        from tanda as kiri
        inner join tanda as kanan on kiri.nik = kanan.nik
        where
            kiri.n < kanan.n
            and not ((kiri.is_senama or kanan.is_senama) and (kiri.is_registri or kanan.is_registri))
            and ({every_word(left, right)} or {every_word(right, left)})
            and {no_contradiction("kiri", "kanan")}
            and (
                coalesce(not list_has_any(kiri.kontrak, kanan.kontrak), true)
                or {every_word(left, right, exact=True)} or {every_word(right, left, exact=True)}
            )
    """


def no_contradiction(one: str, other: str) -> str:
    """Predicate over two relations with ``tanggal_lahir`` and ``kelamin``: neither the sexes nor the birth dates speak
    against one person; who knows the year alone writes 1 January."""
    days, months = ([f"{part}({side}.tanggal_lahir)" for side in (one, other)] for part in ("day", "month"))
    january = " or ".join(f"({day} = 1 and {month} = 1)" for day, month in zip(days, months, strict=True))
    return f"""(
        coalesce({one}.kelamin, '') in (coalesce({other}.kelamin, ''), '') or coalesce({other}.kelamin, '') = ''
    ) and (
        {one}.tanggal_lahir is null or {other}.tanggal_lahir is null
        or {one}.tanggal_lahir = {other}.tanggal_lahir
        or (year({one}.tanggal_lahir) = year({other}.tanggal_lahir) and (
            {january} or {days[0]} = {days[1]} or {months[0]} = {months[1]}
            or ({days[0]} = {months[1]} and {months[0]} = {days[1]})
        ))
    )"""


def words_of(name: str) -> str:
    """SQL: the words of a name that ``every_word`` compares."""
    return f"string_split(coalesce({name_expression(f'left({name}, {LONGEST})')}, ''), ' ')"


def every_word(one: str, other: str, *, spelt_out: bool = False, exact: bool = False) -> str:
    """Predicate over two lists of words: every word of one is a word of the other, a spelling of one, or its initial.

    Args:
        one, other: SQL of the lists.
        spelt_out: an initial in the other name does not stand for a word.
        exact: a spelling does not either.
    """
    alike = "a = b or (length(a) = 1 and left(b, 1) = a)"
    if not exact:
        alike += f" or jaro_winkler_similarity(a, b) >= {WORD_SIMILARITY}"
    if not spelt_out:
        alike += " or (length(b) = 1 and left(a, 1) = b)"
    return (
        f"({one} <> [''] and list_bool_and(list_transform({one}, "
        f"lambda a: list_bool_or(list_transform({other}, lambda b: {alike})))))"
    )


def word_likeness(one: str, other: str) -> str:
    """SQL: how much of one list of words the other explains, from 0 to 1; an initial counts like any slip."""
    alike = (
        "case when a = b then 1 when (length(a) = 1 or length(b) = 1) and left(a, 1) = left(b, 1) "
        f"then {WORD_SIMILARITY} else jaro_winkler_similarity(a, b) end"
    )
    return f"list_avg(list_transform({one}, lambda a: list_max(list_transform({other}, lambda b: {alike}))))"


def _number(members: Sequence[Particulars], agreeing: Agreeing) -> list[int]:
    """Connected groups of the particulars that nothing speaks against; of the others, those that bear the name of one
    group alone join it, and the rest, and those of relatives, stand by themselves."""
    torn = {n for n, one in enumerate(members) if one.is_senama or _is_torn(n, members, agreeing)}
    number: dict[int, int] = {}
    count = 0
    for start in range(len(members)):
        if start in number or start in torn:
            continue
        queue, number[start] = [start], count
        while queue:
            for other in agreeing[queue.pop()]:
                if other not in number and other not in torn:
                    number[other] = count
                    queue.append(other)
        count += 1
    for n in sorted(torn):
        one = members[n]
        named = {number[other] for other in agreeing[n] if other not in torn and members[other].nama == one.nama}
        if len(named) == 1 and not one.is_senama:
            number[n] = named.pop()
        else:
            number[n] = count
            count += 1
    return [number[n] for n in range(len(members))]


def _is_torn(one: int, members: Sequence[Particulars], agreeing: Agreeing) -> bool:
    """Whether two that agree with it contradict each other, and it does not say more than both."""
    near = agreeing[one]
    for other, is_part in near.items():
        for third, is_third_part in near.items():
            if other < third and third not in agreeing[other]:
                explained = is_part and is_third_part and members[one].is_dated
                if not explained or {members[other].kelamin, members[third].kelamin} == {"L", "P"}:
                    return True
    return False
