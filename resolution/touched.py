"""Which records a run touches: those of every group that a new, changed or vanished record belongs or belonged to.

Temporary relations written:

    hilang       records that are gone, with the id and NIK they had
    tersentuh    the touched records, with what grouping and ids need of them: id_catatan, entitas, nik, nama_kunci,
                 tanggal_lahir, jenis_kelamin, kode_wilayah, nomor_kk, nama_ibu, kunci_urut (the older sorts first),
                 sidik
    disentuh     the ids of both
    id_lama      what those that had an id so far had: id_orang, id_catatan, nik, kunci_urut, sidik
    dikoreksi    records whose identifying content is no longer what it was when they got their id
    isi_berubah  those too of which anything else has changed; a full refresh cannot tell
    berubah_utuh of a night: the records that came or changed since the last, whole

``tersentuh``, ``disentuh`` and ``id_lama`` are views: of a night's few records, or of all records where they lie, for
all of a province's would fill the memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from resolution.lookup import among
from resolution.namesakes import gather_awaited
from resolution.records import check_ids, check_left, check_runs

_TOLD = ("nik", "nama_kunci", "tanggal_lahir", "jenis_kelamin")


def _signatures(record: str = "") -> tuple[str, str]:
    """SQL: ``sidik`` of what a record says; and what it was before sex belonged to it, and is of a record that states
    none: to learn the sex corrects nothing."""
    told = [record + name for name in _TOLD]
    texts = (f"concat_ws('|', {', '.join(names)})" for names in (told, told[:-1]))
    return tuple(f"md5_number_upper({text})" for text in texts)  # type: ignore[return-value]


def _order(delivery: str) -> str:
    return f"printf('%06d|', {delivery}) || id_catatan"


_SIGNATURE, _SEXLESS = _signatures()
_NEEDED = f"""id_catatan, entitas, nik, nama_kunci, tanggal_lahir, jenis_kelamin, kode_wilayah, nomor_kk, nama_ibu,
    {_order("urutan_pertama")} as kunci_urut, {_SIGNATURE} as sidik"""

_HELD = f"id_orang, id_catatan, nik, {_order('urutan')} as kunci_urut, sidik"


@dataclass(frozen=True)
class Touched:
    """How many records were touched, and since which run records count as changed; None: these are all."""

    count: int
    since: str | None


def touch(con: duckdb.DuckDBPyConnection, records: str, *, everything: bool, is_refresh: bool) -> Touched:
    """Collect the touched records.

    Args:
        con: connection to the build, with ``diputus_ulang``.
        records: relation as ``int_identitas__catatan``.
        everything: touch all records, and not only those that changed since the last run.
        is_refresh: all records were written anew, so that their run does not tell which have changed.

    Raises:
        SatuDataError: a record has no id, or another's, or does not say of which run it is, or would be left without
            an id_orang; none is named.
    """
    check_runs(con, records)
    row = con.execute("select max(_run_id) from resolved.orang_catatan").fetchone()
    since = None if everything or row is None else row[0]
    if since is None:
        check_ids(con, records)
        _compare_all(con, records, is_refresh=is_refresh)
        touch_all(con, records)
    else:
        _touch_changed(con, records, since)
    return Touched(_count(con, "disentuh"), since)


def touch_all(con: duckdb.DuckDBPyConnection, records: str) -> None:
    """Let all records be the touched ones."""
    con.execute(
        f"""
        create or replace temp view tersentuh as select {_NEEDED} from {records};
        create or replace temp view disentuh as
        select id_catatan from {records} union all select id_catatan from hilang;
        create or replace temp view id_lama as select {_HELD} from resolved.orang_catatan
        """
    )


def _compare_all(con: duckdb.DuckDBPyConnection, records: str, *, is_refresh: bool) -> None:
    newer = "false" if is_refresh else "_run_id > (select max(_run_id) from resolved.orang_catatan)"
    signature, sexless = _signatures("kini.")
    con.execute(
        f"""
        create or replace temp table hilang as
        select id_catatan, nomor, id_orang, nik from resolved.orang_catatan
        where id_catatan not in (select id_catatan from {records});
        create or replace temp table dikoreksi as
        select id_catatan from hilang
        union all
        select id_catatan from resolved.orang_catatan as lama inner join {records} as kini using (id_catatan)
        where lama.sidik not in ({signature}, {sexless});
        create or replace temp table isi_berubah as
        select id_catatan from dikoreksi union select id_catatan from {records} where {newer}
        """
    )


def touch_more(con: duckdb.DuckDBPyConnection, more: str) -> None:
    """Let the records of ``more(nomor)`` be touched too: what is needed of them is what they had when last touched."""
    con.execute(
        f"""
        create or replace temp table id_lama_isi as
        select {_HELD}, nomor from resolved.orang_catatan
        where {among("nomor", f"(select nomor from {more} union all select nomor from hilang)")};
        create or replace temp view id_lama as from id_lama_isi;
        insert into tersentuh_isi by name
        select id_catatan, nik, kunci_urut, sidik from id_lama
        where id_catatan not in (select id_catatan from disentuh)
        """
    )


def _touch_changed(con: duckdb.DuckDBPyConnection, records: str, since: str) -> None:
    con.execute(
        f"""
        -- changed records stand together in their table, and are read without the others
        create or replace temp table berubah_utuh as from {records} where _run_id > '{since}'
        """
    )
    # an unchanged record may have the id of a changed one
    told = f"select id_catatan from {records} where {among('id_catatan', 'berubah_utuh')}"
    check_ids(con, f"({told} union all select id_catatan from berubah_utuh where id_catatan is null)")
    con.execute(
        f"""
        create or replace temp table berubah as
        select id_catatan, nik, {_SIGNATURE} as sidik, {_SEXLESS} as sidik_tanpa_kelamin, true as is_isi
        from berubah_utuh
        union all
        select id_catatan, nik, {_SIGNATURE}, {_SEXLESS}, false
        from {records} semi join diputus_ulang using (id_catatan) where _run_id <= '{since}';
        create or replace temp table dikenal as
        select id_catatan, nik, sidik from resolved.orang_catatan where {among("id_catatan", "berubah")}
        """
    )
    more = _more_than_known(con, records)
    gone = f"id_catatan not in (select id_catatan from {records})" if more else "false"
    con.execute(
        f"""
        create or replace temp table hilang as
        select id_catatan, nomor, id_orang, nik from resolved.orang_catatan where {gone};
        create or replace temp table dikoreksi as
        select id_catatan from hilang
        union all
        select id_catatan from dikenal as lama inner join berubah using (id_catatan)
        where lama.sidik not in (berubah.sidik, berubah.sidik_tanpa_kelamin);
        create or replace temp table isi_berubah as
        select id_catatan from dikoreksi union select id_catatan from berubah where is_isi
        """
    )
    check_left(more + _count(con, "hilang"), since)
    gather_awaited(con, "berubah_utuh", records)
    con.execute(
        f"""
        create or replace temp table nik_tersentuh as
        with disebut as (
            select nik from berubah union select nik from hilang union select nik from dikenal
            union from nik_dinanti
        )
        from disebut where nik is not null;
        create or replace temp table tersentuh_isi as
        select {_NEEDED} from {records} where {among("nik", "nik_tersentuh")}
        union all
        select {_NEEDED} from berubah_utuh where nik is null
        union all
        select {_NEEDED} from {records} semi join diputus_ulang using (id_catatan)
        where nik is null and _run_id <= '{since}';
        create or replace temp view tersentuh as from tersentuh_isi;
        create or replace temp view disentuh as
        select id_catatan from tersentuh_isi union all select id_catatan from hilang;
        create or replace temp view id_lama as
        select {_HELD} from resolved.orang_catatan where {among("id_catatan", "disentuh")}
        """
    )


def _more_than_known(con: duckdb.DuckDBPyConnection, records: str) -> int:
    """How many more records there are than were held and came. Fewer: some are gone, and looking for them costs a
    comparison of all with all."""
    row = con.execute(
        f"""
        select (select count(*) from {records}) - (select count(*) from resolved.orang_catatan)
            - (select count(*) from berubah where is_isi and id_catatan not in (select id_catatan from dikenal))
        """
    ).fetchone()
    assert row is not None
    return int(row[0])


def _count(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    row = con.execute(f"select count(*) from {relation}").fetchone()
    assert row is not None
    return int(row[0])
