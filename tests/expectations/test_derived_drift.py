"""Nothing is stated twice and nothing is forgotten: contract facts and derived checks imply each other."""

from __future__ import annotations

from operator import attrgetter

import pytest

from contracts.model import DatasetFacts
from expectations.derived import delivery_suites, warehouse_suites

#: Facts of a contract that bound its data. A new field of DatasetFacts in neither set fails a test, so
#: that nobody can add a bound without deciding about its check.
BOUNDS = {"baris", "maks_persen_nik_akhir_nol", "maks_persen_karantina"}
#: ``diharapkan`` says who should deliver; orchestration judges that, since what is absent has no row here.
NO_BOUNDS = {
    "entitas", "produsen", "dasar_hukum", "berlaku_sampai", "bentuk", "kursor", "wilayah", "konstanta", "diharapkan",
    "tata_letak",
}  # fmt: skip


def checks_of(*contracts):
    suites = (*delivery_suites(contracts), *warehouse_suites(contracts))
    return [check for suite in suites for check in suite.checks]


def test_every_fact_is_known_to_bound_or_not():
    assert set(DatasetFacts.model_fields) == BOUNDS | NO_BOUNDS


@pytest.mark.parametrize("bentuk", ["penuh", "perubahan"])
def test_every_bound_has_its_check_and_its_value(contract, bentuk):
    facts = "maks_persen_nik_akhir_nol: 12.5, maks_persen_karantina: 7.5"
    checks = checks_of(contract(bentuk=bentuk, baris="{min: 11, maks: 22}", facts=facts))
    limits = {check.fact: dict(check.kwargs) for check in checks}
    assert {f"facts.{name}" for name in BOUNDS} == {fact for fact in limits if fact.startswith("facts.")}
    assert limits["facts.maks_persen_nik_akhir_nol"]["max_value"] == 12.5
    assert limits["facts.maks_persen_karantina"]["max_value"] == 7.5
    low = {"min_value": 11} if bentuk == "penuh" else {}
    assert limits["facts.baris"] == {"column": "baris_data", "max_value": 22, **low}


def test_every_check_stems_from_a_fact(contract):
    one = contract()
    for check in checks_of(one):
        if check.fact.startswith("kolom."):
            _, column, attribute = check.fact.split(".")
            assert getattr(one.entity.kolom[column], attribute), check.id
        else:
            assert attrgetter(check.fact)(one), check.id


def test_every_standard_fact_has_its_check(contract, standards):
    one = contract()
    for entity in standards.entitas.values():
        checks = checks_of(type(one)(**{**vars(one), "entity": entity, "columns": ()}))
        derived = {check.fact for check in checks if check.fact.startswith("kolom.")}
        stated = {f"kolom.{name}.wajib" for name, column in entity.kolom.items() if column.wajib}
        stated |= {f"kolom.{name}.nilai" for name, column in entity.kolom.items() if column.jenis == "pilihan"}
        assert derived == stated


def test_no_nik_no_nik_check(contract):
    one = contract()
    without = type(one)(**{**vars(one), "columns": tuple(c for c in one.columns if not c.name.startswith("nik"))})
    names = {check.id.rpartition(".")[2] for suite in delivery_suites([without]) for check in suite.checks}
    assert names == {"baris", "kolom_hilang", "kolom_baru"}


def test_ids_are_unique_and_every_check_is_complete(contract):
    checks = checks_of(contract("dinas_a"), contract("dinas_b"))
    assert len({check.id for check in checks}) == len(checks)
    assert all(check.owner and check.text and check.threshold and check.asset.count("/") == 2 for check in checks)
