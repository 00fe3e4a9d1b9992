"""Why these records are one person: the records, what joined them and how much each comparison said, who decided,
and where every value of the person comes from. Values are whole here; who shows them masks them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from contracts.errors import SatuDataError
from resolution.decisions import Correction, Decision
from resolution.kinds import splink_comparison
from resolution.linking import Linking
from resolution.links import REGISTRY, Link
from resolution.model import LinkModel, hide_names, read_model
from resolution.pairs import load_frequencies
from resolution.persons import PREPARED
from resolution.review import correction_states, states
from resolution.scoring import gather_compared, rarity, score_link
from resolution.shared_nik import SameNik, same_nik
from resolution.steward import recordless
from resolution.values import Value, values_of

#: What is shown of a record, as in ``int_identitas__catatan``.
SHOWN = ("nik_asal", "nama", "tanggal_lahir", "jenis_kelamin", "kode_wilayah")
RECORDS = "intermediate.int_identitas__catatan"


class UnknownPerson(SatuDataError):
    """No such id."""


@dataclass(frozen=True)
class Record:
    """A record of the person, or a rival's: its id, contract, rule that joined it, and values as received."""

    id: str
    contract: str
    rule: str
    values: dict[str, str | None]


@dataclass(frozen=True)
class Evidence:
    """What one comparison said: its name, the level in words, and bits for (or against) one person."""

    name: str
    level: str
    bits: float
    family: bool


@dataclass(frozen=True)
class Bond:
    """Two records that were compared.

    Attributes:
        a, b: their ids.
        link: the link's name.
        verdict: ``padan``, ``tinjau`` or ``ragu``; ``sama`` or ``beda`` of a pair that a steward settled, which
            competes no more.
        prior: bits before anything is compared.
        evidence: the comparisons.
        capped: bits taken off because a family's evidence says no more than which family.
        bits: the sum.
        probability: among all candidates; None of a pair that a steward settled.
    """

    a: str
    b: str
    link: str
    verdict: str
    prior: float
    evidence: tuple[Evidence, ...]
    capped: float
    bits: float
    probability: float | None


@dataclass(frozen=True)
class Explanation:
    """All of it; ``asked`` is the id that was asked for, perhaps retired; ``by_nik`` are records that share a NIK."""

    asked: str
    id: str
    records: tuple[Record, ...]
    rivals: tuple[Record, ...]
    by_nik: tuple[SameNik, ...]
    bonds: tuple[Bond, ...]
    decisions: tuple[tuple[Decision, str], ...]
    corrections: tuple[tuple[Correction, str], ...]
    values: tuple[Value, ...]


def explain_person(con: duckdb.DuckDBPyConnection, linking: Linking, asked: str) -> Explanation:
    """Explain one person.

    Args:
        con: connection over the build; temporary tables are made.
        linking: settings, model and decisions.
        asked: an ``id_orang``, in use or retired.

    Raises:
        UnknownPerson: nobody has this id, and nobody with records has taken it over.
    """
    row = con.execute("select id_orang from resolved.orang_alih where id_lama = ?", [asked]).fetchone()
    person = row[0] if row else asked
    records = _records(con, "orang.id_orang = ?", [person])
    if not records:
        raise UnknownPerson(f"no person has the id {asked}: nobody ever had it, or all its records are gone")
    hide_names(con, linking.key)
    own = {record.id for record in records}
    gone = recordless(con)
    decided = [(d, state) for d, state in states(linking.decisions, gone) if own & set(d.catatan)]
    bonds = _bonds(con, linking, person, [d for d, state in decided if state in ("berlaku", "bertentangan")])
    named = {name for bond in bonds for name in (bond.a, bond.b)} | {name for d, _ in decided for name in d.catatan}
    others = sorted(named - own)
    rivals = _records(con, "orang.id_catatan in (select unnest(?))", [others]) if others else ()
    corrected = [(c, state) for c, state in correction_states(linking.decisions, gone) if c.catatan in own]
    values = values_of(con, person)
    by_nik = same_nik(con, person, RECORDS)
    return Explanation(asked, person, records, rivals, by_nik, bonds, tuple(decided), tuple(corrected), values)


def _records(con: duckdb.DuckDBPyConnection, condition: str, parameters: list[Any]) -> tuple[Record, ...]:
    columns = ", ".join(f"cast({name} as varchar)" for name in SHOWN)
    rows = con.execute(
        f"select id_catatan, _kontrak, aturan_padan, {columns} from {RECORDS} as catatan "
        f"inner join resolved.orang_catatan as orang using (id_catatan) where {condition} order by urutan, id_catatan",
        parameters,
    ).fetchall()
    return tuple(Record(row[0], row[1], row[2], dict(zip(SHOWN, row[3:], strict=True))) for row in rows)


def _bonds(
    con: duckdb.DuckDBPyConnection, linking: Linking, person: str, decided: Sequence[Decision]
) -> tuple[Bond, ...]:
    model = read_model(linking.model)
    if model is None:
        return ()
    load_frequencies(con, linking.model, model)
    con.execute(
        f"""
        create or replace temp table dijelaskan as
        with anggota as (
            select nomor from {PREPARED} where id_catatan in (
                select id_catatan from resolved.orang_catatan where id_orang = ?
            )
        )
        select * from resolved.tautan
        where l in (select nomor from anggota) or r in (select nomor from anggota)
        """,
        [person],
    )
    for decision in decided:
        _add_decided(con, linking.links, decision)
    found: list[Bond] = []
    for link in linking.links:
        learnt = model.tautan.get(link.nama)
        if learnt and learnt.parameter.pengaturan == link.version:
            found += _scored(con, link, learnt)
    return tuple(sorted(found, key=lambda bond: (bond.verdict != "padan", -bond.bits, bond.a, bond.b)))


def _add_decided(con: duckdb.DuckDBPyConnection, links: Sequence[Link], decision: Decision) -> None:
    """A pair that a steward settled is not weighed by the links; what speaks for it is shown all the same."""
    rows = con.execute(
        f"select nomor, entitas, peran from {PREPARED} where id_catatan in (?, ?) order by entitas = ?, nomor",
        [*decision.catatan, REGISTRY],
    ).fetchall()
    if len(rows) < len(decision.catatan):
        return
    (left, *role), (right, entity, other) = rows
    for link in links:
        if [link.entitas, link.peran] == role and (entity == REGISTRY or [entity, other] == role):
            con.execute(
                """
                insert into dijelaskan by name
                select ? as l, ? as r, ? as tautan, ? as keputusan
                where not exists (from dijelaskan where (l, r) in ((?, ?), (?, ?)))
                """,
                [left, right, link.nama, decision.keputusan, left, right, right, left],
            )


def _scored(con: duckdb.DuckDBPyConnection, link: Link, learnt: LinkModel) -> list[Bond]:
    con.execute(f"create or replace temp table dinilai as select l, r from dijelaskan where tautan = '{link.nama}'")
    row = con.execute("select count(*) from dinilai").fetchone()
    if not row or not row[0]:
        return []
    gather_compared(con, "dinilai", "frekuensi", learnt.penduduk)
    score_link(con, link, learnt, "dinilai", "penjelasan", least=None)
    cursor = con.execute(
        f"""
        select kiri.id_catatan as a, kanan.id_catatan as b, dijelaskan.keputusan, dijelaskan.peluang, penjelasan.*
        from penjelasan
        inner join dijelaskan on penjelasan.l = dijelaskan.l and penjelasan.r = dijelaskan.r
            and dijelaskan.tautan = '{link.nama}'
        inner join {PREPARED} as kiri on penjelasan.l = kiri.nomor
        inner join {PREPARED} as kanan on penjelasan.r = kanan.nomor
        """
    )
    names = [column[0] for column in cursor.description or ()]
    return [_bond(link, learnt, dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _bond(link: Link, learnt: LinkModel, row: dict[str, Any]) -> Bond:
    evidence = []
    for comparison in link.perbandingan:
        _, *levels = splink_comparison(comparison)["comparison_levels"]
        level = row[f"tingkat_{comparison.nama}"]  # Splink counts down to 0, no agreement; -1 is unknown
        words = "tidak diketahui" if level < 0 else levels[len(levels) - 1 - level]["label_for_charts"]
        evidence.append(Evidence(comparison.nama, words, row[f"bit_{comparison.nama}"], comparison.keluarga))
    prior, most = rarity(learnt)
    family = sum(item.bits for item in evidence if item.family)
    return Bond(
        row["a"], row["b"], link.nama, row["keputusan"], -prior, tuple(evidence), min(most - family, 0.0), row["bobot"],
        row["peluang"],
    )  # fmt: skip
