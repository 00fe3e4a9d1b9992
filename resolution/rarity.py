"""How rare a name is: how many others bear it, as far as the registry and the datasets tell.

A name that the registry has once is not borne by one other person in it, but by fewer: names of three words are rarely
anybody else's, those of one word mostly are. Good and Turing's estimate tells how many, from how many names there are
twice for those that are there once (I. J. Good, Biometrika 40, 1953), for names of one, two, three and more words
apart. At least ``LEAST`` of another are expected, so that a name alone joins nobody: somebody whom the registry does
not have may bear it. A name that offices write and the registry does not have is another's cut short: as common as they
write it of different homes, and a word no rarer than the share of names that are cut, of those that have it, makes it.
"""

from __future__ import annotations

import duckdb

from resolution.learning import DIFFER
from resolution.links import REGISTRY
from resolution.model import DIGEST
from resolution.persons import PREPARED

#: Words from which all names are of one class, and bearers from which their number is taken as it is.
WORDS, COUNTED = 4, 6
LEAST = 0.1
#: Of names with several words, those that an office cuts down to a given one: a share declared, and not learnt.
CUT = DIFFER / 2


def words_class(name: str) -> str:
    """SQL: under which ``sidik`` the frequencies keep what holds for names of so many words that they do not list."""
    return f"cast(least(len(string_split({name}, ' ')), {WORDS}) as varchar)"


def count_names(con: duckdb.DuckDBPyConnection, people: int, target: str) -> None:
    """Write ``target(sidik, tf_nama)``: by a name's digest, or its number of words, the share of people who bear it
    besides the one who is meant.

    Args:
        con: connection to the build.
        people: persons of the registry.
        target: temporary table to create.
    """
    con.execute(
        f"""
        create or replace temp table {target} as
        with disebut as (
            select nama, {words_class("nama")} as kata, count(*) filter (where entitas = '{REGISTRY}') as terdaftar,
                -- one owner's many vehicles are not as many people
                count(distinct coalesce(desa, '') || '|' || coalesce(alamat, '')) filter (where entitas <> '{REGISTRY}')
                as di_luar
            from {PREPARED} where nama is not null and not is_mantap group by nama
        ),
        banyak as (select kata, terdaftar, count(*) as n from disebut group by all),
        kelas as (
            select cast(kata.range as varchar) as kata, terdaftar.range as terdaftar
            from range(1, {WORDS + 1}) as kata, range(1, {COUNTED}) as terdaftar
        ),
        duga as (
            select kata, kelas.terdaftar, greatest({LEAST}, kelas.terdaftar - 1, least(
                kelas.terdaftar, (kelas.terdaftar + 1) * (coalesce(lebih.n, 0) + 1) / (coalesce(sama.n, 0) + 1)
            )) as lain
            from kelas
            left join banyak as sama using (kata, terdaftar)
            left join banyak as lebih on kelas.kata = lebih.kata and lebih.terdaftar = kelas.terdaftar + 1
        ),
        umum as (select kata, lain from duga where terdaftar = 1),
        sebagian as (
            select unnest(string_split(nama, ' ')) as nama from {PREPARED}
            where entitas = '{REGISTRY}' and contains(nama, ' ')
        ),
        dipotong as (
            select nama, {CUT} * count(*) as potongan from sebagian
            where nama in (select nama from disebut where kata = '1') group by nama
        ),
        lain as (
            select {DIGEST} as sidik, umum.lain as umum, greatest(
                coalesce(duga.lain, terdaftar), di_luar - greatest(terdaftar, 1), coalesce(potongan, 0)
            ) as lain
            from disebut
            inner join umum using (kata)
            left join duga using (kata, terdaftar)
            left join dipotong using (nama)
        )
        select sidik, lain / {max(people, 1)} as tf_nama from lain where lain > umum
        union all
        select kata, lain / {max(people, 1)} from umum
        """
    )
