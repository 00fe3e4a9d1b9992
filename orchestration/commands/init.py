"""``satudata init HOME``: a real deployment's home."""

from __future__ import annotations

from pathlib import Path

import click

from contracts.home import Home
from orchestration.instance import write_instance


@click.command()
@click.argument("folder", metavar="HOME", type=click.Path(path_type=Path))
@click.option("--provinsi", default="Sumatera Selatan", show_default=True, help="Name of the province.")
@click.option("--zona", default="Asia/Jakarta", show_default=True, help="Time zone of the region.")
def init(folder: Path, provinsi: str, zona: str) -> None:
    """Make a deployment's home at HOME: settings, Dagster instance, folders; the nightly schedule is on."""
    home = Home(folder.resolve())
    home.create(
        {
            "provinsi": provinsi,
            "zona": zona,
            "jadwal": "0 1 * * *",
            "jadwal_aktif": True,
            "kontrak_bawaan": False,
            "simpan_snapshot": 7,
            "simpan_log_hari": 30,
            "memori": "3GB",
            "utas": 2,
        }
    )
    settings = home.settings()
    write_instance(home, settings)
    click.echo(f"made {home.root}")
    click.echo("next: put the agencies' contracts into contracts/, their addresses into sumber.env, then: satudata run")
