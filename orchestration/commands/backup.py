"""``satudata backup DIR`` and ``satudata restore DIR``: the state, consistently, also during a run."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click

from contracts.home import Home

DONE, WITH_FINDINGS = 0, 3
_EVERY_SECONDS = 2.0


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--with-secrets", is_flag=True, help="Also sumber.env: the agencies' addresses and passwords.")
@click.option("--verify", is_flag=True, help="Read and compare every file, also those that the last backup holds.")
@click.option("--keep", type=click.IntRange(min=1), metavar="N", help="Delete the oldest backups beyond N.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.pass_obj
def backup(home: Home, folder: Path, with_secrets: bool, verify: bool, keep: int | None, as_json: bool) -> None:
    """Save settings, contracts, deliveries, state and the id key into DIR; a run may go on meanwhile.

    The backup holds personal data and the id key: keep it as closed as the home. Exits 0 when saved, 3 when saved
    but something in the home needs a look, 1 when not saved.
    """
    from orchestration.backup import make_backup

    outcome = make_backup(
        home, folder.resolve(), with_secrets=with_secrets, verify=verify, keep=keep, progress=_progress("saved")
    )
    if as_json:
        click.echo(json.dumps(asdict(outcome), ensure_ascii=False, indent=1))
    else:
        size = f"{outcome.copied_bytes / 1e6:,.1f} MB"
        click.echo(f"backup {outcome.name}: {outcome.files} files, {outcome.copied} copied ({size})")
        for name in outcome.removed:
            click.echo(f"deleted the old backup {name}")
        for problem in outcome.problems:
            click.echo(f"look at this: {problem}", err=True)
    sys.exit(WITH_FINDINGS if outcome.problems else DONE)


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--backup", "name", metavar="NAME", help="Which backup of DIR; the newest when not given.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.pass_obj
def restore(home: Home, folder: Path, name: str | None, as_json: bool) -> None:
    """Put the newest backup in DIR into the home, which must be empty; then run: satudata run."""
    from orchestration.restore import missing_secrets, restore

    restored = restore(home, folder.resolve(), name=name, progress=_progress("restored"))
    if as_json:
        click.echo(json.dumps({**asdict(restored), "home": str(home.root)}, ensure_ascii=False, indent=1))
        return
    click.echo(f"restored {restored.files} files of backup {restored.name} into {home.root}")
    note = missing_secrets(restored)
    if note:
        click.echo(note)
    click.echo("next: satudata run, which rebuilds everything else from them")


def _progress(word: str) -> Callable[[int, int], None]:
    """Says every two seconds how far it is, on the error stream."""
    last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > _EVERY_SECONDS:
            last = time.monotonic()
            click.echo(f"{word} {done} of {total} files", err=True)

    return show
