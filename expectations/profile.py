"""Profiles of deliveries: one row of figures per delivery, judged instead of the rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path

import duckdb

from contracts.contract import Contract
from contracts.delivery import Manifest
from contracts.errors import SatuDataError
from expectations.sql import quote


class ProfileError(SatuDataError):
    """Deliveries cannot be profiled."""


PROFILE = "landing.profil_pengiriman"
#: Of fewer numbers a share says nothing by itself. Of 30 numbers with random last digits more than 30 % end in 0 in one
#: of 2,200 batches, of 10 numbers in one of 78; no delivery may be put aside for chance. Of fewer a share is told only
#: where chance yields as many zeros in fewer than one of a million batches.
FEWEST_NIK, RARE = 30, 1e-6
#: One or two numbers like 1,67E+15 are damage of their rows, which rules of rows tell; a spreadsheet damages many.
FEWEST_SCIENTIFIC = 3

#: A delivery to be judged: its contract, its manifest, its rows.
Delivery = tuple[Contract, Manifest, Path]

_COLUMNS = {
    "kontrak": ("varchar", "Kontrak pengiriman"),
    "delivery_id": ("varchar", "Nomor pengiriman"),
    "urutan": ("bigint", "Urutan penerimaan di walidata"),
    "baris_dibaca": ("bigint", "Baris yang dibaca dari sumber"),
    "baris_bukan_data": ("bigint", "Baris judul, jumlah, atau kosong"),
    "baris_data": ("bigint", "Baris data: dibaca dikurangi bukan data"),
    "jumlah_kolom_hilang": ("bigint", "Kolom kontrak yang tidak ada pada sumber"),
    "jumlah_kolom_baru": ("bigint", "Kolom sumber yang tidak ada pada kontrak"),
    "jumlah_nik": ("bigint", "Nilai 15-17 angka pada kolom NIK"),
    "persen_nik_akhir_nol": (
        "double",
        "Bagian nilai itu yang berakhiran 0; kosong bila nilainya kurang dari 30 dan nol sebanyak itu dapat kebetulan",
    ),
    "persen_nik_notasi_ilmiah": (
        "double",
        "Bagian nilai NIK yang tertulis seperti 1,67E+15; 0 bila hanya satu atau dua",
    ),
    "persen_kunci_kosong": ("double", "Bagian baris yang kuncinya tidak lengkap"),
}
_SCIENTIFIC = r"^[''\s]*[0-9]([.,][0-9]+)?[eE]\+?[0-9]{1,2}\s*$"


def profile_deliveries(con: duckdb.DuckDBPyConnection, deliveries: Iterable[Delivery]) -> int:
    """Replace ``landing.profil_pengiriman`` by one row per delivery; one pass over the Parquet of a contract.

    The shares are of the rows that landed; ``baris_dibaca`` also counts the unchanged ones that did not.

    Args:
        con: a writable connection.
        deliveries: exactly those to be judged.

    Returns:
        The number of deliveries.

    Raises:
        ProfileError: the landed rows of a contract cannot be read.
    """
    ordered = sorted(deliveries, key=lambda item: (item[0].id, item[1].delivery_id))
    rows: list[tuple[object, ...]] = []
    for _, group in groupby(ordered, key=lambda item: item[0].id):
        rows += _profile_contract(con, list(group))
    con.execute("create schema if not exists landing")
    con.execute(f"create or replace table {PROFILE} ({', '.join(f'{n} {t}' for n, (t, _) in _COLUMNS.items())})")
    if rows:
        con.executemany(f"insert into {PROFILE} values ({', '.join('?' * len(_COLUMNS))})", rows)
    con.execute(f"comment on table {PROFILE} is 'Satu baris per pengiriman yang dinilai pada gerbang pengiriman'")
    for name, (_, text) in _COLUMNS.items():
        con.execute(f"comment on column {PROFILE}.{name} is '{text}'")
    return len(rows)


def nik_columns(contract: Contract) -> tuple[str, ...]:
    """Source columns that hold a NIK: mapped to a standard column of kind ``digit`` named ``nik...``."""
    standard = contract.entity.kolom
    return tuple(
        column.name
        for column in contract.taken
        if column.kolom and column.kolom.startswith("nik") and standard[column.kolom].jenis == "digit"
    )


def _profile_contract(con: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery]) -> list[tuple[object, ...]]:
    contract = deliveries[0][0]
    figures = _figures(con, contract, [str(path) for _, _, path in deliveries])
    rows: list[tuple[object, ...]] = []
    for _, manifest, path in deliveries:
        landed, empty_key, nik, ending_zero, scientific, filled = figures.get(str(path), (0,) * 6)
        rows.append(
            (
                contract.id,
                manifest.delivery_id,
                manifest.urutan,
                manifest.baris_dibaca,
                manifest.baris_bukan_data,
                manifest.baris_dibaca - manifest.baris_bukan_data,
                len(manifest.kolom_hilang),
                len(manifest.kolom_baru),
                nik,
                _percent(ending_zero, nik if nik >= FEWEST_NIK or _by_chance(ending_zero, nik) < RARE else 0),
                _percent(scientific if scientific >= FEWEST_SCIENTIFIC else 0, filled),
                _percent(empty_key, landed if contract.key_columns else 0),
            )
        )
    return rows


def _figures(con: duckdb.DuckDBPyConnection, contract: Contract, files: list[str]) -> dict[str, tuple[int, ...]]:
    """Per file: rows, rows without a whole key; NIK values: NIK-like, ending in 0, scientific, all."""
    source = "read_parquet($files, union_by_name = true, filename = true)"
    try:
        described = con.execute(f"describe select * from {source}", {"files": files}).fetchall()
        rows = con.execute(
            _figures_query(contract, source, {str(row[0]) for row in described}), {"files": files}
        ).fetchall()
    except duckdb.Error as error:
        raise ProfileError(f"{contract.id}: its landed rows cannot be read ({type(error).__name__})") from None
    figures = {str(row[0]): tuple(row[1:]) for row in rows}
    if not figures.keys() <= set(files):
        raise ProfileError(f"{contract.id}: DuckDB names the files of its deliveries otherwise than they were given")
    return figures


def _figures_query(contract: Contract, source: str, present: set[str]) -> str:
    keys = [quote(name) for name in contract.key_columns if name in present]
    empty_key = " or ".join(f"coalesce(trim({key}), '') = ''" for key in keys) or "false"
    kinds = [_kind(quote(name)) for name in nik_columns(contract) if name in present]
    named = "".join(f", {kind} as nik_{number}" for number, kind in enumerate(kinds))
    conditions = ("in ('nik', 'nik_nol')", "= 'nik_nol'", "= 'ilmiah'", "is not null")
    counts = [
        " + ".join(f"count(*) filter (where nik_{number} {condition})" for number in range(len(kinds))) or "0"
        for condition in conditions
    ]
    return f"""
        select filename, count(*), count(*) filter (where kunci_kosong), {", ".join(counts)}
        from (
            select filename, {empty_key} as kunci_kosong{named}
            from {source} where not _hapus and not _bukan_data
        )
        group by filename"""


def _kind(column: str) -> str:
    """``nik`` or ``nik_nol`` (15-17 digits, not or ending in 0), ``ilmiah``, ``lain``, null when blank.

    Plain digits are recognised before anything is cleaned: nearly all values are, and cleaning is slow.
    """
    cleaned = f"regexp_replace(regexp_replace({column}, '\\.0+$', ''), '[^0-9A-Za-z]', '', 'g')"
    like_nik = "'[0-9]{15,17}'"
    return f"""
        case when {column} is null or trim({column}) = '' then null
            when regexp_full_match({column}, {like_nik}) then if(suffix({column}, '0'), 'nik_nol', 'nik')
            when regexp_matches({column}, '{_SCIENTIFIC}') then 'ilmiah'
            when regexp_full_match({cleaned}, {like_nik}) then if(suffix({cleaned}, '0'), 'nik_nol', 'nik')
            else 'lain' end"""


def _by_chance(zeros: int, numbers: int) -> float:
    """Probability that of so many numbers with random last digits as many, or more, end in 0."""
    return sum(math.comb(numbers, n) * 0.1**n * 0.9 ** (numbers - n) for n in range(zeros, numbers + 1))


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 4) if whole else None
