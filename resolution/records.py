"""The person records as identity needs them: which columns, and what is told when they are not there."""

from __future__ import annotations

import duckdb

from contracts.errors import SatuDataError

#: What grouping by NIK and ids need.
NEEDED = (
    "id_catatan", "entitas", "nik", "nama_kunci", "tanggal_lahir", "jenis_kelamin", "kode_wilayah", "nomor_kk",
    "nama_ibu", "urutan_pertama", "_run_id",
)  # fmt: skip
#: What links need besides.
LINKED = (
    "peran", "_kontrak", "nik_asal", "nama", "shdk", "tempat_lahir", "nik_ibu", "nama_ayah", "nama_pasangan", "alamat",
    "rt", "rw", "is_nik_janggal",
)  # fmt: skip
SAFE = "No id was given or changed"


def check_columns(con: duckdb.DuckDBPyConnection, records: str, *, linked: bool) -> None:
    """Refuse records of which a column is not there, before anything is made of them.

    Args:
        con: connection to the build.
        records: relation as ``int_identitas__catatan``.
        linked: they are linked beyond their NIK.

    Raises:
        SatuDataError: with all columns that are missing, or without the relation.
    """
    try:
        rows = con.execute(f"describe from {records}").fetchall()
    except duckdb.CatalogException:
        raise SatuDataError(
            f"identity: there is no relation {records}; it must be as int_identitas__catatan. {SAFE}"
        ) from None
    needed = (*NEEDED, *LINKED) if linked else NEEDED
    held = {name.lower() for name, *_ in rows}
    missing = [name for name in needed if name not in held]
    if missing:
        raise SatuDataError(
            f"identity: {records} lacks the columns {', '.join(missing)}; needed: {', '.join(needed)}. {SAFE}"
        )


def check_ids(con: duckdb.DuckDBPyConnection, records: str) -> None:
    """Refuse records without an id of their own.

    Args:
        con: connection to the build.
        records: relation with id_catatan.

    Raises:
        SatuDataError: with how many there are; none is named.
    """
    row = con.execute(
        f"""
        select count(*) filter (id_catatan is null or trim(id_catatan) = ''),
            count(id_catatan) - count(distinct id_catatan)
        from {records}
        """
    ).fetchone()
    missing, twice = row or (0, 0)
    if missing or twice:
        raise SatuDataError(
            f"identity: {missing} records without id_catatan, {twice} whose id_catatan another record has; "
            f"every person record needs one of its own. {SAFE}"
        )


def check_runs(con: duckdb.DuckDBPyConnection, records: str) -> None:
    """Refuse records that do not say which run wrote them: no night would see that they came or changed.

    Raises:
        SatuDataError: with how many there are; none is named.
    """
    row = con.execute(f"select count(*) from {records} where _run_id is null").fetchone()
    if row and row[0]:
        raise SatuDataError(
            f"identity: {row[0]} records without _run_id; every person record needs that of the run that wrote it. "
            f"{SAFE}"
        )


def check_left(left: int, since: str) -> None:
    """Refuse to leave records without an id.

    Args:
        left: records that hold none, and that the night does not give one.
        since: the run after which records count as changed.

    Raises:
        SatuDataError: there are any.
    """
    if left:
        raise SatuDataError(
            f"identity: {left} records have no id and are not of a run after {since}, the last that gave ids, or have "
            f"another record's id_catatan; runs must go up. {SAFE}; a full refresh gives these ids, or tells whose "
            "id_catatan stands twice"
        )
