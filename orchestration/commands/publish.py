"""``satudata publish --rollback SNAPSHOT``: move the pointer back."""

from __future__ import annotations

import click

from contracts.home import Home


@click.command()
@click.option("--rollback", "name", metavar="SNAPSHOT", help="Make this held snapshot the current one.")
@click.pass_obj
def publish(home: Home, name: str | None) -> None:
    """List the held snapshots, or make one of them current."""
    from orchestration.lock import writer
    from publication.pointer import current, move_pointer, snapshots

    home.settings()  # nothing is locked where there is no home
    if name:
        with writer(home, "publish --rollback"):
            move_pointer(home.published, name)
    for held in snapshots(home.published):
        click.echo(f"{'*' if held == current(home.published) else ' '} {held}")
