"""Decisions of the links: which record joins whom, and what a person should look at.

A record outside the registry is one of its candidates or none of them: likelihoods compete, so that two equally fitting
people (father and son, twins) leave a record undecided. Decisions are taken in an order that no night can change:
the registry's doubles first, then who joins the registry, then who joins such a record, then the rest among themselves.
What a steward decided is not weighed again: such pairs leave the competition, or win it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import duckdb

from resolution.bonds import store_bonds
from resolution.decisions import DIFFERENT, SAME, UNSURE
from resolution.dividing import WORD
from resolution.guarding import join_guarded
from resolution.links import Link
from resolution.model import Model
from resolution.reach import reach


def decide(
    con: duckdb.DuckDBPyConnection, links: Sequence[Link], model: Model, affected: str, *, everything: bool
) -> None:
    """Decide anew for the units with a record in ``affected(nomor)``, and for those that they compete or go with.

    Args:
        con: connection to the build, pairs up to date.
        links: all of them.
        model: what they learnt.
        affected: records whose pairs, NIK or family may have changed.
        everything: these are all.
    """
    reach(con, links, affected, everything=everything)
    con.execute(
        """
        create or replace temp table tautan_baru (
            l bigint, r bigint, tautan varchar, bobot double, peluang double, keputusan varchar
        );
        -- a table of its own: with the units' inequality in one statement DuckDB compares all units with all
        create or replace temp table pasangan_satuan as
        select tautan, l, r, is_wajib, bobot, a.satuan as satuan_l, b.satuan as satuan_r, b.is_registri
        from resolved.pasangan
        inner join satuan as a on l = a.nomor
        inner join satuan as b on r = b.nomor
        where a.is_registri or l in (select nomor from diputus) or r in (select nomor from diputus)
        """
    )
    _obey(con)
    _keep(con)
    for link in links:
        if link.is_registry:
            _doubles(con, link, model.tautan[link.nama].peluang)
    for link in links:
        if not link.is_registry:
            _into_registry(con, link, model.tautan[link.nama].peluang)
            _beside_joined(con, link)
            _among_themselves(con, link)
    con.execute(
        f"""
        update tautan_baru set keputusan = 'ragu' from putusan_satuan as putusan
        inner join satuan as kiri on putusan.satuan_l = kiri.satuan
        inner join satuan as kanan on putusan.satuan_r = kanan.satuan
        where putusan.keputusan = '{UNSURE}' and tautan_baru.l = kiri.nomor and tautan_baru.r = kanan.nomor
        """
    )
    store_bonds(con, links)


def _obey(con: duckdb.DuckDBPyConnection) -> None:
    """``putusan_satuan(satuan_l, satuan_r, is_registri, keputusan)``, both ways; what is decided is not weighed.

    Who was told to be one of the registry's people is no candidate for another.
    """
    con.execute(
        f"""
        create or replace temp table putusan_satuan as
        with searah as (
            select kiri.satuan as satuan_l, kanan.satuan as satuan_r, kiri.is_registri as is_registri_l,
                kanan.is_registri, putusan.keputusan
            from putusan
            inner join satuan as kiri on a = kiri.id_catatan
            inner join satuan as kanan on b = kanan.id_catatan
            where kiri.satuan <> kanan.satuan
        )
        select satuan_l, satuan_r, is_registri, keputusan from searah
        union
        select satuan_r, satuan_l, is_registri_l, keputusan from searah;
        -- a pair that a steward cannot tell competes, but never joins
        update pasangan_satuan set is_wajib = false
        where (satuan_l, satuan_r) in (select (satuan_l, satuan_r) from putusan_satuan where keputusan = '{UNSURE}');
        delete from pasangan_satuan
        where (satuan_l, satuan_r) in (
            select (satuan_l, satuan_r) from putusan_satuan where keputusan in ('{SAME}', '{DIFFERENT}')
        )
        or (is_registri and satuan_l in (
            select satuan_l from putusan_satuan where keputusan = '{SAME}' and is_registri
        ) and satuan_l not in (select satuan from satuan where is_registri))
        """
    )


def _keep(con: duckdb.DuckDBPyConnection) -> None:
    """``tetap(tautan, satuan_l, satuan_r, is_registri)``: accepted bonds of those who are not decided anew."""
    con.execute(
        """
        create or replace temp table tetap as
        select tautan.tautan, a.satuan as satuan_l, b.satuan as satuan_r, b.is_registri
        from resolved.tautan as tautan
        inner join satuan as a on tautan.l = a.nomor
        inner join satuan as b on tautan.r = b.nomor
        where keputusan = 'padan' and tautan.l not in (select nomor from diputus)
        """
    )


def _joined(link: Link) -> str:
    """SELECT of ``satuan_l, satuan_r, is_registri``: a link's accepted bonds, kept and new."""
    return f"""
        select satuan_l, satuan_r, is_registri from tetap where tautan = '{link.nama}'
        union all
        select a.satuan, b.satuan, b.is_registri from tautan_baru
        inner join satuan as a on l = a.nomor
        inner join satuan as b on r = b.nomor
        where tautan_baru.tautan = '{link.nama}' and keputusan = 'padan'
    """


def _doubles(con: duckdb.DuckDBPyConnection, link: Link, prior: float) -> None:
    """Registry records of one person: ``rumpun(satuan, rumpun)`` for units that are joined to others."""
    odds = math.log2(prior)
    con.execute(
        f"""
        create or replace temp table ganda as
        with pasangan as (
            select l, r, satuan_l, satuan_r, is_wajib, bobot + {odds} as bobot
            from pasangan_satuan where tautan = '{link.nama}' and satuan_l <> satuan_r
        ),
        ganda as (select *, 1 / (1 + pow(2, -bobot)) as peluang from pasangan)
        select *, if(peluang >= {link.padan} and is_wajib, 'padan', 'tinjau') as keputusan
        from ganda where peluang >= {link.tinjau}
        union all
        select null, null, satuan_l, satuan_r, true, {WORD}, 1, 'padan' from putusan_satuan
        where keputusan = '{SAME}' and is_registri and satuan_l in (select satuan from satuan where is_registri)
        """
    )
    join_guarded(con, "ganda", "rumpun", link)


def _competing(link: Link, candidates: str, prior: float) -> str:
    """Inserts the best candidate of every unit out of ``candidates(satuan_l, calon, satuan_r, l, r, is_wajib,
    bobot)``; a candidate without ``l`` only competes."""
    return f"""
        insert into tautan_baru
        with terbaik as (
            -- of equally weighty pairs always the same, whatever numbers its records have: those depend on the nights
            select satuan_l, calon,
                arg_max(
                    {{'l': l, 'r': r}},
                    {{'bobot': bobot, 'satuan': satuan_r, 'kiri': kiri.id_catatan, 'kanan': kanan.id_catatan}}
                ) as pasangan,
                bool_or(is_wajib) as is_wajib, max(bobot) as bobot
            from {candidates}
            left join satuan as kiri on l = kiri.nomor
            left join satuan as kanan on r = kanan.nomor
            group by satuan_l, calon
        ),
        bersaing as (
            select *, pow(2, bobot) * {prior} as kuat from terbaik
        ),
        berpeluang as (
            select *, kuat / (sum(kuat) over (partition by satuan_l) + {1 - prior}) as peluang,
                row_number() over (partition by satuan_l order by bobot desc, calon) as urutan
            from bersaing
        )
        select pasangan.l, pasangan.r, '{link.nama}', bobot, peluang,
            if(peluang >= {link.padan} and is_wajib, 'padan', 'tinjau')
        from berpeluang
        where pasangan.l is not null
        and (peluang >= {link.tinjau} and urutan = 1 or peluang >= {(1 - link.padan) * 5} and urutan <= 3)
    """


def _into_registry(con: duckdb.DuckDBPyConnection, link: Link, prior: float) -> None:
    """Records that are one of the registry's people."""
    con.execute(
        f"""
        create or replace temp table calon_registri as
        select satuan_l, coalesce(rumpun.rumpun, satuan_r) as calon, satuan_r, l, r, is_wajib, bobot
        from pasangan_satuan
        left join rumpun on satuan_r = rumpun.satuan
        where tautan = '{link.nama}' and is_registri and l in (select nomor from diputus)
        """
    )
    con.execute(_competing(link, "calon_registri", prior))
    con.execute(
        f"""
        create or replace temp table masuk as
        select satuan_l as satuan, coalesce(rumpun.rumpun, satuan_r) as calon from ({_joined(link)}) as tautan
        left join rumpun on satuan_r = rumpun.satuan
        where is_registri
        union
        select satuan_l, coalesce(rumpun.rumpun, satuan_r) from putusan_satuan
        left join rumpun on satuan_r = rumpun.satuan
        where keputusan = '{SAME}' and is_registri and satuan_l not in (select satuan from satuan where is_registri)
        """
    )


def _others(link: Link) -> str:
    """Pairs of records outside the registry, both ways, of units that did not join it."""
    return f"""
        with searah as (
            select l, r, satuan_l, satuan_r, is_wajib, bobot from pasangan_satuan
            where tautan = '{link.nama}' and not is_registri and satuan_l <> satuan_r
        ),
        dua_arah as (
            from searah
            union all
            select r as l, l as r, satuan_r as satuan_l, satuan_l as satuan_r, is_wajib, bobot from searah
        )
        from dua_arah where satuan_l not in (select satuan from masuk)
    """


def _beside_joined(con: duckdb.DuckDBPyConnection, link: Link) -> None:
    """Records like one that joined the registry: the same owner's second vehicle. The registry's other people compete:
    one of two who fit may have a vehicle already."""
    con.execute(
        f"""
        create or replace temp table calon_samping as
        with lain as ({_others(link)}),
        samping as (
            select satuan_l, masuk.calon, satuan_r, l, r, is_wajib, bobot
            from lain inner join masuk on satuan_r = masuk.satuan
            where l in (select nomor from diputus)
        )
        from samping
        union all
        -- what speaks for the same one directly was weighed before, and lends nothing
        select satuan_l, calon, satuan_r, null, null, is_wajib, bobot from calon_registri
        where satuan_l in (select satuan_l from samping)
        and (satuan_l, calon) not in (select (satuan_l, calon) from samping)
        """
    )
    con.execute(_competing(link, "calon_samping", 0.5))


def _among_themselves(con: duckdb.DuckDBPyConnection, link: Link) -> None:
    """Records of people whom the registry does not know."""
    con.execute(
        f"""
        create or replace temp table sesama as
        with sudah as (
            select satuan from masuk
            union
            select satuan_l from ({_joined(link)}) where satuan_r in (select satuan from masuk)
        ),
        lain as ({_others(link)}),
        sesama as (
            select *, 1 / (1 + pow(2, -bobot)) as peluang from lain
            where l < r and (l in (select nomor from diputus) or r in (select nomor from diputus))
            and satuan_l not in (select satuan from sudah) and satuan_r not in (select satuan from sudah)
        )
        select *, if(peluang >= {link.padan} and is_wajib, 'padan', 'tinjau') as keputusan
        from sesama where peluang >= {link.tinjau}
        """
    )
    join_guarded(con, "sesama", "rumpun_lain", link)
