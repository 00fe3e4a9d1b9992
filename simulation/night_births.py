"""Children born and registered during a night: rows for the truth and for both registries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulation.agency_registry import CLERKS, RELIGIONS
from simulation.draw import Ints, chance, choose
from simulation.names import draw_names, render
from simulation.people import issue_nik
from simulation.rates import Rates
from simulation.regions import PALEMBANG, Regions
from simulation.state import State
from simulation.text import Array, constant, date_text, dates, digits, lookup, nik_text, where


@dataclass(frozen=True)
class Newborns:
    """Children, as indexes into the truth, with their rows of `orang`."""

    person: Ints
    rows: Any
    mother: Any
    father: Any


def _numbers(column: Array) -> Ints:
    """Digits as numbers, 0 for null."""
    return np.asarray(pc.fill_null(column.cast(pa.int64()), 0).to_numpy(), dtype=np.int64)


def _candidates(state: State, city: bool) -> Ints:
    """Women who may give birth, in Palembang or outside."""
    people = state.people
    born = people["tanggal_lahir"].cast(pa.int32()).to_numpy()
    fits = pc.and_(pc.equal(people["jenis_kelamin"], "P"), pc.equal(people["status"], "hidup"))
    fits = pc.and_(fits, pc.and_(pc.is_valid(people["id_pasangan"]), pc.is_valid(people["nik_true"])))
    fits = pc.and_(fits, pc.equal(pc.starts_with(people["kode_desa"], PALEMBANG), city))
    age = (state.day - born) / 365.25
    return np.flatnonzero(fits.to_numpy(zero_copy_only=False) & (age > 18) & (age < 43))


@dataclass(frozen=True)
class Expecting:
    """Women with an open pregnancy in e-kohort, and those of them who deliver tonight."""

    open: Ints
    due: Ints


def deliver(state: State, expecting: Expecting, count: int, regions: Regions, rates: Rates, *, city: bool) -> Newborns:
    """Draws `count` births, first to the women whose term has come, and adds the children to the truth."""
    pool = _candidates(state, city)
    first = np.intersect1d(expecting.due, pool)[:count]
    others = np.setdiff1d(pool, expecting.open)
    mothers = np.concatenate([first, choose(state.rng, others, count - len(first))])
    size, start = len(mothers), len(state.people)
    family = state.people.take(pa.array(mothers))
    partner = family["id_pasangan"].to_numpy() - 1 if size else mothers
    father = state.people.take(pa.array(partner.astype(np.int64)))
    male = chance(state.rng, size, 0.512)
    culture = family["budaya"].to_numpy().astype(np.int64)
    born = state.day - state.rng.integers(3, 40, size)
    village = family["kode_desa"].combine_chunks()
    district = _numbers(pc.replace_substring(pc.utf8_slice_codeunits(village, 0, 8), ".", ""))
    used = _numbers(state.people["nik_true"].combine_chunks())
    regency = pc.utf8_slice_codeunits(village, 0, 5)
    place = lookup([name.split(" ", 1)[1] for name in regions.regency_name], _index(regency, regions.regency_code))
    none = pa.nulls(size, pa.int64())
    rows = pa.table(
        {
            "id_truth": pa.array(start + 1 + np.arange(size)),
            "nik_true": nik_text(issue_nik(district, born, male, used[used > 0])),
            "nama": render(draw_names(state.rng, culture, male, rates)),
            "tempat_lahir": place,
            "tanggal_lahir": dates(born),
            "jenis_kelamin": where(male, "L", "P"),
            **{name: family[name] for name in ("no_kk", "kode_desa", "alamat", "rt", "rw")},
            "status": constant("hidup", size),
            "tanggal_status": pa.nulls(size, pa.date32()),
            "id_ibu": family["id_truth"],
            "id_ayah": father["id_truth"],
            "id_pasangan": none,
            "id_keluarga": family["id_keluarga"],
            "hubungan": constant("anak", size),
            "kembar_dari": none,
            **{name: pa.array(np.zeros(size, np.bool_)) for name in ("senama_ayah", "nik_beda_lahir", "haji")},
            "agama": family["agama"],
            "budaya": family["budaya"],
        }
    )
    state.add_people(rows)
    return Newborns(start + np.arange(size), rows.combine_chunks(), family, father)


def _index(column: Array, values: list[str]) -> Ints:
    return np.asarray(pc.index_in(column, pa.array(values)).to_numpy(zero_copy_only=False), dtype=np.int64)


def _shared(children: Newborns) -> dict[str, Array]:
    """What both registries take over as it is."""
    return {
        "nik_ibu": children.mother["nik_true"],
        "nama_ibu": children.mother["nama"],
        "nik_ayah": children.father["nik_true"],
        "nama_ayah": children.father["nama"],
    }


def siak_births(state: State, children: Newborns, first_id: int) -> tuple[Any, Ints]:
    """Rows of SIAK, and the persons they are about."""
    size, rows, parents = len(children.person), children.rows, _shared(children)
    code = pc.replace_substring(rows["kode_desa"], ".", "")
    table = pa.table(
        {
            "id_biodata": digits(first_id + np.arange(size)),
            "nik": rows["nik_true"],
            "no_kk": rows["no_kk"],
            "nama_lgkp": rows["nama"],
            "tmpt_lhr": pc.utf8_upper(rows["tempat_lahir"]),
            "tgl_lhr": rows["tanggal_lahir"].cast(pa.string()),
            "jenis_klmin": pc.if_else(pc.equal(rows["jenis_kelamin"], "L"), "1", "2"),
            "gol_drh": constant("13", size),
            "agama": rows["agama"].cast(pa.string()),
            "stat_kwn": constant("1", size),
            "stat_hbkel": constant("4", size),
            "jenis_pkrjn": constant("1", size),
            "nik_ibu": parents["nik_ibu"],
            "nama_lgkp_ibu": parents["nama_ibu"],
            "nik_ayah": parents["nik_ayah"],
            "nama_lgkp_ayah": parents["nama_ayah"],
            "alamat": rows["alamat"],
            "no_rt": rows["rt"],
            "no_rw": rows["rw"],
            "dusun": pa.nulls(size, pa.string()),
            "kode_wil": code,
            "stat_hdp": constant("1", size),
            "petugas": lookup(CLERKS, np.arange(size) % len(CLERKS)),
            "tgl_ubah": state.stamps(size),
        }
    )
    return table, children.person


def city_births(children: Newborns, first_id: int) -> tuple[Any, Ints]:
    """Rows of Palembang's file, and the persons they are about."""
    size, rows, parents = len(children.person), children.rows, _shared(children)
    born = rows["tanggal_lahir"].cast(pa.int32()).to_numpy()
    table = pa.table(
        {
            "ID": digits(first_id + np.arange(size)),
            "NIK": rows["nik_true"],
            "NOMOR_KK": rows["no_kk"],
            "NAMA": rows["nama"],
            "TEMPAT_LAHIR": pc.utf8_upper(rows["tempat_lahir"]),
            "TANGGAL_LAHIR": date_text(born, "%d-%m-%Y"),
            "JK": rows["jenis_kelamin"],
            "AGAMA": lookup(RELIGIONS, rows["agama"].to_numpy().astype(np.int64) - 1),
            "STATUS_KAWIN": constant("BELUM KAWIN", size),
            "SHDK": constant("ANAK", size),
            "PEKERJAAN": constant("BELUM/TIDAK BEKERJA", size),
            "NIK_IBU": parents["nik_ibu"],
            "NAMA_IBU": parents["nama_ibu"],
            "NIK_AYAH": parents["nik_ayah"],
            "NAMA_AYAH": parents["nama_ayah"],
            "ALAMAT": rows["alamat"],
            "RT": rows["rt"],
            "RW": rows["rw"],
            "KODE_DESA": rows["kode_desa"],
            "STATUS": constant("HIDUP", size),
        }
    )
    return table, children.person
