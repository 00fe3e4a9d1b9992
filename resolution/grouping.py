"""Groups of records: what their NIK, links and words make one, and whom a night must group anew.

Temporary relations written: ``lingkar``, the records to group, each with the unit that its NIK made, and
``kelompok_catatan(id_catatan, nomor, kelompok, aturan_padan)``, the groups.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from resolution.decisions import SAME
from resolution.dividing import divide_groups
from resolution.links import REGISTRY, Link
from resolution.lookup import among
from resolution.persons import PREPARED
from resolution.steward import bonds
from resolution.touched import touch_all, touch_more


def widen(con: duckdb.DuckDBPyConnection, records: str, *, everything: bool) -> None:
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
    if not con.execute("select 1 from dekat limit 1").fetchone():
        return False
    con.execute(
        f"""
        create or replace temp table tepi as from ({_units()}) where {among("nomor", "dekat")};
        insert into lingkar_isi from tepi
        """
    )
    return True


def group(con: duckdb.DuckDBPyConnection, links: Sequence[Link]) -> None:
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
