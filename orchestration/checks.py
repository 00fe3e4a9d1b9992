"""Great Expectations' verdicts as Dagster asset checks: specs at definition time, results after a gate ran."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import duckdb

from contracts.contract import Contract
from contracts.delivery import ROWS, read_deliveries, read_verdicts
from expectations.cross_agency import DIM_ORANG, Grain, cross_agency_suites
from expectations.derived import delivery_suites, quarantine_reasons, warehouse_suites
from expectations.model import Check, Result, Suite
from expectations.profile import profile_deliveries
from expectations.runner import run_gate
from expectations.store import results_table
from orchestration.control import judged_by, open_build, store_verdicts, unjudged
from orchestration.guard import guarded
from orchestration.prepare import Prepared
from orchestration.resources import HomeResource
from orchestration.translator import domain_of

ResultsOf = Callable[[Contract, dg.AssetKey], Iterator[dg.AssetCheckResult]]


def check_name(check: Check) -> str:
    """Dagster's name of a check: its id with every other sign as an underscore."""
    return re.sub(r"[^A-Za-z0-9_]", "_", check.id)


def check_spec(check: Check, key: dg.AssetKey, *, blocking: bool = False) -> dg.AssetCheckSpec:
    """Spec of one check."""
    return dg.AssetCheckSpec(
        check_name(check),
        asset=key,
        description=f"{check.text} (ambang: {check.threshold})",
        blocking=blocking,
    )


def check_result(result: Result, key: dg.AssetKey) -> dg.AssetCheckResult:
    """Result of one check; a broken check is an error of ours, not a finding about the data."""
    severe = result.stops
    return dg.AssetCheckResult(
        asset_key=key,
        check_name=check_name(result.check),
        passed=result.status == "lulus",
        severity=dg.AssetCheckSeverity.ERROR if severe else dg.AssetCheckSeverity.WARN,
        metadata={
            "status": result.status,
            "pesan": result.message,
            "ambang": result.check.threshold,
            "pemilik": result.check.owner,
            "gagal_pada": ", ".join(result.failing[:20]) or "tidak ada",
            **{name: value for name, value in result.observed.items() if value is not None},
        },
    )


def delivery_check_specs(contract: Contract, key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """The delivery gate's checks of one contract."""
    return [check_spec(check, key) for suite in delivery_suites([contract]) for check in suite.checks]


def delivery_gate(con: duckdb.DuckDBPyConnection, rumah: HomeResource) -> ResultsOf:
    """Judge every delivery that was not judged yet; a damaged one is quarantined whole by its verdict.

    A verdict is never taken back, not even by a full refresh: later deliveries landed only what differs from the
    accepted ones before them. What this run judged before is looked at again, so that its results tell of all.
    """
    pending = unjudged(con)
    looked_at = {*pending, *judged_by(rumah.prepared.home, rumah.run_id)} if pending else set()
    contracts = {contract.id: contract for contract in rumah.prepared.contracts}
    deliveries = [
        (contracts[contract_id], manifest, folder / ROWS)
        for contract_id in sorted({contract_id for contract_id, _ in looked_at})
        for folder, manifest in read_deliveries(rumah.prepared.home.landing, contract_id)
        if (contract_id, manifest.delivery_id) in looked_at
    ]
    results: tuple[Result, ...] = ()
    if deliveries:
        profile_deliveries(con, deliveries)
        suites = delivery_suites({contract.id: contract for contract, _, _ in deliveries}.values())
        results = judge(con, suites, rumah)
        store_verdicts(con, rumah.prepared.home, rumah.run_id, pending, quarantine_reasons(results))
    broken = [result for result in results if result.stops]
    if broken:
        raise dg.Failure(
            f"{len(broken)} check(s) of the delivery gate broke and nobody knows what they would have said: "
            f"{', '.join(result.check.id for result in broken[:5])}",
            allow_retries=False,
        )

    verdicts = read_verdicts(rumah.prepared.home.verdicts)

    def of(contract: Contract, key: dg.AssetKey) -> Iterator[dg.AssetCheckResult]:
        mine = {result.check.id: result for result in results if result.check.contract == contract.id}
        standing = {reason for (contract_id, _), reason in verdicts.items() if contract_id == contract.id}
        for suite in delivery_suites([contract]):
            for check in suite.checks:
                if check.id in mine:
                    yield check_result(mine[check.id], key)
                else:
                    yield dg.AssetCheckResult(
                        asset_key=key,
                        check_name=check_name(check),
                        passed=check.id not in standing,
                        severity=dg.AssetCheckSeverity.WARN,
                        metadata={"pesan": "tidak ada pengiriman baru; putusan lama berlaku"},
                    )

    return of


def judge(con: duckdb.DuckDBPyConnection, suites: Iterable[Suite], rumah: HomeResource) -> tuple[Result, ...]:
    """Run one gate and store what it found."""
    results = run_gate(con, suites, errors=rumah.prepared.home.errors, run_id=rumah.run_id, now=rumah.now)
    results_table(con, results, rumah.run_id)
    rumah.results.extend(results)
    for result in results:
        if result.status != "lulus":
            rumah.log.write("pemeriksaan", id=result.check.id, status=result.status, pesan=result.message)
    return results


def tell_held_back(rumah: HomeResource, results: Iterable[Result]) -> str:
    """Tell the run's log which checks hold the release back, and what they found; empty when none does.

    Returns:
        their ids.
    """
    stopping = [result for result in results if result.stops]
    reasons = ", ".join(result.check.id for result in stopping)
    if stopping:
        found = "; ".join(result.message for result in stopping)
        rumah.log.write("penerbitan ditahan", pemeriksaan=reasons, pesan=found)
    return reasons


def warehouse_gate(prepared: Prepared, name: str, assets: Iterable[dg.AssetKey]) -> dg.AssetChecksDefinition:
    """The warehouse gate over one half of dbt's assets, as one step; a critical finding stops what follows."""
    by_ends = {(key.path[0], key.path[-1]): key for key in assets}
    everything = (*warehouse_suites(prepared.contracts), *cross_agency_suites(mart_grains(prepared.manifest)))
    suites = [suite for suite in everything if suite.checks and _ends(suite.checks[0]) in by_ends]
    checks = {(by_ends[_ends(check)], check_name(check)): check for suite in suites for check in suite.checks}
    specs = [check_spec(check, key, blocking=check.severity == "kritis") for (key, _), check in checks.items()]

    @dg.multi_asset_check(name=name, specs=specs, can_subset=True)
    def gate(context: dg.AssetCheckExecutionContext, rumah: HomeResource) -> Iterator[dg.AssetCheckResult]:
        chosen = {checks[key.asset_key, key.name].id for key in context.selected_asset_check_keys}
        wanted = [_only(suite, chosen) for suite in suites]

        def results() -> Iterator[dg.AssetCheckResult]:
            with open_build(rumah.prepared) as con:
                found = judge(con, [suite for suite in wanted if suite.checks], rumah)
            tell_held_back(rumah, found)
            for result in found:
                yield check_result(result, by_ends[_ends(result.check)])

        yield from guarded(rumah, name, results())

    return gate


def _ends(check: Check) -> tuple[str, str]:
    parts = check.asset.split("/")
    return parts[0], parts[-1]


def mart_grains(manifest: Path) -> list[Grain]:
    """Grain of every mart but dim_orang: the column that dbt's manifest tests as unique."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    grains = []
    for test in nodes.values():
        mart = nodes.get(test.get("attached_node") or "")
        if mart and mart["schema"] == "marts" and (test.get("test_metadata") or {}).get("name") == "unique":
            name = f"marts.{mart['name']}"
            if name != DIM_ORANG.table:
                grains.append(Grain(name, (test["column_name"],), f"marts/{domain_of(mart)}/{mart['name']}"))
    return sorted(grains, key=lambda grain: grain.table)


def _only(suite: Suite, chosen: set[str]) -> Suite:
    return replace(suite, checks=tuple(check for check in suite.checks if check.id in chosen))
