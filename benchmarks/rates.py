"""How right an identity is, by the truth: precision and recall of pairs and of records."""

from __future__ import annotations

import math
from dataclasses import dataclass

import duckdb
import networkx as nx

_Z = 1.96


@dataclass(frozen=True)
class Rate:
    """A share with its 95 % interval (Wilson)."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share; 1 of nothing."""
        return self.hits / self.total if self.total else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """From, to."""
        if not self.total:
            return 0.0, 1.0
        middle = self.value + _Z**2 / (2 * self.total)
        half = _Z * math.sqrt(self.value * (1 - self.value) / self.total + _Z**2 / (4 * self.total**2))
        scale = 1 + _Z**2 / self.total
        return (middle - half) / scale, (middle + half) / scale


def pair_rates(con: duckdb.DuckDBPyConnection, condition: str = "true") -> tuple[Rate, Rate]:
    """Precision and recall over all pairs of records."""
    return rates_of_pairs(con, f"(select * from judged where {condition})", "id_orang", "id_truth")


def rates_of_pairs(con: duckdb.DuckDBPyConnection, relation: str, found: str, true: str) -> tuple[Rate, Rate]:
    """Precision and recall over pairs of rows: two go together by ``found``, and should by ``true``; null is nobody."""
    row = con.execute(
        f"""
        with dinilai as (select {found} as ditemukan, {true} as benar from {relation}),
        kedua as (
            select count(*) as n from dinilai
            where ditemukan is not null and benar is not null group by ditemukan, benar
        ),
        kelompok as (select count(*) as n from dinilai where ditemukan is not null group by ditemukan),
        kebenaran as (select count(*) as n from dinilai where benar is not null group by benar)
        select (select sum(n * (n - 1) // 2) from kedua), (select sum(n * (n - 1) // 2) from kelompok),
            (select sum(n * (n - 1) // 2) from kebenaran)
        """
    ).fetchone()
    assert row is not None
    hits, joined, real = (int(value or 0) for value in row)
    return Rate(hits, joined), Rate(hits, real)


def answered_rates(con: duckdb.DuckDBPyConnection) -> tuple[Rate, Rate]:
    """Precision and recall over all pairs of records once stewards have said, rightly, of every pair that was left open
    whether it is one person; nobody is told of anything else."""
    edges = con.execute(
        """
        select kiri.id_orang, kanan.id_orang from gudang.resolved.tautan as tautan
        inner join gudang.resolved.banding as a on tautan.l = a.nomor
        inner join gudang.resolved.banding as b on tautan.r = b.nomor
        inner join judged as kiri on a.id_catatan = kiri.id_catatan
        inner join judged as kanan on b.id_catatan = kanan.id_catatan
        where tautan.keputusan = 'tinjau' and kiri.id_truth = kanan.id_truth
        """
    ).fetchall()
    said = [(one, min(group)) for group in nx.connected_components(nx.Graph(edges)) for one in group]
    con.execute("create or replace temp table dijawab (id_orang varchar, satu varchar)")
    if said:
        con.executemany("insert into dijawab values (?, ?)", said)
    found = "(select coalesce(satu, id_orang) as id_orang, id_truth from judged left join dijawab using (id_orang))"
    return rates_of_pairs(con, found, "id_orang", "id_truth")


def f1(precision: Rate, recall: Rate) -> float:
    """Harmonic mean of the two."""
    both = precision.value + recall.value
    return 2 * precision.value * recall.value / both if both else 0.0


def b_cubed(con: duckdb.DuckDBPyConnection) -> tuple[float, float]:
    """B3 precision and recall over ``judged``: of a record's group the share that is its person, of its person the
    share that is in its group; means over records."""
    row = con.execute(
        """
        with bagian as (select id_orang, id_truth, count(*) as n from judged group by all),
        berukuran as (
            select n, sum(n) over (partition by id_orang) as kelompok, sum(n) over (partition by id_truth) as benar
            from bagian
        )
        select sum(n * n / kelompok) / sum(n), sum(n * n / benar) / sum(n) from berukuran
        """
    ).fetchone()
    assert row is not None
    precision, recall = (1.0 if value is None else float(value) for value in row)
    return precision, recall


def record_rates(con: duckdb.DuckDBPyConnection, condition: str = "is_sulit") -> tuple[Rate, Rate]:
    """Of records outside the registry: how many of those joined to registry people are joined to their own; how many
    of those whose person the registry knows are joined to it."""
    row = con.execute(
        f"""
        with registri as (select id_orang, id_truth from judged where is_registri group by all),
        orang as (select distinct id_orang from registri),
        dikenal as (select distinct id_truth from registri),
        dinilai as (
            select judged.id_orang in (select id_orang from orang) as is_padan,
                judged.id_truth in (select id_truth from dikenal) as is_dikenal,
                (judged.id_orang, judged.id_truth) in (select (id_orang, id_truth) from registri) as is_benar
            from judged where not is_registri and {condition}
        )
        select count(*) filter (where is_benar), count(*) filter (where is_padan), count(*) filter (where is_dikenal)
        from dinilai
        """
    ).fetchone()
    assert row is not None
    return Rate(row[0], row[1]), Rate(row[0], row[2])


def missed_pairs(con: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Pairs of records of one person that are not joined; how many of them because a record fits somebody else too; how
    many because one tells a name and no more: no NIK, no birth date, and the address of a home that was left."""
    row = con.execute(
        """
        with lepas as (
            select kiri.id_catatan as a, kanan.id_catatan as b from judged as kiri
            inner join judged as kanan using (id_truth)
            where kiri.id_catatan < kanan.id_catatan and kiri.id_orang <> kanan.id_orang
        ),
        bernama_saja as (
            select id_catatan from judged
            where is_sulit and list_has_all(defects, ['alamat_lama', 'tgl_lahir_kosong'])
        ),
        sebab as (
            select a in (select id_catatan from mendua) or b in (select id_catatan from mendua) as is_mendua,
                a in (select id_catatan from bernama_saja) or b in (select id_catatan from bernama_saja) as is_nama
            from lepas
        )
        select count(*), count(*) filter (where is_mendua), count(*) filter (where is_nama and not is_mendua) from sebab
        """
    ).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def hard_rates(con: duckdb.DuckDBPyConnection) -> tuple[Rate, Rate, int]:
    """Precision and recall of the records without a right NIK, and how many of them fit two people.

    A record that fits two people is right when it stands by itself and is asked about, and wrong when it is joined.
    """
    row = con.execute(
        """
        with registri as (select id_orang, id_truth from judged where is_registri group by all),
        orang as (select distinct id_orang from registri),
        dikenal as (select distinct id_truth from registri),
        dinilai as (
            select id_catatan in (select id_catatan from mendua) as is_mendua,
                id_catatan in (select id_catatan from ragu) as is_ragu,
                id_orang in (select id_orang from orang) as is_padan,
                id_truth in (select id_truth from dikenal) as is_dikenal,
                (id_orang, id_truth) in (select (id_orang, id_truth) from registri) as is_benar
            from judged where is_sulit
        )
        select count(*) filter (where is_benar and not is_mendua), count(*) filter (where is_padan),
            count(*) filter (where is_dikenal and if(is_mendua, is_ragu and not is_padan, is_benar)),
            count(*) filter (where is_dikenal), count(*) filter (where is_mendua)
        from dinilai
        """
    ).fetchone()
    assert row is not None
    return Rate(row[0], row[1]), Rate(row[2], row[3]), row[4]
