"""``satudata demo``: simulates the agencies, with truth kept apart, and makes a home for them."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import click

from contracts.delivery import write_text_atomic
from contracts.errors import HomeError
from contracts.home import SETTINGS, SOURCES, Home
from orchestration.instance import write_instance
from orchestration.lock import writer

AGENCIES, TRUTH = "simulasi/instansi", "simulasi/kebenaran"
#: what follows from the agencies' deliveries; own contracts, the settings and Dagster's history are left
RECEIVED = ("landing", "state", "build", "published", "logs", "errors")


@click.command()
@click.option("--people", default=100_000, show_default=True, help="People in the simulated province.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same province.")
@click.option("--postgres-url", envvar="SATUDATA_DEMO_POSTGRES_URL", help="Put the registry and cohorts there.")
@click.option("--mariadb-url", envvar="SATUDATA_DEMO_MARIADB_URL", help="Put the vehicle tax there.")
@click.pass_obj
def demo(home: Home, people: int, seed: int, postgres_url: str | None, mariadb_url: str | None) -> None:
    """Simulate Sumatera Selatan's agencies: databases, workbooks, CSV, with the defects of the field."""
    from simulation import simulate

    new_sources = sources(home.root / AGENCIES, postgres_url, mariadb_url)
    refuse_real_home(home, new_sources)
    home.create({"zona": "Asia/Jakarta", "jadwal_aktif": False})
    write_instance(home, home.settings())
    agencies, truth = home.root / AGENCIES, home.root / TRUTH
    with writer(home, "demo"):
        start_anew(home, people=people, seed=seed)
    click.echo(f"simulating {people} people ...", err=True)
    summary = simulate(agencies, truth, people=people, seed=seed, postgres_url=postgres_url, mariadb_url=mariadb_url)
    write_text_atomic(home.root / SOURCES, new_sources)
    os.chmod(home.root / SOURCES, 0o600)
    for name, rows in summary.rows.items():
        click.echo(f"  {name:<36} {rows:>9,} rows", err=True)
    click.echo(f"agencies in {agencies}; now: satudata run", err=True)


def refuse_real_home(home: Home, new_sources: str) -> None:
    """Leave a home alone that the demo did not make: its addresses and passwords stand nowhere else.

    Raises:
        HomeError: the home is a deployment's, or its addresses lead elsewhere than to simulated agencies.
    """
    advice = "nothing was changed; make the demo in a home of its own: satudata --home FOLDER demo"
    if not (home.root / SETTINGS).is_file():
        if (home.root / SOURCES).exists():
            raise HomeError(f"{home.root / SOURCES} is there already; {advice}")
        return
    if not home.settings().kontrak_bawaan:
        raise HomeError(f"{home.root} is a deployment's home (kontrak_bawaan: false in {SETTINGS}); {advice}")
    if (home.root / SOURCES).is_file():
        ours = f"sqlite:///{home.root / AGENCIES}/"
        for line in (home.root / SOURCES).read_text(encoding="utf-8").splitlines():
            name, separator, value = line.partition("=")
            if separator and not value.startswith(ours) and line not in new_sources.splitlines():
                raise HomeError(f"{home.root / SOURCES}: {name} is not an address that this demo would write; {advice}")
    if any(home.landing.glob("*/*")) and not (home.root / TRUTH / "summary.json").is_file():
        raise HomeError(f"{home.root} holds deliveries that no demo made; {advice}")


def start_anew(home: Home, *, people: int, seed: int) -> None:
    """Forget what was received of another province: its people would stay beside those of this one."""
    path = home.root / TRUTH / "summary.json"
    if not any(home.landing.glob("*/*")):
        return
    before = json.loads(path.read_text(encoding="utf-8"))
    if (before["people"], before["seed"], before["night"]) == (people, seed, 0):
        return
    click.echo(
        f"this home holds another province ({before['first_people']} people, seed {before['seed']}, night "
        f"{before['night']}); it starts anew, with other ids: removing {', '.join(RECEIVED)}",
        err=True,
    )
    for name in RECEIVED:
        shutil.rmtree(home.root / name, ignore_errors=True)
    home.create({})


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
