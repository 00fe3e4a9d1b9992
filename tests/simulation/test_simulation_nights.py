"""A night touches its share of every dataset, and cursors see exactly what it touched."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from simulation_kit import CITY, KOHORT, SAMSAT, SIAK, UPT_JUNE, Province, build, city, lines, table

import simulation

pytestmark = pytest.mark.slow

SHARE = 0.02
EVENTS = {
    "kelahiran", "kematian", "pindah", "nik_diperbaiki", "nama_diperbaiki", "bayar", "pemilik_diperbaiki",
    "kunjungan", "melahirkan", "hamil_baru", "berkas_baru", "berkas_terlambat",
}  # fmt: skip
Nights = tuple[Province, dict[str, pd.DataFrame], list[simulation.Summary]]


@pytest.fixture(scope="module")
def nights(
    tmp_path_factory: pytest.TempPathFactory,
) -> Nights:
    built = build(tmp_path_factory.mktemp("nights"), 10_000)
    before = show(built.agencies)
    made = [simulation.advance(built.agencies, built.truth, night=night, share=SHARE) for night in (1, 2)]
    return built, before, made


def show(agencies: Path) -> dict[str, pd.DataFrame]:
    return {
        "siak.biodata_wni": table(agencies, SIAK, "biodata_wni").set_index("id_biodata"),
        "bapenda.kendaraan": table(agencies, SAMSAT, "kendaraan").set_index("id_kendaraan"),
        "bapenda.pembayaran": table(agencies, SAMSAT, "pembayaran").set_index("no_bayar"),
        "dinkes.ibu_hamil": table(agencies, KOHORT, "ibu_hamil").set_index("no_kohort"),
    }


def touched(before: pd.DataFrame, after: pd.DataFrame) -> set[str]:
    """Keys that are new or whose row differs."""
    old = before.fillna("").astype(str).agg("|".join, axis=1)
    new = after.fillna("").astype(str).agg("|".join, axis=1)
    return {str(key) for key in new.index if old.get(key) != new[key]}


def test_a_night_touches_only_its_share(
    nights: Nights,
) -> None:
    built, before, made = nights
    events = pd.read_parquet(built.truth / "peristiwa.parquet")
    for dataset, after in show(built.agencies).items():
        noted = set(events[events["dataset"] == dataset]["record_key"])
        found = touched(before[dataset], after)
        assert found <= noted, dataset
        assert len(noted - found) <= 0.1 * len(noted) + 1, dataset
    rows = before["siak.biodata_wni"]
    assert made[0].changed["siak.biodata_wni"] == pytest.approx(SHARE * len(rows), abs=2)
    assert set(before["siak.biodata_wni"].index) <= set(show(built.agencies)["siak.biodata_wni"].index)


@pytest.mark.parametrize("dataset", ["siak.biodata_wni", "bapenda.kendaraan", "bapenda.pembayaran"])
def test_cursors_see_exactly_the_changed_rows(nights: Nights, dataset: str) -> None:
    built, before, _ = nights
    events = pd.read_parquet(built.truth / "peristiwa.parquet")
    noted = set(events[events["dataset"] == dataset]["record_key"])
    after = show(built.agencies)[dataset]
    later = after[after["tgl_ubah"] > before[dataset]["tgl_ubah"].max()]
    assert {str(key) for key in later.index} == noted
    assert set(later["tgl_ubah"].str[:10]) == {"2026-07-01", "2026-07-02"}


def test_what_happens_is_what_is_written(
    nights: Nights,
) -> None:
    built, before, made = nights
    events = pd.read_parquet(built.truth / "peristiwa.parquet")
    assert set(events["peristiwa"]) >= EVENTS
    after, people = show(built.agencies)["siak.biodata_wni"], built.people().set_index("id_truth")
    siak = events[events["dataset"] == "siak.biodata_wni"].assign(key=lambda rows: rows["record_key"].astype(int))
    last = siak.drop_duplicates("record_key", keep="last")
    dead = last[last["peristiwa"] == "kematian"]
    assert set(after.loc[dead["key"], "stat_hdp"]) == {"2"}
    assert set(people.loc[dead["id_truth"], "status"]) == {"mati"}
    fixed = last[last["peristiwa"] == "nik_diperbaiki"]
    assert (after.loc[fixed["key"], "nik"].array == people.loc[fixed["id_truth"], "nik_true"].array).all()
    moved = last[last["peristiwa"] == "pindah"]
    domicile = people.loc[moved["id_truth"], "kode_desa"].str.replace(".", "").array
    assert (after.loc[moved["key"], "kode_wil"].array == domicile).all()
    born = last[last["peristiwa"] == "kelahiran"]
    assert not set(born["key"]) & set(before["siak.biodata_wni"].index)
    assert (after.loc[born["key"], "nik"].array == people.loc[born["id_truth"], "nik_true"].array).all()
    assert made[1].people == len(people)
    assert people["nik_true"].dropna().is_unique


def test_palembangs_file_is_complete_again(
    nights: Nights,
) -> None:
    built, _, made = nights
    rows = city(built.agencies)
    assert rows.drop_duplicates()["ID"].is_unique
    assert rows["ID"].nunique() == made[1].rows["disdukcapil_palembang.penduduk"]
    count = next(item for item in made[1].files if item.path == CITY)
    assert (len(rows), len(rows) - len(rows.drop_duplicates())) == (count.data, count.repeated)


def test_the_late_file_of_muratara_comes_on_the_second_night(
    nights: Nights,
) -> None:
    built, _, made = nights
    assert UPT_JUNE not in {count.path for count in made[0].files}
    assert UPT_JUNE in {count.path for count in made[1].files}
    assert lines(built.agencies / UPT_JUNE, encoding="cp1252", separator=";")[1] == ["BULAN : JUNI 2026"]


def test_a_new_month_of_toddlers_begins(
    nights: Nights,
) -> None:
    built, _, made = nights
    files = sorted((built.agencies / "dinkes" / "eppgbm").glob("*_2026-07.csv"))
    assert len(files) == 2
    assert made[1].rows["dinkes.eppgbm"] > made[0].rows["dinkes.eppgbm"]


def test_truth_and_agencies_agree_on_counts(
    nights: Nights,
) -> None:
    built, _, made = nights
    for dataset, rows in show(built.agencies).items():
        assert len(rows) == made[1].rows[dataset]
    records = built.records()
    assert not records.duplicated(["dataset", "record_key"]).any()
    assert records.groupby("dataset").size().to_dict() == made[1].rows


def test_a_night_is_made_once(tmp_path: Path) -> None:
    built = build(tmp_path, 500)
    simulation.advance(built.agencies, built.truth, night=3, share=0.1)
    with pytest.raises(ValueError, match="night 3 lies behind"):
        simulation.advance(built.agencies, built.truth, night=3)


def test_nothing_happens_without_a_share(tmp_path: Path) -> None:
    built = build(tmp_path, 500)
    before = show(built.agencies)
    summary = simulation.advance(built.agencies, built.truth, night=1, share=0.0)
    assert summary.changed == {}
    assert all(before[dataset].equals(rows) for dataset, rows in show(built.agencies).items())
