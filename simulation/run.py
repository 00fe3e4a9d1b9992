"""Night 0: draws the province, lets every agency write down its view, and keeps the truth apart."""

from __future__ import annotations

import shutil
from pathlib import Path

from simulation.agency_eppgbm import write_files
from simulation.agency_kohort import MOTHERS, mother_rows
from simulation.agency_puskesmas import write_workbooks
from simulation.agency_registry import SIAK, city_rows, siak_rows, write_city
from simulation.agency_samsat import PAYMENTS, VEHICLES, WARDS, payment_rows, vehicle_rows, ward_rows
from simulation.agency_upt import write_month
from simulation.clock import TODAY_DAY, Month
from simulation.figures import Figure, figures_table, write_bps, write_health
from simulation.figures_registry import write_registry
from simulation.region_files import write_region_files
from simulation.regions import PALEMBANG
from simulation.samsat_records import truth_of_vehicles
from simulation.stores import kohort_store, registry_store, samsat_store
from simulation.truth import Ledger, Summary, people_table, records_table, write_summary, write_table
from simulation.world import World, build_world

AGENCIES = (
    "bapenda", "bps", "dinkes", "disdukcapil", "disdukcapil_palembang", "kemendagri", "puskesmas",
)  # fmt: skip


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
    month, count = write_month(agencies, seed, garage, vehicles, regions, rates, month=Month(2026, 5))
    ledger.files.append(count)
    for shown in (owned, paid, month):
        ledger.add(shown)


def _show_health(world: World, agencies: Path, ledger: Ledger, postgres_url: str | None, workbooks: int) -> None:
    seed, people, regions, rates = world.seed, world.people, world.regions, world.rates
    mothers = mother_rows(seed, world.pregnancies, people, regions, rates)
    with kohort_store(agencies, postgres_url) as store:
        store.create([MOTHERS])
        store.insert(MOTHERS, mothers.rows)
    ledger.tables["kohort.ibu_hamil"] = mothers.rows.num_rows
    paper, sheets = write_workbooks(agencies, seed, world.pregnancies, people, regions, rates, count=workbooks)
    toddlers, files = write_files(
        agencies,
        seed,
        people,
        regions,
        rates,
        month=Month(2026, 6, TODAY_DAY - 2),
        codes=regions.regency_code,
    )
    ledger.files.extend([*sheets, *files])
    for shown in (mothers, paper, toddlers):
        ledger.add(shown)


def _show_figures(world: World, agencies: Path, ledger: Ledger) -> list[Figure]:
    figures: list[Figure] = []
    for publish in (write_bps, write_registry, write_health):
        found, counts = publish(agencies, world)
        figures.extend(found)
        ledger.files.extend(counts)
    return figures


def _clear(agencies: Path, truth: Path) -> None:
    """Removes what an earlier run left, and nothing else that may lie in the folders."""
    for name in AGENCIES:
        shutil.rmtree(agencies / name, ignore_errors=True)
    for name in ("orang", "catatan", "angka", "kendaraan", "peristiwa"):
        (truth / f"{name}.parquet").unlink(missing_ok=True)


def simulate(
    agencies: Path,
    truth: Path,
    *,
    people: int,
    seed: int = 1,
    postgres_url: str | None = None,
    mariadb_url: str | None = None,
    workbooks: int = 6,
    damage: float = 1.0,
) -> Summary:
    """Builds the province as it stands on 2026-06-30, night 0.

    Args:
        agencies: folder for everything agencies show; what an earlier run left there is replaced.
        truth: folder for what is true, apart from it; the product must never read it.
        people: persons in the truth, dead and moved ones included; 0 gives empty tables and bare headers.
        seed: the same seed gives the same bytes.
        postgres_url: when given, SIAK and e-kohort go to the schemas `siak` and `kohort` of this PostgreSQL
            database (dropped and created again) instead of SQLite files.
        mariadb_url: when given, Samsat goes to the database `samsat` of this MariaDB server (dropped and
            created again) instead of an SQLite file.
        workbooks: how many puskesmas hand in a workbook.
        damage: how many times as frequent as `rates.yaml` says offices damage what they write.

    Returns:
        What was written, also kept in `truth/summary.json`.

    Raises:
        ValueError: `people` or `workbooks` is negative.
    """
    if people < 0 or workbooks < 0:
        raise ValueError(f"people and workbooks must not be negative, got {people} and {workbooks}")
    _clear(agencies, truth)
    world = build_world(seed, people, damage)
    ledger = Ledger()
    _show_registry(world, agencies, ledger, postgres_url)
    _show_samsat(world, agencies, ledger, mariadb_url)
    _show_health(world, agencies, ledger, postgres_url, workbooks)
    figures = _show_figures(world, agencies, ledger)
    ledger.files.extend(write_region_files(agencies))
    write_table(truth / "orang.parquet", people_table(world.people, world.regions))
    write_table(truth / "catatan.parquet", records_table(ledger.shown))
    write_table(truth / "angka.parquet", figures_table(figures))
    write_table(truth / "kendaraan.parquet", truth_of_vehicles(world.garage, world.vehicles))
    rows = ledger.rows()
    summary = Summary(0, len(world.people), rows, rows, tuple(ledger.files), dict(ledger.tables))
    write_summary(truth, summary, seed=seed)
    return summary
