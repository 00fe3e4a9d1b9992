"""Steward decisions in the build: what is in force, which records it touches, and groups that obey it.

Relations written: ``resolved.keputusan(a, b, keputusan)``, the decisions that the stored groups obey,
``resolved.koreksi(keputusan, id_catatan, atribut, nilai, semula)``, the values that marts must obey,
``resolved.contoh_dijawab(asal, keputusan, model)``, the answers about what was decided unseen, and
``resolved.keputusan_bermasalah``, the decisions that have no effect.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import duckdb
import pyarrow as pa

from resolution.apart import Edge, keep_apart
from resolution.decisions import DIFFERENT, SAME, SAMPLES, applicable, read_decisions, set_aside
from resolution.persons import PREPARED

#: Ties within a group, strongest first: a person's word, one NIK, likeness (a link's bits stay far below).
WORD, NIK = 1e6, 1e3

_CREATE = """
create table if not exists resolved.keputusan (a varchar, b varchar, keputusan varchar);
create or replace table resolved.contoh_dijawab (asal varchar, keputusan varchar, model varchar);
"""
#: Why a decision has no effect: another one parts what it joins; a record of it is there no more.
OPPOSED, RECORDLESS = "bertentangan", "tanpa_catatan"
#: A table of the build: decisions without effect.
TROUBLED = "keputusan_bermasalah"


def load_decisions(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Create ``putusan(a, b, keputusan)``, ``koreksi`` as ``resolved.koreksi``, and ``diputus_ulang(id_catatan,
    is_pasangan)``: records whose decisions (``is_pasangan``) or corrections have changed.

    Raises:
        DecisionError: a file of decisions is damaged or too new.
    """
    con.execute(_CREATE)
    history = read_decisions(folder)
    in_force = history.in_force
    answers = [[d.asal, d.keputusan, d.model] for d in in_force if d.asal in SAMPLES]
    if answers:
        con.executemany("insert into resolved.contoh_dijawab values (?, ?, ?)", answers)
    decisions = applicable(in_force)
    table = {
        "a": pa.array([d.catatan[0] for d in decisions], pa.string()),
        "b": pa.array([d.catatan[1] for d in decisions], pa.string()),
        "keputusan": pa.array([d.keputusan for d in decisions], pa.string()),
    }
    corrected = [(c.id, c.catatan, c.atribut, c.nilai, c.semula) for c in history.corrections_in_force]
    names = ("keputusan", "id_catatan", "atribut", "nilai", "semula")
    values = {name: pa.array([row[n] for row in corrected], pa.string()) for n, name in enumerate(names)}
    con.register("putusan_berkas", pa.table(table))
    con.register("koreksi_berkas", pa.table(values))
    con.execute(
        """
        create or replace temp table putusan as from putusan_berkas;
        create or replace temp table koreksi as from koreksi_berkas;
        create or replace temp table diputus_ulang as
        with beda as (
            (from putusan except from resolved.keputusan)
            union
            (from resolved.keputusan except from putusan)
        ),
        nilai_beda as (
            (from koreksi except from resolved.koreksi)
            union
            (from resolved.koreksi except from koreksi)
        )
        select a as id_catatan, true as is_pasangan from beda
        union
        select b, true from beda
        union
        select id_catatan, false from nilai_beda
        """
    )
    con.unregister("putusan_berkas")
    con.unregister("koreksi_berkas")


def store_decisions(con: duckdb.DuckDBPyConnection) -> None:
    """The groups now obey ``putusan``, and marts will obey ``koreksi``."""
    con.execute(
        """
        delete from resolved.keputusan;
        insert into resolved.keputusan from putusan;
        delete from resolved.koreksi;
        insert into resolved.koreksi from koreksi
        """
    )


def store_troubled(con: duckdb.DuckDBPyConnection, folder: Path, records: str) -> None:
    """Write ``resolved.keputusan_bermasalah`` anew: decisions in force that no group can obey, and why not.

    Args:
        con: connection to the build.
        folder: of the decisions.
        records: relation with the ids of all records that are there.
    """
    in_force = read_decisions(folder).in_force
    aside = set_aside(in_force)
    table = {
        "id": pa.array([d.id for d in in_force], pa.string()),
        "a": pa.array([d.catatan[0] for d in in_force], pa.string()),
        "b": pa.array([d.catatan[1] for d in in_force], pa.string()),
        "keputusan": pa.array([d.keputusan for d in in_force], pa.string()),
        "lawan": pa.array([aside.get(d.id) for d in in_force], pa.string()),
    }
    con.register("putusan_berkas", pa.table(table))
    con.execute(
        f"""
        delete from resolved.{TROUBLED};
        insert into resolved.{TROUBLED}
        with ada as (select id_catatan from {records} where id_catatan in (select unnest([a, b]) from putusan_berkas))
        select id, keputusan, if(lawan is not null, '{OPPOSED}', '{RECORDLESS}'), lawan from putusan_berkas
        where lawan is not null or a not in (select id_catatan from ada) or b not in (select id_catatan from ada)
        order by id
        """
    )
    con.unregister("putusan_berkas")


def recordless(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Ids of the decisions and corrections a record of which is there no more, as the last run found them.

    Args:
        con: connection to a build or a snapshot; one of an older version may not know.
    """
    known = con.execute("select table_name from duckdb_tables() where schema_name = 'mutu'").fetchall()
    found: set[str] = set()
    for table, reason in ((TROUBLED, "alasan_tidak_berlaku"), ("koreksi_nilai", "keadaan")):
        if (table,) in known:
            rows = con.execute(f"select id_keputusan from mutu.{table} where {reason} = '{RECORDLESS}'").fetchall()
            found.update(name for (name,) in rows)
    return frozenset(found)


def divide_nik_groups(con: duckdb.DuckDBPyConnection) -> None:
    """Divide the groups of ``kelompok_catatan`` in which a decision keeps two records apart.

    The others go with whom they resemble more: equal name and birth date, equal name, equal birth date.
    """
    if not con.execute(f"select 1 from putusan where keputusan = '{DIFFERENT}' limit 1").fetchone():
        return  # DuckDB would join all records first
    rows = con.execute(
        f"""
        with terbelah as (
            select kiri.kelompok from putusan
            inner join kelompok_catatan as kiri on a = kiri.id_catatan
            inner join kelompok_catatan as kanan on b = kanan.id_catatan
            where putusan.keputusan = '{DIFFERENT}' and kiri.kelompok = kanan.kelompok
        )
        select kelompok, id_catatan, nama_kunci, cast(tanggal_lahir as varchar)
        from kelompok_catatan inner join tersentuh using (id_catatan)
        where kelompok in (select kelompok from terbelah) order by kelompok, id_catatan
        """
    ).fetchall()
    groups: dict[str, list[tuple[str, str | None, str | None]]] = defaultdict(list)
    for group, *member in rows:
        groups[group].append((member[0], member[1], member[2]))
    divided = [part for group, members in groups.items() for part in _divided(con, group, members)]
    if divided:
        con.executemany("update kelompok_catatan set kelompok = ? where id_catatan = ?", divided)


def _divided(
    con: duckdb.DuckDBPyConnection, group: str, members: list[tuple[str, str | None, str | None]]
) -> list[tuple[str, str]]:
    number = {member[0]: n for n, member in enumerate(members)}
    edges = [(number[a[0]], number[b[0]], _likeness(a, b)) for a in members for b in members if a[0] < b[0]]
    labels = keep_apart(len(members), edges, _apart(con, number))
    return [(f"{group}/{label}", member[0]) for member, label in zip(members, labels, strict=True) if label]


def _likeness(a: tuple[str, str | None, str | None], b: tuple[str, str | None, str | None]) -> float:
    return 2.0 * (a[1] == b[1]) + (a[2] == b[2])


def _apart(con: duckdb.DuckDBPyConnection, number: dict[str, int]) -> list[tuple[int, int]]:
    rows = con.execute(f"select a, b from putusan where keputusan = '{DIFFERENT}'").fetchall()
    return [(number[a], number[b]) for a, b in rows if a in number and b in number]


def divide_groups(con: duckdb.DuckDBPyConnection, labelled: str, target: str) -> None:
    """Write ``target(id_catatan, bagian)``: parts of the groups in which a decision keeps two records apart.

    Chains are broken at their weakest tie; a part is called by its first record.

    Args:
        con: connection with ``putusan``, the prepared records and the links.
        labelled: relation ``(id_catatan, nomor, satuan, label)``: records, their NIK groups, and their groups so far.
        target: temporary table to create; records of undivided groups are not in it.
    """
    con.execute(
        f"""
        create or replace temp table terbelah as
        select distinct kiri.label from putusan
        inner join {labelled} as kiri on a = kiri.id_catatan
        inner join {labelled} as kanan on b = kanan.id_catatan
        where putusan.keputusan = '{DIFFERENT}' and kiri.label = kanan.label
        """
    )
    names = [
        row[0]
        for row in con.execute(
            f"select id_catatan from {labelled} semi join terbelah using (label) order by 1"
        ).fetchall()
    ]
    number = {name: n for n, name in enumerate(names)}
    labels = keep_apart(len(names), _ties(con, labelled, number) if names else [], _apart(con, number))
    parts = pa.table(
        {"id_catatan": pa.array(names, pa.string()), "bagian": pa.array([names[n] for n in labels], pa.string())}
    )
    con.register("bagian_baru", parts)
    con.execute(f"create or replace temp table {target} as from bagian_baru")
    con.unregister("bagian_baru")


def _ties(con: duckdb.DuckDBPyConnection, labelled: str, number: dict[str, int]) -> list[Edge]:
    rows = con.execute(
        f"""
        with anggota as (select * from {labelled} semi join terbelah using (label))
        select a, b, {WORD} from putusan
        where keputusan = '{SAME}' and a in (select id_catatan from anggota) and b in (select id_catatan from anggota)
        union all
        -- a NIK group hangs on its first record
        select min(id_catatan) over (partition by satuan), id_catatan, {NIK} from anggota
        union all
        select kiri.id_catatan, kanan.id_catatan, bobot from resolved.tautan
        inner join anggota as kiri on l = kiri.nomor
        inner join anggota as kanan on r = kanan.nomor
        where tautan.keputusan = 'padan'
        """
    ).fetchall()
    return [(number[a], number[b], weight) for a, b, weight in rows if a != b]


def bonds() -> str:
    """SELECT of ``l, r``: records joined by a link or by a decision."""
    return f"""
        select l, r from resolved.tautan where keputusan = 'padan'
        union all
        select kiri.nomor, kanan.nomor from putusan
        inner join {PREPARED} as kiri on a = kiri.id_catatan
        inner join {PREPARED} as kanan on b = kanan.id_catatan
        where putusan.keputusan = '{SAME}'
    """
