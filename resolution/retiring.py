"""What a run did to ids, and why: issued, retired in favour of another, parted. The events go into the registry.

Temporary tables read: ``orang_kini``, ``id_lama``, ``riwayat``, ``putusan``, ``diputus_ulang``, ``isi_berubah``;
written: ``status_registri``, ``pensiun``.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from resolution.decisions import SAME


def id_events(con: duckdb.DuckDBPyConnection, run_id: str) -> list[pa.Table]:
    """New ids with their founders, retired ids with what took their place, and ids that others were split off."""
    _recall(con)
    _retire(con, run_id)
    return [_issued(con, run_id), _retired(con, run_id), _parted(con, run_id)]


def _recall(con: duckdb.DuckDBPyConnection) -> None:
    """``riwayat_id``: what the registry says of ids that matter now; ``status_registri``: the last of it per id.

    Ids whose records the build does not hold matter too: those of records that come back, or of a lost build.
    """
    con.execute(
        """
        create or replace temp table riwayat_id as
        with datang as (
            select id_catatan from orang_kini where id_catatan not in (select id_catatan from id_lama)
        ),
        dicari as (
            select id_orang from orang_kini
            union
            select id_orang from id_lama
            union
            select id_orang from riwayat where peristiwa = 'alih'
            union
            select id_orang from riwayat semi join datang on catatan = id_catatan
            where peristiwa in ('terbit', 'sematkan')
        )
        select * from riwayat semi join dicari using (id_orang) where peristiwa in ('terbit', 'sematkan', 'alih');
        create or replace temp table status_registri as
        select id_orang, arg_max(peristiwa, run_id) as peristiwa, arg_max(ke, run_id) as ke,
            arg_max(sebab, run_id) as sebab, max(run_id) as run_id
        from riwayat_id where peristiwa <> 'sematkan' group by id_orang
        """
    )


def _retire(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """``pensiun(id_orang, ke, sebab, run_id)``: ids that nobody has any more, and who has the record they hang on.

    The cause is what ties records of the id to others of its new person: a decision about two of them, an equal NIK,
    or else likeness.
    """
    con.execute(
        f"""
        create or replace temp table bekas as
        with jangkar as (
            select id_orang, arg_max(catatan, run_id) as id_catatan from riwayat_id
            where peristiwa <> 'alih' and id_orang in (select id_orang from status_registri where peristiwa = 'terbit')
            group by id_orang
        ),
        pernah as (
            -- the record that an id hangs on goes before its other records
            select id_orang, id_catatan, '' as kunci_urut from jangkar
            union all
            select id_orang, id_catatan, kunci_urut from id_lama
        )
        select pernah.id_orang, id_catatan, pernah.kunci_urut, kini.id_orang as ke, kini.nik
        from pernah inner join orang_kini as kini using (id_catatan)
        where pernah.id_orang not in (select id_orang from orang_kini);
        create or replace temp table pensiun as
        with pewaris as (
            select id_orang, arg_min(ke, kunci_urut) as ke from bekas group by id_orang
        ),
        ikatan as (
            select pewaris.id_orang, bool_or(putusan.a is not null) as is_diputus,
                bool_or(lama.nik = lain.nik) as is_nik_sama
            from pewaris
            inner join bekas as lama on pewaris.id_orang = lama.id_orang and pewaris.ke = lama.ke
            inner join orang_kini as lain on pewaris.ke = lain.id_orang
            left join putusan
                on putusan.keputusan = '{SAME}'
                and putusan.a = least(lama.id_catatan, lain.id_catatan)
                and putusan.b = greatest(lama.id_catatan, lain.id_catatan)
            where (pewaris.id_orang, lain.id_catatan) not in (select (id_orang, id_catatan) from bekas)
            group by pewaris.id_orang
        )
        select pewaris.id_orang, pewaris.ke, '{run_id}' as run_id,
            case when is_diputus then 'keputusan' when is_nik_sama then 'nik' else 'kemiripan' end as sebab
        from pewaris left join ikatan using (id_orang)
        """
    )


def _issued(con: duckdb.DuckDBPyConnection, run_id: str) -> pa.Table:
    """Writes ``terbit_baru(id_orang, ...)`` too."""
    con.execute(
        """
        create or replace temp table terbit_baru as
        select id_orang, coalesce(any_value(pendiri), any_value(id_catatan)) as catatan,
            coalesce(any_value(urut_pendiri), any_value(kunci_urut)) as kunci_urut
        from orang_kini
        where id_orang not in (select id_orang from status_registri where peristiwa = 'terbit')
        group by id_orang
        """
    )
    return con.execute(
        f"select 'terbit' as peristiwa, id_orang, catatan, kunci_urut, '' as ke, '{run_id}' as run_id, '' as sebab "
        "from terbit_baru order by id_orang"
    ).to_arrow_table()


def _retired(con: duckdb.DuckDBPyConnection, run_id: str) -> pa.Table:
    return con.execute(
        f"""
        select 'alih' as peristiwa, id_orang, '' as catatan, '' as kunci_urut, ke, '{run_id}' as run_id, sebab
        from pensiun
        where (id_orang, ke) not in (select (id_orang, ke) from status_registri where peristiwa = 'alih')
        order by id_orang
        """
    ).to_arrow_table()


def _parted(con: duckdb.DuckDBPyConnection, run_id: str) -> pa.Table:
    """Only what got an id in this run was split off in it: a run that is repeated tells nothing twice."""
    return con.execute(
        f"""
        with pindah as (
            select lama.id_orang, kini.id_orang as ke, arg_min(id_catatan, lama.kunci_urut) as catatan
            from id_lama as lama inner join orang_kini as kini using (id_catatan)
            where lama.id_orang <> kini.id_orang and kini.id_orang in (select id_orang from terbit_baru)
            group by lama.id_orang, kini.id_orang
        ),
        pecah as (
            from pindah where (id_orang, ke) not in (select (id_orang, ke) from pensiun)
        ),
        alasan as (
            select id_orang,
                bool_or(id_catatan in (select id_catatan from diputus_ulang where is_pasangan)) as is_diputus,
                bool_or(id_catatan in (select id_catatan from isi_berubah)) as is_berisi
            from id_lama where id_orang in (select id_orang from pecah) group by id_orang
        )
        select 'pisah' as peristiwa, id_orang, catatan, '' as kunci_urut, ke, '{run_id}' as run_id,
            case when is_diputus then 'keputusan' when is_berisi then 'isi' else 'bukti' end as sebab
        from pecah inner join alasan using (id_orang)
        order by id_orang, ke
        """
    ).to_arrow_table()
