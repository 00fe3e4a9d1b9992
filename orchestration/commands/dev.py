"""``satudata dev``: the Dagster UI and daemon on this machine only."""

from __future__ import annotations

import os
import signal
import sys

import click

from contracts.home import Home
from orchestration.instance import enter_instance, workspace_file


@click.command()
@click.option("--port", default=3000, show_default=True, help="Port on 127.0.0.1.")
@click.pass_obj
def dev(home: Home, port: int) -> None:
    """Serve the Dagster UI with its daemon on 127.0.0.1."""
    from orchestration.prepare import prepare

    enter_instance(home)
    prepare(home)
    click.echo(f"Dagster: http://127.0.0.1:{port}  (home {home.root}; stop with Ctrl-C)")
    # a shell that starts us in the background has SIGINT ignored, and Dagster would then ignore SIGTERM too
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    arguments = ["dagster", "dev", "-w", str(workspace_file(home)), "-h", "127.0.0.1", "-p", str(port)]
    os.execv(sys.executable, [sys.executable, "-m", *arguments])
