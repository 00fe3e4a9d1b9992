"""Bapenda's Samsat database: vehicles and payments with Samsat's own names, codes and slips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from simulation.addresses import take, write_addresses
from simulation.agency_registry import Shown
from simulation.clock import TODAY_DAY, calendar
from simulation.defects import Marks, damage_birth, damage_nik, put
from simulation.draw import Bools, Ints, Rng, chance, choose, stream
from simulation.name_variants import Relatives, vary_names
from simulation.people import People
from simulation.rates import Rates
from simulation.regions import MURATARA, Regions, bare_name
from simulation.registry import NIGHT_STARTS
from simulation.samsat_codes import chassis_numbers, company_names, engine_numbers, plate_numbers, ward_codes
from simulation.tables import Column, TableSpec
from simulation.text import Array, constant, dates, digits, glue, lookup, stamps, where
from simulation.vehicle_models import COLOURS, MODELS
from simulation.vehicles import STATES, Bill, Vehicles, break_totals, make_bill

VEHICLES = TableSpec(
    "samsat",
    "kendaraan",
    (
        Column("id_kendaraan", "big"), Column("nopol", "text", "12"), Column("no_rangka", "text", "25"),
        Column("no_mesin", "text", "25"), Column("nm_pemilik", "text", "100"), Column("nik_pemilik", "text", "20"),
        Column("tgl_lahir_pemilik", "date"), Column("alamat_pemilik", "text", "160"), Column("kd_kel", "text", "6"),
        Column("jenis", "text", "20"), Column("merk", "text", "30"), Column("tipe", "text", "40"),
        Column("thn_buat", "int"), Column("warna", "text", "30"), Column("bbm", "text", "12"),
        Column("milik_ke", "int"), Column("njkb", "decimal", "15,2"), Column("bobot", "decimal", "4,2"),
        Column("tgl_akhir_pajak", "date"), Column("status", "text", "1"), Column("tgl_ubah", "stamp"),
    ),
    "id_kendaraan",
)  # fmt: skip
PAYMENTS = TableSpec(
    "samsat",
    "pembayaran",
    (
        Column("no_bayar", "text", "24"), Column("id_kendaraan", "big"), Column("nopol", "text", "12"),
        Column("tgl_bayar", "date"), Column("tgl_pajak_baru", "date"), Column("pkb_pok", "decimal", "15,2"),
        Column("pkb_den", "decimal", "15,2"), Column("opsen_pkb", "decimal", "15,2"),
        Column("swdkllj_pok", "decimal", "15,2"), Column("swdkllj_den", "decimal", "15,2"),
        Column("pnbp_stnk", "decimal", "15,2"), Column("total", "decimal", "15,2"), Column("tgl_ubah", "stamp"),
    ),
    "no_bayar",
)  # fmt: skip
WARDS = TableSpec(
    "samsat",
    "ref_kelurahan",
    (Column("kd_kel", "text", "6"), Column("kd_dagri", "text", "10"), Column("nm_kel", "text", "60")),
    "kd_kel",
)
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
    again = choose(rng, len(vehicles), int(round(len(vehicles) * rates["samsat.rangka_ganda"])))
    vehicle = np.concatenate([np.arange(len(vehicles)), again])
    second = np.arange(len(vehicle)) >= len(vehicles)
    order = rng.permutation(len(vehicle))
    vehicle, second = vehicle[order], second[order]
    marks = Marks(len(vehicle))
    marks.add("rangka_ganda", second)
    owner = vehicles.owner[vehicle]
    marks.add("pemilik_badan", owner < 0)
    name, nik, born, missing = _owners(rng, owner, vehicles.company[vehicle], people, rates, marks)
    village, address = _addresses(rng, owner, vehicles.village[vehicle], people, regions, rates, marks)
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
    relative = people.nik[
        np.where(members.spouse[person] >= 0, members.spouse[person], np.maximum(members.mother[person], 0))
    ]
    nik = damage_nik(
        rng, people.nik[person], rates.group("samsat.nik"), own, relative=relative, card=people.card[person]
    )
    name = vary_names(
        rng, people.names[person], rates.group("samsat.nama"), own, male=members.male[person], haji=people.haji[person],
        relatives=Relatives(people.father_names[person], people.names[person]),
    )  # fmt: skip
    born, missing = damage_birth(
        rng, members.born[person], rates["samsat.tgl_lahir_kosong"], rates["samsat.tgl_lahir_salah"], own
    )
    marks.bits |= np.where(body, 0, own.bits)
    name = put(name, body, company_names(rng, company[body]))
    return name, where(body, None, nik), born, missing | body


def _addresses(
    rng: Rng, owner: Ints, village: Ints, people: People, regions: Regions, rates: Rates, marks: Marks
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
    text = write_addresses(people.families, people.families.village, regions)
    street, rt, rw = (take(column, family) for column in (text.street, text.rt, text.rw))
    style = rng.integers(0, 3, len(owner))
    where_to = where(
        style == 0,
        glue("RT ", rt, " RW ", rw),
        where(style == 1, glue(rt, "/", rw), glue("RT.", rt, "/RW.", rw)),
    )
    kind = where(regions.village_urban[village] > 0, "KEL ", "DESA ")
    names = [name.upper() for name in regions.village_name]
    return village, glue(street, where_to, glue(kind, lookup(names, village)), separator=" ")


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
    """Chassis numbers: the same for every record of a vehicle, short for old ones, '-' where nobody looked."""
    text = chassis_numbers(vehicles.model[vehicle], vehicles.year[vehicle], vehicle)
    old = (vehicle * 7919 % 10_000) < rates["samsat.rangka_pendek"] * 10_000
    marks.add("rangka_pendek", old)
    text = where(
        old, chassis_numbers(vehicles.model[vehicle], vehicles.year[vehicle], vehicle, short=True), text
    )
    empty = chance(rng, len(vehicle), rates["samsat.rangka_kosong"])
    marks.add("rangka_kosong", empty)
    return where(empty, "-", text)


def vehicle_rows(seed: int, garage: Garage, vehicles: Vehicles, regions: Regions) -> Shown:
    """The table `kendaraan`: every record except those of UPT Muratara."""
    rows = np.flatnonzero(garage.here)
    mask, vehicle = pa.array(garage.here), garage.vehicle[rows]
    second = garage.second[rows]
    rng = stream(seed, "samsat", "stamps")
    last = np.where(
        vehicles.paid_on[vehicle] > 0,
        vehicles.paid_on[vehicle],
        TODAY_DAY - rng.integers(30, 1900, len(rows)),
    )
    stamp = last * 86_400 + rng.integers(8 * 3600, NIGHT_STARTS, len(rows))
    pick_model = np.array(vehicles.model[vehicle])
    table = pa.table(
        {
            "id_kendaraan": pa.array(garage.id[rows]),
            "nopol": garage.plate.filter(mask),
            "no_rangka": garage.chassis.filter(mask),
            "no_mesin": garage.engine.filter(mask),
            "nm_pemilik": garage.name.filter(mask),
            "nik_pemilik": garage.nik.filter(mask),
            "tgl_lahir_pemilik": dates(garage.born[rows], garage.born_missing[rows]),
            "alamat_pemilik": garage.address.filter(mask),
            "kd_kel": lookup(ward_codes(regions), garage.village[rows]),
            "jenis": lookup([model.kind for model in MODELS], pick_model),
            "merk": lookup([model.brand for model in MODELS], pick_model),
            "tipe": lookup([model.type for model in MODELS], pick_model),
            "thn_buat": pa.array(vehicles.year[vehicle].astype(np.int32)),
            "warna": lookup(COLOURS, vehicles.colour[vehicle]),
            "bbm": lookup([model.fuel for model in MODELS], pick_model),
            "milik_ke": pa.array(vehicles.order[vehicle].astype(np.int32)),
            "njkb": pa.array(vehicles.value[vehicle]),
            "bobot": pa.array(vehicles.weight[vehicle].round(2)),
            "tgl_akhir_pajak": dates(
                np.where(second, vehicles.due[vehicle] - 400, vehicles.paid_until[vehicle])
            ),
            "status": lookup(STATES, np.where(second, 2, vehicles.state[vehicle])),
            "tgl_ubah": stamps(np.where(second, stamp - 200 * 86_400, stamp)),
        }
    )
    return Shown(
        "bapenda.kendaraan", digits(garage.id[rows]), vehicles.owner[vehicle], garage.marks.bits[rows], table
    )


def payment_columns(bill: Bill, totals: Ints) -> dict[str, Array]:
    """The money of payments."""
    return {
        "pkb_pok": pa.array(bill.tax),
        "pkb_den": pa.array(bill.tax_fine),
        "opsen_pkb": pa.array(bill.surcharge),
        "swdkllj_pok": pa.array(bill.insurance),
        "swdkllj_den": pa.array(bill.insurance_fine),
        "pnbp_stnk": pa.array(bill.plate),
        "total": pa.array(totals),
    }


def payment_numbers(regency_code: list[str], office: Ints, paid_on: Ints, first: int = 1) -> Array:
    """Receipt numbers: office, year and month, running number."""
    year, month, _ = calendar(paid_on)
    offices = lookup([code.replace(".", "") for code in regency_code], office)
    return glue(
        offices, digits(year * 100 + month, 6), digits(first + np.arange(len(office)), 8), separator="-"
    )


def payment_rows(seed: int, garage: Garage, vehicles: Vehicles, regions: Regions, rates: Rates) -> Shown:
    """The table `pembayaran`: this year's payments of the vehicles in the database."""
    rng = stream(seed, "samsat", "payments")
    rows = np.flatnonzero(garage.here & ~garage.second & (vehicles.paid_on[garage.vehicle] > 0))
    rows = rows[np.argsort(vehicles.paid_on[garage.vehicle[rows]], kind="stable")]
    vehicle = garage.vehicle[rows]
    bill = make_bill(vehicles, vehicle, rates, late=vehicles.paid_on[vehicle] - vehicles.due[vehicle])
    totals, broken = break_totals(rng, bill.total, rates["samsat.total_salah"])
    marks = Marks(len(rows))
    marks.add("total_salah", broken)
    paid_on = vehicles.paid_on[vehicle]
    keys = payment_numbers(regions.regency_code, vehicles.office[vehicle], paid_on)
    stamp = paid_on * 86_400 + rng.integers(8 * 3600, NIGHT_STARTS, len(rows))
    table = pa.table(
        {
            "no_bayar": keys,
            "id_kendaraan": pa.array(garage.id[rows]),
            "nopol": garage.plate.take(pa.array(rows)),
            "tgl_bayar": dates(paid_on),
            "tgl_pajak_baru": dates(vehicles.paid_until[vehicle]),
            **payment_columns(bill, totals),
            "tgl_ubah": stamps(stamp),
        }
    )
    return Shown("bapenda.pembayaran", keys, vehicles.owner[vehicle], marks.bits, table)


def ward_rows(seed: int, regions: Regions, rates: Rates, *, empty: bool) -> Any:
    """The table `ref_kelurahan`; empty in an empty province."""
    size = 0 if empty else len(regions.village_code)
    lost = chance(stream(seed, "samsat", "wards"), size, rates["samsat.kelurahan_tanpa_kode"])
    return pa.table(
        {
            "kd_kel": pa.array(ward_codes(regions)[:size], pa.string()),
            "kd_dagri": digits(regions.village_number[:size], 10, lost),
            "nm_kel": pa.array([name.upper() for name in regions.village_name[:size]], pa.string()),
        }
    )


def office_name(regions: Regions, regency: int) -> str:
    """A Samsat office's name."""
    return f"UPTB SAMSAT {bare_name(regions.regency_name[regency]).upper()}"
