"""Splink's SQL, written over nothing, says of records what Splink says of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from resolution_kit import Town
from town_kit import families, learnt, seen

from resolution.formula import FREQUENCIES, PAIRS, RECORDS, write_formula
from resolution.kinds import splink_comparison
from resolution.links import load_links
from resolution.model import hide_names, read_model
from resolution.pairs import load_frequencies
from resolution.parameters import with_parameters
from resolution.scoring import gather_compared
from resolution.splink_linker import link_model, linker_over

pytestmark = pytest.mark.slow
FAMILIES = families(60)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    grown = Town(tmp_path_factory.mktemp("kota"), linked=True)
    registry = [person for family in FAMILIES for person in family]
    lists = [seen(person, source, n) for source in ("samsat", "ibu", "anak") for n, person in enumerate(registry[::5])]
    grown.night(*registry, *learnt(FAMILIES, 10_000), *lists)
    return grown


@pytest.mark.parametrize("link", load_links(), ids=lambda link: str(link.nama))
def test_it_weighs_as_splink_does(town: Town, link) -> None:  # type: ignore[no-untyped-def]
    con = town.con
    assert town.linking is not None
    model = read_model(town.linking.model)
    assert model is not None
    hide_names(con, town.linking.key)
    load_frequencies(con, town.linking.model, model)
    con.execute(
        "create or replace temp table semua as select a.nomor as l, b.nomor as r "
        "from resolved.banding as a, resolved.banding as b where a.nomor < b.nomor and (a.nomor + b.nomor) % 9 = 0"
    )
    gather_compared(con, "semua", "frekuensi", model.tautan[link.nama].penduduk)
    con.execute(
        f"create or replace table {PAIRS} as select '0' as match_key, l as join_key_l, r as join_key_r from semua"
    )
    settings = {
        **link_model(link),
        "comparisons": with_parameters(
            [splink_comparison(c) for c in link.perbandingan], model.tautan[link.nama].parameter
        ),
        "probability_two_random_records_match": 0.5,
    }
    con.execute(f"create or replace temp table ditulis as {write_formula(link, settings, None)}")
    with linker_over(con, settings, RECORDS) as (linker, api):
        linker.table_management.register_term_frequency_lookup(api.register(FREQUENCIES), "nama")
        linker.table_management.register_blocked_pairs_for_predict(api.register(PAIRS))
        scored = linker.inference.predict().physical_name
        con.execute(f"create or replace temp table dihitung as from {scored}")
    con.execute(f"drop table {PAIRS}")
    said, wanted = (
        con.execute(f"select nomor_l, nomor_r, match_weight from {table} order by all").fetchall()
        for table in ("ditulis", "dihitung")
    )
    assert len(said) > 1000 and said == wanted


def test_it_is_written_once_per_model(town: Town, tmp_path: Path) -> None:
    town = town.copy(tmp_path)
    kept = town.con.execute("select tautan, versi, sql from resolved.rumus order by 1").fetchall()
    assert len(kept) == len({row[0] for row in kept}) > 1
    father = FAMILIES[0][0]
    town.con.execute("update resolved.rumus set sql = 'select nothing', versi = 'another'")
    town.night(seen(father, "samsat", 900), seen(father, "ibu", 900))
    assert set(town.con.execute("select tautan, versi, sql from resolved.rumus").fetchall()) <= {
        *kept, *((name, "another", "select nothing") for name, _, _ in kept)
    }  # fmt: skip
    assert set(kept) & set(town.con.execute("select tautan, versi, sql from resolved.rumus").fetchall())
