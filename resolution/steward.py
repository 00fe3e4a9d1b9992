"""Steward decisions in the build: what is in force, which records it touches, and groups that obey it.

Relations written: ``resolved.keputusan(a, b, keputusan)``, the decisions that the stored groups obey,
``resolved.koreksi(keputusan, id_catatan, atribut, nilai, semula)``, the values that marts must obey,
``resolved.contoh_dijawab(asal, keputusan, model, waktu)``, the answers about what was decided unseen, and
``resolved.keputusan_bermasalah``, the decisions that have no effect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from resolution.apart import keep_apart
from resolution.contradictions import REGISTERED, applicable, people_by_word, set_aside
from resolution.decisions import DIFFERENT, SAME, SAMPLES, UNSURE, Decision, read_decisions
from resolution.persons import PREPARED

_CREATE = """
create table if not exists resolved.keputusan (a varchar, b varchar, keputusan varchar);
"""
#: Why a decision has no effect: another one parts what it joins; a record of it is there no more.
OPPOSED, RECORDLESS = "bertentangan", "tanpa_catatan"
#: A table of the build: decisions without effect.
TROUBLED = "keputusan_bermasalah"


def load_decisions(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Create ``putusan(a, b, keputusan)``; ``dikatakan(id_catatan, orang)``, whose record of the registry words say an
    agency's to be; ``koreksi`` as ``resolved.koreksi``; and ``diputus_ulang(id_catatan, is_pasangan)``, records whose
    decisions (``is_pasangan``) or corrections have changed.

    Raises:
        DecisionError: a file of decisions is damaged or too new.
    """
    con.execute(_CREATE)
    history = read_decisions(folder)
    in_force = history.in_force
    _store_answers(con, [d for d in in_force if d.asal in SAMPLES])
    decisions = applicable(in_force)
    table = {
        "a": pa.array([d.catatan[0] for d in decisions], pa.string()),
        "b": pa.array([d.catatan[1] for d in decisions], pa.string()),
        "keputusan": pa.array([d.keputusan for d in decisions], pa.string()),
    }
    people = sorted(people_by_word(d.catatan for d in decisions if d.keputusan == SAME))
    before = con.execute(f"select a, b from resolved.keputusan where keputusan = '{SAME}'").fetchall()
    reworded = sorted({record for record, _ in people_by_word(before).symmetric_difference(people)})
    corrected = [(c.id, c.catatan, c.atribut, c.nilai, c.semula) for c in history.corrections_in_force]
    names = ("keputusan", "id_catatan", "atribut", "nilai", "semula")
    values = {name: pa.array([row[n] for row in corrected], pa.string()) for n, name in enumerate(names)}
    con.register("putusan_berkas", pa.table(table))
    columns = {"id_catatan": [record for record, _ in people], "orang": [person for _, person in people]}
    con.register("dikatakan_berkas", pa.table({name: pa.array(found, pa.string()) for name, found in columns.items()}))
    con.register("beralih_berkas", pa.table({"id_catatan": pa.array(reworded, pa.string())}))
    con.register("koreksi_berkas", pa.table(values))
    con.execute(
        """
        create or replace temp table putusan as from putusan_berkas;
        create or replace temp table dikatakan as from dikatakan_berkas;
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
        select id_catatan, true from beralih_berkas
        union
        select id_catatan, false from nilai_beda
        """
    )
    con.unregister("putusan_berkas")
    con.unregister("dikatakan_berkas")
    con.unregister("beralih_berkas")
    con.unregister("koreksi_berkas")


def _store_answers(con: duckdb.DuckDBPyConnection, answers: Sequence[Decision]) -> None:
    """``resolved.contoh_dijawab`` anew, all of it or nothing."""
    columns = {
        "asal": [d.asal for d in answers],
        "keputusan": [d.keputusan for d in answers],
        "model": [d.model for d in answers],
    }
    table = pa.table(
        {name: pa.array(values, pa.string()) for name, values in columns.items()}
        | {"waktu": pa.array([d.waktu for d in answers], pa.timestamp("us", "UTC"))}
    )
    con.register("jawaban", table)
    con.execute("create or replace table resolved.contoh_dijawab as from jawaban")
    con.unregister("jawaban")


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


def _is_registered(record: str) -> str:
    """SQL: a record's id is that of one of the registry's people."""
    return f"split_part({record}, '|', 2) = '{REGISTERED}'"


def divide_nik_groups(con: duckdb.DuckDBPyConnection) -> None:
    """Divide the groups of ``kelompok_catatan`` in which a decision keeps two records apart, or cannot tell, and those
    of which one is, by word, another of the register's people.

    The others go with whom they resemble more: equal name and birth date, equal name, equal birth date.
    """
    if not con.execute("select 1 from putusan limit 1").fetchone():
        return  # DuckDB would join all records first
    con.execute(
        f"""
        create or replace temp table terbelah_nik as
        with beda as (
            select a, b, kiri.kelompok from putusan
            inner join kelompok_catatan as kiri on a = kiri.id_catatan
            inner join kelompok_catatan as kanan on b = kanan.id_catatan
            where putusan.keputusan in ('{DIFFERENT}', '{UNSURE}') and kiri.kelompok = kanan.kelompok
        ),
        -- words say that the record is somebody else than the registered person of its NIK
        sekelompok as (
            select dikatakan.id_catatan as a, terdaftar.id_catatan as b, kelompok, list(orang) as orang from dikatakan
            inner join kelompok_catatan as sendiri on dikatakan.id_catatan = sendiri.id_catatan
            inner join kelompok_catatan as terdaftar using (kelompok)
            where {_is_registered("terdaftar.id_catatan")} group by all
        ),
        itu_juga as (select a from sekelompok where list_contains(orang, b)),
        orang_lain as (
            select a, b, kelompok from sekelompok anti join itu_juga using (a)
            where list_contains(list_transform(orang, lambda id: split_part(id, '|', 1)), split_part(b, '|', 1))
        )
        from beda union from orang_lain
        """
    )
    rows = con.execute(
        """
        select kelompok, id_catatan, nama_kunci, cast(tanggal_lahir as varchar)
        from kelompok_catatan inner join tersentuh using (id_catatan)
        where kelompok in (select kelompok from terbelah_nik) order by kelompok, id_catatan
        """
    ).fetchall()
    apart = [(a, b) for a, b in con.execute("select a, b from terbelah_nik").fetchall()]
    groups: dict[str, list[_Member]] = defaultdict(list)
    for group, *member in rows:
        groups[group].append(_Member(*member))
    divided = [part for group, members in groups.items() for part in _divided(group, members, apart)]
    if divided:
        names = ("kelompok", "id_catatan")
        con.register("bagian_nik", pa.table({name: [row[n] for row in divided] for n, name in enumerate(names)}))
        con.execute(
            """
            update kelompok_catatan set kelompok = bagian_nik.kelompok from bagian_nik
            where kelompok_catatan.id_catatan = bagian_nik.id_catatan
            """
        )
        con.unregister("bagian_nik")


@dataclass(frozen=True)
class _Member:
    """A record of a NIK's group."""

    id_catatan: str
    nama: str
    lahir: str | None


def _divided(group: str, members: Sequence[_Member], apart: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """New group and record of those that part from the first of ``group``.

    Records that say the same go one way, so that a NIK on thousands of records is few things to place; only those that
    a decision names are placed by themselves.
    """
    named = {name for pair in apart for name in pair}
    alike: dict[tuple[str, str | None, str], list[str]] = defaultdict(list)
    for member in members:
        alike[member.nama, member.lahir, member.id_catatan if member.id_catatan in named else ""].append(
            member.id_catatan
        )
    nodes = list(alike)
    number = {name: n for n, node in enumerate(nodes) for name in alike[node] if name in named}
    edges = [
        (m, n, 2.0 * (nodes[m][0] == nodes[n][0]) + (nodes[m][1] == nodes[n][1]))
        for n in range(len(nodes))
        for m in range(n)
    ]
    labels = keep_apart(len(nodes), edges, [(number[a], number[b]) for a, b in apart if a in number and b in number])
    return [
        (f"{group}/{label}", name) for node, label in zip(nodes, labels, strict=True) if label for name in alike[node]
    ]


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
