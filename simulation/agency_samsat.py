"""Bapenda's Samsat database: vehicles and payments with Samsat's own names, codes and slips."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from simulation.agency_registry import Shown
from simulation.clock import TODAY_DAY, calendar
from simulation.defects import Marks
from simulation.draw import Ints, chance, stream
from simulation.rates import Rates
from simulation.regions import Regions
from simulation.registry import NIGHT_STARTS
from simulation.samsat_codes import ward_codes
from simulation.samsat_records import Garage
from simulation.tables import Column, TableSpec
from simulation.text import Array, dates, digits, glue, lookup, stamps
from simulation.vehicle_models import COLOURS, MODELS
from simulation.vehicles import STATES, Bill, Vehicles, break_totals, make_bill

VEHICLES = TableSpec(
    "samsat",
    "kendaraan",
    (
        Column("id_kendaraan", "big"), Column("nopol", "text", "12"), Column("no_rangka", "text", "25"),
        Column("no_mesin", "text", "25"), Column("nm_pemilik", "text", "100"),
        Column("nik_pemilik", "text", "20"), Column("tgl_lahir_pemilik", "date"),
        Column("alamat_pemilik", "text", "160"), Column("kd_kel", "text", "6"),
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
        Column("pnbp_stnk", "decimal", "15,2"), Column("total", "decimal", "15,2"),
        Column("tgl_ubah", "stamp"),
    ),
    "no_bayar",
)  # fmt: skip
WARDS = TableSpec(
    "samsat",
    "ref_kelurahan",
    (Column("kd_kel", "text", "6"), Column("kd_dagri", "text", "10"), Column("nm_kel", "text", "60")),
    "kd_kel",
)


def vehicle_rows(seed: int, garage: Garage, vehicles: Vehicles, regions: Regions) -> Shown:
    """The table `kendaraan`: every record except those of UPT Muratara."""
    rows = np.flatnonzero(garage.here)
    mask, vehicle = pa.array(garage.here), garage.vehicle[rows]
    second = garage.second[rows]
    rng = stream(seed, "samsat", "stamps")
    quiet = np.maximum(TODAY_DAY - rng.integers(30, 1900, len(rows)), vehicles.paid_until[vehicle] - 366)
    last = np.where(vehicles.paid_on[vehicle] > 0, vehicles.paid_on[vehicle], quiet)
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
            "tgl_akhir_pajak": dates(np.where(second, vehicles.due[vehicle] - 400, vehicles.paid_until[vehicle])),
            "status": lookup(STATES, np.where(second, 2, vehicles.state[vehicle])),
            "tgl_ubah": stamps(np.where(second, stamp - 200 * 86_400, stamp)),
        }
    )
    return Shown("bapenda.kendaraan", digits(garage.id[rows]), vehicles.owner[vehicle], garage.marks.bits[rows], table)


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
    return glue(offices, digits(year * 100 + month, 6), digits(first + np.arange(len(office)), 8), separator="-")


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
