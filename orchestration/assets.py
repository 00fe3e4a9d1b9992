"""Dagster assets: deliveries, the two halves of dbt around identity, identity itself, and the snapshot.

Each body is a few calls; what they do lives in the packages below.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets

from contracts.contract import Contract
from contracts.delivery import Manifest, read_deliveries, read_receipts, read_verdicts
from contracts.keys import load_key
from orchestration import dbt_run
from orchestration.checks import delivery_check_specs, delivery_gate
from orchestration.control import open_build, row_counts, write_control
from orchestration.freshness import last_read, stale_reason
from orchestration.guard import guarded
from orchestration.prepare import Prepared
from orchestration.reception import receive_all
from orchestration.release import publish, release_check_specs
from orchestration.resources import HomeResource
from orchestration.translator import WALIDATA, Translator
from resolution.identity import resolve_people
from resolution.linking import Linking
from resolution.links import load_links

FRESH = "pengiriman_segar"
#: Relations of identity resolution that models read, and what they hold.
RESOLVED = {
    "orang_catatan": "Satu baris per catatan orang: id_orang yang tetap.",
    "orang_alih": "Satu baris per id_orang yang pensiun, penggantinya, dan sebabnya.",
    "orang_tersentuh": "Satu baris per id_orang yang disentuh satu jalan.",
    "tinjauan": "Satu baris per pasangan catatan yang perlu dilihat orang.",
    "contoh_dijawab": "Satu baris per jawaban petugas atas contoh dari yang diputuskan tanpa dilihat orang.",
    "contoh_lapis": "Satu baris per jenis contoh, dan berapa pasangan yang diwakilinya.",
    "koreksi": "Satu baris per nilai orang yang dibetulkan petugas.",
    "keputusan_bermasalah": "Satu baris per keputusan petugas yang tidak dapat berlaku.",
    "model_tautan": "Satu baris per model yang membobot tautan, paling banyak satu.",
}
SNAPSHOT_KEY = dg.AssetKey(["publication", "layanan", "snapshot"])


def raw_key(contract: Contract) -> dg.AssetKey:
    """Asset key of a contract's deliveries."""
    return dg.AssetKey(["raw", contract.domain, contract.name])


def reception_asset(prepared: Prepared) -> dg.AssetsDefinition:
    """One asset per contract, received together so that agencies can be read in parallel."""
    contracts = {raw_key(contract): contract for contract in prepared.contracts}
    specs = [
        dg.AssetSpec(
            key,
            group_name=contract.domain,
            owners=[f"team:{contract.facts.produsen}"],
            description=f"Pengiriman {contract.title}. Dasar hukum: {contract.facts.dasar_hukum}.",
            kinds={contract.server.format or "sql"},
            metadata={"kontrak": contract.id, "versi": contract.version, "bentuk": contract.facts.bentuk},
            skippable=True,
        )
        for key, contract in contracts.items()
    ]
    checks = [
        dg.AssetCheckSpec(FRESH, asset=key, description="Pengiriman baru tiba sesuai jadwal") for key in contracts
    ]
    for key, contract in contracts.items():
        checks += delivery_check_specs(contract, key)

    @dg.multi_asset(name="penerimaan", specs=specs, check_specs=checks, can_subset=True)
    def penerimaan(context: dg.AssetExecutionContext, rumah: HomeResource) -> Iterator[Any]:
        chosen = [contracts[key] for key in contracts if key in context.selected_asset_keys]
        yield from guarded(rumah, "penerimaan", _receive(rumah, chosen))

    return penerimaan


def _receive(rumah: HomeResource, chosen: list[Contract]) -> Iterator[Any]:
    """Receive, judge, and report per contract.

    What an interrupted run received but did not judge is judged first: new deliveries are compared with accepted ones.
    """
    with open_build(rumah.prepared) as con:
        write_control(con, rumah.prepared, rumah.run_id)
        delivery_gate(con, rumah)
    receipts = receive_all(
        rumah.prepared,
        chosen,
        run_id=rumah.run_id,
        progress=lambda receipt: rumah.log.write("diterima", **receipt.model_dump()),
    )
    with open_build(rumah.prepared) as con:
        write_control(con, rumah.prepared, rumah.run_id)
        results = delivery_gate(con, rumah)
    verdicts = read_verdicts(rumah.prepared.home.verdicts)
    read = last_read(read_receipts(rumah.prepared.home.receipts))
    for contract, receipt in zip(chosen, receipts, strict=True):
        held = [manifest for _, manifest in read_deliveries(rumah.prepared.home.landing, contract.id)]
        yield dg.MaterializeResult(asset_key=raw_key(contract), metadata=_delivery_metadata(held, receipt.baru))
        reason = stale_reason(contract, receipt, held, verdicts, rumah.now, read.get(contract.id))
        yield dg.AssetCheckResult(
            asset_key=raw_key(contract),
            check_name=FRESH,
            passed=reason is None,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"alasan": reason or "tidak ada"},
        )
        yield from results(contract, raw_key(contract))


def _delivery_metadata(held: list[Manifest], new: Sequence[str]) -> dict[str, Any]:
    return {
        "dagster/row_count": sum(manifest.baris_dibaca for manifest in held if manifest.delivery_id in new),
        "pengiriman_baru": ", ".join(new) or "tidak ada",
        "pengiriman_dipegang": len(held),
        "diterima_terakhir": str(held[-1].diterima_pada) if held else "belum pernah",
    }


def dbt_half(prepared: Prepared, name: str, tag: str) -> dg.AssetsDefinition:
    """The models before (``hulu``) or after (``hilir``) identity resolution."""

    @dbt_assets(manifest=prepared.manifest, select=f"tag:{tag}", name=name, dagster_dbt_translator=Translator())
    def models(context: dg.AssetExecutionContext, rumah: HomeResource) -> Iterator[Any]:
        yield from guarded(rumah, name, _build(context, rumah))

    return models


def _build(context: dg.AssetExecutionContext, rumah: HomeResource) -> Iterator[Any]:
    keys = {key.path[-1]: key for key in context.selected_asset_keys}
    checks = {check.name: check for check in context.selected_asset_check_keys}
    started = time.monotonic()
    results = dbt_run.build(rumah.prepared, sorted(keys), full_refresh=rumah.full_refresh)
    with open_build(rumah.prepared) as con:
        rows = row_counts(con)
    broken = []
    for result in results:
        rumah.log.write("dbt", simpul=result.name, status=result.status, detik=round(result.seconds, 3))
        if result.kind == "model" and result.ok and result.name in keys:
            key = keys[result.name]
            relation = f"{key.path[0]}.{result.name}"
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={"dagster/row_count": rows.get(relation, 0), "detik": round(result.seconds, 3)},
            )
        elif result.kind == "test" and result.name in checks and result.status != "skipped":
            yield dg.AssetCheckResult(
                asset_key=checks[result.name].asset_key,
                check_name=result.name,
                passed=result.status == "pass",
                severity=dg.AssetCheckSeverity.WARN if result.status == "warn" else dg.AssetCheckSeverity.ERROR,
                metadata={"baris_gagal": result.failures or 0},
            )
        if not result.ok and result.status != "skipped":
            broken.append(result.name)
    rumah.log.write("dbt selesai", detik=round(time.monotonic() - started, 2), gagal=broken)
    if broken:
        raise dg.Failure(
            f"dbt: {', '.join(broken)} failed; the texts are in {rumah.prepared.home.errors}; "
            "the published snapshot stays what it was",
            allow_retries=False,
        )


def identity_asset(prepared: Prepared) -> dg.AssetsDefinition:
    """Who is who: between the two halves of dbt."""
    upstream = [dg.AssetKey(["intermediate", "identitas", "int_identitas__catatan"])]
    specs = [
        dg.AssetSpec(
            dg.AssetKey(["resolved", "identitas", name]),
            deps=upstream,
            group_name="identitas",
            owners=[WALIDATA],
            description=text,
            kinds={"duckdb"},
        )
        for name, text in RESOLVED.items()
    ]

    @dg.multi_asset(name="identitas", specs=specs)
    def identitas(rumah: HomeResource) -> Iterator[Any]:
        yield from guarded(rumah, "identitas", _resolve(rumah))

    return identitas


def _resolve(rumah: HomeResource) -> Iterator[Any]:
    home, key = rumah.prepared.home, load_key(rumah.prepared.key)
    with open_build(rumah.prepared) as con:
        outcome = resolve_people(
            con,
            "intermediate.int_identitas__catatan",
            key=key,
            registry=home.state / "identitas",
            run_id=rumah.run_id,
            linking=Linking(load_links(), home.model, home.decisions, key),
            full_refresh=rumah.full_refresh,
        )
        rows = row_counts(con)
    rumah.log.write("identitas", **outcome.__dict__)
    facts = {"catatan_tersentuh": outcome.touched_records, "id_dialihkan": outcome.redirected}
    for name in RESOLVED:
        yield dg.MaterializeResult(
            asset_key=dg.AssetKey(["resolved", "identitas", name]),
            metadata={"dagster/row_count": rows[f"resolved.{name}"], "orang": outcome.people, **facts},
        )


def snapshot_asset(prepared: Prepared, upstream: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    """The release gate and the snapshot."""

    @dg.multi_asset(
        name="penerbitan",
        specs=[
            dg.AssetSpec(
                SNAPSHOT_KEY,
                deps=list(upstream),
                group_name="layanan",
                owners=[WALIDATA],
                description="Gudang data terbitan: satu berkas DuckDB baru setiap malam, tanpa NIK dan nama.",
                kinds={"duckdb"},
            )
        ],
        check_specs=release_check_specs(prepared, SNAPSHOT_KEY),
    )
    def penerbitan(rumah: HomeResource) -> Iterator[Any]:
        yield from guarded(rumah, "penerbitan", publish(rumah, SNAPSHOT_KEY))

    return penerbitan
