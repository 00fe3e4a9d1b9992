"""Vehicles, their owners and the tax year that each of them is in; still without any agency's slips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulation.clock import TODAY, TODAY_DAY, calendar
from simulation.draw import Bools, Floats, Ints, Rng, chance, pick, rank_within, stream
from simulation.people import People
from simulation.rates import Rates
from simulation.regions import MURATARA, Regions
from simulation.vehicle_models import MODELS, MOTORCYCLE, WEIGHTS

LUBUK_LINGGAU = "16.73"
COMPANIES = 400
STATES = ("A", "B", "M", "H")


@dataclass(frozen=True)
class Vehicles:
    """One row per vehicle. `owner` is a person's index, -1 for the company numbered in `company`."""

    owner: Ints
    company: Ints
    village: Ints
    office: Ints
    model: Ints
    year: Ints
    value: Ints
    weight: Floats
    order: Ints
    colour: Ints
    due: Ints
    paid_until: Ints
    paid_on: Ints
    state: Ints

    def __len__(self) -> int:
        """Rows."""
        return len(self.owner)

    @property
    def motorcycle(self) -> Bools:
        """Which of them have two wheels."""
        return np.array([model.kind == MOTORCYCLE for model in MODELS])[self.model]


def same_day(days: Ints, years: Ints | int) -> Ints:
    """The same day and month some years later; days of the month are at most 28 here."""
    year, month, number = calendar(days)
    months = ((year + years - 1970) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]")
    return np.asarray(months.astype(np.int64) + number - 1, dtype=np.int64)


def build_vehicles(seed: int, people: People, regions: Regions, rates: Rates) -> Vehicles:
    """Draws vehicles for the adults and some companies."""
    rng = stream(seed, "vehicles")
    size = round(len(people) * rates["samsat.kendaraan_per_orang"])
    adults = np.flatnonzero((people.age >= 18) & (people.nik > 0))
    size = size if len(adults) else 0
    company = np.where(chance(rng, size, rates["samsat.pemilik_badan"]), rng.integers(0, COMPANIES, size), -1)
    appetite = np.where(people.members.male[adults], 3.0, 1.4) * np.exp(-(((people.age[adults] - 38) / 22) ** 2))
    owner = adults[pick(rng, appetite, size)] if size else np.zeros(0, dtype=np.int64)
    owner = np.where(company >= 0, -1, owner)
    village = np.where(owner >= 0, people.village[np.maximum(owner, 0)], 0) if size else owner
    elsewhere = pick(rng, regions.village_weight, size)
    village = np.where(owner >= 0, village, _stands(seed, company, elsewhere, regions, rates))
    office = regions.village_regency[village]
    away = (office == regions.regency(MURATARA)) & chance(rng, size, rates["samsat.daftar_di_linggau"])
    shares = np.array([model.share for model in MODELS])
    heavy = shares * np.array(
        [{"SEPEDA MOTOR": 0.1, "TRUCK": 6, "PICK UP": 5}.get(model.kind, 1.0) for model in MODELS]
    )
    model = np.where(company >= 0, pick(rng, heavy, size), pick(rng, shares, size))
    year = np.maximum(TODAY.year - rng.exponential(7.5, size).astype(np.int64), 1988)
    new = np.array([item.value for item in MODELS])[model]
    value = np.rint(new * np.maximum(0.93 ** (TODAY.year - year), 0.18) / 100_000).astype(np.int64) * 100_000
    due, until, paid_on, state = _tax_year(rng, TODAY.year - year, rates)
    return Vehicles(
        owner=owner,
        company=company,
        village=village,
        office=np.where(away, regions.regency(LUBUK_LINGGAU), office),
        model=model,
        year=year,
        value=value,
        weight=np.array([WEIGHTS[item.kind] for item in MODELS])[model],
        order=_ownership_order(owner, model, year),
        colour=rng.integers(0, 10, size),
        due=due,
        paid_until=until,
        paid_on=paid_on,
        state=state,
    )


def _stands(seed: int, company: Ints, elsewhere: Ints, regions: Regions, rates: Rates) -> Ints:
    """Villages of companies' vehicles: at the seat, some at a branch elsewhere."""
    rng = stream(seed, "companies")
    seats = pick(rng, regions.village_weight, COMPANIES)
    return np.where(chance(rng, len(company), rates["samsat.badan_cabang"]), elsewhere, seats[np.maximum(company, 0)])


def _ownership_order(owner: Ints, model: Ints, year: Ints) -> Ints:
    """First, second ... vehicle of the same class of one person, older ones first; 1 for companies."""
    cars = np.array([item.kind != MOTORCYCLE for item in MODELS])[model]
    oldest = np.argsort(year, kind="stable")
    order = np.empty(len(owner), dtype=np.int64)
    order[oldest] = rank_within((owner * 2 + cars)[oldest])
    return np.where(owner < 0, 1, order)


def _tax_year(rng: Rng, age: Ints, rates: Rates) -> tuple[Ints, Ints, Ints, Ints]:
    """The latest due date, the date paid up to, the day of this year's payment (0: none), the state."""
    size = len(age)
    year, month, number = calendar(TODAY_DAY - rng.integers(0, 364, size))
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    due = months + np.minimum(number, 28) - 1
    paid = chance(rng, size, rates["samsat.bayar"])
    late = np.where(chance(rng, size, 0.75), rng.integers(-40, 4, size), rng.integers(4, 250, size))
    on = np.clip(due + late, TODAY_DAY - 364, TODAY_DAY)
    behind = np.minimum(rng.geometric(0.42, size) - 1, np.maximum(age - 1, 0))
    until = np.where(paid, same_day(due, 1), same_day(due, -behind))
    state = np.where(paid, 0, pick(rng, [0.8, 0.06, 0.08, 0.06], size))
    return due, until, np.where(paid, on, 0), state


@dataclass(frozen=True)
class Bill:
    """The parts of one payment, whole rupiah."""

    tax: Ints
    tax_fine: Ints
    surcharge: Ints
    insurance: Ints
    insurance_fine: Ints
    plate: Ints

    @property
    def total(self) -> Ints:
        """The sum of the parts."""
        return self.tax + self.tax_fine + self.surcharge + self.insurance + self.insurance_fine + self.plate


@dataclass(frozen=True)
class Taxed:
    """What the tax of vehicles depends on; `late` counts days after the due date, negative when early."""

    value: Ints
    weight: Floats
    order: Ints
    motorcycle: Bools
    year: Ints
    late: Ints


def price(taxed: Taxed, rates: Rates) -> Bill:
    """What owners pay for one year."""
    two_wheels = taxed.motorcycle
    steps = np.where(two_wheels, 0, np.minimum(taxed.order, 5) - 1)
    rate = rates["pajak.pkb"] + rates["pajak.progresif"] * steps
    tax = np.rint(taxed.value * taxed.weight * rate / 100).astype(np.int64) * 100
    months = np.clip((taxed.late + 29) // 30, 0, 24)
    insurance = np.where(two_wheels, rates["pajak.swdkllj_motor"], rates["pajak.swdkllj_mobil"]).astype(np.int64)
    plate = np.where(two_wheels, rates["pajak.stnk_motor"], rates["pajak.stnk_mobil"]).astype(np.int64)
    fifth = (TODAY.year - taxed.year) % 5 == 0
    return Bill(
        tax=tax,
        tax_fine=np.rint(tax * months * rates["pajak.denda_sebulan"]).astype(np.int64),
        surcharge=np.rint(tax * rates["pajak.opsen"]).astype(np.int64),
        insurance=insurance,
        insurance_fine=np.where(two_wheels, 32_000, 100_000) * np.minimum(months, 4) // 4,
        plate=np.where(fifth, plate, 0),
    )


def make_bill(vehicles: Vehicles, rows: Ints, rates: Rates, *, late: Ints) -> Bill:
    """What the owners of `rows` pay for the year that begins at the due date, `late` days after it."""
    return price(
        Taxed(
            vehicles.value[rows], vehicles.weight[rows], vehicles.order[rows], vehicles.motorcycle[rows],
            vehicles.year[rows], late,
        ),
        rates,
    )  # fmt: skip


def break_totals(rng: Rng, totals: Ints, share: float) -> tuple[Ints, Bools]:
    """Totals as stored: a few are off by ten, a hundred or a digit."""
    hit = chance(rng, len(totals), share)
    slip = np.array([10, -10, 100, 1_000, -9_000, 90_000, 27_000])[rng.integers(0, 7, len(totals))]
    return np.where(hit, np.maximum(totals + slip, 0), totals), hit
