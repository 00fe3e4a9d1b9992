"""Prepared records and weighed pairs, kept up to date: a night prepares, compares and weighs only what it touched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from resolution.candidates import (
    Near,
    all_candidates,
    candidates,
    crossed,
    drop_near,
    gather_more,
    gather_near,
    key_columns,
    texts,
)
from resolution.links import REGISTRY, Link
from resolution.model import Model
from resolution.persons import COLUMNS, PREPARED, as_columns, comparable, gather_families, with_families
from resolution.scoring import score_link
from resolution.touched import Touched

#: A pair weaker than this has no say among its record's candidates.
LEAST_BITS = -6


def refresh_prepared(con: duckdb.DuckDBPyConnection, links: Sequence[Link], records: str, touched: Touched) -> None:
    """Comparable forms of the records in ``disentuh``, and of the couples on their cards.

    Writes ``kotor(nomor)``: records whose pairs change; and ``banding_dulu``, what the records were, like the prepared
    records with what blocking needs. Records go into the prepared ones as they are read: all of a province's at once
    would not fit in memory.
    """
    keys = key_columns(links)
    if touched.is_all:
        con.execute("delete from resolved.nama_banding")  # the rules of names may be others than they were
    chosen = records if touched.is_all else _choose(con, records)
    gather_families(con, chosen)
    here = "" if touched.is_all else "where id_catatan in (select id_catatan from disiapkan)"
    needed = ", ".join([*keys, *sorted(texts(links))])
    columns = ", ".join(f"sebanding.{name}" for name in COLUMNS)
    con.execute(
        f"""
        create or replace temp table banding_dulu as
        select nomor, id_catatan, entitas, peran, kelompok_nik, is_mantap, sidik, {needed} from {PREPARED} {here};
        create or replace temp table berkelompok as
        with bernik as (
            select kini.id_catatan, kini.entitas, lama.nomor,
                if(baru.id_catatan is null, lama.kelompok_nik, baru.kelompok) as kelompok_nik,
                baru.id_catatan is null as is_lama, lama.is_mantap as mantap_lama
            from {chosen} as kini
            left join kelompok_catatan as baru using (id_catatan)
            left join banding_dulu as lama using (id_catatan)
        ),
        terdaftar as (select kelompok_nik from bernik where entitas = '{REGISTRY}' and kelompok_nik is not null)
        select
            coalesce(nomor, (select coalesce(max(nomor), 0) from {PREPARED}) + row_number() over (order by id_catatan))
            as nomor,
            id_catatan, kelompok_nik,
            if(is_lama, mantap_lama, entitas <> '{REGISTRY}' and coalesce(
                kelompok_nik in (select kelompok_nik from terdaftar), false
            )) as is_mantap
        from bernik
        """
    )
    prepared = f"""
        with sebanding as ({comparable(chosen)}),
        bernomor as (
            select nomor, id_catatan, sebanding.entitas, sebanding.peran, kelompok_nik, is_mantap, {columns},
                sebanding.sidik
            from sebanding inner join berkelompok using (id_catatan)
        )
        select *, {as_columns(keys)} from bernomor"""
    if touched.is_all:
        con.execute(
            f"""
            delete from {PREPARED};
            insert into {PREPARED} {prepared};
            create or replace temp view disiapkan_kini as from {PREPARED}
            """
        )
    else:
        _write_changed(con, prepared)
    con.execute(
        """
        create or replace temp table kotor as
        select kini.nomor from disiapkan_kini as kini
        left join banding_dulu as lama using (nomor)
        where lama.sidik is distinct from kini.sidik or lama.is_mantap is distinct from kini.is_mantap
        union
        select nomor from banding_dulu where nomor not in (select nomor from berkelompok);
        drop table berkelompok
        """
    )


def _write_changed(con: duckdb.DuckDBPyConnection, prepared: str) -> None:
    """Write those of a night's prepared records that are not what they were: of most only a neighbour changed."""
    con.execute(
        f"""
        create or replace temp table disiapkan_isi as {prepared};
        create or replace temp view disiapkan_kini as from disiapkan_isi;
        create or replace temp table tetap as
        select nomor from disiapkan_isi as kini inner join banding_dulu as lama using (nomor)
        where kini.sidik = lama.sidik and kini.kelompok_nik is not distinct from lama.kelompok_nik
            and kini.is_mantap = lama.is_mantap and kini.entitas = lama.entitas and kini.peran = lama.peran;
        delete from {PREPARED}
        where nomor in (select nomor from banding_dulu where nomor not in (select nomor from tetap));
        insert into {PREPARED} from disiapkan_isi where nomor not in (select nomor from tetap);
        drop table tetap
        """
    )


def _choose(con: duckdb.DuckDBPyConnection, records: str) -> str:
    """The records of a night to prepare, read once; ``disiapkan`` also names those that are gone."""
    con.execute("create or replace temp table disiapkan as select id_catatan from disentuh")
    with_families(con, records, "disiapkan")
    con.execute(f"create or replace temp table asal_banding as from {records} semi join disiapkan using (id_catatan)")
    return "asal_banding"


def load_frequencies(con: duckdb.DuckDBPyConnection, folder: Path, model: Model) -> None:
    """``frekuensi(sidik, tf_nama)``: how common names are, by digest."""
    path = str(folder / model.frekuensi).replace("'", "''")
    con.execute(f"create or replace temp table frekuensi as from read_parquet('{path}')")


def refresh_pairs(
    con: duckdb.DuckDBPyConnection, links: Sequence[Link], model: Model, folder: Path, *, everything: bool
) -> None:
    """``resolved.pasangan`` without the pairs of the records in ``kotor``, and with their new ones.

    ``kotor`` grows by the members of blocks that crossed their bound, and by those whose pairs are gone.

    Args:
        con: connection to the build, prepared records up to date.
        links: all of them.
        model: what they learnt.
        folder: of the model.
        everything: compare all records with all.
    """
    near = {} if everything else _gather_dirty(con, links)
    load_frequencies(con, folder, model)
    gone = "l in (select nomor from kotor) or r in (select nomor from kotor)"
    con.execute(
        f"""
        create or replace temp table pasangan_lama as select l, r from resolved.pasangan where {gone};
        delete from resolved.pasangan where {"true" if everything else gone}
        """
    )
    if everything:
        for link in links:
            if all_candidates(con, link, "calon"):
                _weigh(con, link, model, PREPARED, "calon")
    else:
        found = [link for link in links if candidates(con, link, near, "kini", f"calon_{link.nama}")]
        _gather_weighed(con, found)
        for link in found:
            _weigh(con, link, model, "ditimbang", f"calon_{link.nama}")
    drop_near(con, near)
    con.execute(
        "insert into kotor select l from pasangan_lama union select r from pasangan_lama except select nomor from kotor"
    )


def _gather_weighed(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """``ditimbang``: the prepared records that stand in a night's candidates, read once for all links."""
    paired = " union all ".join(f"select unnest([l, r]) as nomor from calon_{link.nama}" for link in links)
    con.execute(
        f"""
        create or replace temp table ditimbang as
        select nomor, {", ".join(COLUMNS)} from {PREPARED} where nomor in ({paired or "from kotor"})
        """
    )


def _weigh(con: duckdb.DuckDBPyConnection, link: Link, model: Model, records: str, pairs: str) -> None:
    score_link(con, link, model.tautan[link.nama], pairs, "frekuensi", "nilai", records=records, least=LEAST_BITS)
    con.execute(
        f"""
        insert into resolved.pasangan select tautan, l, r, is_wajib, bobot from nilai;
        drop table nilai; drop table {pairs}
        """
    )


def _gather_dirty(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> Near:
    """``kini``: what blocking needs of the records in ``kotor``; and who shares a key with them."""
    needed = ", ".join(["nomor", "entitas", "peran", "is_mantap", *key_columns(links), *sorted(texts(links))])
    con.execute(
        f"""
        create or replace temp table dulu as select {needed} from banding_dulu semi join kotor using (nomor);
        create or replace temp table kini as select {needed} from disiapkan_kini semi join kotor using (nomor)
        """
    )
    near = gather_near(con, links, ("dulu", "kini"))
    for link in links:
        crossed(con, link, near, "dulu", "kini", "kotor")
    con.execute(
        f"""
        create or replace temp table terbawa as
        select {needed} from {PREPARED} where nomor in (select nomor from kotor anti join kini using (nomor));
        insert into kini from terbawa
        """
    )
    gather_more(con, links, near, "terbawa")
    return near
