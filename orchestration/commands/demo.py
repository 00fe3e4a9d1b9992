"""``satudata demo``: simulates the agencies, with truth kept apart, and makes a home for them."""

from __future__ import annotations

import os
from pathlib import Path

import click

from contracts.delivery import write_text_atomic
from contracts.home import SOURCES, Home
from orchestration.instance import write_instance

AGENCIES, TRUTH = "simulasi/instansi", "simulasi/kebenaran"


@click.command()
@click.option("--people", default=100_000, show_default=True, help="People in the simulated province.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same province.")
@click.option("--postgres-url", envvar="SATUDATA_DEMO_POSTGRES_URL", help="Put the registry and cohorts there.")
@click.option("--mariadb-url", envvar="SATUDATA_DEMO_MARIADB_URL", help="Put the vehicle tax there.")
@click.pass_obj
def demo(home: Home, people: int, seed: int, postgres_url: str | None, mariadb_url: str | None) -> None:
    """Simulate Sumatera Selatan's agencies: databases, workbooks, CSV, with the defects of the field."""
    from simulation import simulate

    home.create({"zona": "Asia/Jakarta", "jadwal_aktif": False})
    write_instance(home, home.settings())
    agencies, truth = home.root / AGENCIES, home.root / TRUTH
    click.echo(f"simulating {people} people ...", err=True)
    summary = simulate(agencies, truth, people=people, seed=seed, postgres_url=postgres_url, mariadb_url=mariadb_url)
    write_text_atomic(home.root / SOURCES, sources(agencies, postgres_url, mariadb_url))
    os.chmod(home.root / SOURCES, 0o600)
    for name, rows in summary.rows.items():
        click.echo(f"  {name:<36} {rows:>9,} rows", err=True)
    click.echo(f"agencies in {agencies}; now: satudata run", err=True)


def sources(agencies: Path, postgres_url: str | None = None, mariadb_url: str | None = None) -> str:
    """The addresses of the simulated agencies, as ``sumber.env``."""
    lines = {
        "SIAK_URL": _with_path(postgres_url, "siak")
        if postgres_url
        else f"sqlite:///{agencies}/disdukcapil/siak.sqlite",
        "KOHORT_URL": _with_path(postgres_url, "kohort")
        if postgres_url
        else f"sqlite:///{agencies}/dinkes/kohort.sqlite",
        "SAMSAT_URL": mariadb_url.rsplit("/", 1)[0] + "/samsat"
        if mariadb_url
        else f"sqlite:///{agencies}/bapenda/samsat.sqlite",
        "BERKAS_INSTANSI": str(agencies),
    }
    return "".join(f"{name}={value}\n" for name, value in lines.items())


def _with_path(url: str, schema: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"
