"""Dinkes' e-PPGBM: toddlers measured at posyandu, one file per kab/kota and month."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from simulation.agency_registry import Shown
from simulation.clock import TODAY_DAY, Month
from simulation.defects import Marks, damage_birth, damage_nik, put, scientific
from simulation.draw import Bools, Ints, Rng, chance, stream
from simulation.files import FileCount, Layout, as_lines, write_lines
from simulation.health import measure, toddlers
from simulation.name_variants import Bearers, Relatives, plain_bearers, vary_names
from simulation.people import People
from simulation.puskesmas import POSYANDU_EACH, load_centres
from simulation.rates import Rates
from simulation.regions import MURATARA, Regions, bare_name
from simulation.registry import repeat_some
from simulation.text import Array, comma, date_text, digits, glue, lookup, nik_text, where

HEADER = (
    "NIK Anak", "Nama Anak", "Tanggal Lahir", "JK", "No KK", "NIK Ibu", "Nama Ibu", "Desa", "Kecamatan",
    "Kabupaten", "ID Posyandu", "ID Puskesmas", "Tanggal Ukur", "BB", "TB", "LILA", "Cara Ukur",
)  # fmt: skip
LAYOUT = Layout(separator=",", encoding="utf-8-sig")
DAMAGED, DAMAGED_MONTH = "16.06", "2026-06"
"""The kab/kota whose June file went through Excel: every long number is in scientific notation."""
BY_NY_DAYS = 60
FOLDER = "dinkes/eppgbm"


def file_name(code: str, month: Month) -> str:
    """The path of a kab/kota's file of a month."""
    return f"{FOLDER}/eppgbm_{code.replace('.', '')}_{month.label}.csv"


@dataclass(frozen=True)
class _Visits:
    """One row per line: the child, whether it is the second line of the child, and the day."""

    child: Ints
    second: Bools
    day: Ints
    village: Ints
    post: Ints


def _visits(rng: Rng, people: People, month: Month, inside: Bools, rates: Rates) -> _Visits:
    """Children who came to a posyandu between two days, a few of them to two."""
    start, stop = month.first_day, month.last_day + 1
    pool = toddlers(people)
    pool = pool[people.members.born[pool] < stop]
    pool = pool[inside[people.village[pool]]] if len(pool) else pool
    came = pool[chance(rng, len(pool), rates["eppgbm.datang"])]
    again = came[chance(rng, len(came), rates["eppgbm.ganda"])]
    child = np.concatenate([came, again])
    second = np.arange(len(child)) >= len(came)
    village = people.village[child] if len(child) else child
    order = np.argsort(village * 2 + second, kind="stable")
    child, second, village = child[order], second[order], village[order]
    post = (child * 17 + second) % POSYANDU_EACH + 1
    return _Visits(child, second, rng.integers(start, stop, len(child)), village, post)


def write_files(
    folder: Path, seed: int, people: People, regions: Regions, rates: Rates, *, month: Month, codes: list[str]
) -> tuple[Shown, list[FileCount]]:
    """Writes the files of some kab/kota for a month, measured up to its last day. Muratara is silent."""
    rng = stream(seed, "eppgbm", month.label, month.last_day, *codes)
    wanted = [regions.regency(code) for code in codes if code != MURATARA]
    visits = _visits(rng, people, month, np.isin(regions.village_regency, wanted), rates)
    marks = Marks(len(visits.child))
    marks.add("ganda_posyandu", visits.second)
    columns = _columns(rng, visits, people, regions, rates, marks)
    regency = regions.village_regency[visits.village]
    counts, keys = [], []
    for index in wanted:
        rows = np.flatnonzero(regency == index)
        order = repeat_some(rng, len(rows), rates["eppgbm.baris_ganda"])
        marks.add("baris_ganda", rows[order[np.flatnonzero(order[1:] == order[:-1])]])
        repeated, rows = len(order) - len(rows), rows[order]
        part = {name: column.take(pa.array(rows)) for name, column in columns.items()}
        code = regions.regency_code[index]
        if code == DAMAGED and month.label == DAMAGED_MONTH:
            part = _through_excel(part)
            marks.add("nik_berkas_rusak", rows)
        path = file_name(code, month)
        counts.append(write_lines(folder, path, HEADER, as_lines(part, LAYOUT), LAYOUT, repeated=repeated))
        keys.append((rows, glue(path.removeprefix(f"{FOLDER}/"), "|", digits(np.arange(len(rows)) + 2))))
    order = np.concatenate([rows for rows, _ in keys]) if keys else np.zeros(0, dtype=np.int64)
    names = pa.concat_arrays([name for _, name in keys]) if keys else pa.array([], pa.string())
    return Shown("dinkes.eppgbm", names, visits.child[order], marks.bits[order]), counts


def _through_excel(part: dict[str, Array]) -> dict[str, Array]:
    """What Excel makes of long numbers when a clerk opens and saves the file."""
    found = dict(part)
    for name in ("NIK Anak", "No KK", "NIK Ibu"):
        plain = found[name].to_pylist()
        long = np.array([value is not None and value.isdigit() and len(value) == 16 for value in plain], dtype=np.bool_)
        numbers = np.array([int(value) for value, hit in zip(plain, long, strict=True) if hit], dtype=np.int64)
        found[name] = put(found[name], long, scientific(numbers)) if len(numbers) else found[name]
    return found


def _columns(
    rng: Rng, visits: _Visits, people: People, regions: Regions, rates: Rates, marks: Marks
) -> dict[str, Array]:
    """All columns of all lines."""
    child = visits.child
    members, size = people.members, len(child)
    if not size:
        return {name: pa.array([], pa.string()) for name in HEADER}
    mother = members.mother[child]
    mother_nik = np.where(mother >= 0, people.nik[np.maximum(mother, 0)], 0)
    card = people.card[child]
    nik = damage_nik(rng, people.nik[child], rates.group("eppgbm.nik"), marks, relative=mother_nik, card=card)
    swapped = chance(rng, size, rates["eppgbm.kolom_tertukar"])
    marks.add("kolom_tertukar", swapped)
    cards = nik_text(card)
    born, missing = damage_birth(
        rng, members.born[child], rates["eppgbm.tgl_lahir_kosong"], rates["eppgbm.tgl_lahir_salah"], marks
    )
    no_mother_nik = (mother_nik > 0) & chance(rng, size, rates["eppgbm.nik_ibu_kosong"])
    marks.add("nik_ibu_kosong", no_mother_nik)
    months = (visits.day - members.born[child]) / 30.4
    weight, height, arm = measure(rng, months)
    village, centres = visits.village, load_centres()
    regencies = [bare_name(name).upper() for name in regions.regency_name]
    district = regions.village_district[village]
    return {
        "NIK Anak": where(swapped, cards, nik),
        "Nama Anak": _names(rng, visits, people, rates, marks),
        "Tanggal Lahir": date_text(born, "%d/%m/%Y", missing),
        "JK": where(members.male[child], "L", "P"),
        "No KK": where(swapped, nik, cards),
        "NIK Ibu": nik_text(np.where(no_mother_nik, 0, mother_nik)),
        "Nama Ibu": _mother_names(rng, people, child, rates, marks),
        "Desa": lookup([name.upper() for name in regions.village_name], village),
        "Kecamatan": lookup([name.upper() for name in regions.district_name], district),
        "Kabupaten": lookup(regencies, regions.district_regency[district]),
        "ID Posyandu": glue("PS", digits(regions.village_number[village], 10), digits(visits.post, 2)),
        "ID Puskesmas": lookup(centres.code, centres.of_village[village]),
        "Tanggal Ukur": date_text(visits.day, "%d/%m/%Y"),
        "BB": comma(weight, 1),
        "TB": comma(height, 1),
        "LILA": comma(arm, 1, chance(rng, size, 0.3)),
        "Cara Ukur": where(months < 24, "Terlentang", "Berdiri"),
    }


def _names(rng: Rng, visits: _Visits, people: People, rates: Rates, marks: Marks) -> Array:
    """Children's names; "By. Ny. <mother>" for some, mostly the very young."""
    child = visits.child
    shares = rates.group("eppgbm.nama")
    mothers = people.mother_names[child]
    young = TODAY_DAY - people.members.born[child] < BY_NY_DAYS
    nameless = np.where((young | chance(rng, len(child), 0.2))[:, None], mothers, -1)
    relatives = Relatives(people.father_names[child], nameless, "By. Ny.")
    no_haji = np.zeros(len(child), np.bool_)
    bearers = Bearers(people.names[child], people.members.male[child], no_haji, relatives)
    return vary_names(rng, bearers, shares, marks)


def _mother_names(rng: Rng, people: People, child: Ints, rates: Rates, marks: Marks) -> Array:
    own = Marks(len(child))
    shares = {key: value for key, value in rates.group("eppgbm.nama").items() if key not in ("ny_suami", "bin")}
    bearers = plain_bearers(people.mother_names[child], male=False)
    text = vary_names(rng, bearers, shares, own)
    marks.add("nama_ibu_varian", own.bits != 0)
    return text
