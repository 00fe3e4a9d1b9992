"""Linking by likelihood, night by night: only what a night touched is compared and decided again.

The result is a function of records, settings and model, not of the order of nights: a pair's weight depends on its two
records and the model alone, a block's bound on who is in it now, a decision on the pairs of the records it concerns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from resolution.bonds import create_bonds
from resolution.deciding import decide
from resolution.decisions import SAME
from resolution.dividing import divide_groups
from resolution.formula import create_formulas
from resolution.links import REGISTRY, Link
from resolution.lookup import among
from resolution.model import Model, hide_names, read_model
from resolution.pairs import create_pairs, store_pairs, weigh_all, weigh_changed
from resolution.persons import PREPARED, create_prepared
from resolution.postings import create_postings
from resolution.preparing import TONIGHT, prepare_all, prepare_changed, store_prepared
from resolution.standing import create_standing
from resolution.steward import bonds, divide_nik_groups, load_decisions
from resolution.touched import Touched, touch_all, touch_more
from resolution.training import count_held, train_links
from resolution.units import create_units, refresh_units


@dataclass(frozen=True)
class Linking:
    """What links records beyond their NIK.

    Attributes:
        links: the settings.
        model: folder of the trained model.
        decisions: folder of the stewards' decisions.
        key: the deployment's.
    """

    links: tuple[Link, ...]
    model: Path
    decisions: Path
    key: bytes


@dataclass(frozen=True)
class Linked:
    """Whether a model was trained, and whether all were compared with all."""

    trained: bool
    anew: bool


def create_relations(con: duckdb.DuckDBPyConnection, linking: Linking) -> None:
    """The relations, when they are not there yet; ``putusan`` and ``diputus_ulang`` anew."""
    create_prepared(con)
    # records that an older release gave ids have no number beside them
    con.execute(
        f"""
        update resolved.orang_catatan as orang set nomor = banding.nomor from {PREPARED} as banding
        where orang.nomor is null and orang.id_catatan = banding.id_catatan
        """
    )
    create_postings(con, linking.links)
    create_pairs(con)
    create_formulas(con)
    create_bonds(con)
    create_units(con)
    create_standing(con)
    load_decisions(con, linking.decisions)


def prepare_links(con: duckdb.DuckDBPyConnection, linking: Linking, records: str, touched: Touched) -> Model | None:
    """What links read of the touched records, which ``kelompok_catatan`` groups by NIK; of a night nothing is kept.

    Returns:
        The model that the night's pairs were weighed by; None where all pairs must be weighed.
    """
    hide_names(con, linking.key)
    divide_nik_groups(con)
    if touched.since is None:
        prepare_all(con, linking.links, records)
        return None
    prepare_changed(con, linking.links)
    model = read_model(linking.model)
    if model is None or _weighed_by(con) != model.version:
        return None
    if not model.fits(linking.links, count_held(con, linking.links, TONIGHT)):
        return None
    weigh_changed(con, linking.links, model, linking.model, TONIGHT)
    return model


def link_records(
    con: duckdb.DuckDBPyConnection, linking: Linking, records: str, touched: Touched, model: Model | None
) -> Linked:
    """Extend the touched records by all that go with them through links, and group them, after ``prepare_links``, which
    gave ``model``.

    Rewrites ``tersentuh`` and ``disentuh``, and ``kelompok_catatan``, which holds the groups by NIK at first.

    Returns:
        What was done beyond a night's work.
    """
    anew, trained = model is None, False
    if touched.since is not None:
        store_prepared(con, linking.links)
    if model is None:
        model, trained = _fitting_model(con, linking)
        weigh_all(con, linking.links, model, linking.model)
    else:
        store_pairs(con, linking.links)
    _gather_affected(con, everything=anew)
    refresh_units(con, "terdampak", everything=anew)
    decide(con, linking.links, model, "terdampak", everything=anew)
    _widen(con, records, everything=anew)
    _group(con, linking.links)
    return Linked(trained, anew)


def _gather_affected(con: duckdb.DuckDBPyConnection, *, everything: bool) -> None:
    """``terdampak(nomor)``: records whose pairs, NIK or family may have changed, and those in ``terkait(nomor)``, which
    a word ties to one that is touched or gone."""
    if everything:
        con.execute(f"create or replace temp table terdampak as select nomor from {PREPARED}")
        return
    con.execute(
        f"""
        create or replace temp table terkait as
        with disebut as (
            select b as id_catatan from putusan where a in (select id_catatan from disentuh)
            union
            select a from putusan where b in (select id_catatan from disentuh)
        )
        select nomor from {PREPARED} semi join disebut using (id_catatan);
        create or replace temp table terdampak as
        select nomor from berkelompok union select nomor from kotor union from terkait
        """
    )


def awaits_weighing(con: duckdb.DuckDBPyConnection, linking: Linking) -> bool:
    """Whether the stored pairs were scored by another model than the stored one, or by an older release."""
    weighed_by, model = _weighed_by(con), read_model(linking.model)
    if model is None or weighed_by == model.version:
        return False
    return weighed_by is not None or _count(con, PREPARED) > 0


def _weighed_by(con: duckdb.DuckDBPyConnection) -> str | None:
    """The version of the model that the stored pairs were weighed by."""
    row = con.execute("select versi from resolved.model_tautan").fetchone()
    return row[0] if row else None


def _fitting_model(con: duckdb.DuckDBPyConnection, linking: Linking) -> tuple[Model, bool]:
    """The model by which all pairs will be weighed, and whether it was trained now."""
    model, trained = read_model(linking.model), False
    if model is None or not model.fits(linking.links, count_held(con, linking.links)):
        model, trained = train_links(con, linking.links, linking.model), True
    if _weighed_by(con) != model.version:
        con.execute("delete from resolved.model_tautan")
        con.execute("insert into resolved.model_tautan values (?)", [model.version])
    return model, trained


def _count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = con.execute(f"select count(*) from {relation}").fetchone()
    assert row is not None
    return int(row[0])


def _widen(con: duckdb.DuckDBPyConnection, records: str, *, everything: bool) -> None:
    """``lingkar``, as ``_units`` but of a few, and ``tersentuh``: the touched records, with all who are, or were, one
    person with one of them."""
    con.execute(f"create or replace temp table ikatan as {bonds()}")
    if everything:
        con.execute(f"create or replace temp view lingkar as {_units()}")
        touch_all(con, records)
        return
    con.execute(
        f"""
        create or replace temp table lingkar_isi as
        with ujung as (
            select unnest([l, r]) as nomor from tautan_beda where keputusan = 'padan'
            union all
            select nomor from berkelompok
            union all
            from terkait
            union all
            -- who had an id together with a record that is gone
            select nomor from resolved.orang_catatan where id_orang in (select id_orang from hilang)
        )
        from ({_units()}) where {among("nomor", "ujung")};
        create or replace temp view lingkar as from lingkar_isi;
        create or replace temp table tepi as from lingkar
        """
    )
    while _grow(con):
        pass
    touch_more(con, "lingkar")


def _units() -> str:
    """SELECT of the prepared records, each with the unit that its NIK made."""
    return f"""
        select nomor, id_catatan, coalesce(kelompok_nik, id_catatan) as satuan, kelompok_nik, is_mantap,
            entitas = '{REGISTRY}' as is_registri
        from {PREPARED}"""


def _grow(con: duckdb.DuckDBPyConnection) -> bool:
    """One step further along accepted links, equal NIK groups and ids held before, from ``tepi``, the last step."""
    con.execute(
        f"""
        create or replace temp table dekat as
        with kelompok as (select distinct kelompok_nik from tepi where kelompok_nik is not null),
        id_sama as (select distinct id_orang from resolved.orang_catatan where {among("nomor", "tepi")}),
        sekitar as (
            select r as nomor from ikatan semi join tepi on l = nomor
            union all
            select l from ikatan semi join tepi on r = nomor
            union all
            select nomor from {PREPARED} where {among("kelompok_nik", "kelompok")}
            union all
            select nomor from resolved.orang_catatan where {among("id_orang", "id_sama")}
        )
        select distinct nomor from sekitar where nomor not in (select nomor from lingkar)
        """
    )
    if _count(con, "dekat") == 0:
        return False
    con.execute(
        f"""
        create or replace temp table tepi as from ({_units()}) where {among("nomor", "dekat")};
        insert into lingkar_isi from tepi
        """
    )
    return True


def _group(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
    """``kelompok_catatan(id_catatan, nomor, kelompok, aturan_padan)``: NIK groups joined by links and decisions."""
    con.execute(
        """
        create or replace temp table sambungan as
        select a.satuan as a, b.satuan as b from ikatan
        inner join lingkar as a on l = a.nomor
        inner join lingkar as b on r = b.nomor
        """
    )
    con.register("satuan_label", _components(con))
    con.execute(
        """
        create or replace temp table berlabel as
        select lingkar.*, coalesce(satuan_label.label, satuan) as label
        from lingkar left join satuan_label using (satuan);
        drop table sambungan
        """
    )
    con.unregister("satuan_label")
    divide_groups(con, links, "berlabel", "terbagi")
    con.execute(
        f"""
        create or replace temp table kelompok_catatan as
        with anggota as (
            select id_catatan, nomor, kelompok_nik is not null as is_bernik, is_mantap, is_registri, satuan, label,
                bagian
            from berlabel left join terbagi using (id_catatan)
        ),
        berisi as (
            select *, count(*) over kelompok as jumlah, min(id_catatan) over kelompok as pertama,
                count(distinct satuan) over (partition by label, bagian) as jumlah_satuan
            from anggota window kelompok as (partition by label, bagian)
        )
        select id_catatan, nomor, case when jumlah > 1 then pertama end as kelompok,
            case when jumlah > 1 and id_catatan in (select unnest([a, b]) from putusan where keputusan = '{SAME}')
                then 'keputusan'
                when jumlah_satuan > 1 and not is_registri and not is_mantap then 'kemiripan'
                when is_bernik or jumlah_satuan > 1 then 'nik' else 'tunggal' end as aturan_padan
        from berisi
        """
    )


def _components(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """``satuan, label``: the units of ``sambungan(a, b)``, each under the first unit that it hangs together with."""
    units = con.execute("select a as satuan from sambungan union select b from sambungan order by 1").to_arrow_table()
    con.register("satuan_urut", units.append_column("n", pa.array(np.arange(len(units)))))
    edges = con.execute(
        """
        select kiri.n, kanan.n from sambungan
        inner join satuan_urut as kiri on a = kiri.satuan
        inner join satuan_urut as kanan on b = kanan.satuan
        """
    ).fetchnumpy()
    con.unregister("satuan_urut")
    left, right = (np.asarray(column, np.int64) for column in edges.values())
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(len(units), len(units)))
    _, labels = connected_components(graph, directed=False)
    _, first = np.unique(labels, return_index=True)
    return units.append_column("label", units["satuan"].take(pa.array(first[labels])))
