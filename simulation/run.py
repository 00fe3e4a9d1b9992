"""Night 0: draws the province, lets every agency write down its view, and keeps the truth apart."""

from __future__ import annotations

from pathlib import Path

from simulation.agency_eppgbm import write_files
from simulation.agency_kohort import MOTHERS, mother_rows
from simulation.agency_puskesmas import write_workbooks
from simulation.agency_registry import SIAK, city_rows, siak_rows, write_city
from simulation.agency_samsat import PAYMENTS, VEHICLES, WARDS, payment_rows, vehicle_rows, ward_rows
from simulation.agency_upt import write_month
from simulation.clock import TODAY_DAY
from simulation.databases import MariaStore, PostgresStore, SqliteStore, Store
from simulation.figures import figures_table, write_figures
from simulation.region_files import write_region_files
from simulation.regions import PALEMBANG
from simulation.truth import Ledger, Summary, people_table, records_table, write_summary, write_table
from simulation.world import World, build_world


def registry_store(agencies: Path, postgres_url: str | None) -> Store:
    """Where SIAK lives."""
    return (
        PostgresStore(postgres_url) if postgres_url else SqliteStore(agencies / "disdukcapil" / "siak.sqlite")
    )


def samsat_store(agencies: Path, mariadb_url: str | None) -> Store:
    """Where Samsat lives."""
    return MariaStore(mariadb_url) if mariadb_url else SqliteStore(agencies / "bapenda" / "samsat.sqlite")


def _show_registry(world: World, agencies: Path, ledger: Ledger, postgres_url: str | None) -> None:
    city = (world.regions.village_regency == world.regions.regency(PALEMBANG))[world.registry.village]
    shown = siak_rows(world.registry, world.people, world.regions, ~city)
    with registry_store(agencies, postgres_url) as store:
        store.create([SIAK])
        store.insert(SIAK, shown.rows)
    ledger.tables["siak.biodata_wni"] = shown.rows.num_rows
    ledger.add(shown)
    own = city_rows(world.registry, world.people, world.regions, city)
    own, count = write_city(agencies, own, world.seed, world.rates)
    ledger.files.append(count)
    ledger.add(own)


def _show_samsat(world: World, agencies: Path, ledger: Ledger, mariadb_url: str | None) -> None:
    seed, garage, vehicles, regions, rates = (
        world.seed,
        world.garage,
        world.vehicles,
        world.regions,
        world.rates,
    )
    owned = vehicle_rows(seed, garage, vehicles, regions)
    paid = payment_rows(seed, garage, vehicles, regions, rates)
    wards = ward_rows(seed, regions, rates, empty=not len(world.people))
    with samsat_store(agencies, mariadb_url) as store:
        store.create([VEHICLES, PAYMENTS, WARDS])
        for spec, rows in ((VEHICLES, owned.rows), (PAYMENTS, paid.rows), (WARDS, wards)):
            store.insert(spec, rows)
            ledger.tables[f"samsat.{spec.name}"] = rows.num_rows
    month, count = write_month(agencies, seed, garage, vehicles, regions, rates, year=2026, month=5)
    ledger.files.append(count)
    for shown in (owned, paid, month):
        ledger.add(shown)


def kohort_store(agencies: Path, postgres_url: str | None) -> Store:
    """Where e-kohort lives."""
    return PostgresStore(postgres_url) if postgres_url else SqliteStore(agencies / "dinkes" / "kohort.sqlite")


def _show_health(
    world: World, agencies: Path, ledger: Ledger, postgres_url: str | None, workbooks: int
) -> None:
    seed, people, regions, rates = world.seed, world.people, world.regions, world.rates
    mothers = mother_rows(seed, world.pregnancies, people, regions, rates)
    with kohort_store(agencies, postgres_url) as store:
        store.create([MOTHERS])
        store.insert(MOTHERS, mothers.rows)
    ledger.tables["kohort.ibu_hamil"] = mothers.rows.num_rows
    paper, sheets = write_workbooks(
        agencies, seed, world.pregnancies, people, regions, rates, count=workbooks
    )
    toddlers, files = write_files(
        agencies,
        seed,
        people,
        regions,
        rates,
        year=2026,
        month=6,
        last_day=TODAY_DAY - 2,
        codes=regions.regency_code,
    )
    ledger.files.extend([*sheets, *files])
    for shown in (mothers, paper, toddlers):
        ledger.add(shown)


def simulate(
    agencies: Path,
    truth: Path,
    *,
    people: int,
    seed: int = 1,
    postgres_url: str | None = None,
    mariadb_url: str | None = None,
    workbooks: int = 6,
) -> Summary:
    """Builds night 0."""
    world = build_world(seed, people)
    ledger = Ledger()
    _show_registry(world, agencies, ledger, postgres_url)
    _show_samsat(world, agencies, ledger, mariadb_url)
    _show_health(world, agencies, ledger, postgres_url, workbooks)
    figures, counts = write_figures(agencies, world)
    ledger.files.extend(counts)
    ledger.files.extend(write_region_files(agencies))
    write_table(truth / "orang.parquet", people_table(world.people, world.regions))
    write_table(truth / "catatan.parquet", records_table(ledger.shown))
    write_table(truth / "angka.parquet", figures_table(figures))
    (truth / "peristiwa.parquet").unlink(missing_ok=True)
    rows = ledger.rows()
    summary = Summary(0, len(world.people), rows, rows, tuple(ledger.files), dict(ledger.tables))
    write_summary(truth, summary, seed=seed)
    return summary
