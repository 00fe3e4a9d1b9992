"""``satudata status``: last run, ledger, late deliveries, conflicts, snapshot."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from contracts.delivery import SealedReceipts, read_deliveries
from contracts.home import Home
from contracts.load import contract_folders, load_contracts
from orchestration.freshness import stale_reason


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def status(home: Home, as_json: bool) -> None:
    """Show where the warehouse stands."""
    facts = collect(home)
    if as_json:
        click.echo(json.dumps(facts, default=str, ensure_ascii=False, indent=1))
        return
    click.echo(f"home       {home.root}")
    click.echo(f"snapshot   {facts['snapshot'] or 'none yet'}")
    click.echo(f"last run   {facts['run'] or 'none yet'}")
    click.echo(f"ledger     {facts['ledger']}")
    for name, count in facts["counts"].items():
        click.echo(f"           {name}: {count}")
    click.echo(f"deliveries {len(facts['deliveries'])} contracts")
    for delivery in facts["deliveries"]:
        mark = "!" if delivery["problem"] else " "
        click.echo(
            f"  {mark} {delivery['contract']:<48} {delivery['held']:>4} held, last {delivery['last'] or 'never'}"
        )
        if delivery["problem"]:
            click.echo(f"      {delivery['problem']}")


def collect(home: Home) -> dict[str, Any]:
    """Facts of the status, from receipts, manifests and the current snapshot."""
    from publication.pointer import current

    zone = ZoneInfo(home.settings().zona)
    sealed = [
        SealedReceipts.model_validate_json(path.read_text(encoding="utf-8"))
        for path in sorted(home.receipts.glob("*.json"))
    ]
    latest = {receipt.kontrak: receipt for seal in sealed for receipt in seal.kontrak}
    now = datetime.now(UTC)
    deliveries = []
    for contract in load_contracts(contract_folders(home)):
        held = [manifest for _, manifest in read_deliveries(home.landing, contract.id)]
        deliveries.append(
            {
                "contract": contract.id,
                "held": len(held),
                "last": held[-1].diterima_pada.astimezone(zone).isoformat(timespec="minutes") if held else None,
                "problem": stale_reason(contract, latest.get(contract.id), held, now),
            }
        )
    return {
        "snapshot": current(home.published),
        "run": sealed[-1].run_id if sealed else None,
        "deliveries": deliveries,
        **_snapshot_facts(home),
    }


def _snapshot_facts(home: Home) -> dict[str, Any]:
    import duckdb

    from publication.pointer import current, database

    if current(home.published) is None:
        return {"ledger": "nothing published yet", "counts": {}}
    with duckdb.connect(str(database(home.published)), read_only=True) as con:
        row = con.execute("select count(*), coalesce(sum(abs(selisih)), 0) from buku_besar").fetchone()
        tables = [
            r[0] for r in con.execute("select table_name from duckdb_tables() where schema_name <> 'main'").fetchall()
        ]
        counts = {}
        for table in sorted(tables):
            count = con.execute(f'select count(*) from "{table}"').fetchone()
            counts[table] = count[0] if count else 0
    deliveries, difference = row if row else (0, 0)
    text = f"balanced over {deliveries} deliveries" if difference == 0 else f"OUT OF BALANCE by {difference} rows"
    return {"ledger": text, "counts": counts}
