"""Disdukcapil: SIAK for the province, and Kota Palembang's own file with its own words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from simulation.defects import Marks
from simulation.draw import Bools, Ints, stream
from simulation.files import FileCount, Layout, as_lines, write_lines
from simulation.people import People
from simulation.rates import Rates
from simulation.regions import Regions
from simulation.registry import Registry, repeat_some
from simulation.tables import Column, TableSpec
from simulation.text import Array, date_text, dates, digits, lookup, nik_text, stamps, where

SIAK = TableSpec(
    "siak",
    "biodata_wni",
    (
        Column("id_biodata", "big"), Column("nik", "text", "16"), Column("no_kk", "text", "16"),
        Column("nama_lgkp", "text", "60"), Column("tmpt_lhr", "text", "60"), Column("tgl_lhr", "date"),
        Column("jenis_klmin", "text", "1"), Column("gol_drh", "text", "2"), Column("agama", "text", "1"),
        Column("stat_kwn", "text", "1"), Column("stat_hbkel", "text", "2"),
        Column("jenis_pkrjn", "text", "2"), Column("nik_ibu", "text", "16"),
        Column("nama_lgkp_ibu", "text", "60"), Column("nik_ayah", "text", "16"),
        Column("nama_lgkp_ayah", "text", "60"), Column("alamat", "text", "120"),
        Column("no_rt", "text", "3"), Column("no_rw", "text", "3"), Column("dusun", "text", "60"),
        Column("kode_wil", "text", "10"), Column("stat_hdp", "text", "1"), Column("petugas", "text", "60"),
        Column("tgl_ubah", "stamp"),
    ),
    "id_biodata",
)  # fmt: skip
FIRST_ID = 1_600_000_001
FIRST_CITY_ID = 7_100_000_001
CLERKS = (
    "SUHARTATI",
    "M. ROMLI",
    "YENI AGUSTINA",
    "HERMANSYAH",
    "NURLELA",
    "DODI SAPUTRA",
    "RATNA DEWI",
    "FAHRUL ROZI",
)
RELIGIONS = ("ISLAM", "KRISTEN", "KATHOLIK", "HINDU", "BUDHA", "KONGHUCU", "KEPERCAYAAN")
MARITAL = ("BELUM KAWIN", "KAWIN", "CERAI HIDUP", "CERAI MATI")
RELATIONS = (
    "KEPALA KELUARGA", "SUAMI", "ISTRI", "ANAK", "MENANTU", "CUCU", "ORANG TUA", "MERTUA", "FAMILI LAIN",
    "PEMBANTU", "LAINNYA",
)  # fmt: skip
STATES = ("HIDUP", "MATI", "PINDAH")
JOBS = {
    1: "BELUM/TIDAK BEKERJA", 2: "MENGURUS RUMAH TANGGA", 3: "PELAJAR/MAHASISWA", 4: "PENSIUNAN",
    5: "PEGAWAI NEGERI SIPIL", 6: "TENTARA NASIONAL INDONESIA", 7: "KEPOLISIAN RI", 8: "PERDAGANGAN",
    9: "PETANI/PEKEBUN", 15: "KARYAWAN SWASTA", 19: "BURUH HARIAN LEPAS", 20: "BURUH TANI/PERKEBUNAN",
    65: "GURU", 84: "SOPIR", 88: "WIRASWASTA",
}  # fmt: skip
CITY_FILE = "disdukcapil_palembang/penduduk_palembang.csv"
CITY_LAYOUT = Layout(separator=";", encoding="utf-8-sig")


@dataclass(frozen=True)
class Shown:
    """What one agency shows: rows for a table or lines for a file, with key, person and marks of each."""

    dataset: str
    keys: Array
    person: Ints
    bits: Ints
    rows: Any = None


def siak_rows(registry: Registry, people: People, regions: Regions, chosen: Bools, first_id: int = FIRST_ID) -> Shown:
    """The SIAK table of the chosen registry rows."""
    rows = np.flatnonzero(chosen)
    person, family = registry.person[rows], registry.family[rows]
    mask = pa.array(chosen)
    number = regions.village_number
    table = pa.table(
        {
            "id_biodata": pa.array(first_id + np.arange(len(rows))),
            "nik": nik_text(registry.nik[rows]),
            "no_kk": nik_text(registry.card[rows]),
            "nama_lgkp": registry.name.filter(mask),
            "tmpt_lhr": registry.birth_place.filter(mask),
            "tgl_lhr": dates(registry.born[rows], registry.born_missing[rows]),
            "jenis_klmin": where(registry.male[rows], "1", "2"),
            "gol_drh": digits(people.blood[person]),
            "agama": digits(people.families.religion[family]),
            "stat_kwn": digits(people.marital[person]),
            "stat_hbkel": digits(registry.relation[rows]),
            "jenis_pkrjn": digits(people.job[person]),
            "nik_ibu": nik_text(registry.mother_nik[rows]),
            "nama_lgkp_ibu": registry.mother_name.filter(mask),
            "nik_ayah": nik_text(registry.father_nik[rows]),
            "nama_lgkp_ayah": registry.father_name.filter(mask),
            "alamat": registry.addresses.street.filter(mask),
            "no_rt": registry.addresses.rt.filter(mask),
            "no_rw": registry.addresses.rw.filter(mask),
            "dusun": registry.addresses.hamlet.filter(mask),
            "kode_wil": digits(number[registry.village[rows]], 10),
            "stat_hdp": digits(registry.status[rows]),
            "petugas": lookup(CLERKS, registry.stamp[rows] % len(CLERKS)),
            "tgl_ubah": stamps(registry.stamp[rows]),
        }
    )
    return Shown("siak.biodata_wni", digits(first_id + np.arange(len(rows))), person, registry.marks.bits[rows], table)


def city_rows(
    registry: Registry, people: People, regions: Regions, chosen: Bools, first_id: int = FIRST_CITY_ID
) -> Shown:
    """Palembang's file of the chosen registry rows: other column names, texts instead of codes."""
    rows = np.flatnonzero(chosen)
    person, family = registry.person[rows], registry.family[rows]
    mask = pa.array(chosen)
    keys = digits(first_id + np.arange(len(rows)))
    jobs = [JOBS.get(code, "") for code in range(90)]
    columns = {
        "ID": keys,
        "NIK": nik_text(registry.nik[rows]),
        "NOMOR_KK": nik_text(registry.card[rows]),
        "NAMA": registry.name.filter(mask),
        "TEMPAT_LAHIR": registry.birth_place.filter(mask),
        "TANGGAL_LAHIR": date_text(registry.born[rows], "%d-%m-%Y", registry.born_missing[rows]),
        "JK": where(registry.male[rows], "L", "P"),
        "AGAMA": lookup(RELIGIONS, people.families.religion[family] - 1),
        "STATUS_KAWIN": lookup(MARITAL, people.marital[person] - 1),
        "SHDK": lookup(RELATIONS, registry.relation[rows] - 1),
        "PEKERJAAN": lookup(jobs, people.job[person]),
        "NIK_IBU": nik_text(registry.mother_nik[rows]),
        "NAMA_IBU": registry.mother_name.filter(mask),
        "NIK_AYAH": nik_text(registry.father_nik[rows]),
        "NAMA_AYAH": registry.father_name.filter(mask),
        "ALAMAT": registry.addresses.street.filter(mask),
        "RT": registry.addresses.rt.filter(mask),
        "RW": registry.addresses.rw.filter(mask),
        "KODE_DESA": lookup(regions.village_code, registry.village[rows]),
        "STATUS": lookup(STATES, registry.status[rows] - 1),
    }
    return Shown("disdukcapil_palembang.penduduk", keys, person, registry.marks.bits[rows], pa.table(columns))


def write_city(folder: Path, shown: Shown, seed: int, rates: Rates) -> tuple[Shown, FileCount]:
    """Writes Palembang's complete file, a few rows of it twice; returns the rows with that marked."""
    lines = as_lines({name: shown.rows[name].combine_chunks() for name in shown.rows.column_names}, CITY_LAYOUT)
    order = repeat_some(stream(seed, "city", "repeat"), len(lines), rates["siak.baris_ganda"])
    marks = Marks(len(lines))
    marks.add("baris_ganda", order[np.flatnonzero(order[1:] == order[:-1])])
    written = [lines[row] for row in order]
    count = write_lines(
        folder, CITY_FILE, shown.rows.column_names, written, CITY_LAYOUT, repeated=len(order) - len(lines)
    )
    return replace(shown, bits=shown.bits | marks.bits), count
