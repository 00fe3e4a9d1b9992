"""A later night: a share of rows changes or is new at every agency, stamped after all earlier changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from simulation.agency_upt import file_name, write_month
from simulation.clock import Month
from simulation.defects import label_lists
from simulation.draw import Ints
from simulation.night_births import Expecting, deliver
from simulation.night_health import Kohort, change_kohort, write_toddler_files
from simulation.night_registry import CITY_VIEW, SIAK_VIEW, change_city, change_siak, make_plan
from simulation.night_samsat import change_samsat
from simulation.people import People, build_people
from simulation.rates import Rates, load_rates
from simulation.regions import Regions, load_regions
from simulation.samsat_records import build_garage
from simulation.state import State, load_state, save_state
from simulation.stores import kohort_store, registry_store, samsat_store
from simulation.truth import Summary
from simulation.vehicles import build_vehicles

UPT_DELIVERS, UPT_LATE = 2, Month(2026, 6)
"""The night from which the late file of UPT Muratara is there, and its month."""


def advance(
    agencies: Path,
    truth: Path,
    *,
    night: int,
    share: float = 0.01,
    seed: int = 1,
    postgres_url: str | None = None,
    mariadb_url: str | None = None,
) -> Summary:
    """Makes one later night out of the last one.

    Args:
        agencies: the folder that `simulate` filled.
        truth: its truth; a log `peristiwa.parquet` of what happened to which record grows here.
        night: a number after the last night made; the date is 2026-06-30 plus `night` days.
        share: of each dataset's rows that change or are new; 0 changes nothing.
        seed: of this night's draws.
        postgres_url: where SIAK and e-kohort live, as given to `simulate`.
        mariadb_url: where Samsat lives, as given to `simulate`.

    Returns:
        Counts after the night; `changed` says how many rows are new or changed by dataset.

    Raises:
        ValueError: the night was already made.
    """
    state = load_state(truth, night=night, seed=seed)
    regions, rates = load_regions(), load_rates()
    with kohort_store(agencies, postgres_url) as store:
        kohort = Kohort(state, store)
        mothers = _registries(
            state, agencies, kohort.expecting(state, share, rates), share, (regions, rates), postgres_url
        )
        change_kohort(state, store, kohort, mothers, share, regions, rates)
    with samsat_store(agencies, mariadb_url) as store:
        change_samsat(state, store, share, regions, rates)
    _files(state, agencies, share, regions, rates)
    return save_state(state)


def _registries(
    state: State,
    agencies: Path,
    expecting: Expecting,
    share: float,
    facts: tuple[Regions, Rates],
    postgres_url: str | None,
) -> Ints:
    """Both registries; returns the women who gave birth."""
    regions, rates = facts
    mothers = []
    plan, births = make_plan(state, SIAK_VIEW, share, rates)
    children = deliver(state, expecting, births, regions, rates, city=False)
    mothers.append(children.mother["id_truth"].to_numpy() - 1)
    with registry_store(agencies, postgres_url) as store:
        change_siak(state, store, plan, children, regions)
    plan, births = make_plan(state, CITY_VIEW, share, rates)
    children = deliver(state, expecting, births, regions, rates, city=True)
    mothers.append(children.mother["id_truth"].to_numpy() - 1)
    change_city(state, agencies, plan, children, regions)
    return np.concatenate(mothers).astype(np.int64)


def _files(state: State, agencies: Path, share: float, regions: Regions, rates: Rates) -> None:
    """New files; the people of night 0 are drawn again for them, from the seed that the truth remembers."""
    late = state.night >= UPT_DELIVERS and not (agencies / file_name(UPT_LATE)).exists()
    if share <= 0 and not late:
        return
    people = build_people(state.first_seed, state.first_people, regions, rates)
    if share > 0:
        write_toddler_files(state, agencies, people, share, regions, rates)
    if late:
        _deliver_upt(state, agencies, people, regions, rates)


def _deliver_upt(state: State, agencies: Path, people: People, regions: Regions, rates: Rates) -> None:
    vehicles = build_vehicles(state.first_seed, people, regions, rates)
    garage = build_garage(state.first_seed, vehicles, people, regions, rates)
    shown, count = write_month(agencies, state.first_seed, garage, vehicles, regions, rates, month=UPT_LATE)
    state.files.append(count)
    keys = shown.keys.to_pylist()
    state.add_records(shown.dataset, keys, shown.person, label_lists(shown.bits).to_pylist())
    state.note("berkas_terlambat", shown.dataset, keys, shown.person)
