"""``satudata status``: last run, ledger, late deliveries, conflicts, snapshot."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from contracts.delivery import read_deliveries, read_receipts, read_verdicts
from contracts.home import Home
from contracts.load import contract_folders, load_contracts
from orchestration.freshness import last_read, stale_reason


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
    click.echo(f"last run   {facts['run'] or 'none yet'}{': ' + facts['outcome'] if facts['outcome'] else ''}")
    click.echo(f"ledger     {facts['ledger']}")
    click.echo(f"conflicts  {facts['conflicts']} open between figures")
    if facts["decisions"]:
        parts = ", ".join(f"{count} {reason}" for reason, count in facts["decisions"].items())
        click.echo(f"decisions  without effect: {parts}; `satudata decide list` shows them")
    for name, count in facts["counts"].items():
        click.echo(f"           {name}: {count}")
    for name, pairs in facts["links"].items():
        click.echo(f"link       {name}: learnt from {pairs} pairs of one NIK or of one name and birth date")
    if facts["model_problem"]:
        click.echo(f"link       {facts['model_problem']}")
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
    sealed = read_receipts(home.receipts)
    read = last_read(sealed)
    latest = {receipt.kontrak: receipt for seal in sealed for receipt in seal.kontrak}
    now = datetime.now(UTC)
    verdicts = read_verdicts(home.verdicts)
    deliveries = []
    for contract in load_contracts(contract_folders(home)):
        every = [manifest for _, manifest in read_deliveries(home.landing, contract.id)]
        held = [manifest for manifest in every if not verdicts.get((contract.id, manifest.delivery_id))]
        deliveries.append(
            {
                "contract": contract.id,
                "held": len(held),
                "last": held[-1].diterima_pada.astimezone(zone).isoformat(timespec="minutes") if held else None,
                "problem": stale_reason(contract, latest.get(contract.id), every, verdicts, now, read.get(contract.id)),
            }
        )
    return {
        "snapshot": current(home.published),
        **_last_run(home),
        "deliveries": deliveries,
        **_snapshot_facts(home),
        **_links(home),
    }


def _links(home: Home) -> dict[str, Any]:
    """From how many pairs each link learnt; few mean that more is left to a person."""
    from resolution.model import read_model
    from resolution.settings import SettingsError

    try:
        model = read_model(home.model)
    except SettingsError as error:
        return {"links": {}, "model_problem": str(error)}
    learnt = model.tautan if model else {}
    return {"links": {name: learnt[name].pasangan for name in sorted(learnt)}, "model_problem": None}


def _last_run(home: Home) -> dict[str, str | None]:
    """The last run and how it ended, from its log."""
    logs = sorted(home.logs.glob("*.jsonl"))
    if not logs:
        return {"run": None, "outcome": None}
    held: list[str] = []
    outcome = unfinished = "not finished; it is running, or was killed"
    for line in logs[-1].read_text(encoding="utf-8").splitlines():
        try:
            event = json.loads(line)
        except json.JSONDecodeError:
            continue
        kind = event["peristiwa"]
        if kind == "terbit":
            outcome = f"published {event['snapshot']}"
        elif kind == "penerbitan ditahan":
            found = f": {event['pesan']}" if event.get("pesan") else ""  # logs of before do not say
            held.append(f"{event['pemeriksaan']}{found}")
            outcome = f"not published; release held back by {'; '.join(held)}"
        elif kind == "gagal":
            # the step that holds a release back also fails, and says less
            outcome = outcome if held else f"failed in {event['langkah']}: {event['alasan']}"
        elif kind == "selesai" and outcome == unfinished:
            outcome = "not published; the checks that failed stand in its log and in the UI"
    return {"run": logs[-1].stem, "outcome": outcome}


def _snapshot_facts(home: Home) -> dict[str, Any]:
    import duckdb

    from publication.pointer import current, database
    from resolution.steward import TROUBLED

    if current(home.published) is None:
        return {"ledger": "nothing published yet", "conflicts": 0, "decisions": {}, "counts": {}}
    with duckdb.connect(str(database(home.published)), read_only=True) as con:
        row = con.execute(
            "select (select count(*) from buku_besar), "
            "(select coalesce(sum(abs(selisih)), 0) from neraca) "
            "+ (select coalesce(sum(abs(selisih)), 0) from buku_besar), "
            "(select count(*) from konflik_angka where jenis = 'konflik')"
        ).fetchone()
        tables = [
            r[0] for r in con.execute("select table_name from duckdb_tables() where schema_name <> 'main'").fetchall()
        ]
        counts = {}
        for table in sorted(tables):
            count = con.execute(f'select count(*) from "{table}"').fetchone()
            counts[table] = count[0] if count else 0
        troubled: dict[str, int] = {}
        if counts.get(TROUBLED):
            troubled = dict(
                con.execute(
                    f"select alasan_tidak_berlaku, count(*) from {TROUBLED} group by all order by all"
                ).fetchall()
            )
    deliveries, difference, conflicts = row if row else (0, 0, 0)
    text = f"balanced over {deliveries} deliveries" if difference == 0 else f"OUT OF BALANCE by {difference} rows"
    return {"ledger": text, "conflicts": conflicts, "decisions": troubled, "counts": counts}
