"""Scoring by Splink on DuckDB: candidate pairs in, match weights out."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from resolution.kinds import splink_comparison
from resolution.links import Link
from resolution.model import DIGEST, LinkModel
from resolution.parameters import Parameters, check_parameters, with_parameters
from resolution.persons import COLUMNS, PREPARED
from resolution.rarity import words_class
from resolution.settings import Comparison, Settings

#: People among whom card, address and parents do not tell apart, about.
HOUSEHOLD = 4


def score(
    con: duckdb.DuckDBPyConnection, settings: Settings, parameters: Parameters, records: str, pairs: str, target: str
) -> None:
    """Write ``target(l, r, bobot)``: the match weight of every candidate pair, in bits.

    Args:
        con: connection with the relations.
        settings: what is compared.
        parameters: trained for these settings.
        records: relation with ``id`` and the comparisons' columns.
        pairs: relation as ``resolution.blocking.block`` makes it.
        target: temporary table to create.

    Raises:
        SettingsError: the parameters are not those of the settings.
    """
    check_parameters(settings, parameters)
    model = {
        **link_model(settings),
        "comparisons": with_parameters([splink_comparison(c) for c in settings.perbandingan], parameters),
        "probability_two_random_records_match": parameters.dasar,
    }
    with linker_over(con, model, records) as (linker, api):
        linker.table_management.register_blocked_pairs_for_predict(api.register(pairs))
        scored = linker.inference.predict()
        con.execute(
            f"create or replace temp table {target} as "
            f"select id_l as l, id_r as r, match_weight as bobot from {scored.physical_name}"
        )


def score_link(
    con: duckdb.DuckDBPyConnection,
    link: Link,
    learnt: LinkModel,
    pairs: str,
    frequencies: str,
    target: str,
    *,
    records: str = PREPARED,
    least: float | None = None,
) -> None:
    """Write ``target(tautan, l, r, bobot, is_wajib)``: how much likelier a pair is one person than two, in bits.

    What two records share as a family (card, address, mother) is worth no more than finding the family: it leaves
    ``HOUSEHOLD`` people to choose from, whom name, birth date and NIK must tell apart.

    Args:
        con: connection to the build.
        link: what is compared.
        learnt: its model.
        pairs: relation ``(l, r)`` of ``nomor``.
        frequencies: relation ``(sidik, tf_nama)``, see ``resolution.rarity``.
        target: temporary table to create.
        records: relation like the prepared records, with those of the pairs.
        least: bits below which a pair is left out; None keeps all and tells why: ``bit_<comparison>`` and
            ``tingkat_<comparison>``, Splink's number of the level.
    """
    check_parameters(link, learnt.parameter)
    con.execute(
        f"""
        create or replace temp table diskor as
        select nomor, {", ".join(COLUMNS)} from {records}
        where nomor in (select l from {pairs} union all select r from {pairs});
        create or replace temp table pasangan_blok as
        select '0' as match_key, l as join_key_l, r as join_key_r from {pairs};
        create or replace temp table frekuensi_kini as
        with dipakai as (select distinct nama from diskor where nama is not null),
        tersidik as (select nama, {DIGEST} as sidik, {words_class("nama")} as kata from dipakai)
        select nama, coalesce(dikenal.tf_nama, umum.tf_nama, 1 / {max(learnt.penduduk, 1)}) as tf_nama
        from tersidik
        left join {frequencies} as dikenal using (sidik)
        left join {frequencies} as umum on tersidik.kata = umum.sidik
        """
    )
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
    details = [f"{_bits(c)} as bit_{c.nama}, gamma_{c.nama} as tingkat_{c.nama}" for c in link.perbandingan]
    more = "".join(f", {detail}" for detail in details) if least is None else ""
    with linker_over(con, model, "diskor") as (linker, api):
        if any(c.frekuensi for c in link.perbandingan):
            linker.table_management.register_term_frequency_lookup(api.register("frekuensi_kini"), "nama")
        linker.table_management.register_blocked_pairs_for_predict(api.register("pasangan_blok"))
        # Splink's sum knows no cap and no rarity: it is never below ours, but for rounding
        floor = None if least is None else least + people - 0.01
        scored = linker.inference.predict(threshold_match_weight=floor)
        con.execute(
            f"""
            create or replace temp table {target} as
            select '{link.nama}' as tautan, calon.l, calon.r, {_agreed(link)} as is_wajib,
                least({" + ".join(family) or "0"}, {most}) + {" + ".join(person)} - {people} as bobot{more}
            from {scored.physical_name} as nilai
            inner join {pairs} as calon
                on nilai.nomor_l = calon.l and nilai.nomor_r = calon.r
            {"" if least is None else f"where bobot >= {least}"}
            """
        )
    con.execute("drop table diskor; drop table pasangan_blok; drop table frekuensi_kini")


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
    return f"mw_{comparison.nama}" + (f" + mw_tf_adj_{comparison.nama}" if comparison.frekuensi else "")


def link_model(settings: Settings) -> dict[str, Any]:
    """Splink's settings but for the comparisons."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "nomor" if isinstance(settings, Link) else "id",
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
        "linker_uid": settings.nama,
    }


@contextmanager
def linker_over(con: duckdb.DuckDBPyConnection, model: dict[str, Any], records: str) -> Iterator[tuple[Any, Any]]:
    """Splink's linker over one relation; nothing of it stays in the database."""
    from splink import DuckDBAPI, Linker

    logger = logging.getLogger("splink")
    level = logger.level
    logger.setLevel(logging.ERROR)
    api = DuckDBAPI(con)
    try:
        # the settings are ours, and were checked when they were read
        yield Linker(api.register(records), model, validate_settings=False, log_level=logging.ERROR), api
    finally:
        api.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]
        logger.setLevel(level)
