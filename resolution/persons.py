"""Person records made comparable: one row per record in ``resolved.banding``, kept up to date record by record.

Originals stay where they are; nothing here leaves the build file. Columns that links may compare: nik (15 or 16 digits
as received), nama, lahir (YYYY-MM-DD), kelamin, nomor_kk, nik_ibu, nama_ibu, nama_ayah, pasangan, tempat_lahir, alamat,
rtrw (``RT/RW``), desa (Kemendagri code as digits), nik_janggal (``ya``: the NIK cannot be, or contradicts its record).
Keys may be made of these and of nama_urut, the words of the name in the order of the alphabet.
"""

from __future__ import annotations

from functools import cache

import duckdb

from contracts.standard import short_hash
from resolution.addresses import address_expression, neighbourhood_expression
from resolution.links import REGISTRY
from resolution.names import LONGEST, name_expression

PREPARED = "resolved.banding"
COLUMNS = (
    "nik", "nama", "lahir", "kelamin", "nomor_kk", "nik_ibu", "nama_ibu", "nama_ayah", "pasangan", "tempat_lahir",
    "alamat", "rtrw", "desa", "nik_janggal",
)  # fmt: skip
#: Columns that keys may be made of.
KEYED = (*COLUMNS, "nama_urut")
#: What a prepared record is. ``pihak`` is who it is of the couple on its card, ``sidik`` tells whether anything but the
#: spouse's name is another than it was.
OWN = ("nomor", "id_catatan", "entitas", "peran", "kelompok_nik", "is_mantap", "pihak", *KEYED, "sidik")
_NAMES = ("nama", "nama_ibu", "nama_ayah", "nama_pasangan")
#: "By. Ny. X" is X's child, "Ny. X" is X or X's wife.
_UNNAMED = r"^[^A-Z]*(BY|BAYI|BAYINYA)[^A-Z]"
_CALLED = r"^[^A-Z]*(NY|NYONYA)[^A-Z]"
_PREFIX = r"^[^A-Z]*((BY|BAYI|BAYINYA)[^A-Z]+)?((NY|NYONYA|IBU)[^A-Z]+)?"
_FATHER = r"\s(BIN|BINTI|BT|BTE)\.?\s+(.+)$"

_IN_ORDER = "array_to_string(list_sort(string_split(nama, ' ')), ' ')"

#: Digits that nobody typed one by one: such a number says nothing, not even that it differs.
_FILLED = "0" * 9

_TYPES = dict.fromkeys(OWN, "varchar") | {"nomor": "bigint", "is_mantap": "boolean", "sidik": "ubigint"}
_CREATE = f"""
create schema if not exists resolved;
create table if not exists {PREPARED} ({", ".join(f"{name} {kind}" for name, kind in _TYPES.items())});
create table if not exists resolved.banding_aturan (versi varchar);
drop table if exists resolved.nama_banding -- an older release kept the names here
"""


def create_prepared(con: duckdb.DuckDBPyConnection) -> None:
    """The relation, when it is not there yet; and its columns, when another release made it.

    An older release's records keep their numbers; the values of its successor's columns come with the full refresh that
    a new release makes.
    """
    con.execute(_CREATE)
    held = dict(con.execute(f"select column_name, lower(column_type) from (describe {PREPARED})").fetchall())
    if held != _TYPES:
        own = ", ".join(
            name if held.get(name) == kind else f"cast(null as {kind}) as {name}" for name, kind in _TYPES.items()
        )
        con.execute(f"create or replace table {PREPARED} as select {own} from {PREPARED}")


def is_prepared(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether every record that has an id has a comparable form, made by the rules of today."""
    row = con.execute(
        f"""
        select (select count(*) from {PREPARED}) = (select count(*) from resolved.orang_catatan)
            and not exists (from resolved.orang_catatan where (from resolved.banding_aturan) is distinct from ?)
        """,
        [_rules_version()],
    ).fetchone()
    return bool(row and row[0])


def remember_rules(con: duckdb.DuckDBPyConnection) -> None:
    """All records were prepared by the rules of today: the tables of names and addresses, and this module's own."""
    con.execute("delete from resolved.banding_aturan")
    con.execute("insert into resolved.banding_aturan values (?)", [_rules_version()])


def forget_rules(con: duckdb.DuckDBPyConnection) -> None:
    """Whoever links next prepares all records anew, as when some have changed that were not linked."""
    con.execute(f"{_CREATE}; delete from resolved.banding_aturan")


@cache
def _rules_version() -> str:
    return short_hash(comparable("") + _comparable_name("asal") + _IN_ORDER + _comparable_address("asal"))


def gather_texts(con: duckdb.DuckDBPyConnection, chosen: str) -> None:
    """Write ``nama_banding(asal, nama, nama_urut)`` and ``alamat_banding(asal, rt, rw, alamat, rtrw)``, the comparable
    form of every name and address in ``chosen``: both repeat, and making one comparable costs more than looking it up.
    """
    con.execute(
        f"""
        create or replace temp table nama_banding as
        with disebut as (select unnest([{", ".join(_NAMES)}]) as asal from {chosen}),
        berbeda as (select distinct asal from disebut where asal is not null),
        sebanding as (select asal, {_comparable_name("asal")} as nama from berbeda)
        select asal, nama, {_IN_ORDER} as nama_urut from sebanding;
        create or replace temp table alamat_banding as
        with berbeda as (select distinct left(alamat, {LONGEST}) as asal, rt, rw from {chosen})
        select asal, rt, rw, {_comparable_address("asal")} from berbeda
        """
    )


def _comparable_name(name: str) -> str:
    return name_expression(f"regexp_replace(left({name}, {LONGEST}), '{_PREFIX}', '', 'i')")


def _comparable_address(address: str) -> str:
    return f"{address_expression(address)} as alamat, {neighbourhood_expression('rt', 'rw', address)} as rtrw"


def card_number(column: str) -> str:
    """SQL: the number of a family card, null where it cannot be one."""
    typed = f"{_without_first(column)} <> '' and not contains({column}, '{_FILLED}')"
    return f"case when regexp_full_match({column}, '[0-9]{{16}}') and {typed} then {column} end"


def side_of_couple(record: str) -> str:
    """SQL: whether a registry record is the husband or the wife on its card; null of anybody else."""
    return (
        f"case when {record}.entitas = '{REGISTRY}' then case "
        f"when {record}.shdk in ('KEPALA KELUARGA', 'SUAMI') then 'suami' when {record}.shdk = 'ISTRI' then 'istri' "
        "end end"
    )


def is_unnamed(name: str) -> str:
    """SQL: the name is the mother's, for the child has none yet."""
    return f"regexp_matches({name}, '{_UNNAMED}', 'i')"


def comparable(chosen: str) -> str:
    """SELECT of the comparable form of records: id_catatan, entitas, peran, pihak, the columns, sidik.

    Args:
        chosen: relation as ``int_identitas__catatan``, after ``gather_texts`` and ``couples.gather_couples``.
    """
    joins = "\n".join(f"left join nama_banding as n_{name} on asal.{name} = n_{name}.asal" for name in _NAMES)
    told = ", ".join(f"coalesce({name}, chr(0))" for name in COLUMNS if name != "pasangan")
    return f"""
        with asal as (
            select * replace (
                left(alamat, {LONGEST}) as alamat, left(tempat_lahir, {LONGEST}) as tempat_lahir,
                {card_number("nomor_kk")} as nomor_kk
            ),
            {side_of_couple("dipilih")} as pihak
            from {chosen} as dipilih
        ),
        rapi as (
            select
                asal.id_catatan, asal.entitas, asal.peran, asal.pihak,
                case
                    when regexp_full_match(asal.nik_asal, '[0-9]{{15,16}}')
                    and {_without_first(_without_first("asal.nik_asal"))} <> ''
                    and not contains(asal.nik_asal, '{_FILLED}')
                    then asal.nik_asal
                end as nik,
                cast(asal.tanggal_lahir as varchar) as lahir,
                asal.jenis_kelamin as kelamin,
                asal.nomor_kk,
                case when regexp_full_match(asal.nik_ibu, '[0-9]{{16}}') then asal.nik_ibu end as nik_ibu,
                {is_unnamed("asal.nama")} as is_belum_bernama,
                regexp_matches(asal.nama, '{_CALLED}', 'i') as is_disebut,
                n_nama.nama as nama, n_nama.nama_urut, n_nama_ibu.nama as nama_ibu,
                n_nama_pasangan.nama as nama_pasangan,
                coalesce(
                    n_nama_ayah.nama,
                    case when regexp_matches(asal.nama, '{_FATHER}', 'i')
                        then {name_expression(f"left(regexp_extract(asal.nama, '{_FATHER}', 2, 'i'), {LONGEST})")} end
                ) as nama_ayah,
                -- of the registry's people the card tells
                if(asal.entitas = '{REGISTRY}', kartu.nama, n_nama_pasangan.nama) as pasangan,
                nullif(trim(regexp_replace(
                    upper(asal.tempat_lahir), '\\b(KAB|KABUPATEN|KOTA)\\b|[^A-Z]+', ' ', 'g'
                )), '') as tempat_lahir,
                tempat.alamat, tempat.rtrw,
                asal.kode_wilayah as desa,
                if(asal.is_nik_janggal, 'ya', null) as nik_janggal
            from asal
            {joins}
            left join alamat_banding as tempat
                on asal.alamat is not distinct from tempat.asal
                and asal.rt is not distinct from tempat.rt and asal.rw is not distinct from tempat.rw
            left join pasangan_kartu as kartu
                on asal._kontrak = kartu.kontrak and asal.nomor_kk = kartu.nomor_kk and asal.pihak = kartu.bagi
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
        select * replace (if(nama is null, null, nama_urut) as nama_urut), hash(concat_ws(chr(31), {told})) as sidik
        from sebanding"""


def _without_first(digits: str) -> str:
    """SQL: the digits without every one that is like the first."""
    return f"replace({digits}, left({digits}, 1), '')"
