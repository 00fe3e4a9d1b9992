"""Dinkes' e-kohort: pregnancies as midwives enter them, without any column that tells what changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulation.addresses import take, write_addresses
from simulation.agency_registry import Shown
from simulation.defects import Marks, damage_birth, damage_nik
from simulation.draw import Bools, Ints, Rng, chance, stream
from simulation.health import PREGNANT, STATES, TERM, Pregnancies
from simulation.name_variants import Bearers, Relatives, vary_names
from simulation.names import render
from simulation.people import People
from simulation.puskesmas import load_centres
from simulation.rates import Rates
from simulation.regions import Regions
from simulation.tables import Column, TableSpec
from simulation.text import Array, constant, dates, digits, glue, lookup, where

MOTHERS = TableSpec(
    "kohort",
    "ibu_hamil",
    (
        Column("no_kohort", "text", "24"), Column("nik", "text", "24"), Column("nama_ibu", "text", "100"),
        Column("tgl_lahir", "date"), Column("nama_suami", "text", "100"), Column("alamat", "text", "120"),
        Column("kd_desa", "text", "13"), Column("kd_puskesmas", "text", "12"), Column("hpht", "date"),
        Column("htp", "date"), Column("gravida", "int"), Column("partus", "int"), Column("abortus", "int"),
        Column("tgl_k1", "date"), Column("tgl_k4", "date"), Column("tgl_k6", "date"),
        Column("risiko_tinggi", "text", "1"), Column("status", "text", "12"),
        Column("berat_badan", "decimal", "5,1"), Column("tinggi_badan", "decimal", "5,1"),
        Column("lila", "decimal", "4,1"),
    ),
    "no_kohort",
)  # fmt: skip


@dataclass(frozen=True)
class Mothers:
    """How a register writes down pregnant women: one row per entry; `pregnancy` is the index of the truth."""

    pregnancy: Ints
    name: Array
    nik: Array
    born: Ints
    born_missing: Bools
    husband: Array
    marks: Marks


def write_mothers(rng: Rng, chosen: Ints, pregnancies: Pregnancies, people: People, rates: Rates) -> Mothers:
    """Names, numbers and dates of the chosen pregnancies with a midwife's slips."""
    marks = Marks(len(chosen))
    if not len(chosen):
        empty = np.zeros(0, dtype=np.int64)
        none = constant("", 0)
        return Mothers(chosen, none, none, empty, empty.astype(np.bool_), none, marks)
    mother = pregnancies.mother[chosen]
    members, spouse = people.members, people.members.spouse[mother]
    married = spouse >= 0
    husband_nik = np.where(married, people.nik[np.maximum(spouse, 0)], 0)
    nik = damage_nik(
        rng,
        people.nik[mother],
        rates.group("kohort.nik"),
        marks,
        relative=husband_nik,
        card=people.card[mother],
    )
    husband = np.where(married[:, None], people.names[np.maximum(spouse, 0)], -1)
    relatives = Relatives(people.father_names[mother], husband)
    bearers = Bearers(people.names[mother], np.zeros(len(mother), np.bool_), people.haji[mother], relatives)
    name = vary_names(rng, bearers, rates.group("kohort.nama"), marks, upper=False)
    born, missing = damage_birth(
        rng, members.born[mother], rates["kohort.tgl_lahir_kosong"], rates["kohort.tgl_lahir_salah"], marks
    )
    partner = where(married, render(husband, upper=False), None)
    swapped = married & chance(rng, len(mother), rates["kohort.kolom_tertukar"])
    marks.add("kolom_tertukar", swapped)
    return Mothers(chosen, where(swapped, partner, name), nik, born, missing, where(swapped, name, partner), marks)


def _entries(rng: Rng, pregnancies: Pregnancies, rates: Rates) -> tuple[Ints, Bools]:
    """Recorded pregnancies, some open ones a second time at another puskesmas."""
    known = np.flatnonzero(chance(rng, len(pregnancies), rates["kohort.tercatat"]))
    still = known[pregnancies.state[known] == PREGNANT]
    twice = still[chance(rng, len(still), rates["kohort.dua_puskesmas"])]
    entry = np.concatenate([known, twice])
    second = np.arange(len(entry)) >= len(known)
    order = np.argsort(pregnancies.last_menses[entry], kind="stable")
    return entry[order], second[order]


def mother_rows(seed: int, pregnancies: Pregnancies, people: People, regions: Regions, rates: Rates) -> Shown:
    """The table `ibu_hamil`."""
    rng = stream(seed, "kohort")
    entry, second = _entries(rng, pregnancies, rates)
    mothers = write_mothers(rng, entry, pregnancies, people, rates)
    mothers.marks.add("dua_puskesmas", second)
    mother = pregnancies.mother[entry]
    village = people.village[mother] if len(mother) else mother
    # the second entry comes from where the woman went to give birth: another village of the province
    village = np.where(second, rng.integers(0, len(regions.village_code), len(entry)), village)
    return entry_table(entry, mothers, village, pregnancies, people, regions)


def entry_table(
    entry: Ints,
    mothers: Mothers,
    village: Ints,
    pregnancies: Pregnancies,
    people: People,
    regions: Regions,
    first: int = 1,
) -> Shown:
    """Entries as rows of `ibu_hamil`; visits of a second entry are as far as the woman's own."""
    centres = load_centres()
    centre = centres.of_village[village]
    family = people.members.family[pregnancies.mother[entry]] if len(entry) else entry
    keys = glue("KH-", lookup(centres.code, centre), "-", digits(first + np.arange(len(entry)), 6))
    streets = write_addresses(people.families, people.families.village, regions).street
    visits = {
        "tgl_k1": pregnancies.first_visit[entry],
        "tgl_k4": pregnancies.fourth_visit[entry],
        "tgl_k6": pregnancies.sixth_visit[entry],
    }
    table = pa.table(
        {
            "no_kohort": keys,
            "nik": mothers.nik,
            "nama_ibu": mothers.name,
            "tgl_lahir": dates(mothers.born, mothers.born_missing),
            "nama_suami": mothers.husband,
            "alamat": take(streets, family),
            "kd_desa": lookup(regions.village_code, village),
            "kd_puskesmas": lookup(centres.code, centre),
            "hpht": dates(pregnancies.last_menses[entry]),
            "htp": dates(pregnancies.last_menses[entry] + TERM),
            "gravida": pa.array(pregnancies.gravida[entry].astype(np.int32)),
            "partus": pa.array(pregnancies.births[entry].astype(np.int32)),
            "abortus": pa.array(pregnancies.losses[entry].astype(np.int32)),
            **{name: dates(days, days == 0) for name, days in visits.items()},
            "risiko_tinggi": where(pregnancies.at_risk[entry], "Y", "T"),
            "status": lookup(STATES, pregnancies.state[entry]),
            "berat_badan": pa.array(pregnancies.weight[entry]),
            "tinggi_badan": pa.array(pregnancies.height[entry]),
            "lila": pa.array(pregnancies.arm[entry]),
        }
    )
    return Shown("dinkes.ibu_hamil", keys, pregnancies.mother[entry], mothers.marks.bits, table)
