"""UPT Muratara: no line to the Samsat database, so a monthly file typed at the counter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation.agency_registry import Shown
from simulation.agency_samsat import payment_numbers
from simulation.clock import MONTHS, Month
from simulation.defects import Marks
from simulation.draw import Bools, Ints, chance, stream
from simulation.files import FileCount, Layout, as_lines, write_lines
from simulation.rates import Rates
from simulation.regions import MURATARA, Regions
from simulation.samsat_records import Garage
from simulation.text import Array, date_text, lookup, rupiah, where
from simulation.vehicles import Vehicles, break_totals, make_bill, same_day

HEADER = (
    "No Bayar", "No Polisi", "No Rangka", "Nama Pemilik", "Tgl Bayar", "Tgl Pajak Baru", "PKB Pokok",
    "PKB Denda", "Opsen PKB", "SWDKLLJ Pokok", "SWDKLLJ Denda", "PNBP STNK", "Total", "Petugas",
)  # fmt: skip
CLERKS = ("André S.", "Yuni – Loket 2", "M. Soleh", "Desi R.")
FOLDER = "bapenda/upt_muratara"


def file_name(month: Month) -> str:
    """The path of a month's file."""
    return f"{FOLDER}/pembayaran_{month.label}.csv"


def _layout(month: Month, totals: tuple[str, ...]) -> Layout:
    titles = (
        "LAPORAN PENERIMAAN PKB – UPT SAMSAT MUSI RAWAS UTARA",
        f"BULAN : {MONTHS[month.month - 1].upper()} {month.year}",
    )
    return Layout(separator=";", encoding="cp1252", titles=titles, totals=totals, missing="-")


def _money(amounts: Ints) -> Array:
    """Rupiah, with '-' for nothing."""
    return where(amounts == 0, None, rupiah(amounts))


def _accent(names: Array, rows: Bools) -> Array:
    """The last E or A of some names gets an accent, as the clerk's keyboard has it."""
    accented = pc.replace_substring_regex(names, "E([^E]*)$", "É\\1")
    accented = pc.if_else(pc.equal(accented, names), pc.replace_substring_regex(names, "A([^A]*)$", "Á\\1"), accented)
    return where(rows, accented, names)


def write_month(
    folder: Path,
    seed: int,
    garage: Garage,
    vehicles: Vehicles,
    regions: Regions,
    rates: Rates,
    *,
    month: Month,
) -> tuple[Shown, FileCount]:
    """Writes one month's payments at the counter of Muratara."""
    rng = stream(seed, "upt", month.label)
    mine = np.flatnonzero((vehicles.office[garage.vehicle] == regions.regency(MURATARA)) & ~garage.second)
    count = int(np.ceil(len(mine) * rates["upt_muratara.bayar_sebulan"]))
    rows = rng.permutation(mine)[:count]
    paid_on = np.sort(month.first_day + rng.integers(0, month.days, count))
    vehicle = garage.vehicle[rows]
    due = np.where(vehicles.due[vehicle] > paid_on + 40, same_day(vehicles.due[vehicle], -1), vehicles.due[vehicle])
    bill = make_bill(vehicles, vehicle, rates, late=paid_on - due)
    totals, broken = break_totals(rng, bill.total, rates["upt_muratara.total_salah"])
    accents = chance(rng, count, rates["upt_muratara.nama_karakter"])
    marks = Marks(count)
    marks.bits |= garage.marks.bits[rows]
    marks.keep("nama_", "rangka_", "pemilik_")
    marks.add("total_salah", broken)
    plain = garage.name.take(pa.array(rows))
    names = _accent(plain, accents)
    marks.add("nama_karakter", pc.not_equal(names, plain).to_numpy(zero_copy_only=False))
    take = pa.array(rows)
    keys = payment_numbers(regions.regency_code, vehicles.office[vehicle], paid_on)
    money = (bill.tax, bill.tax_fine, bill.surcharge, bill.insurance, bill.insurance_fine, bill.plate, totals)
    columns = [
        keys, garage.plate.take(take), garage.chassis.take(take), names,
        date_text(paid_on, "%d-%m-%Y"), date_text(same_day(due, 1), "%d-%m-%Y"),
        *(_money(part) for part in money), lookup(CLERKS, rng.integers(0, len(CLERKS), count)),
    ]  # fmt: skip
    sums = [
        "TOTAL",
        "",
        "",
        "",
        "",
        "",
        *(rupiah(np.array([part.sum()])).to_pylist()[0] for part in money),
        "",
    ]
    layout = _layout(month, (";".join(sums),) if count else ())
    lines = as_lines(dict(zip(HEADER, columns, strict=True)), layout)
    count_of = write_lines(folder, file_name(month), HEADER, lines, layout)
    return Shown("upt_muratara.pembayaran", keys, vehicles.owner[vehicle], marks.bits), count_of
