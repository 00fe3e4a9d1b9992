"""The population registry's view of the people, before SIAK and Palembang's own file part ways."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from simulation.addresses import Addresses, written_homes
from simulation.clock import TODAY_DAY, day
from simulation.defects import Marks, damage_birth, exchange_digits, mistype_digit
from simulation.draw import Bools, Ints, Rng, chance, choose, split, stream
from simulation.families import CHILD, ELDER, HEAD
from simulation.name_variants import Bearers, plain_bearers, vary_names
from simulation.names import Names
from simulation.people import ALIVE, DEAD, People, issue_nik
from simulation.rates import Rates
from simulation.regions import PALEMBANG, Regions
from simulation.text import Array, lookup

NIGHT_STARTS = 16 * 3600
"""Agencies close their books at four in the afternoon; later stamps belong to later nights."""


@dataclass(frozen=True)
class Registry:
    """One row per registry record, in registry order. `person` is the index of the truth."""

    person: Ints
    nik: Ints
    card: Ints
    name: Array
    birth_place: Array
    born: Ints
    born_missing: Bools
    male: Bools
    mother_nik: Ints
    mother_name: Array
    father_nik: Ints
    father_name: Array
    addresses: Addresses
    family: Ints
    village: Ints
    status: Ints
    relation: Ints
    stamp: Ints
    marks: Marks

    def __len__(self) -> int:
        """Rows."""
        return len(self.person)


@dataclass(frozen=True)
class _Rows:
    """Which person each record is about, and what sets the extra records apart."""

    person: Ints
    second: Bools
    stale: Bools


def _draw_rows(rng: Rng, people: People, regions: Regions, rates: Rates) -> _Rows:
    """One record per registered person, second records of some, and those left behind by moves, shuffled."""
    known = np.flatnonzero(people.nik > 0)
    living = known[people.status[known] == ALIVE]
    twice = living[chance(rng, len(living), rates["siak.orang_ganda"])]
    own, origin = _cities(people, living, regions)
    moved = living[own != origin]
    behind = moved[chance(rng, len(moved), rates["siak.pindah_dua_tempat"])]
    person = np.concatenate([known, twice, behind])
    kind = np.repeat([0, 1, 2], [len(known), len(twice), len(behind)])
    order = rng.permutation(len(person))
    return _Rows(person[order], kind[order] == 1, kind[order] == 2)


def _cities(people: People, rows: Ints, regions: Regions) -> tuple[Bools, Bools]:
    """Whether each person lives, and whether the family lived before, in Palembang."""
    city = regions.village_regency == regions.regency(PALEMBANG)
    family = people.members.family[rows]
    return city[people.families.village[family]], city[people.families.origin_village[family]]


def build_registry(seed: int, people: People, regions: Regions, rates: Rates) -> Registry:
    """All registry records of the province, defects included."""
    rng = stream(seed, "registry")
    rows = _draw_rows(rng, people, regions, rates)
    person, size = rows.person, len(rows.person)
    marks = Marks(size)
    marks.add("orang_ganda", rows.second)
    marks.add("pindah_dua_tempat", rows.stale)
    family = people.members.family[person]
    late = _late(rng, rows, people, family, rates, marks)
    nik = _numbers(rng, rows, people, regions)
    nik, card = _damage_numbers(rng, nik, _cards(seed, rows, people, regions), rates, marks)
    born, born_missing = damage_birth(rng, people.members.born[person], rates["siak.tgl_lahir_kosong"], 0.0, marks)
    male = people.members.male[person]
    wrong_sex = chance(rng, size, rates["siak.jk_salah"])
    marks.add("jk_salah", wrong_sex)
    names = rates.group("siak.nama")
    mother_nik, father_nik = _parents(rng, people, person, rates, marks)
    return Registry(
        person=person,
        nik=nik,
        card=card,
        name=vary_names(rng, Bearers(people.names[person], male, people.haji[person]), names, marks),
        birth_place=_birth_places(people, person, regions),
        born=born,
        born_missing=born_missing,
        male=male ^ wrong_sex,
        mother_nik=mother_nik,
        mother_name=_parent_names(rng, people.mother_names[person], male=False, rates=rates, marks=marks),
        father_nik=father_nik,
        father_name=_parent_names(rng, people.father_names[person], male=True, rates=rates, marks=marks),
        addresses=written_homes(seed, people.families, family, late, regions),
        family=family,
        village=np.where(late, people.families.origin_village[family], people.families.village[family]),
        status=_statuses(rng, rows, people, rates, marks),
        relation=_relations(people, person),
        stamp=_stamps(rng, people, person),
        marks=marks,
    )


def _late(rng: Rng, rows: _Rows, people: People, family: Ints, rates: Rates, marks: Marks) -> Bools:
    """Whether the record names the home left behind instead of the domicile."""
    moved = people.families.village[family] != people.families.origin_village[family]
    share = rates["siak.wilayah_lama"] / max(rates["penduduk.keluarga_pindah"], 1e-9)
    late = moved & chance(rng, len(family), share) & ~rows.stale
    marks.add("wilayah_lama", late)
    return np.asarray(late | rows.stale, dtype=np.bool_)


def _numbers(rng: Rng, rows: _Rows, people: People, regions: Regions) -> Ints:
    """The person's NIK; a second record has a number of its own, issued where the person lives now."""
    nik = people.nik[rows.person].copy()
    second = np.flatnonzero(rows.second)
    person = rows.person[second]
    district = regions.issuer_number[regions.village_district[people.village[person]]]
    nik[second] = issue_nik(district, people.members.born[person], people.members.male[person], people.nik)
    return nik


def _cards(seed: int, rows: _Rows, people: People, regions: Regions) -> Ints:
    """The family's card; a record left behind by a move bears the one of before."""
    family, card = people.members.family[rows.person], people.card[rows.person]
    left = np.unique(family[rows.stale])
    if not len(left):
        return card
    district = regions.issuer_number[regions.village_district[people.families.origin_village[left]]]
    recorded = people.families.moved_on[left] - stream(seed, "registry", "cards").integers(400, 3000, len(left))
    former = issue_nik(district, recorded, np.ones(len(left), dtype=np.bool_), people.card)
    place = np.minimum(np.searchsorted(left, family), len(left) - 1)
    return np.where(rows.stale, former[place], card)


def _damage_numbers(rng: Rng, nik: Ints, card: Ints, rates: Rates, marks: Marks) -> tuple[Ints, Ints]:
    """The registry's few number defects: slips, shared numbers, NIK and family card confused."""
    hit = split(rng, len(nik), rates.group("siak.nik"))
    found, cards = nik.copy(), card.copy()
    for name, change in (("salah_ketik", mistype_digit), ("tertukar", exchange_digits)):
        found[hit[name]] = change(rng, nik[hit[name]])
    shared = np.flatnonzero(hit["bersama"])
    donors = rng.integers(0, max(len(nik), 1), len(shared))
    found[shared] = nik[donors]
    found[hit["kolom_tertukar"]], cards[hit["kolom_tertukar"]] = (
        card[hit["kolom_tertukar"]],
        nik[hit["kolom_tertukar"]],
    )
    found[hit["sama_kk"]] = card[hit["sama_kk"]]
    marks.add("kolom_tertukar", hit["kolom_tertukar"])
    for name in ("salah_ketik", "tertukar", "bersama", "sama_kk"):
        marks.add(f"nik_{name}", hit[name] & (found != nik))
    marks.add("nik_bersama", donors)
    return found, cards


def _birth_places(people: People, person: Ints, regions: Regions) -> Array:
    return lookup([place.upper() for place in regions.issuer_place], people.issuer[person])


def _parents(rng: Rng, people: People, person: Ints, rates: Rates, marks: Marks) -> tuple[Ints, Ints]:
    """Mother's and father's NIK as far as the record has them."""
    empty = chance(rng, len(person), rates["siak.nik_ibu_kosong"])
    found = []
    for parent in (people.members.mother[person], people.members.father[person]):
        number = people.nik[np.maximum(parent, 0)] if len(people) else parent
        found.append(np.where((parent >= 0) & ~empty, number, 0))
    marks.add("nik_ibu_kosong", (people.members.mother[person] >= 0) & empty)
    return found[0], found[1]


def _parent_names(rng: Rng, names: Names, *, male: bool, rates: Rates, marks: Marks) -> Array:
    share = rates["siak.nama_ibu_varian"]
    variants = {"singkatan": 0.4 * share, "salah_ketik": 0.3 * share, "hilang_kata": 0.3 * share}
    own = Marks(len(names))
    text = vary_names(rng, plain_bearers(names, male=male), variants, own)
    if not male:
        marks.add("nama_ibu_varian", own.bits != 0)
    return text


def _statuses(rng: Rng, rows: _Rows, people: People, rates: Rates, marks: Marks) -> Ints:
    """1 alive, 2 dead, 3 moved away; many dead are still active."""
    truth = people.status[rows.person]
    late = (truth == DEAD) & chance(rng, len(truth), rates["siak.mati_masih_hidup"])
    marks.add("mati_masih_hidup", late)
    return np.where(late | rows.stale, ALIVE, truth)


def _relations(people: People, person: Ints) -> Ints:
    """Relation to the head of family: 1 head, 2 husband, 3 wife, 4 child, 7 parent."""
    role, male = people.members.role[person], people.members.male[person]
    return np.select([role == HEAD, role == CHILD, role == ELDER], [1, 4, 7], default=np.where(male, 2, 3))


def _stamps(rng: Rng, people: People, person: Ints) -> Ints:
    """Second of the last change: anywhere in seven years, after birth and after death or move."""
    earliest = np.maximum(people.members.born[person], day(date(2019, 3, 1)))
    earliest = np.maximum(earliest, people.left_on[person])
    span = np.maximum(TODAY_DAY - earliest, 1)
    chosen = earliest + (span * rng.random(len(person)) ** 0.7).astype(np.int64)
    seconds: Ints = np.minimum(chosen, TODAY_DAY) * 86_400
    return seconds + rng.integers(8 * 3600, NIGHT_STARTS, len(person))


def repeat_some(rng: Rng, size: int, share: float) -> Ints:
    """Row order with a share of rows written a second time, right after the first."""
    extra = choose(rng, size, round(size * share))
    return np.sort(np.concatenate([np.arange(size), extra]), kind="stable")
