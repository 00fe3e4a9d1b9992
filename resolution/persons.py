"""Person records made comparable: one row per record in ``resolved.banding``, kept up to date record by record.

Originals stay where they are; nothing here leaves the build file. Columns that links may compare: nik (15 or 16 digits
as received), nama, lahir (YYYY-MM-DD), kelamin, nomor_kk, nik_ibu, nama_ibu, nama_ayah, pasangan, tempat_lahir, alamat,
rtrw (``RT/RW``), desa (Kemendagri code as digits), nik_janggal (``ya``: the NIK cannot be, or contradicts its record).
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from resolution.addresses import address_expression, neighbourhood_expression
from resolution.links import REGISTRY
from resolution.names import LONGEST, name_expression

PREPARED = "resolved.banding"
COLUMNS = (
    "nik", "nama", "lahir", "kelamin", "nomor_kk", "nik_ibu", "nama_ibu", "nama_ayah", "pasangan", "tempat_lahir",
    "alamat", "rtrw", "desa", "nik_janggal",
)  # fmt: skip
#: What a prepared record is; the columns of blocking keys follow.
OWN = ("nomor", "id_catatan", "entitas", "peran", "kelompok_nik", "is_mantap", *COLUMNS, "sidik")
#: Of a card's members those who are husband and wife, where both are there.
COUPLE = ("KEPALA KELUARGA", "SUAMI", "ISTRI")
_NAMES = ("nama", "nama_ibu", "nama_ayah", "nama_pasangan")
#: "By. Ny. X" is X's child, "Ny. X" is X or X's wife.
_UNNAMED = r"^[^A-Z]*(BY|BAYI|BAYINYA)[^A-Z]"
_CALLED = r"^[^A-Z]*(NY|NYONYA)[^A-Z]"
_PREFIX = r"^[^A-Z]*((BY|BAYI|BAYINYA)[^A-Z]+)?((NY|NYONYA|IBU)[^A-Z]+)?"
_FATHER = r"\s(BIN|BINTI|BT|BTE)\.?\s+(.+)$"

#: Digits that nobody typed one by one: such a number says nothing, not even that it differs.
_FILLED = "0" * 9

_CREATE = f"""
create schema if not exists resolved;
create table if not exists {PREPARED} (
    nomor bigint, id_catatan varchar, entitas varchar, peran varchar, kelompok_nik varchar, is_mantap boolean,
    {", ".join(f"{name} varchar" for name in COLUMNS)}, sidik varchar
);
create table if not exists resolved.nama_banding (asal varchar, nama varchar);
"""


def create_prepared(con: duckdb.DuckDBPyConnection, keys: Mapping[str, str]) -> None:
    """The relations, when they are not there yet; and their columns, when the rules have changed.

    An older release's records keep their numbers; the values of its successor's columns come with the full refresh that
    a new release makes.

    Args:
        con: connection to the build.
        keys: column of a blocking key -> SQL expression over the prepared columns.
    """
    con.execute(_CREATE)
    held = {name for (name,) in con.execute(f"select column_name from (describe {PREPARED})").fetchall()}
    if held == {*OWN, *keys}:
        return
    own = ", ".join(name if name in held else f"cast(null as varchar) as {name}" for name in OWN)
    con.execute(
        f"""
        create or replace table {PREPARED} as
        with sendiri as (select {own} from {PREPARED})
        select *, {as_columns(keys)} from sendiri
        """
    )


def is_prepared(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether every record that has an id has a comparable form."""
    row = con.execute(
        f"select (select count(*) from {PREPARED}) = (select count(*) from resolved.orang_catatan)"
    ).fetchone()
    return bool(row and row[0])


def as_columns(keys: Mapping[str, str]) -> str:
    """Select list of the keys."""
    return ", ".join(f"{expression} as {name}" for name, expression in keys.items())


def with_families(con: duckdb.DuckDBPyConnection, records: str, changed: str) -> None:
    """Add to ``changed(id_catatan)`` the registry's couples on the cards of changed records: a spouse is evidence."""
    con.execute(
        f"""
        insert into {changed}
        with kartu as (
            select nomor_kk from {records} semi join {changed} using (id_catatan) where entitas = '{REGISTRY}'
            union
            select nomor_kk from {PREPARED} semi join {changed} using (id_catatan) where entitas = '{REGISTRY}'
        )
        select id_catatan from {records}
        where entitas = '{REGISTRY}' and shdk in {COUPLE} and nomor_kk in (select nomor_kk from kartu)
        and id_catatan not in (select id_catatan from {changed})
        """
    )


def gather_families(con: duckdb.DuckDBPyConnection, chosen: str) -> None:
    """Write what ``comparable`` reads: ``pasangan_kartu``, husband and wife of every card, and the comparable names.

    Args:
        con: connection to the build.
        chosen: relation as ``int_identitas__catatan``: the records to prepare, with the couples of their cards.
    """
    con.execute(
        f"""
        create or replace temp table pasangan_kartu as
        with suami_istri as (
            select
                _kontrak, nomor_kk, if(shdk = 'ISTRI', 'istri', 'suami') as pihak,
                case when min(nama) = max(nama) then min(nama) end as nama
            from {chosen}
            where entitas = '{REGISTRY}' and shdk in {COUPLE} and nomor_kk is not null
            group by all
        )
        select * from suami_istri
        """
    )
    # names repeat, and making one comparable costs more than looking it up
    listed = ", ".join(_NAMES)
    con.execute(
        f"""
        insert into resolved.nama_banding
        with disebut as (select unnest([{listed}]) as asal from {chosen}),
        baru as (select distinct asal from disebut where asal is not null)
        select asal, {name_expression(f"regexp_replace(left(asal, {LONGEST}), '{_PREFIX}', '', 'i')")} from baru
        where asal not in (select asal from resolved.nama_banding)
        """
    )


def comparable(chosen: str) -> str:
    """SELECT of the comparable form of records: id_catatan, entitas, peran, the columns, sidik.

    Args:
        chosen: relation as ``int_identitas__catatan``, after ``gather_families``.
    """
    joins = "\n".join(f"left join resolved.nama_banding as n_{name} on asal.{name} = n_{name}.asal" for name in _NAMES)
    return f"""
        with asal as (
            select * replace (left(alamat, {LONGEST}) as alamat, left(tempat_lahir, {LONGEST}) as tempat_lahir)
            from {chosen}
        ),
        rapi as (
            select
                asal.id_catatan, asal.entitas, asal.peran,
                case
                    when regexp_full_match(asal.nik_asal, '[0-9]{{15,16}}')
                    and {_without_first(_without_first("asal.nik_asal"))} <> ''
                    and not contains(asal.nik_asal, '{_FILLED}')
                    then asal.nik_asal
                end as nik,
                cast(asal.tanggal_lahir as varchar) as lahir,
                asal.jenis_kelamin as kelamin,
                case when regexp_full_match(asal.nomor_kk, '[0-9]{{16}}') then asal.nomor_kk end as nomor_kk,
                case when regexp_full_match(asal.nik_ibu, '[0-9]{{16}}') then asal.nik_ibu end as nik_ibu,
                regexp_matches(asal.nama, '{_UNNAMED}', 'i') as is_belum_bernama,
                regexp_matches(asal.nama, '{_CALLED}', 'i') as is_disebut,
                n_nama.nama as nama, n_nama_ibu.nama as nama_ibu, n_nama_pasangan.nama as nama_pasangan,
                coalesce(
                    n_nama_ayah.nama,
                    nullif(upper(left(regexp_extract(asal.nama, '{_FATHER}', 2, 'i'), {LONGEST})), '')
                ) as nama_ayah,
                coalesce(n_nama_pasangan.nama, n_kartu.nama) as pasangan,
                nullif(trim(regexp_replace(
                    upper(asal.tempat_lahir), '\\b(KAB|KABUPATEN|KOTA)\\b|[^A-Z]+', ' ', 'g'
                )), '') as tempat_lahir,
                {address_expression("asal.alamat")} as alamat,
                {neighbourhood_expression("asal.rt", "asal.rw", "asal.alamat")} as rtrw,
                asal.kode_wilayah as desa,
                if(asal.is_nik_janggal, 'ya', null) as nik_janggal
            from asal
            {joins}
            left join pasangan_kartu as kartu
                on asal._kontrak = kartu._kontrak and asal.nomor_kk = kartu.nomor_kk
                and kartu.pihak = case asal.shdk when 'ISTRI' then 'suami' when 'KEPALA KELUARGA' then 'istri'
                    when 'SUAMI' then 'istri' end
            left join resolved.nama_banding as n_kartu on kartu.nama = n_kartu.asal
        ),
        sebanding as (
            select
                * exclude (is_belum_bernama, is_disebut, nama, nama_ibu, nama_pasangan),
                -- the words after "By." are the mother's, those after "Ny." may be the husband's
                case when not is_belum_bernama and not (is_disebut and nama is not distinct from nama_pasangan)
                    then nama end as nama,
                coalesce(nama_ibu, case when is_belum_bernama then nama end) as nama_ibu
            from rapi
        )
        select *, md5(concat_ws(chr(31), {", ".join(f"coalesce({name}, chr(0))" for name in COLUMNS)})) as sidik
        from sebanding"""


def _without_first(digits: str) -> str:
    """SQL: the digits without every one that is like the first."""
    return f"replace({digits}, left({digits}, 1), '')"
