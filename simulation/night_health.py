"""A night in health: visits, deliveries and new entries in e-kohort, new monthly files of toddlers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation.agency_eppgbm import FOLDER, file_name, write_files
from simulation.agency_kohort import MOTHERS
from simulation.clock import Month, as_date
from simulation.databases import Store
from simulation.defects import label_lists
from simulation.draw import Bools, Ints, chance, choose
from simulation.health import TERM
from simulation.night_births import Expecting
from simulation.people import People
from simulation.puskesmas import load_centres
from simulation.rates import Rates
from simulation.regions import MURATARA, Regions
from simulation.state import State, patch_table
from simulation.text import Array, constant, dates, digits, glue, lookup, where

DATASET, TODDLERS = "dinkes.ibu_hamil", "dinkes.eppgbm"
VISITS = (("tgl_k1", 35), ("tgl_k4", 196), ("tgl_k6", 245))


class Kohort:
    """E-kohort's open entries as a night finds them."""

    def __init__(self, state: State, store: Store) -> None:
        """Reads all entries; a source without a cursor cannot be asked for less."""
        rows = state.of_dataset(DATASET)
        self.table = store.read(MOTHERS, state.keys(rows))
        place = pc.index_in(self.table["no_kohort"], pa.array(state.keys(rows), pa.string()))
        self.rows = rows[place.to_numpy().astype(np.int64)] if len(rows) else rows
        self.open = np.flatnonzero(pc.equal(self.table["status"], "HAMIL").to_numpy())

    def age(self, day: int) -> Ints:
        """Days since the last menses of every entry."""
        menses = self.table["hpht"].cast(pa.date32()).cast(pa.int32()).to_numpy()
        return np.asarray(day - menses.astype(np.int64), dtype=np.int64)

    def expecting(self, state: State, share: float, rates: Rates) -> Expecting:
        """Women with an open entry, and as many of those at term as may deliver tonight."""
        late = self.open[self.age(state.day)[self.open] >= TERM - 14]
        most = int(np.ceil(len(self.rows) * share) * rates["malam.melahirkan"])
        due = choose(state.rng, np.unique(state.person_of(self.rows[late])), most)
        return Expecting(np.unique(state.person_of(self.rows[self.open])), due)


def change_kohort(
    state: State, store: Store, kohort: Kohort, mothers: Ints, share: float, regions: Regions, rates: Rates
) -> None:
    """Writes the night into e-kohort: `mothers` have just delivered."""
    total = int(np.ceil(len(kohort.rows) * share))
    person = state.person_of(kohort.rows)
    delivered = kohort.open[np.isin(person[kohort.open], mothers)]
    new = int(total * rates["malam.hamil_baru"])
    visitors = choose(state.rng, np.setdiff1d(kohort.open, delivered), max(total - new - len(delivered), 0))
    table = patch_table(kohort.table, "status", delivered, constant("MELAHIRKAN", len(delivered)))
    table = _visit(state, table, visitors, kohort.age(state.day))
    touched = np.sort(np.concatenate([delivered, visitors]))
    store.replace(MOTHERS, table.take(pa.array(touched)))
    for event, lines in (("melahirkan", delivered), ("kunjungan", visitors)):
        records = kohort.rows[lines]
        state.note(event, DATASET, state.keys(records), state.person_of(records))
    _register(state, store, new, set(person[kohort.open].tolist()), regions, rates)


def _visit(state: State, table: Any, lines: Ints, age: Ints) -> Any:
    """The earliest visit that is missing and possible is dated tonight; weight goes up in any case."""
    waiting = np.ones(len(lines), dtype=np.bool_)
    for column, earliest in VISITS:
        empty = pc.is_null(table[column].take(pa.array(lines))).to_numpy()
        now = waiting & empty & (age[lines] >= earliest)
        waiting &= ~(now | empty)
        tonight = dates(np.full(int(now.sum()), state.day)).cast(pa.string())
        table = patch_table(table, column, lines[now], tonight)
    before = table["berat_badan"].take(pa.array(lines)).cast(pa.float64()).to_numpy()
    after = (before + state.rng.integers(3, 16, len(lines)) / 10).round(1)
    return patch_table(table, "berat_badan", lines, pa.array(after).cast(pa.string()))


def _women(state: State, count: int, busy: set[int]) -> Ints:
    """Women who may have become pregnant and are not in the register."""
    people = state.people
    born = people["tanggal_lahir"].cast(pa.int32()).to_numpy()
    fits = pc.and_(pc.equal(people["jenis_kelamin"], "P"), pc.equal(people["status"], "hidup"))
    age = (state.day - born) / 365.25
    pool = np.flatnonzero(
        fits.to_numpy(zero_copy_only=False) & pc.is_valid(people["id_pasangan"]).to_numpy() & (age > 17) & (age < 42)
    )
    free = np.setdiff1d(pool, np.array(sorted(busy), dtype=np.int64))
    return choose(state.rng, free, count)


def _register(state: State, store: Store, count: int, busy: set[int], regions: Regions, rates: Rates) -> None:
    """New entries, with the two most frequent gaps of the register."""
    person = _women(state, count, busy)
    size, centres = len(person), load_centres()
    rows = state.people.take(pa.array(person)).combine_chunks()
    partner = state.people.take(
        pa.array((rows["id_pasangan"].to_numpy() - 1).astype(np.int64)) if size else pa.array(person)
    )
    village = pc.index_in(rows["kode_desa"], pa.array(regions.village_code)).to_numpy().astype(np.int64)
    centre = lookup(centres.code, centres.of_village[village]) if size else constant("", 0)
    keys = glue("KH-", centre, "-", digits(len(state.of_dataset(DATASET)) + 1 + np.arange(size), 6))
    menses = state.day - state.rng.integers(40, 90, size)
    no_nik, no_birth = (
        chance(state.rng, size, rates["kohort.nik.kosong"]),
        chance(state.rng, size, rates["kohort.tgl_lahir_kosong"]),
    )
    measures = {
        "berat_badan": pa.array(state.rng.normal(55, 8, size).round(1)),
        "tinggi_badan": pa.array(state.rng.normal(152, 5, size).round(1)),
        "lila": pa.array(state.rng.normal(26, 2.5, size).round(1)),
    }
    table = pa.table(
        {
            "no_kohort": keys,
            "nik": _without(rows["nik_true"], no_nik),
            "nama_ibu": pc.utf8_title(rows["nama"]),
            "tgl_lahir": _without(rows["tanggal_lahir"].cast(pa.string()), no_birth),
            "nama_suami": pc.utf8_title(partner["nama"]),
            "alamat": rows["alamat"],
            "kd_desa": rows["kode_desa"],
            "kd_puskesmas": centre,
            "hpht": dates(menses),
            "htp": dates(menses + TERM),
            **{
                name: pa.array(np.full(size, value, dtype=np.int32))
                for name, value in (("gravida", 1), ("partus", 0), ("abortus", 0))
            },
            "tgl_k1": dates(np.full(size, state.day)),
            "tgl_k4": pa.nulls(size, pa.date32()),
            "tgl_k6": pa.nulls(size, pa.date32()),
            "risiko_tinggi": constant("T", size),
            "status": constant("HAMIL", size),
            **measures,
        }
    )
    store.insert(MOTHERS, table)
    found = keys.to_pylist()
    labels = (("nik_kosong", no_nik), ("tgl_lahir_kosong", no_birth))
    state.add_records(DATASET, found, person, [[label for label, hit in labels if hit[row]] for row in range(size)])
    state.note("hamil_baru", DATASET, found, person)


def _without(column: Any, missing: Bools) -> Array:
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return where(missing, None, flat)


def write_toddler_files(
    state: State, agencies: Path, people: People, share: float, regions: Regions, rates: Rates
) -> None:
    """A share of the kab/kota, in turn, hand in the file of the running month (or hand it in again)."""
    codes = [code for code in regions.regency_code if code != MURATARA]
    count = int(np.ceil(len(codes) * share))
    today = as_date(state.day)
    month = Month(today.year, today.month, state.day)
    chosen = [codes[(state.night * count + step) % len(codes)] for step in range(count)]
    shown, files = write_files(
        agencies,
        state.first_seed,
        people,
        regions,
        rates,
        month=month,
        codes=chosen,
    )
    for code in chosen:
        state.drop_records(TODDLERS, file_name(code, month).removeprefix(f"{FOLDER}/") + "|")
    state.files.extend(files)
    found = shown.keys.to_pylist()
    state.add_records(TODDLERS, found, shown.person, label_lists(shown.bits).to_pylist())
    state.note("berkas_baru", TODDLERS, found, shown.person)
