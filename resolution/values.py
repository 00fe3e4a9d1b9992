"""The values of a person, and where each is from: who states it, and what lost against it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import duckdb

#: What every record may state of a person, with its column in ``int_identitas__catatan``; and what the registry alone
#: does, in ``int_penduduk__orang_berlaku``.
_OF_EVERYBODY = {
    "nama_lengkap": "nama", "tanggal_lahir": "tanggal_lahir", "jenis_kelamin": "jenis_kelamin",
    "kode_wilayah": "kode_wilayah",
}  # fmt: skip
_OF_REGISTRY = ("nomor_kk", "agama", "status_perkawinan", "shdk", "pekerjaan", "status_hidup")
#: Values of a person.
GOLDEN = (*_OF_EVERYBODY, *_OF_REGISTRY)


@dataclass(frozen=True)
class Value:
    """A value of the person: which contract it is from, and those that lost, with the reason."""

    name: str
    value: str
    contract: str
    lost: tuple[tuple[str, str, str], ...]


def values_of(con: duckdb.DuckDBPyConnection, person: str) -> tuple[Value, ...]:
    """What is believed of a person, as ``dim_orang`` prints it.

    Args:
        con: connection over the build.
        person: an id in use.
    """
    columns = ", ".join(f"cast({name} as varchar)" for name in GOLDEN)
    row = con.execute(f"select {columns} from marts.dim_orang where id_orang = ?", [person]).fetchone()
    winner, lost = _settled(con, person)
    stated = _stated(con, person)
    return tuple(
        Value(name, value, winner.get(name) or _who_states(stated[name], value), tuple(lost[name]))
        for name, value in zip(GOLDEN, row or (), strict=bool(row))
        if value is not None
    )


def _settled(
    con: duckdb.DuckDBPyConnection, person: str
) -> tuple[dict[str, str], defaultdict[str, list[tuple[str, str, str]]]]:
    """Which contract won an attribute that several state, or that a steward did; and what lost."""
    winner = dict(
        con.execute(
            "select atribut, 'keputusan' from resolved.koreksi inner join resolved.orang_catatan using (id_catatan) "
            "where id_orang = ? group by atribut having min(nilai) = max(nilai)",
            [person],
        ).fetchall()
    )
    lost: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for name, contract, value, loser, reason in con.execute(
        "select atribut, kontrak_terpilih, nilai_kalah, kontrak_kalah, alasan from mutu.konflik_atribut "
        "where id_orang = ? order by all",
        [person],
    ).fetchall():
        winner[name] = contract
        lost[name].append((value, loser, reason))
    return winner, lost


def _stated(con: duckdb.DuckDBPyConnection, person: str) -> defaultdict[str, list[tuple[str, str]]]:
    """By attribute: which contracts state what."""
    own = ", ".join(f"cast(catatan.{column} as varchar) as {name}" for name, column in _OF_EVERYBODY.items())
    others = ", ".join(f"cast(penduduk.{name} as varchar) as {name}" for name in _OF_REGISTRY)
    stated: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for contract, name, value in con.execute(
        f"""
        with dinyatakan as (
            select catatan._kontrak as kontrak, {own}, {others}
            from resolved.orang_catatan as orang
            inner join intermediate.int_identitas__catatan as catatan using (id_catatan)
            left join intermediate.int_penduduk__orang_berlaku as penduduk
                on catatan._kontrak = penduduk._kontrak and catatan._kunci = penduduk._kunci
            where orang.id_orang = ?
        )
        from dinyatakan unpivot (nilai for atribut in ({", ".join(GOLDEN)}))
        """,
        [person],
    ).fetchall():
        stated[name].append((contract, value))
    return stated


def _who_states(stated: list[tuple[str, str]], value: str) -> str:
    """Contracts that state the value; where it was put together from several, those that state any."""
    exactly = {contract for contract, said in stated if _plain(said) == _plain(value)}
    return ", ".join(sorted(exactly or {contract for contract, _ in stated}))


def _plain(text: str) -> str:
    """Without differences of letters' size and of blanks, which contradict nobody."""
    return " ".join(text.upper().split())
