"""Namesakes: a record under one person's NIK that bears, to the letter, the name of a relative of that person.

ANDRI's record under the number of his twin ANDI is a letter away from ANDI, which a NIK joins; but the registry knows
an ANDRI of the same card. Such a record is left to the links, where both compete. Relatives stand on one card, or have
one mother and one birth date: on the registry's record that has the NIK, or on a record of that NIK and name.

Relation written: ``resolved.senama(nik, kunci, id_catatan)``: under which key the namesakes of a record with that NIK
would be found in the registry, and those that were, or null; a night looks here who must be looked at again.
"""

from __future__ import annotations

import duckdb

from resolution.links import REGISTRY
from resolution.lookup import among
from resolution.matching import no_contradiction
from resolution.persons import card_number

#: SQL over a record: where a relative of its name would be found.
_KEYS = f"""[
    nama_kunci || '|kk|' || {card_number("nomor_kk")},
    nama_kunci || '|ibu|' || upper(trim(nama_ibu)) || '|' || cast(tanggal_lahir as varchar)
]"""
_CREATE = "create table if not exists resolved.senama (nik varchar, kunci varchar, id_catatan varchar)"


def create_namesakes(con: duckdb.DuckDBPyConnection) -> None:
    """The relation, when it is not there yet."""
    con.execute(_CREATE)


def awaited(changed: str) -> str:
    """SELECT of ``nik``: numbers under which a record bears a name that a record in ``changed`` has, or had.

    Args:
        changed: SELECT of new and changed records as in ``int_identitas__catatan``; those that are gone are in
            ``hilang``.
    """
    return f"""
        with kini as ({changed})
        select nik from resolved.senama
        where id_catatan in (select id_catatan from kini union all select id_catatan from hilang)
        or kunci in (select unnest({_KEYS}) from kini where entitas = '{REGISTRY}')
    """


def find_namesakes(con: duckdb.DuckDBPyConnection, records: str, *, everything: bool) -> None:
    """Let ``tanda_nik.is_senama`` tell which particulars bear a relative's name; ``resolved.senama`` for touched NIKs.

    Args:
        con: connection to the build, with ``tersentuh`` and its ``tanda_nik``, see ``resolution.matching``.
        records: relation as ``int_identitas__catatan``, all records.
        everything: these are touched; else the NIKs in ``nik_tersentuh``.
    """
    con.execute(
        f"""
        delete from resolved.senama where {"true" if everything else "nik in (from nik_tersentuh)"};
        create or replace temp table dicari as
        with milik as (
            select nik, list(nama_kunci) as nama from tanda_nik where is_registri and jumlah_tanda > 1 group by nik
        ),
        lain as (
            select tanda.nik, nama_kunci, tanggal_lahir, tanda.kelamin
            from tanda_nik as tanda inner join milik on tanda.nik = milik.nik and not list_contains(nama, nama_kunci)
        ),
        sekeluarga as (
            select lain.*, kini.nomor_kk, kini.nama_ibu
            from lain inner join tersentuh as kini on lain.nik = kini.nik
            where kini.entitas = '{REGISTRY}' or kini.nama_kunci = lain.nama_kunci
        ),
        berkunci as (select nik, nama_kunci, tanggal_lahir, kelamin, unnest({_KEYS}) as kunci from sekeluarga)
        select distinct * from berkunci where kunci is not null
        """
    )
    if con.execute("select 1 from dicari limit 1").fetchone():
        _look_up(con, records)
    con.execute("drop table dicari")


def _look_up(con: duckdb.DuckDBPyConnection, records: str) -> None:
    con.execute(
        f"""
        create or replace temp table terdaftar as
        with bernama as (
            from {records} where entitas = '{REGISTRY}' and {among("nama_kunci", "dicari")}
        ),
        berkunci as (
            select id_catatan, nik, tanggal_lahir, jenis_kelamin as kelamin, unnest({_KEYS}) as kunci from bernama
        )
        from berkunci semi join dicari using (kunci);
        insert into resolved.senama
        select distinct dicari.nik, kunci, terdaftar.id_catatan from dicari left join terdaftar using (kunci);
        update tanda_nik set is_senama = true
        from dicari as kiri inner join terdaftar as kanan on kiri.kunci = kanan.kunci
        where
            tanda_nik.nik = kiri.nik and tanda_nik.nama_kunci = kiri.nama_kunci
            and tanda_nik.tanggal_lahir is not distinct from kiri.tanggal_lahir
            and kiri.nik is distinct from kanan.nik and {no_contradiction("kiri", "kanan")};
        drop table terdaftar
        """
    )
