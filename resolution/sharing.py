"""What many records share says less: no evidence is worth more than the values it is about are rare.

Of two records of one entity, one bears a value no more often than any record does; of two records drawn at random both
sides bear theirs by chance. So, whatever is learnt of a level, a pair of which one side's value is borne by a share
``f`` of the records speaks for one entity by ``1 / f`` at most: a value of half the records is worth one bit, and what
resembles it no more. The same holds of several values together, however they depend on each other: a form's defaults
are worth what one of them is. It holds of sexes as of placeholders.

A value that no more than ``blok_maks`` records share may be that of one entity's copies, and is not counted.
"""

from __future__ import annotations

import duckdb

from resolution.settings import Comparison, Settings


def find_shared(con: duckdb.DuckDBPyConnection, settings: Settings, records: str, target: str) -> dict[str, int]:
    """Write ``target(id, batas_<comparison>, ..., semua)``: the most bits that a record's shared values can be worth,
    each by itself and all together; null where they are not shared. Comparisons without a shared value have no column.

    Args:
        con: connection with the records.
        settings: the comparisons, and how many records may share a value that is not counted.
        records: relation with ``id`` and the comparisons' columns.
        target: temporary table to create.

    Returns:
        By comparison that has such, how many values are shared.
    """
    numbers = {c.nama: _count_shared(con, settings, records, c) for c in settings.perbandingan}
    found = {name: number for name, number in numbers.items() if number}
    limits = "".join(f", umum_{name}.bit as batas_{name}" for name in found)
    joins = [
        f"left join umum_{c.nama} on {_value(c)} = umum_{c.nama}.nilai"
        for c in settings.perbandingan
        if c.nama in found
    ]
    together = ", ".join(f"umum_{name}.nilai" for name in found) or "null"
    con.execute(
        f"""
        create or replace temp table {target} as
        with dinilai as (
            select catatan.id{limits}, hash({together}) as gabungan from {records} as catatan {" ".join(joins)}
        ),
        banyak as (
            select gabungan, log2((select count(*) from dinilai) / count(*)) as semua
            from dinilai group by gabungan having count(*) > {settings.blok_maks}
        )
        select dinilai.* exclude (gabungan), semua from dinilai left join banyak using (gabungan)
        """
    )
    for name in numbers:
        con.execute(f"drop table umum_{name}")
    return found


def _count_shared(con: duckdb.DuckDBPyConnection, settings: Settings, records: str, comparison: Comparison) -> int:
    """Write ``umum_<comparison>(nilai, bit)``: its shared values, and how many bits each is worth."""
    con.execute(
        f"""
        create or replace temp table umum_{comparison.nama} as
        select {_value(comparison)} as nilai, log2((select count(*) from {records}) / count(*)) as bit
        from {records} as catatan where catatan.{comparison.kolom} is not null
        group by {_value(comparison)} having count(*) > {settings.blok_maks}
        """
    )
    row = con.execute(f"select count(*) from umum_{comparison.nama}").fetchone()
    return int(row[0]) if row else 0


def _value(comparison: Comparison) -> str:
    """SQL of what a record, ``catatan``, says in a comparison: all its columns together. A column may be called as
    something here is."""
    others = [f"coalesce(catatan.{name}, '')" for name in comparison.kolom_lain]
    return " || chr(31) || ".join([f"catatan.{comparison.kolom}", *others])


def beyond_shared(bits: dict[str, str]) -> str:
    """SQL: bits of a pair beyond what the values of ``kiri`` and ``kanan``, its rows of ``find_shared``, can be worth.

    Args:
        bits: by comparison with shared values, SQL of its weight.
    """
    worth = {name: f"least({sql}, kiri.batas_{name}, kanan.batas_{name})" for name, sql in bits.items()}
    each = [f"({sql}) - {worth[name]}" for name, sql in bits.items()]
    sides = [
        " + ".join(f"if({side}.batas_{name} is null, 0, {sql})" for name, sql in worth.items()) + f" - {side}.semua"
        for side in ("kiri", "kanan")
    ]
    return f"{' + '.join(each)} + greatest(0, {', '.join(sides)})"
