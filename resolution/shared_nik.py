"""What two records of one person and one NIK say of name and birth date: in words, for who asks why they are one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import duckdb

from resolution.matching import every_word, words_of

NameAgreement = Literal["sama", "seturut", "beda", "kosong"]
DateAgreement = Literal["sama", "tahun_saja", "beda_hari", "beda_bulan", "tertukar", "beda", "kosong"]
NAMES, DATES = get_args(NameAgreement), get_args(DateAgreement)


@dataclass(frozen=True)
class SameNik:
    """A record with the NIK of an earlier one of the same person.

    Attributes:
        first: the first record with this NIK.
        record: the record.
        name: ``sama``; ``seturut`` every word of one is a word of the other, a spelling of one, or its initial;
            ``beda``; ``kosong`` one has none.
        born: ``sama``; ``tahun_saja`` one is 1 January of the other's year; ``beda_hari``, ``beda_bulan`` nothing else
            differs; ``tertukar`` day and month exchanged; ``beda``; ``kosong`` one has none.
    """

    first: str
    record: str
    name: NameAgreement
    born: DateAgreement


def same_nik(con: duckdb.DuckDBPyConnection, person: str, records: str) -> tuple[SameNik, ...]:
    """Every record of a person whose NIK an earlier one has, in the order in which they came.

    Args:
        con: connection to the build.
        person: an ``id_orang`` in use.
        records: relation as ``int_identitas__catatan``.
    """
    rows = con.execute(
        f"""
        with anggota as (
            select orang.id_catatan, orang.nik, orang.urutan, nullif(catatan.nama_kunci, '') as nama,
                {words_of("catatan.nama_kunci")} as kata, catatan.tanggal_lahir as lahir
            from resolved.orang_catatan as orang inner join {records} as catatan using (id_catatan)
            where orang.id_orang = ? and orang.nik is not null
        ),
        berurut as (
            select *, first_value(id_catatan) over (partition by nik order by urutan, id_catatan) as id_pertama
            from anggota
        )
        select pertama.id_catatan, lain.id_catatan,
            case
                when pertama.nama is null or lain.nama is null then 'kosong'
                when pertama.nama = lain.nama then 'sama'
                when {every_word("pertama.kata", "lain.kata")} or {every_word("lain.kata", "pertama.kata")}
                then 'seturut'
                else 'beda'
            end,
            case
                when pertama.lahir is null or lain.lahir is null then 'kosong'
                when pertama.lahir = lain.lahir then 'sama'
                when year(pertama.lahir) <> year(lain.lahir) then 'beda'
                when strftime(pertama.lahir, '%m%d') = '0101' or strftime(lain.lahir, '%m%d') = '0101' then 'tahun_saja'
                when month(pertama.lahir) = month(lain.lahir) then 'beda_hari'
                when day(pertama.lahir) = day(lain.lahir) then 'beda_bulan'
                when day(pertama.lahir) = month(lain.lahir) and month(pertama.lahir) = day(lain.lahir) then 'tertukar'
                else 'beda'
            end
        from berurut as lain
        inner join anggota as pertama on lain.id_pertama = pertama.id_catatan
        where lain.id_catatan <> lain.id_pertama
        order by lain.urutan, lain.id_catatan
        """,
        [person],
    ).fetchall()
    return tuple(SameNik(*row) for row in rows)
