"""The truth of one seed: everything that agencies see parts of."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.health import Pregnancies, build_pregnancies
from simulation.people import People, build_people
from simulation.rates import Rates, load_rates
from simulation.regions import Regions, load_regions
from simulation.registry import Registry, build_registry
from simulation.samsat_records import Garage, build_garage
from simulation.vehicles import Vehicles, build_vehicles


@dataclass(frozen=True)
class World:
    """The simulated province."""

    seed: int
    rates: Rates
    regions: Regions
    people: People
    registry: Registry
    vehicles: Vehicles
    garage: Garage
    pregnancies: Pregnancies


def build_world(seed: int, count: int, damage: float = 1.0) -> World:
    """Draws the province; `damage` multiplies the rates of what offices do to records."""
    rates, regions = load_rates().damaged(damage), load_regions()
    people = build_people(seed, count, regions, rates)
    vehicles = build_vehicles(seed, people, regions, rates)
    return World(
        seed=seed,
        rates=rates,
        regions=regions,
        people=people,
        registry=build_registry(seed, people, regions, rates),
        vehicles=vehicles,
        garage=build_garage(seed, vehicles, people, regions, rates),
        pregnancies=build_pregnancies(seed, people, rates),
    )
