"""Scoring by Splink on DuckDB: candidate pairs in, match weights out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from resolution.formula import FREQUENCIES, PAIRS, RECORDS, formula, write_formula
from resolution.kinds import splink_comparison
from resolution.links import Link
from resolution.lookup import among
from resolution.model import DIGEST, LinkModel
from resolution.parameters import Parameters, check_parameters, with_parameters
from resolution.persons import COLUMNS, PREPARED
from resolution.rarity import words_class
from resolution.settings import Comparison, Settings
from resolution.sharing import beyond_shared, find_shared
from resolution.splink_linker import link_model, linker_over

#: People among whom card, address and parents do not tell apart, about.
HOUSEHOLD = 4


def score(
    con: duckdb.DuckDBPyConnection, settings: Settings, parameters: Parameters, records: str, pairs: str, target: str
) -> dict[str, int]:
    """Write ``target(l, r, bobot)``: the match weight of every candidate pair, in bits.

    Args:
        con: connection with the relations.
        settings: what is compared.
        parameters: trained for these settings.
        records: relation with ``id`` and the comparisons' columns.
        pairs: relation as ``resolution.blocking.block`` makes it.
        target: temporary table to create.

    Returns:
        By comparison, how many values were too common to be worth all that was learnt; see ``resolution.sharing``.

    Raises:
        SettingsError: the parameters are not those of the settings.
    """
    check_parameters(settings, parameters)
    shared = find_shared(con, settings, records, "batas_nilai")
    model = {
        **link_model(settings),
        "comparisons": with_parameters([splink_comparison(c) for c in settings.perbandingan], parameters),
        "probability_two_random_records_match": parameters.dasar,
        "retain_intermediate_calculation_columns": bool(shared),
    }
    with linker_over(con, model, records) as (linker, api):
        linker.table_management.register_blocked_pairs_for_predict(api.register(pairs))
        scored = linker.inference.predict()
        bits = {c.nama: _bits(c) for c in settings.perbandingan if c.nama in shared}
        con.execute(f"create or replace temp table {target} as {_limited(scored.physical_name, bits)}")
    con.execute("drop table batas_nilai")
    return shared


def _limited(scored: str, bits: dict[str, str]) -> str:
    """SELECT of the pairs that Splink scored; ``bits`` are those of the comparisons that have shared values."""
    if not bits:
        return f"select id_l as l, id_r as r, match_weight as bobot from {scored}"
    return f"""
        select id_l as l, id_r as r, match_weight - ({beyond_shared(bits)}) as bobot from {scored}
        inner join batas_nilai as kiri on id_l = kiri.id
        inner join batas_nilai as kanan on id_r = kanan.id
    """


def gather_compared(
    con: duckdb.DuckDBPyConnection, pairs: str, frequencies: str, people: int, prepared: str = PREPARED
) -> None:
    """Write what ``score_link`` reads: the records that stand in pairs, and how common their names are.

    Args:
        con: connection to the build, after ``model.hide_names``.
        pairs: relation with ``l, r``, the ``nomor`` of records.
        frequencies: relation ``(sidik, tf_nama)``, see ``resolution.rarity``.
        people: of the registry, when the model was trained.
        prepared: relation of the prepared records.
    """
    con.execute(
        f"""
        create or replace temp table {RECORDS} as
        with berpasangan as (select unnest([l, r]) as nomor from {pairs})
        select nomor, {", ".join(COLUMNS)} from {prepared} where {among("nomor", "berpasangan")};
        create or replace temp table {FREQUENCIES} as
        with dipakai as (select distinct nama from {RECORDS} where nama is not null),
        tersidik as (select nama, {DIGEST} as sidik, {words_class("nama")} as kata from dipakai)
        select nama, coalesce(dikenal.tf_nama, umum.tf_nama, 1 / {max(people, 1)}) as tf_nama
        from tersidik
        left join {frequencies} as dikenal using (sidik)
        left join {frequencies} as umum on tersidik.kata = umum.sidik
        """
    )


def score_link(
    con: duckdb.DuckDBPyConnection, link: Link, learnt: LinkModel, pairs: str, target: str, *, least: float | None
) -> None:
    """Write ``target(tautan, l, r, bobot, is_wajib)``: how much likelier a pair is one person than two, in bits.

    What two records share as a family (card, address, mother) is worth no more than finding the family: it leaves
    ``HOUSEHOLD`` people to choose from, whom name, birth date and NIK must tell apart.

    Args:
        con: connection to the build after ``gather_compared``.
        link: what is compared.
        learnt: its model.
        pairs: relation ``(l, r)`` of ``nomor``.
        target: temporary table to create.
        least: bits below which a pair is left out; None keeps all and tells why: ``bit_<comparison>`` and
            ``tingkat_<comparison>``, Splink's number of the level.
    """
    check_parameters(link, learnt.parameter)
    model = {
        **link_model(link),
        "comparisons": with_parameters([splink_comparison(c) for c in link.perbandingan], learnt.parameter),
        "probability_two_random_records_match": 0.5,
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": least is None,
    }
    family = [_bits(c) for c in link.perbandingan if c.keluarga]
    person = [_bits(c) for c in link.perbandingan if not c.keluarga]
    people, most = rarity(learnt)
    details = [f", {_bits(c)} as bit_{c.nama}, gamma_{c.nama} as tingkat_{c.nama}" for c in link.perbandingan]
    # Splink's sum knows no cap and no rarity: it is never below ours, but for rounding
    predicted = write_formula(link, model, None) if least is None else formula(con, link, model, least + people - 0.01)
    con.execute(
        f"""
        create or replace temp view {PAIRS} as
        -- grouped, for DuckDB gives groups to all cores, and the rows of a small table to one
        select '0' as match_key, l as join_key_l, r as join_key_r from {pairs} group by l, r;
        create or replace temp table {target} as
        with nilai as ({predicted})
        select '{link.nama}' as tautan, nomor_l as l, nomor_r as r, {_agreed(link)} as is_wajib,
            least({" + ".join(family) or "0"}, {most}) + {" + ".join(person)} - {people} as bobot
            {"".join(details) if least is None else ""}
        from nilai {"" if least is None else f"where bobot >= {least}"};
        drop view {PAIRS}
        """
    )


@contextmanager
def looking_up_records(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let pairs look up their records: a night's few records, which DuckDB would let look up the pairs, go to one core,
    while pairs come in groups, which go to all."""
    con.execute("set disabled_optimizers = 'build_side_probe_side'")
    try:
        yield
    finally:
        con.execute("reset disabled_optimizers")


def _agreed(link: Link) -> str:
    """SQL: a pair's evidence includes what it must; see ``Link.wajib``. Unknown is a weight of exactly zero."""
    agreed = " or ".join(f"mw_{name} > 0" for name in link.wajib)
    if link.pengganti:
        unknown = " and ".join(f"mw_{name} = 0" for name in link.wajib)
        instead = " or ".join(f"mw_{name} > 0" for name in link.pengganti)
        agreed += f" or ({unknown} and ({instead}))"
    return " and ".join([f"({agreed})", *(f"mw_{name} >= 0" for name in link.tolak)])


def rarity(learnt: LinkModel) -> tuple[float, float]:
    """Bits against a pair before anything is compared, and the most that a family's evidence may bring."""
    people = math.log2(max(learnt.penduduk, HOUSEHOLD))
    return people, people - math.log2(HOUSEHOLD)


def _bits(comparison: Comparison) -> str:
    """SQL of what a comparison is worth; ``frekuensi`` adjusts nothing where a kind has no level for equal values."""
    levels = splink_comparison(comparison)["comparison_levels"]
    adjusted = any("tf_adjustment_column" in level for level in levels)
    return f"mw_{comparison.nama}" + (f" + mw_tf_adj_{comparison.nama}" if adjusted else "")
