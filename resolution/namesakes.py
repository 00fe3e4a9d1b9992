"""Namesakes: a record under one person's NIK that bears the name of a relative of that person.

ANDRI's record under the number of his twin ANDI is a letter away from ANDI, which a NIK joins; but the registry knows
an ANDRI of the same card. A record that a relative's name explains better than the owner's, as ANDRI SAPUTRA explains
"ANDRI", is left to the links, where both compete. Relatives stand on one card, the registered owner's or the record's
own; or, for twins who have left home, are children of one mother and date, and then bear the record's very name.

Relation written: ``resolved.senama(nik, kata, kunci, id_catatan, is_ramai)``: words of names that records with that NIK
bear, under which keys relatives are found in the registry, whose name it is, or null, and whether more people have the
key than are a family; a night looks here who must be looked at again.
"""

from __future__ import annotations

import duckdb

from resolution.links import REGISTRY
from resolution.lookup import among
from resolution.matching import MANY, every_word, no_contradiction, word_likeness, words_of
from resolution.names import name_expression
from resolution.persons import card_number, forget_rules

_COLUMNS = {"nik": "varchar", "kata": "varchar[]", "kunci": "varchar", "id_catatan": "varchar", "is_ramai": "boolean"}
#: SQL over a record: under which keys relatives are found, the card's and that of the name with the date.
_CARD = f"'kk|' || {card_number('nomor_kk')}"
_BORN = "nama_kunci || '|' || cast(tanggal_lahir as varchar)"

#: A relative's name may explain the record's.
_FITS = f"({every_word('kata', 'lain')} or {every_word('lain', 'kata')})"


def create_namesakes(con: duckdb.DuckDBPyConnection) -> None:
    """The relation, when it is not there yet or an older release's: only a run over all records can fill it."""
    held = con.execute(
        "select column_name from duckdb_columns() where schema_name = 'resolved' and table_name = 'senama'"
    ).fetchall()
    if [name for (name,) in held] != list(_COLUMNS):
        forget_rules(con)
        columns = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
        con.execute(f"create or replace table resolved.senama ({columns})")


def gather_awaited(con: duckdb.DuckDBPyConnection, changed: str, records: str) -> None:
    """Write ``nik_dinanti(nik)``: numbers under which a record may bear the name of a record in ``changed``, or did;
    and those of a card that has become more than a family's, or may have become one.

    Args:
        con: connection to the build, with those that are gone in ``hilang``.
        changed: relation of new and changed records as ``int_identitas__catatan``.
        records: the same of all.
    """
    con.execute(
        f"""
        create or replace temp table dinanti as
        with terdaftar as (
            select nama_kunci, unnest([{_CARD}, {_BORN}]) as kunci from {changed} where entitas = '{REGISTRY}'
        )
        -- a table of its own: in one statement DuckDB takes names apart once for every word that is compared
        select nik, kunci, is_ramai, kata, {words_of("nama_kunci")} as lain
        from resolved.senama inner join terdaftar using (kunci);
        create or replace temp table nik_dinanti as
        with kartu as (
            select distinct kunci[4:] as nomor_kk from dinanti where starts_with(kunci, 'kk|') and not is_ramai
        ),
        bertambah as (
            select 'kk|' || nomor_kk as kunci from {records}
            where entitas = '{REGISTRY}' and {among("nomor_kk", "kartu")} group by nomor_kk having count(*) > {MANY}
        )
        select nik from dinanti where {_FITS}
        union
        select nik from resolved.senama
        where id_catatan in (select id_catatan from {changed} union all select id_catatan from hilang)
        union
        select nik from resolved.senama semi join bertambah using (kunci)
        union
        select nik from resolved.senama
        where is_ramai and exists (select 1 from {changed} where entitas = '{REGISTRY}' union all select 1 from hilang);
        drop table dinanti
        """
    )


def find_namesakes(con: duckdb.DuckDBPyConnection, records: str) -> None:
    """Let ``tanda_nik.is_senama`` tell which particulars bear a relative's name, and write ``senama_baru``, what
    ``resolved.senama`` will say of touched NIKs.

    A card on which more than ``MANY`` people stand is no family's; nor has a number that is nobody's relatives.

    Args:
        con: connection to the build, with ``tersentuh``, and its ``tanda_nik`` and ``nik_semu``, see
            ``resolution.matching``.
        records: relation as ``int_identitas__catatan``, all records.
    """
    con.execute(
        f"""
        create or replace temp table senama_baru as from resolved.senama limit 0;
        create or replace temp table milik as
        select distinct nik, nama_kunci from tanda_nik
        where is_registri and jumlah_tanda between 2 and {MANY} and nik not in (from nik_semu);
        create or replace temp table dicari as
        with lain as (
            select nik, nama_kunci, tanggal_lahir, kelamin from tanda_nik
            where nik in (select nik from milik) and (nik, nama_kunci) not in (select (nik, nama_kunci) from milik)
        ),
        sekeluarga as (
            select lain.*, {card_number("kini.nomor_kk")} as kartu, kini.tanggal_lahir as lahir, kini.nama_ibu as ibu
            from lain inner join tersentuh as kini on lain.nik = kini.nik
            where kini.entitas = '{REGISTRY}' or kini.nama_kunci = lain.nama_kunci
        )
        select nik, nama_kunci, tanggal_lahir, kelamin, kartu, 'kk|' || kartu as kunci, null as ibu from sekeluarga
        where kartu is not null
        union
        select nik, nama_kunci, tanggal_lahir, kelamin, null, nama_kunci || '|' || cast(lahir as varchar), ibu
        from sekeluarga where lahir is not null and ibu is not null
        """
    )
    if con.execute("select 1 from dicari limit 1").fetchone():
        _look_up(con, records)
        _judge(con)
    con.execute("drop table dicari; drop table milik")


def store_namesakes(con: duckdb.DuckDBPyConnection, *, everything: bool) -> None:
    """Keep what ``find_namesakes`` wrote.

    Args:
        con: connection to the build.
        everything: all NIKs were touched; else those in ``nik_tersentuh``.
    """
    con.execute(
        f"""
        delete from resolved.senama where {"true" if everything else "nik in (from nik_tersentuh)"};
        insert into resolved.senama from senama_baru
        """
    )


def _look_up(con: duckdb.DuckDBPyConnection, records: str) -> None:
    """``kerabat``: what is sought, with the registry's people who may be relatives, and the words of both names."""
    told = "id_catatan, nik, nama_kunci, tanggal_lahir, jenis_kelamin as kelamin, nama_ibu"
    con.execute(
        f"""
        create or replace temp table terdaftar as
        with sekartu as (
            select {told}, {_CARD} as kunci from {records}
            where entitas = '{REGISTRY}' and {among("nomor_kk", "dicari", "kartu")}
        ),
        senama as (
            select {told}, {_BORN} as kunci from {records}
            where entitas = '{REGISTRY}' and {among("nama_kunci", "dicari")}
        ),
        sekeluarga as (from sekartu union all from senama)
        from sekeluarga semi join dicari using (kunci);
        create or replace temp table ramai as
        select kunci from terdaftar group by kunci having count(*) > {MANY};
        delete from terdaftar where kunci in (from ramai);
        create or replace temp table kerabat as
        select kiri.*, {words_of("kiri.nama_kunci")} as kata, kanan.id_catatan, {words_of("kanan.nama_kunci")} as lain
        from dicari as kiri inner join terdaftar as kanan using (kunci)
        where
            kiri.nik is distinct from kanan.nik and {no_contradiction("kiri", "kanan")}
            and (kartu is not null or {name_expression("kiri.ibu")} = {name_expression("kanan.nama_ibu")});
        drop table terdaftar
        """
    )


def _judge(con: duckdb.DuckDBPyConnection) -> None:
    """Whose name it is: the relative's if that explains more of it, or as much and is the very name."""
    con.execute(
        f"""
        create or replace temp table senama_kini as
        with pemilik as (
            select nik, {words_of("nama_kunci")} as kata_milik from milik semi join kerabat using (nik)
        ),
        dinilai as (
            select kerabat.nik, kerabat.nama_kunci, kerabat.tanggal_lahir, kunci, id_catatan,
                {word_likeness("kerabat.kata", "kerabat.lain")} as mirip, kerabat.kata = kerabat.lain as is_sama,
                max({word_likeness("kerabat.kata", "kata_milik")}) as mirip_pemilik
            from kerabat inner join pemilik using (nik)
            where {_FITS}
            group by all
        )
        from dinilai where mirip > mirip_pemilik or (mirip = mirip_pemilik and is_sama);
        insert into senama_baru
        with berkata as (
            select nama_kunci, {words_of("nama_kunci")} as kata from (select distinct nama_kunci from dicari)
        )
        select distinct dicari.nik, kata, kunci, senama.id_catatan, kunci in (from ramai) from dicari
        inner join berkata using (nama_kunci)
        left join senama_kini as senama using (nik, nama_kunci, kunci);
        update tanda_nik set is_senama = true from senama_kini as senama
        where
            tanda_nik.nik = senama.nik and tanda_nik.nama_kunci = senama.nama_kunci
            and tanda_nik.tanggal_lahir is not distinct from senama.tanggal_lahir;
        drop table kerabat; drop table senama_kini; drop table ramai
        """
    )
