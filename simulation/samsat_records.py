"""Samsat's records of vehicles: owners, addresses and numbers with all that clerks did to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation.addresses import written_homes
from simulation.defects import Marks, damage_birth, damage_nik, put
from simulation.draw import Bools, Ints, Rng, chance, choose, stream
from simulation.name_variants import Bearers, Relatives, vary_names
from simulation.people import People
from simulation.rates import Rates
from simulation.regions import MURATARA, Regions
from simulation.samsat_codes import (
    chassis_numbers,
    company_names,
    engine_numbers,
    misspell_companies,
    plate_numbers,
)
from simulation.text import Array, constant, glue, lookup, where
from simulation.vehicles import Vehicles

FIRST_ID = 500_001


@dataclass(frozen=True)
class Garage:
    """Samsat's records of vehicles, the Muratara ones included. `vehicle` is the index of the truth.

    `second` marks records of a vehicle that has another, newer record under a new plate.
    """

    vehicle: Ints
    second: Bools
    here: Bools
    plate: Array
    chassis: Array
    engine: Array
    name: Array
    nik: Array
    born: Ints
    born_missing: Bools
    village: Ints
    address: Array
    marks: Marks

    @property
    def id(self) -> Ints:
        """Samsat's numbers."""
        return FIRST_ID + np.arange(len(self.vehicle))


def build_garage(seed: int, vehicles: Vehicles, people: People, regions: Regions, rates: Rates) -> Garage:
    """All vehicle records with their defects."""
    rng = stream(seed, "samsat")
    again = choose(rng, len(vehicles), round(len(vehicles) * rates["samsat.rangka_ganda"]))
    vehicle = np.concatenate([np.arange(len(vehicles)), again])
    second = np.arange(len(vehicle)) >= len(vehicles)
    order = rng.permutation(len(vehicle))
    vehicle, second = vehicle[order], second[order]
    marks = Marks(len(vehicle))
    marks.add("rangka_ganda", second)
    owner = vehicles.owner[vehicle]
    marks.add("pemilik_badan", owner < 0)
    name, nik, born, missing = _owners(rng, owner, vehicles.company[vehicle], people, rates, marks)
    name = _misspelt(seed, name, owner < 0, rates, marks)
    village, address = _addresses(seed, rng, owner, vehicles.village[vehicle], people, regions, rates, marks)
    return Garage(
        vehicle=vehicle,
        second=second,
        here=vehicles.office[vehicle] != regions.regency(MURATARA),
        plate=_plates(rng, vehicles.model[vehicle], rates, marks),
        chassis=_chassis(rng, vehicles, vehicle, rates, marks),
        engine=engine_numbers(vehicle),
        name=name,
        nik=nik,
        born=born,
        born_missing=missing,
        village=village,
        address=address,
        marks=marks,
    )


def _owners(
    rng: Rng, owner: Ints, company: Ints, people: People, rates: Rates, marks: Marks
) -> tuple[Array, Array, Ints, Bools]:
    """Owner's name, NIK and birth date as Samsat's clerks typed them; companies have a name only."""
    if not len(owner):
        empty = np.zeros(0, dtype=np.int64)
        return constant("", 0), constant("", 0), empty, empty.astype(np.bool_)
    person, body = np.maximum(owner, 0), owner < 0
    members = people.members
    own = Marks(len(owner))
    spouse, mother = members.spouse[person], members.mother[person]
    relative = people.nik[np.where(spouse >= 0, spouse, np.maximum(mother, 0))]
    nik = damage_nik(
        rng, people.nik[person], rates.group("samsat.nik"), own, relative=relative, card=people.card[person]
    )
    relatives = Relatives(people.father_names[person], people.names[person])
    bearers = Bearers(people.names[person], members.male[person], people.haji[person], relatives)
    name = vary_names(rng, bearers, rates.group("samsat.nama"), own)
    born, missing = damage_birth(
        rng, members.born[person], rates["samsat.tgl_lahir_kosong"], rates["samsat.tgl_lahir_salah"], own
    )
    marks.bits |= np.where(body, 0, own.bits)
    name = put(name, body, company_names(rng, company[body]))
    return name, where(body, None, nik), born, missing | body


def _misspelt(seed: int, name: Array, body: Bools, rates: Rates, marks: Marks) -> Array:
    """Owners' names, a few companies' with a slip."""
    rng = stream(seed, "samsat", "company")
    hit = body & chance(rng, len(body), rates["samsat.badan_salah_ketik"])
    if not hit.any():
        return name
    written = misspell_companies(rng, name.filter(pa.array(hit)))
    slips = pc.not_equal(written, name.filter(pa.array(hit)))
    marks.add("badan_salah_ketik", np.flatnonzero(hit)[slips.to_numpy(zero_copy_only=False)])
    return put(name, hit, written)


def _addresses(
    seed: int, rng: Rng, owner: Ints, village: Ints, people: People, regions: Regions, rates: Rates, marks: Marks
) -> tuple[Ints, Array]:
    """Village and address of the record; some are those of before the owner's last move."""
    if not len(owner):
        return village, constant("", 0)
    family = people.members.family[np.maximum(owner, 0)]
    before = people.families.origin_village[family]
    share = rates["samsat.alamat_lama"] / max(rates["penduduk.keluarga_pindah"], 1e-9)
    late = (owner >= 0) & (before != village) & chance(rng, len(owner), min(share, 1.0))
    marks.add("alamat_lama", late)
    village = np.where(late, before, village)
    text = written_homes(seed, people.families, family, late, regions)
    style = rng.integers(0, 3, len(owner))
    where_to = where(
        style == 0,
        glue("RT ", text.rt, " RW ", text.rw),
        where(style == 1, glue(text.rt, "/", text.rw), glue("RT.", text.rt, "/RW.", text.rw)),
    )
    kind = where(regions.village_urban[village] > 0, "KEL ", "DESA ")
    names = [name.upper() for name in regions.village_name]
    return village, glue(text.street, where_to, glue(kind, lookup(names, village)), separator=" ")


def _plates(rng: Rng, model: Ints, rates: Rates, marks: Marks) -> Array:
    """Plates; a few are those of another vehicle that left the province."""
    plates = plate_numbers(rng, model)
    again = np.flatnonzero(chance(rng, len(model), rates["samsat.nopol_ulang"]))
    if len(again):
        source = np.arange(len(model))
        source[again] = rng.integers(0, len(model), len(again))
        marks.add("nopol_ulang", again)
        plates = plates.take(pa.array(source))
    return plates


def _chassis(rng: Rng, vehicles: Vehicles, vehicle: Ints, rates: Rates, marks: Marks) -> Array:
    """Chassis numbers: one per vehicle, short for old ones, '-' where nobody looked."""
    text = chassis_numbers(vehicles.model[vehicle], vehicles.year[vehicle], vehicle)
    old = (vehicle * 7919 % 10_000) < rates["samsat.rangka_pendek"] * 10_000
    marks.add("rangka_pendek", old)
    text = where(old, chassis_numbers(vehicles.model[vehicle], vehicles.year[vehicle], vehicle, short=True), text)
    empty = chance(rng, len(vehicle), rates["samsat.rangka_kosong"])
    marks.add("rangka_kosong", empty)
    return where(empty, "-", text)


def truth_of_vehicles(garage: Garage, vehicles: Vehicles) -> Any:
    """Which vehicle and owner each Samsat number stands for, the vehicles of UPT Muratara included."""
    owner = vehicles.owner[garage.vehicle]
    company = vehicles.company[garage.vehicle]
    return pa.table(
        {
            "id_kendaraan": pa.array(garage.id),
            "id_kendaraan_truth": pa.array(garage.vehicle + 1),
            "id_truth": pa.array(owner + 1, mask=owner < 0),
            "id_badan_truth": pa.array(company + 1, mask=company < 0),
            "nopol": garage.plate,
            "no_rangka": garage.chassis,
            "di_samsat": pa.array(garage.here),
        }
    )
