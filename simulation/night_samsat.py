"""A night at Samsat: payments come in, and some owners' numbers are filled in or corrected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation.agency_samsat import PAYMENTS, VEHICLES, payment_columns, payment_numbers
from simulation.databases import Store
from simulation.draw import Ints, choose
from simulation.rates import Rates
from simulation.regions import Regions
from simulation.samsat_codes import ward_codes
from simulation.state import State, patch_table
from simulation.text import Array, dates
from simulation.vehicle_models import MOTORCYCLE
from simulation.vehicles import Bill, Taxed, break_totals, price, same_day

SEEN_PER_PAYER = 6  # vehicles looked at for each one that is active and due
EARLY_DAYS = 60
OWNED, PAID = "bapenda.kendaraan", "bapenda.pembayaran"


def _days(column: Array) -> Ints:
    """ISO dates as day numbers."""
    return np.asarray(column.cast(pa.date32()).cast(pa.int32()).to_numpy(), dtype=np.int64)


def _whole(column: Array) -> Ints:
    return np.asarray(np.rint(column.cast(pa.float64()).to_numpy()), dtype=np.int64)


def _price(table: Any, day: int, rates: Rates) -> Bill:
    """The bills of rows of `kendaraan`, paid on a day."""
    return price(
        Taxed(
            value=_whole(table["njkb"]),
            weight=table["bobot"].cast(pa.float64()).to_numpy(),
            order=_whole(table["milik_ke"]),
            motorcycle=pc.equal(table["jenis"], MOTORCYCLE).to_numpy(),
            year=_whole(table["thn_buat"]),
            late=day - _days(table["tgl_akhir_pajak"]),
        ),
        rates,
    )


def _next_due(due: Ints, day: int) -> Ints:
    """The first anniversary that lies after the day, at least one year on."""
    found = same_day(due, 1)
    for _ in range(30):
        found = np.where(found <= day, same_day(found, 1), found)
    return found


def change_samsat(state: State, store: Store, share: float, regions: Regions, rates: Rates) -> None:
    """Writes the night into Samsat's tables."""
    owned = state.of_dataset(OWNED)
    total = int(np.ceil(len(state.of_dataset(PAID)) * share))
    wrong = state.with_defect(owned, ("nik_kosong", "nik_pengganti", "nik_salah_ketik", "nik_excel_nol"))
    wrong = wrong[state.person_of(wrong) >= 0]
    fixed = choose(state.rng, wrong, int(total * rates["malam.pemilik_diperbaiki"]))
    payers = choose(state.rng, np.setdiff1d(owned, fixed), (total - len(fixed)) * SEEN_PER_PAYER)
    _fix_owners(state, store, fixed)
    _pay(state, store, payers, total - len(fixed), (regions, rates))


def _read(state: State, store: Store, rows: Ints) -> tuple[Any, Ints]:
    """Vehicles of records in key order, and the records in the same order."""
    table = store.read(VEHICLES, [int(key) for key in state.keys(rows)])
    place = pc.index_in(table["id_kendaraan"], pa.array(state.keys(rows), pa.string()))
    return table, rows[place.to_numpy().astype(np.int64)] if len(rows) else rows


def _fix_owners(state: State, store: Store, rows: Ints) -> None:
    table, rows = _read(state, store, rows)
    person = state.person_of(rows)
    every = np.arange(len(rows))
    numbers = state.people["nik_true"].take(pa.array(person)).combine_chunks()
    table = patch_table(table, "nik_pemilik", every, numbers)
    table = patch_table(table, "tgl_ubah", every, state.stamps(len(rows)))
    store.replace(VEHICLES, table)
    state.clear_defects(rows, ("nik_",))
    state.note("pemilik_diperbaiki", OWNED, state.keys(rows), person)


def _pay(state: State, store: Store, rows: Ints, most: int, facts: tuple[Regions, Rates]) -> None:
    """At most `most` active vehicles of `rows` pay, whose tax is due soon or overdue."""
    regions, rates = facts
    table, rows = _read(state, store, rows)
    due = _days(table["tgl_akhir_pajak"]) < state.day + EARLY_DAYS
    active = choose(state.rng, np.flatnonzero(pc.equal(table["status"], "A").to_numpy() & due), most)
    table, rows = table.take(pa.array(active)).combine_chunks(), rows[active]
    size, every = len(rows), np.arange(len(rows))
    bill = _price(table, state.day, rates)
    totals, broken = break_totals(state.rng, bill.total, rates["samsat.total_salah"])
    until = dates(_next_due(_days(table["tgl_akhir_pajak"]), state.day))
    wards = {code: int(regency) for code, regency in zip(ward_codes(regions), regions.village_regency, strict=True)}
    office = np.array([wards[code] for code in table["kd_kel"].to_pylist()], dtype=np.int64)
    first = len(state.of_dataset(PAID)) + 1
    keys = payment_numbers(regions.regency_code, office, np.full(size, state.day), first)
    stamps = state.stamps(size)
    payments = pa.table(
        {
            "no_bayar": keys,
            "id_kendaraan": table["id_kendaraan"],
            "nopol": table["nopol"],
            "tgl_bayar": dates(np.full(size, state.day)),
            "tgl_pajak_baru": until,
            **payment_columns(bill, totals),
            "tgl_ubah": stamps,
        }
    )
    table = patch_table(table, "tgl_akhir_pajak", every, until.cast(pa.string()))
    table = patch_table(table, "tgl_ubah", every, stamps)
    store.replace(VEHICLES, table)
    store.insert(PAYMENTS, payments)
    person = state.person_of(rows)
    state.note("bayar", OWNED, state.keys(rows), person)
    state.add_records(PAID, keys.to_pylist(), person, [["total_salah"] if hit else [] for hit in broken])
    state.note("bayar", PAID, keys.to_pylist(), person)
