"""The command line ``satudata``: thin; it calls the same jobs as the UI. Heavy imports wait until a command runs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from contracts.errors import SatuDataError
from contracts.home import Home
from orchestration.commands.backup import backup, restore
from orchestration.commands.contracts import contracts_group
from orchestration.commands.decide import decide_group
from orchestration.commands.demo import demo
from orchestration.commands.dev import dev
from orchestration.commands.explain import explain_group
from orchestration.commands.init import init
from orchestration.commands.publish import publish
from orchestration.commands.query import query
from orchestration.commands.run import run
from orchestration.commands.status import status
from orchestration.commands.train import train


class SatuDataGroup(click.Group):
    """Turns our own errors into one message and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except SatuDataError as error:
            click.echo(f"satudata: {error}", err=True)
            sys.exit(1)


@click.group(cls=SatuDataGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home", envvar="SATUDATA_HOME", default="var", show_default=True, type=click.Path(path_type=Path),
    help="Home folder of the deployment.",
)  # fmt: skip
@click.pass_context
def main(context: click.Context, home: Path) -> None:
    """Reconciles the overlapping records of regional agencies into one trusted DuckDB warehouse."""
    context.obj = Home(home.resolve())


for command in (
    init,
    demo,
    run,
    dev,
    status,
    contracts_group,
    query,
    explain_group,
    decide_group,
    train,
    publish,
    backup,
    restore,
):
    main.add_command(command)
