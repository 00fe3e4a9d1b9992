"""What a person should look at: pairs that the links left open, and samples of what was decided unseen.

Three samples, for the three ways to be wrong: pairs that a link joined (``contoh``), records that their NIK joined to
the registry's (``contoh_nik``), pairs that were compared and left apart (``contoh_lepas``). They are drawn by lot under
the deployment's key: at random, the same every night until they are answered.
"""

from __future__ import annotations

import duckdb

from resolution.decisions import SAMPLE, SAMPLE_APART, SAMPLE_NIK
from resolution.links import REGISTRY
from resolution.persons import PREPARED
from resolution.standing import OPEN, STANDING, lot

#: Pairs of every sample.
AUDITED = {SAMPLE: 200, SAMPLE_NIK: 100, SAMPLE_APART: 100}


def ask(con: duckdb.DuckDBPyConnection) -> None:
    """Write ``resolved.tinjauan(jenis, tautan, id_catatan_a, id_catatan_b, bobot, peluang)`` and
    ``resolved.contoh_lapis(asal, jumlah)``, how many pairs each sample stands for, anew.

    Args:
        con: connection to the build, after ``standing.refresh_standing``.
    """
    drawn = " union all ".join(
        f"(select sikap, tautan, a, b, bobot, peluang from {STANDING} where sikap = '{sample}' "
        f"order by undi, a, b limit {AUDITED[sample]})"
        for sample in (SAMPLE, SAMPLE_APART)
    )
    con.execute(
        f"""
        delete from resolved.tinjauan;
        insert into resolved.tinjauan
        select sikap, tautan, a, b, bobot, peluang from {STANDING} where sikap = '{OPEN}'
        union all
        {drawn};
        delete from resolved.contoh_lapis;
        insert into resolved.contoh_lapis
        select asal, (select count(*) from {STANDING} where sikap = asal)
        from (values ('{SAMPLE}'), ('{SAMPLE_APART}')) as contoh (asal)
        """
    )
    _ask_by_nik(con)


def _ask_by_nik(con: duckdb.DuckDBPyConnection) -> None:
    """Records that their NIK joined to one of the registry's."""
    con.execute(
        f"""
        insert into resolved.contoh_lapis select '{SAMPLE_NIK}', count(*) from {PREPARED} where is_mantap;
        insert into resolved.tinjauan
        with terpilih as (
            select id_catatan as a, kelompok_nik from {PREPARED}
            where is_mantap and id_catatan not in (select unnest([a, b]) from putusan)
            order by {lot("id_catatan", "''")}, a limit {AUDITED[SAMPLE_NIK]}
        ),
        terdaftar as (
            select kelompok_nik, min(id_catatan) as b from {PREPARED}
            where entitas = '{REGISTRY}' and kelompok_nik in (select kelompok_nik from terpilih) group by kelompok_nik
        )
        select '{SAMPLE_NIK}', 'nik', terpilih.a, terdaftar.b, null, null
        from terpilih inner join terdaftar using (kelompok_nik)
        """
    )
