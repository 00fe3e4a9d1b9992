"""Peers of identity on the same records: equal NIK and name, and Splink as its documentation sets it up.

Splink sees what ours sees, with the columns under names of its own; its stock comparisons, blocking rules and training
are its documentation's: random sampling for ``u``, expectation maximisation over two rules for ``m``.
"""

from __future__ import annotations

import logging
from typing import Any

import duckdb

#: Probability from which Splink's pairs are clustered, as in its tutorial.
SURE = 0.95
_EM_PAIRS, _RANDOM_PAIRS = 500_000, 1_000_000


def join_by_nik_and_name(con: duckdb.DuckDBPyConnection) -> None:
    """``judged.id_orang`` becomes what equal NIK and equal name alone would join."""
    _replace(
        con,
        "select id_catatan, coalesce(nik_asal || '|' || upper(trim(nama)), id_catatan) as id_orang "
        "from gudang.intermediate.int_identitas__catatan",
    )


def join_by_plain_splink(con: duckdb.DuckDBPyConnection) -> None:
    """``judged.id_orang`` becomes the cluster that stock Splink finds."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    work = duckdb.connect()
    records = con.execute(
        """
        select judged.id_catatan as unique_id, upper(trim(nama)) as nama, cast(tanggal_lahir as varchar) as lahir,
            nik_asal as nik, jenis_kelamin as kelamin, kode_wilayah as desa, upper(alamat) as alamat, nama_ibu
        from judged inner join gudang.intermediate.int_identitas__catatan using (id_catatan)
        """
    ).to_arrow_table()
    work.register("masukan", records)
    work.execute("create table catatan as from masukan")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("nama"),
            cl.DateOfBirthComparison("lahir", input_is_string=True, datetime_format="%Y-%m-%d"),
            cl.LevenshteinAtThresholds("nik", [1, 2]),
            cl.ExactMatch("kelamin"),
            cl.ExactMatch("desa").configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("alamat"),
            cl.NameComparison("nama_ibu"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("nik"), block_on("nama", "lahir"), block_on("nama", "desa"), block_on("lahir", "desa"),
        ],
    )  # fmt: skip
    linker = Linker(DuckDBAPI(work).register("catatan"), settings, log_level=logging.ERROR)
    certain: list[Any] = [block_on("nik"), block_on("nama", "lahir")]
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=1)
    for rule in certain:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=_EM_PAIRS)
    pairs = linker.inference.predict(threshold_match_probability=SURE)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=SURE)
    con.register("rumpun_splink", work.execute(f"select * from {clusters.physical_name}").to_arrow_table())
    _replace(con, "select unique_id as id_catatan, cast(cluster_id as varchar) as id_orang from rumpun_splink")
    con.unregister("rumpun_splink")


def _replace(con: duckdb.DuckDBPyConnection, groups: str) -> None:
    con.execute(
        f"""
        create table if not exists hasil_kita as from judged;
        create or replace table judged as
        select hasil_kita.* replace (rumpun.id_orang as id_orang)
        from hasil_kita inner join ({groups}) as rumpun using (id_catatan)
        """
    )
