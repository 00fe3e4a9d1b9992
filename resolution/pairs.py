"""Weighed pairs, kept up to date: a night compares and weighs only what it touched.

Relation written: ``resolved.pasangan(tautan, l, r, is_wajib, bobot, jumlah_blok)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from resolution.candidates import all_candidates, candidates
from resolution.links import Link
from resolution.model import Model
from resolution.postings import drop_stale
from resolution.scoring import gather_compared, looking_up_records, score_link

#: A pair weaker than this has no say among its record's candidates.
LEAST_BITS = -6


def create_pairs(con: duckdb.DuckDBPyConnection) -> None:
    """The relation, when it is not there yet; an older release's, without ``jumlah_blok``, is weighed anew."""
    con.execute(
        "create table if not exists resolved.pasangan "
        "(tautan varchar, l bigint, r bigint, is_wajib boolean, bobot double, jumlah_blok bigint)"
    )
    held = {name for (name,) in con.execute("select column_name from (describe resolved.pasangan)").fetchall()}
    if "jumlah_blok" not in held:
        con.execute("alter table resolved.pasangan add column jumlah_blok bigint; delete from resolved.model_tautan")


def load_frequencies(con: duckdb.DuckDBPyConnection, folder: Path, model: Model) -> None:
    """``frekuensi(sidik, tf_nama)``: how common names are, by digest."""
    path = str(folder / model.frekuensi).replace("'", "''")
    con.execute(f"create or replace temp table frekuensi as from read_parquet('{path}')")


def weigh_all(con: duckdb.DuckDBPyConnection, links: Sequence[Link], model: Model, folder: Path) -> None:
    """``resolved.pasangan`` anew, of all records with all.

    Args:
        con: connection to the build, prepared records and keys up to date.
        links: all of them.
        model: what they learnt.
        folder: of the model.
    """
    load_frequencies(con, folder, model)
    drop_stale(con)
    con.execute("delete from resolved.pasangan")
    for place, link in enumerate(links):
        if all_candidates(con, links, place, "calon_tautan"):
            gather_compared(con, "calon_tautan", "frekuensi", model.tautan[link.nama].penduduk)
            _weigh(con, link, model, "resolved.pasangan")


def weigh_changed(
    con: duckdb.DuckDBPyConnection, links: Sequence[Link], model: Model, folder: Path, prepared: str
) -> None:
    """Weigh the pairs that a night brings; ``store_pairs`` keeps them.

    ``kotor`` grows by those whose pairs are gone, and by those that a block which crossed its bound brought together or
    parted; who was there for a spouse's sake, and had and has no such pair, leaves it.

    Args:
        con: connection to the build, after ``postings.gather_changed_keys``.
        links, model, folder: as of ``weigh_all``.
        prepared: relation of the prepared records, as they will be.
    """
    load_frequencies(con, folder, model)
    gather_outdated_pairs(con, links)
    candidates(con, links, prepared)
    gather_compared(con, "calon", "frekuensi", model.tautan[links[0].nama].penduduk, prepared)
    con.execute("create or replace temp table pasangan_baru as from resolved.pasangan limit 0")
    with looking_up_records(con):
        for place, link in enumerate(links):
            con.execute(
                "create or replace temp table calon_tautan as "
                f"select l, r, jumlah_blok from calon where tautan = {place}"
            )
            if con.execute("select 1 from calon_tautan limit 1").fetchone():
                _weigh(con, link, model, "pasangan_baru")
    con.execute(
        """
        create or replace temp table berpindah as
        select unnest([l, r]) as nomor from bergerak
        union
        select unnest([l, r]) from bergeser
        union
        select unnest([l, r]) from calon where not is_kotor;
        delete from kotor where not is_penuh
            and nomor not in (from berpindah union all select unnest([l, r]) from calon);
        insert into kotor select nomor, false from berpindah where nomor not in (select nomor from kotor);
        drop table calon; drop table berpindah
        """
    )


def store_pairs(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """Keep what ``weigh_changed`` found: pairs that are gone, share other blocks, or are new."""
    con.execute(
        """
        delete from resolved.pasangan using bergerak
        where pasangan.tautan = bergerak.tautan and pasangan.l = bergerak.l and pasangan.r = bergerak.r
        """
    )
    share_blocks(con, links)
    con.execute(
        """
        insert into resolved.pasangan from pasangan_baru;
        drop table bergerak; drop table bergeser; drop table pasangan_baru
        """
    )


def gather_outdated_pairs(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """``bergerak(tautan, l, r)``, the weighed pairs of the records in ``kotor``."""
    readers = ", ".join(f"'{link.nama}'" for link in links if link.reads_spouse) or "null"
    wholly = "select nomor from kotor where is_penuh"
    moved = f"""
        l in ({wholly}) or r in ({wholly})
        or (tautan in ({readers}) and (l in (select nomor from kotor) or r in (select nomor from kotor)))
    """
    con.execute(f"create or replace temp table bergerak as select tautan, l, r from resolved.pasangan where {moved}")


def share_blocks(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """Let weighed pairs know how many blocks they share now; those that share none leave."""
    if not con.execute("select 1 from bergeser limit 1").fetchone():
        return
    names = ", ".join(f"({place}, '{link.nama}')" for place, link in enumerate(links))
    con.execute(
        f"""
        update resolved.pasangan set jumlah_blok = jumlah_blok + bergeser.tambah
        from bergeser inner join (values {names}) as urutan (tempat, nama) on bergeser.tautan = tempat
        where pasangan.tautan = nama and pasangan.l = bergeser.l and pasangan.r = bergeser.r;
        delete from resolved.pasangan where jumlah_blok = 0
        """
    )


def _weigh(con: duckdb.DuckDBPyConnection, link: Link, model: Model, target: str) -> None:
    """The pairs of ``calon_tautan`` into ``target``, as ``resolved.pasangan``."""
    score_link(con, link, model.tautan[link.nama], "calon_tautan", "nilai", least=LEAST_BITS)
    con.execute(
        f"""
        insert into {target}
        select tautan, l, r, is_wajib, bobot, jumlah_blok from nilai inner join calon_tautan using (l, r);
        drop table nilai; drop table calon_tautan
        """
    )
