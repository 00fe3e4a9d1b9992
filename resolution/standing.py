"""How two units stand to each other, kept from night to night: joined by a link, left open, or compared and left apart.

Records of one NIK are spoken of once, by their first; which of them was compared differs between nights.

Relation written: ``resolved.sikap(sikap, tautan, satuan_a, satuan_b, a, b, bobot, peluang, undi)``: ``sikap`` is
``ragu`` or the sample that the pair may be drawn for, ``a`` and ``b`` the units' first records, ``undi`` a lot that the
deployment's key casts: at random, the same every night.
"""

from __future__ import annotations

import duckdb

from resolution.decisions import SAMPLE, SAMPLE_APART
from resolution.lookup import among
from resolution.persons import PREPARED
from resolution.units import UNITS

STANDING, OPEN = "resolved.sikap", "ragu"
#: Of two sides the left one is named first: the registry comes second. Nothing else may decide it, for who answers sees
#: the order, and must not see by it what was made of the pair.
_IN_ORDER = "if(kiri.is_registri = kanan.is_registri, kiri.wakil < kanan.wakil, kanan.is_registri)"


def lot(a: str, b: str) -> str:
    """SQL: the lot of a pair; within ``model.hide_names``."""
    return f"hash((select rahasia from rahasia_nama), {a}, {b})"


def create_standing(con: duckdb.DuckDBPyConnection) -> None:
    """The relation, when it is not there yet; of an older release's build all is weighed anew."""
    if con.execute("select 1 from duckdb_tables() where schema_name = 'resolved' and table_name = 'sikap'").fetchone():
        return
    con.execute(
        f"create table {STANDING} (sikap varchar, tautan varchar, satuan_a varchar, satuan_b varchar, "
        "a varchar, b varchar, bobot double, peluang double, undi ubigint); delete from resolved.model_tautan"
    )


def refresh_standing(con: duckdb.DuckDBPyConnection, *, everything: bool) -> None:
    """Anew for the units of which a record, pair, bond or person is another than it was; ids are stored already.

    Args:
        con: connection to the build, after ``units.refresh_units`` and ``deciding.decide``.
        everything: for all units.
    """
    chosen = "true"
    if everything:
        con.execute(f"delete from {STANDING}")
    else:
        _gather_moved(con)
        chosen = "l in (from nomor_bergerak) or r in (from nomor_bergerak)"
        con.execute(
            f"delete from {STANDING} where satuan_a in (from satuan_bergerak) or satuan_b in (from satuan_bergerak)"
        )
    _gather_sides(con, chosen)
    _add_linked(con)
    _add_apart(con)
    con.execute("drop table berikat; drop table dibandingkan; drop table sisi")


def _gather_moved(con: duckdb.DuckDBPyConnection) -> None:
    """``satuan_bergerak(satuan)``, units as they are and were, and ``nomor_bergerak(nomor)``, their records."""
    con.execute(
        f"""
        create or replace temp table satuan_bergerak as
        with berubah as (
            select nomor from kotor union select nomor from orang_kini union select unnest([l, r]) from tautan_beda
        )
        select satuan from {UNITS} semi join berubah using (nomor) union from satuan_lama;
        create or replace temp table nomor_bergerak as
        select nomor from {UNITS} semi join satuan_bergerak using (satuan)
        """
    )


def _gather_sides(con: duckdb.DuckDBPyConnection, chosen: str) -> None:
    """``berikat`` and ``dibandingkan``: the chosen bonds, and pairs that have none; ``sisi``: the records in them."""
    con.execute(
        f"""
        create or replace temp table berikat as
        select tautan, l, r, bobot, peluang, keputusan from resolved.tautan where {chosen};
        create or replace temp table dibandingkan as
        select tautan, l, r, bobot from resolved.pasangan anti join berikat using (l, r) where {chosen};
        create or replace temp table sisi as
        with disebut as (
            select unnest([l, r]) as nomor from berikat union select unnest([l, r]) from dibandingkan
        ),
        orang as (select nomor, id_orang from resolved.orang_catatan where {among("nomor", "disebut")}),
        satuan as (select nomor, satuan, wakil, is_registri from {UNITS} where {among("nomor", "disebut")})
        from satuan inner join orang using (nomor)
        """
    )


def _add_linked(con: duckdb.DuckDBPyConnection) -> None:
    """Pairs that a link joined or left open; and ``sudah_ditanya(kiri, kanan)``, units of which enough was said."""
    con.execute(
        f"""
        create or replace temp table bertanya as
        select berikat.tautan, berikat.bobot, berikat.peluang,
            -- a bond that the groups do not obey is a question
            if(berikat.keputusan = 'padan' and kiri.id_orang <> kanan.id_orang, 'tinjau', berikat.keputusan)
            as keputusan,
            kiri.satuan as satuan_kiri, kanan.satuan as satuan_kanan, kiri.wakil as wakil_kiri,
            kanan.wakil as wakil_kanan, {_IN_ORDER} as is_searah
        from berikat
        inner join sisi as kiri on l = kiri.nomor
        inner join sisi as kanan on r = kanan.nomor;
        insert into {STANDING}
        with searah as (
            select tautan, keputusan, bobot, peluang,
                if(is_searah, satuan_kiri, satuan_kanan) as satuan_a, if(is_searah, wakil_kiri, wakil_kanan) as a,
                if(is_searah, satuan_kanan, satuan_kiri) as satuan_b, if(is_searah, wakil_kanan, wakil_kiri) as b
            from bertanya
        ),
        sekali as (
            select tautan, satuan_a, satuan_b, a, b, min(keputusan) as keputusan, max(bobot) as bobot,
                max(peluang) as peluang
            from searah group by tautan, satuan_a, satuan_b, a, b
        )
        select if(keputusan = 'padan', '{SAMPLE}', '{OPEN}'), tautan, satuan_a, satuan_b, a, b, bobot, peluang,
            {lot("a", "b")}
        from sekali where keputusan in ('padan', 'tinjau');
        create or replace temp table sudah_ditanya as
        with berputusan as (
            select id_catatan, coalesce(kelompok_nik, id_catatan) as satuan from {PREPARED}
            where id_catatan in (select unnest([a, b]) from putusan)
        )
        select satuan_kiri as kiri, satuan_kanan as kanan from bertanya
        union all
        select kiri.satuan, kanan.satuan from putusan
        inner join berputusan as kiri on a = kiri.id_catatan
        inner join berputusan as kanan on b = kanan.id_catatan;
        drop table bertanya
        """
    )


def _add_apart(con: duckdb.DuckDBPyConnection) -> None:
    """Pairs that were compared, that resemble each other somewhat, and that nobody is asked about otherwise.

    Two units are one question, whichever of their records were compared: by the heaviest pair.
    """
    con.execute(
        f"""
        -- a table of its own: with the inequality in one statement DuckDB compares all people with all
        create or replace temp table lepas as
        select tautan, bobot,
            if({_IN_ORDER}, kiri.satuan, kanan.satuan) as satuan_a, if({_IN_ORDER}, kiri.wakil, kanan.wakil) as a,
            if({_IN_ORDER}, kanan.satuan, kiri.satuan) as satuan_b, if({_IN_ORDER}, kanan.wakil, kiri.wakil) as b,
            kiri.id_orang as orang_kiri, kanan.id_orang as orang_kanan
        from dibandingkan
        inner join sisi as kiri on l = kiri.nomor
        inner join sisi as kanan on r = kanan.nomor;
        insert into {STANDING}
        with ditanya as (
            select kiri as satuan_a, kanan as satuan_b from sudah_ditanya
            union all
            select kanan, kiri from sudah_ditanya
        ),
        terberat as (
            select max({{
                'bobot': bobot, 'tautan': tautan, 'a': a, 'b': b, 'satuan_a': satuan_a, 'satuan_b': satuan_b
            }}) as satu
            from lepas anti join ditanya using (satuan_a, satuan_b)
            -- who is one person already, by other records or by a word, is no pair left apart
            where orang_kiri <> orang_kanan
            group by least(satuan_a, satuan_b), greatest(satuan_a, satuan_b)
        )
        select '{SAMPLE_APART}', satu.tautan, satu.satuan_a, satu.satuan_b, satu.a, satu.b, satu.bobot, null,
            {lot("satu.a", "satu.b")}
        from terberat;
        drop table lepas; drop table sudah_ditanya
        """
    )
