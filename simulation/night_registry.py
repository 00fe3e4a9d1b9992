"""A night in both population registries: births, deaths, moves, corrected numbers and names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation.agency_registry import CITY_FILE, CITY_LAYOUT, SIAK
from simulation.databases import Store
from simulation.draw import Ints, choose
from simulation.files import as_lines, write_lines
from simulation.night_births import Newborns, city_births, siak_births
from simulation.rates import Rates
from simulation.regions import PALEMBANG, Regions
from simulation.state import State, patch_table
from simulation.text import Array, constant, digits, lookup

NUMBER_DEFECTS = ("nik_salah_ketik", "nik_tertukar", "nik_bersama", "nik_sama_kk", "kolom_tertukar")
NAME_DEFECTS = ("nama_salah_ketik", "nama_singkatan", "nama_ejaan_lama", "nama_gelar")


@dataclass(frozen=True)
class View:
    """The columns of a registry that a night changes; `stamp` is empty where it keeps no time of change."""

    dataset: str
    key: str
    nik: str
    card: str
    name: str
    village: str
    dotted: bool
    street: str
    rt: str
    rw: str
    status: str
    dead: str
    stamp: str = ""


SIAK_VIEW = View(
    "siak.biodata_wni", "id_biodata", "nik", "no_kk", "nama_lgkp", "kode_wil", False, "alamat", "no_rt",
    "no_rw", "stat_hdp", "2", "tgl_ubah",
)  # fmt: skip
CITY_VIEW = View(
    "disdukcapil_palembang.penduduk", "ID", "NIK", "NOMOR_KK", "NAMA", "KODE_DESA", True, "ALAMAT", "RT",
    "RW", "STATUS", "MATI",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """Rows of the truth's `catatan` by what happens to them; disjoint."""

    deaths: Ints
    moves: Ints
    numbers: Ints
    names: Ints

    @property
    def all(self) -> Ints:
        """Every row, in plan order."""
        return np.concatenate([self.deaths, self.moves, self.numbers, self.names])


def make_plan(state: State, view: View, share: float, rates: Rates) -> tuple[Plan, int]:
    """Chooses records, and says how many births make up the rest of the share."""
    rows = state.of_dataset(view.dataset)
    total = int(np.ceil(len(rows) * share))
    # a row that the file repeats would be changed in one of its two lines only
    rows = np.setdiff1d(rows, state.with_defect(rows, ("baris_ganda",)))
    parts = {
        name: int(total * rates[f"malam.{name}"])
        for name in ("kematian", "pindah", "nik_diperbaiki", "nama_diperbaiki")
    }
    numbers = choose(state.rng, state.with_defect(rows, NUMBER_DEFECTS), parts["nik_diperbaiki"])
    named = np.setdiff1d(state.with_defect(rows, NAME_DEFECTS), numbers)
    names = choose(state.rng, named, parts["nama_diperbaiki"])
    person = state.person_of(rows)
    _, once = np.unique(person, return_index=True)
    free = np.setdiff1d(rows[once][state.alive(person[once])], np.concatenate([numbers, names]))
    living = state.rng.permutation(choose(state.rng, free, parts["kematian"] + parts["pindah"]))
    deaths, moves = np.sort(living[: parts["kematian"]]), np.sort(living[parts["kematian"] :])
    plan = Plan(deaths, moves, numbers, names)
    return plan, total - len(plan.all)


def apply_plan(state: State, view: View, plan: Plan, table: Any, line: Ints, regions: Regions) -> Any:
    """Changes a registry's rows and the truth alike.

    Args:
        table: rows of the registry as text columns.
        line: for every record of `plan.all` its row in `table`.
    """
    cuts = np.cumsum([len(part) for part in (plan.deaths, plan.moves, plan.numbers, plan.names)])
    dead, moved, numbered, named = np.split(line, cuts[:-1])
    table = patch_table(table, view.status, dead, constant(view.dead, len(dead)))
    table = _move(state, view, plan.moves, table, moved, regions)
    truth = state.people
    for column, source, rows, lines in (
        (view.nik, "nik_true", plan.numbers, numbered),
        (view.card, "no_kk", plan.numbers, numbered),
        (view.name, "nama", plan.names, named),
    ):
        values = truth[source].take(pa.array(state.person_of(rows))).combine_chunks()
        table = patch_table(table, column, lines, values)
    if view.stamp:
        table = patch_table(table, view.stamp, line, state.stamps(len(line)))
    _bury(state, plan.deaths)
    state.clear_defects(plan.numbers, ("nik_", "kolom_", "orang_ganda"))
    state.clear_defects(plan.names, ("nama_",))
    for event, rows in (
        ("kematian", plan.deaths), ("pindah", plan.moves),
        ("nik_diperbaiki", plan.numbers), ("nama_diperbaiki", plan.names),
    ):  # fmt: skip
        state.note(event, view.dataset, state.keys(rows), state.person_of(rows))
    return table


def _bury(state: State, rows: Ints) -> None:
    person = state.person_of(rows)
    when = pa.array(np.full(len(person), state.day - 3, dtype=np.int32)).cast(pa.date32())
    state.people = patch_table(state.people, "status", person, constant("mati", len(person)))
    state.people = patch_table(state.people, "tanggal_status", person, when)
    everywhere = np.concatenate([state.of_dataset(view.dataset) for view in (SIAK_VIEW, CITY_VIEW)])
    others = np.setdiff1d(everywhere[np.isin(state.person_of(everywhere), person)], rows)
    state.add_defect(others, "mati_masih_hidup")


def _move(state: State, view: View, rows: Ints, table: Any, lines: Ints, regions: Regions) -> Any:
    """Persons move to another village that the same registry covers, under a new address."""
    city = regions.village_regency == regions.regency(PALEMBANG)
    pool = np.flatnonzero(city == view.dotted)  # only Palembang's own registry writes dots
    target = state.rng.choice(pool, size=len(rows)) if len(rows) else rows
    plain = digits(regions.village_number[target], 10)
    dotted = lookup(regions.village_code, target)
    street = lookup([f"DUSUN {number}" for number in range(1, 9)], state.rng.integers(0, 8, len(rows)))
    rt, rw = digits(state.rng.integers(1, 40, len(rows)), 3), digits(state.rng.integers(1, 12, len(rows)), 3)
    for column, values in (
        (view.village, dotted if view.dotted else plain), (view.street, street), (view.rt, rt), (view.rw, rw),
    ):  # fmt: skip
        table = patch_table(table, column, lines, values)
    person = state.person_of(rows)
    for column, values in (("kode_desa", dotted), ("alamat", street), ("rt", rt), ("rw", rw)):
        state.people = patch_table(state.people, column, person, values)
    return table


def _position(keys: list[str], table_keys: Array) -> Ints:
    """The row of each key in a table."""
    return np.asarray(
        pc.index_in(pa.array(keys, pa.string()), table_keys).to_numpy(zero_copy_only=False), dtype=np.int64
    )


def change_siak(state: State, store: Store, plan: Plan, children: Newborns, regions: Regions) -> None:
    """Writes the night into SIAK."""
    keys = state.keys(plan.all)
    table = store.read(SIAK, [int(key) for key in keys])
    line = _position(keys, table["id_biodata"].combine_chunks())
    table = apply_plan(state, SIAK_VIEW, plan, table, line, regions)
    known = state.keys(state.of_dataset(SIAK_VIEW.dataset))
    births, person = siak_births(state, children, max(map(int, known), default=0) + 1)
    store.replace(SIAK, table)
    store.insert(SIAK, births)
    added = births["id_biodata"].to_pylist()
    state.add_records(SIAK_VIEW.dataset, added, person)
    state.note("kelahiran", SIAK_VIEW.dataset, added, person)


def read_city(agencies: Path) -> Any:
    """Palembang's file as text columns."""
    text = (agencies / CITY_FILE).read_text(encoding="utf-8-sig")
    header, *lines = text.rstrip("\n").split("\n")
    columns = list(zip(*(line.split(";") for line in lines), strict=True)) or [()] * (header.count(";") + 1)
    return pa.table(
        {name: pa.array(column, pa.string()) for name, column in zip(header.split(";"), columns, strict=True)}
    )


def change_city(state: State, agencies: Path, plan: Plan, children: Newborns, regions: Regions) -> None:
    """Writes Palembang's file anew with the night in it."""
    table = read_city(agencies)
    line = _position(state.keys(plan.all), table["ID"].combine_chunks())
    table = apply_plan(state, CITY_VIEW, plan, table, line, regions)
    known = state.keys(state.of_dataset(CITY_VIEW.dataset))
    births, person = city_births(children, max(map(int, known), default=0) + 1)
    table = pa.concat_tables([table, births.cast(table.schema)]).combine_chunks()
    lines = as_lines({name: table[name].combine_chunks() for name in table.column_names}, CITY_LAYOUT)
    repeated = len(lines) - len(set(lines))
    state.files.append(write_lines(agencies, CITY_FILE, table.column_names, lines, CITY_LAYOUT, repeated=repeated))
    added = births["ID"].to_pylist()
    state.add_records(CITY_VIEW.dataset, added, person)
    state.note("kelahiran", CITY_VIEW.dataset, added, person)
