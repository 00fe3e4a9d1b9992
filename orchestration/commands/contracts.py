"""``satudata contracts lint|list``: the contracts as this home sees them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from contracts.home import Home
from contracts.load import SUFFIX, contract_folders, load_contracts


@click.group("contracts")
def contracts_group() -> None:
    """Check and list contracts."""


@contracts_group.command()
@click.argument(
    "paths", metavar="[FOLDERS]...", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.pass_obj
def lint(home: Home, paths: tuple[Path, ...]) -> None:
    """Check contracts: those of the product and of the home, or those below FOLDERS."""
    folders = paths or contract_folders(home)
    found = load_contracts(folders)
    if not found:
        raise click.UsageError(f"no contract (*{SUFFIX}) below {', '.join(map(str, folders))}")
    click.echo(f"{len(found)} contracts are valid")


@contracts_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_(home: Home, as_json: bool) -> None:
    """List contracts: id, entity, producer, how it is delivered."""
    found = load_contracts(contract_folders(home))
    facts = [
        {"id": c.id, "versi": c.version, "entitas": c.entity.entitas, "produsen": c.facts.produsen,
         "bentuk": c.facts.bentuk, "berkas": str(c.path)}
        for c in found
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=1))
    else:
        for fact in facts:
            click.echo(f"{fact['id']:<50} {fact['entitas']:<30} {fact['bentuk']}")
