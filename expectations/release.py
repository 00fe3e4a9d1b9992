"""Suites of the release gate: the ledger balances, nothing personal goes out, nothing changed abruptly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby

from contracts.standard import Standards
from expectations.derived import BETWEEN, NOT_NULL, WALIDATA
from expectations.model import Check, Suite
from expectations.sql import literal, quote, relation, values

#: Deaths, moves and closed keys of one night stay far below it; a lost delivery or a broken join does not.
MOST_SHRINKING_PERCENT = 10.0
#: A new agency may add much; beyond half as much again someone should have known before.
MOST_GROWTH_PERCENT = 50.0
#: Sixteen digits that could be a NIK: region, day 1-31 or 41-71, month 1-12, year, serial.
NIK_LIKE = r"(^|[^0-9])[1-9][0-9]{5}(0[1-9]|[12][0-9]|3[01]|4[1-9]|[56][0-9]|7[01])(0[1-9]|1[0-2])[0-9]{6}([^0-9]|$)"
#: Counts and shares may be named after what they count.
FIGURE_PREFIXES = ("jumlah_", "persen_", "is_", "has_")
ROW_COUNT = "expect_table_row_count_to_be_between"

#: A published column: relation in DuckDB, e.g. ``publication.pub_penduduk__jumlah``, and column name.
PublishedColumn = tuple[str, str]

_rilis = partial(Check, gate="rilis", owner=WALIDATA, severity="kritis")


def release_suites(published: Iterable[PublishedColumn], standards: Standards) -> tuple[Suite, ...]:
    """All suites of the release gate.

    Args:
        published: every column of every relation that the snapshot will hold.
        standards: says which standard columns identify a person.
    """
    columns = sorted(set(published))
    return (*ledger_suites(), names_suite(columns, standards), values_suite(columns), change_suite())


def ledger_suites() -> tuple[Suite, ...]:
    """Balance 1 per delivery, balances 2 and 3 per object (architecture 3.1); an empty one is no balance."""
    return (
        _balance("buku besar", "mutu.buku_besar", ("kontrak", "delivery_id")),
        _balance("neraca", "mutu.neraca", ("neraca", "objek")),
    )


def names_suite(columns: Sequence[PublishedColumn], standards: Standards) -> Suite:
    """No published column is named like a standard column that identifies a person."""
    kolom = (item for entity in standards.entitas.values() for item in entity.kolom.items())
    identifying = "|".join(sorted({name for name, column in kolom if column.kelas == "pengenal"}))
    query = f"""
        select tabel, kolom,
            cast(
                regexp_matches(kolom, '^(.*_)?({identifying})(_.*)?$')
                and not regexp_matches(kolom, '^({"|".join(FIGURE_PREFIXES)})')
            as integer) as pengenal
        from {values(columns, ("tabel", "kolom"))}"""
    check = _rilis(
        id="rilis.publication.kolom_pengenal",
        suite="kolom pengenal",
        asset="publication",
        text="Tidak ada kolom terbit yang bernama seperti kolom pengenal",
        expectation=BETWEEN,
        kwargs={"column": "pengenal", "max_value": 0},
    )
    return Suite("kolom pengenal", "rilis", (check,), query=query, id_columns=("tabel", "kolom"))


def values_suite(columns: Sequence[PublishedColumn]) -> Suite:
    """No published value, whatever its type, looks like a NIK; one pass per relation counts them.

    Our own ids are base32, which has no 0 and no 1, and every month has one: no column needs an exception.
    """
    name = "nilai mirip NIK"
    tables = groupby(sorted(columns), key=lambda item: item[0])
    parts = [_count_nik(table, [column for _, column in group]) for table, group in tables]
    nothing = "select '' as tabel, '' as kolom, 0 as jumlah_mirip_nik where false"
    check = _rilis(
        id="rilis.publication.nilai_mirip_nik",
        suite=name,
        asset="publication",
        text="Tidak ada nilai terbit yang mirip NIK",
        expectation=BETWEEN,
        kwargs={"column": "jumlah_mirip_nik", "max_value": 0},
    )
    query = " union all ".join(parts) or nothing
    return Suite(name, "rilis", (check,), query=query, id_columns=("tabel", "kolom"))


def change_suite() -> Suite:
    """Rows of each published relation against the last snapshot; a new relation has no earlier count."""
    name = "perubahan jumlah baris"
    query = """
        select tabel, 100.0 * (baris_baru - baris_lama) / nullif(baris_lama, 0) as persen_perubahan
        from publication.perubahan_baris"""
    check = _rilis(
        id="rilis.publication/perubahan_baris.persen_perubahan",
        suite=name,
        asset="publication/perubahan_baris",
        severity="peringatan",
        text="Jumlah baris berubah wajar terhadap snapshot terakhir (persen)",
        expectation=BETWEEN,
        kwargs={
            "column": "persen_perubahan",
            "min_value": -MOST_SHRINKING_PERCENT,
            "max_value": MOST_GROWTH_PERCENT,
        },
    )
    return Suite(name, "rilis", (check,), query=query, id_columns=("tabel",))


def _balance(name: str, table: str, id_columns: tuple[str, ...]) -> Suite:
    asset = table.replace(".", "/")
    of_ledger = partial(_rilis, suite=name, asset=asset)
    checks = (
        of_ledger(
            id=f"rilis.{asset}.selisih",
            text="Selisih nol",
            expectation=BETWEEN,
            kwargs={"column": "selisih", "min_value": 0, "max_value": 0},
        ),
        of_ledger(
            id=f"rilis.{asset}.selisih_terisi",
            text="Setiap baris terhitung selisihnya",
            expectation=NOT_NULL,
            kwargs={"column": "selisih"},
        ),
        of_ledger(
            id=f"rilis.{asset}.ada",
            text="Ada baris yang diperiksa",
            expectation=ROW_COUNT,
            kwargs={"min_value": 1},
        ),
    )
    return Suite(name, "rilis", checks, table=table, id_columns=id_columns)


def _count_nik(table: str, columns: Sequence[str]) -> str:
    """Rows (tabel, kolom, jumlah_mirip_nik); the length is tested first, which spares most of the matching."""
    counts = []
    for column in columns:
        text = f"cast({quote(column)} as varchar)"
        like = f"count(*) filter (where length({text}) >= 16 and regexp_matches({text}, '{NIK_LIKE}'))"
        counts.append(f"{{'kolom': {literal(column)}, 'jumlah': {like}}}")
    return f"""
        select {literal(table)} as tabel, hitungan.kolom, hitungan.jumlah as jumlah_mirip_nik
        from (select unnest([{", ".join(counts)}]) as hitungan from {relation(table)})"""
