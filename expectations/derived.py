"""Suites derived from contracts and standard entities: thresholds are read from them, none is stated twice.

The delivery gate judges the profile of each delivery against its contract; a failing critical check puts the
whole delivery aside and does not hold the release. The warehouse gate judges what staging made of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from contracts.contract import Contract
from contracts.standard import Entity
from expectations.model import Check, Result, Suite
from expectations.profile import PROFILE, nik_columns
from expectations.sql import literal, quote, relation

#: Scientific notation keeps 4 of 16 digits, so nothing can be repaired (domain 1.2); up to one value in a
#: hundred is still a slip of a hand in single cells, more is a file saved by a spreadsheet.
MOST_SCIENTIFIC_PERCENT = 1.0
BETWEEN = "expect_column_values_to_be_between"
NOT_NULL = "expect_column_values_to_not_be_null"
IN_SET = "expect_column_values_to_be_in_set"
WALIDATA = "walidata"


def delivery_suites(contracts: Iterable[Contract]) -> tuple[Suite, ...]:
    """One suite per contract over ``landing.profil_pengiriman``."""
    return tuple(_delivery_suite(contract) for contract in contracts)


def warehouse_suites(contracts: Iterable[Contract]) -> tuple[Suite, ...]:
    """Per standard entity a suite of its accepted rows and one of its contracts' quarantined shares."""
    by_entity: dict[str, list[Contract]] = {}
    for contract in contracts:
        by_entity.setdefault(contract.entity.entitas, []).append(contract)
    groups = [by_entity[name] for name in sorted(by_entity)]
    return (
        *(_entity_suite(group[0].entity) for group in groups),
        *(_quarantine_suite(group[0].entity, group) for group in groups),
    )


def quarantine_reasons(results: Iterable[Result]) -> dict[tuple[str, str], str]:
    """Deliveries to put aside whole: (contract id, delivery id) -> id of the first critical check failed."""
    reasons: dict[tuple[str, str], str] = {}
    for result in results:
        check = result.check
        if (check.gate, check.severity, result.status) == (
            "pengiriman",
            "kritis",
            "gagal",
        ) and check.contract:
            for delivery_id in result.failing:
                reasons.setdefault((check.contract, delivery_id), check.id)
    return reasons


def staging_relation(entity: Entity) -> str:
    """``penduduk.orang`` -> ``staging.stg_penduduk__orang``."""
    return f"staging.stg_{entity.table}"


def _delivery_suite(contract: Contract) -> Suite:
    name, facts = f"kontrak {contract.name}", contract.facts
    of_contract = partial(
        Check,
        gate="pengiriman",
        suite=name,
        asset=f"raw/{contract.domain}/{contract.name}",
        owner=facts.produsen,
        contract=contract.id,
        expectation=BETWEEN,
        severity="peringatan",
    )
    prefix = f"pengiriman.{contract.name}"
    checks = [
        of_contract(
            id=f"{prefix}.baris",
            severity="kritis",
            text="Jumlah baris dalam batas kontrak",
            kwargs={"column": "baris_data", **_row_bounds(contract)},
            fact="facts.baris",
        ),
        of_contract(
            id=f"{prefix}.kolom_hilang",
            text="Semua kolom kontrak ada",
            kwargs={"column": "jumlah_kolom_hilang", "max_value": 0},
            fact="columns",
        ),
        of_contract(
            id=f"{prefix}.kolom_baru",
            text="Tidak ada kolom di luar kontrak",
            kwargs={"column": "jumlah_kolom_baru", "max_value": 0},
            fact="columns",
        ),
    ]
    if contract.key_columns:
        checks.append(
            of_contract(
                id=f"{prefix}.kunci",
                text="Setiap baris berkunci lengkap (persen baris tanpa kunci)",
                kwargs={"column": "persen_kunci_kosong", "max_value": 0},
                fact="key_columns",
            )
        )
    if nik_columns(contract):
        checks += [
            of_contract(
                id=f"{prefix}.nik_akhir_nol",
                severity="kritis",
                text="NIK berakhiran 0 tidak sebanyak pada berkas yang dirusak lembar kerja (persen)",
                kwargs={"column": "persen_nik_akhir_nol", "max_value": facts.maks_persen_nik_akhir_nol},
                fact="facts.maks_persen_nik_akhir_nol",
            ),
            of_contract(
                id=f"{prefix}.nik_notasi_ilmiah",
                severity="kritis",
                text="NIK tidak tertulis dalam notasi ilmiah (persen)",
                kwargs={"column": "persen_nik_notasi_ilmiah", "max_value": MOST_SCIENTIFIC_PERCENT},
                fact="columns",
            ),
        ]
    where = f"kontrak = {literal(contract.id)}"
    return Suite(name, "pengiriman", tuple(checks), table=PROFILE, where=where, id_columns=("delivery_id",))


def _row_bounds(contract: Contract) -> Mapping[str, int]:
    """A delivery of changes may be empty; a full one closes absent keys, so an empty one needs ``min: 0``."""
    bounds = contract.facts.baris
    if contract.facts.bentuk == "perubahan":
        return {"max_value": bounds.maks}
    return {"min_value": bounds.min if "min" in bounds.model_fields_set else 1, "max_value": bounds.maks}


def _entity_suite(entity: Entity) -> Suite:
    name, prefix = f"standar {entity.entitas}", f"gudang.{entity.entitas}"
    of_entity = partial(
        Check, gate="gudang", suite=name, asset=_staging_asset(entity), severity="kritis", owner=WALIDATA
    )
    checks = []
    for column, standard in entity.kolom.items():
        if standard.wajib:
            checks.append(
                of_entity(
                    id=f"{prefix}.wajib.{column}",
                    text=f"{standard.konsep} terisi",
                    expectation=NOT_NULL,
                    kwargs={"column": column},
                    fact=f"kolom.{column}.wajib",
                )
            )
        if standard.jenis == "pilihan" and standard.nilai:
            checks.append(
                of_entity(
                    id=f"{prefix}.nilai.{column}",
                    text=f"{standard.konsep} hanya berisi nilai baku",
                    expectation=IN_SET,
                    kwargs={"column": column, "value_set": standard.nilai},
                    fact=f"kolom.{column}.nilai",
                )
            )
    return Suite(name, "gudang", tuple(checks), table=staging_relation(entity), where="_nasib = 'diterima'")


def _quarantine_suite(entity: Entity, contracts: Sequence[Contract]) -> Suite:
    """Share of quarantined rows per delivery of each contract's latest receipt; closed keys are no rows.

    Every contract has its own limit, hence its own column, so that the entity's rows are read once for all.
    """
    name, staged = f"karantina {entity.entitas}", relation(staging_relation(entity))
    columns = {contract.id: f"persen_karantina__{contract.name}" for contract in contracts}
    shares = (f"case when kontrak = {literal(c)} then persen end as {quote(n)}" for c, n in columns.items())
    query = f"""
        with baris as (
            select _kontrak as kontrak, _delivery_id as delivery_id, _nasib,
                split_part(_delivery_id, '-', 1) as urutan
            from {staged}
        ), terbaru as (
            select kontrak, max(urutan) as urutan from baris group by kontrak
        ), bagian as (
            select kontrak, delivery_id,
                100.0 * count(*) filter (where _nasib = 'karantina') / count(*) as persen
            from baris semi join terbaru using (kontrak, urutan)
            where _nasib not in ('bukan_data', 'ditutup')
            group by kontrak, delivery_id
        )
        select kontrak, delivery_id, {", ".join(shares)} from bagian"""
    checks = tuple(
        Check(
            id=f"gudang.{contract.name}.karantina",
            gate="gudang",
            suite=name,
            asset=_staging_asset(entity),
            severity="peringatan",
            text=f"Baris {contract.name} yang dikarantina dalam batas kontrak (persen)",
            expectation=BETWEEN,
            kwargs={"column": columns[contract.id], "max_value": contract.facts.maks_persen_karantina},
            owner=contract.facts.produsen,
            fact="facts.maks_persen_karantina",
            contract=contract.id,
        )
        for contract in contracts
    )
    return Suite(name, "gudang", checks, query=query, id_columns=("delivery_id",))


def _staging_asset(entity: Entity) -> str:
    return f"staging/{entity.domain}/stg_{entity.table}"
