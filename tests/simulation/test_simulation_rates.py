"""What `rates.yaml` declares is what agencies show, within the tolerance of a sample."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from simulation_kit import KOHORT, SAMSAT, Province, table, toddlers

import simulation
from simulation.defects import LABELS, PLACEHOLDERS
from simulation.rates import load_rates

pytestmark = pytest.mark.slow


def usable(nik: pd.Series) -> pd.Series:
    text = nik.fillna("").astype(str)
    return text.str.fullmatch(r"\d{16}") & ~text.isin(PLACEHOLDERS)


@pytest.fixture(scope="module")
def shares(province: Province) -> pd.DataFrame:
    """Share of a dataset's records with a defect."""
    records = province.records()
    size = records.groupby("dataset").size()
    found = records.explode("defects").dropna(subset=["defects"]).groupby(["dataset", "defects"]).size()
    return (found / size).unstack(fill_value=0.0)


def test_agencies_lack_usable_nik_in_at_least_30_percent(province: Province) -> None:
    vehicles = table(province.agencies, SAMSAT, "kendaraan")
    persons = vehicles[~vehicles["nm_pemilik"].str.match(r"(PT|CV)\b")]
    assert 0.30 <= 1 - usable(persons["nik_pemilik"]).mean() < 0.42
    assert 0.30 <= 1 - usable(table(province.agencies, KOHORT, "ibu_hamil")["nik"]).mean() < 0.42
    children = toddlers(province.agencies)
    children = children[~children["kunci"].str.contains("_1606_")]  # that file is damaged as a whole
    assert 0.30 <= 1 - usable(children["NIK Anak"]).mean() < 0.42


def test_agencies_lack_birth_dates_in_at_least_35_percent(province: Province) -> None:
    assert table(province.agencies, SAMSAT, "kendaraan")["tgl_lahir_pemilik"].isna().mean() >= 0.35
    assert table(province.agencies, KOHORT, "ibu_hamil")["tgl_lahir"].isna().mean() >= 0.33
    assert (toddlers(province.agencies)["Tanggal Lahir"] == "").mean() >= 0.33


@pytest.mark.parametrize(
    ("dataset", "label", "rate"),
    [
        ("siak.biodata_wni", "orang_ganda", "siak.orang_ganda"),
        ("siak.biodata_wni", "wilayah_lama", "siak.wilayah_lama"),
        ("siak.biodata_wni", "nama_salah_ketik", "siak.nama.salah_ketik"),
        ("bapenda.kendaraan", "nik_kosong", "samsat.nik.kosong"),
        ("bapenda.kendaraan", "nama_singkatan", "samsat.nama.singkatan"),
        ("bapenda.kendaraan", "rangka_pendek", "samsat.rangka_pendek"),
        ("bapenda.kendaraan", "pemilik_badan", "samsat.pemilik_badan"),
        ("bapenda.pembayaran", "total_salah", "samsat.total_salah"),
        ("dinkes.ibu_hamil", "nik_kosong", "kohort.nik.kosong"),
        ("dinkes.eppgbm", "nik_nik_ibu", "eppgbm.nik.nik_ibu"),
        ("dinkes.eppgbm", "ganda_posyandu", "eppgbm.ganda"),
    ],
)
def test_declared_rate_is_reached(shares: pd.DataFrame, dataset: str, label: str, rate: str) -> None:
    declared = load_rates()[rate]
    assert shares.loc[dataset, label] == pytest.approx(declared, rel=0.40)


def test_one_percent_of_the_registry_is_dead_but_active(shares: pd.DataFrame) -> None:
    assert 0.006 < shares.loc["siak.biodata_wni", "mati_masih_hidup"] < 0.015


def test_every_defect_class_occurs(shares: pd.DataFrame) -> None:
    assert set(LABELS) - set(shares.columns) == set()


def test_vehicles_and_payments_per_person(province: Province) -> None:
    rows = province.summary.rows
    assert rows["bapenda.kendaraan"] / 40_000 == pytest.approx(0.25, rel=0.05)
    assert rows["bapenda.pembayaran"] / 40_000 == pytest.approx(0.15, rel=0.07)


def test_unknown_rate_is_named() -> None:
    with pytest.raises(KeyError, match=r"samsat\.tidak_ada"):
        load_rates()["samsat.tidak_ada"]


def test_every_declared_rate_is_used() -> None:
    package = Path(simulation.__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(package.glob("*.py")))
    groups = set(re.findall(r"""\.group\("([^"]+)"\)""", source))
    night = set(re.findall(r'"(kematian|pindah|nik_diperbaiki|nama_diperbaiki)"', source))
    unused = [
        name
        for name in load_rates().values
        if f'"{name}"' not in source
        and name.rpartition(".")[0] not in groups
        and not (name.startswith("malam.") and name.removeprefix("malam.") in night)
        and not name.startswith(("penduduk_kabkota.", "tahun_pemekaran."))
    ]
    assert unused == []


def test_damage_is_scaled_and_nothing_else() -> None:
    plain, double = load_rates(), load_rates().damaged(2)
    assert load_rates().damaged(1).values == plain.values
    changed = {name for name, value in plain.values.items() if value and double[name] != value}
    assert {"samsat.nik.kosong", "siak.nama.gelar", "kohort.tgl_lahir_kosong", "siak.orang_ganda"} <= changed
    assert not any(name.startswith(("penduduk", "pajak", "malam", "angka", "puskesmas")) for name in changed)
    assert double["kohort.tgl_lahir_salah"] == 2 * plain["kohort.tgl_lahir_salah"]
    assert sum(double.group("samsat.nik").values()) <= 0.9
