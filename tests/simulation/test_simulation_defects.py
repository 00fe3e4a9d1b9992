"""Each defect looks as the public record describes it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from simulation_kit import KOHORT, SAMSAT, SIAK, Province, city, table, toddlers

from simulation.defects import Marks, damage_nik, exchange_digits, label_lists, mistype_digit, scientific
from simulation.draw import stream
from simulation.text import comma, date_text, glue, rupiah

pytestmark = pytest.mark.slow

NIK = np.array([1671052306900001, 1605044512880002, 9109014107900001], dtype=np.int64)


def marked(province: Province, dataset: str, label: str) -> pd.DataFrame:
    records = province.records()
    mine = records[(records["dataset"] == dataset) & records["defects"].map(lambda labels: label in labels)]
    return mine.merge(province.people(), on="id_truth", how="left")


def test_mistyped_digit_differs_in_one_place() -> None:
    numbers = np.repeat(NIK, 200)
    changed = mistype_digit(stream(1, "test"), numbers)
    pairs = zip(numbers.tolist(), changed.tolist(), strict=True)
    assert {sum(a != b for a, b in zip(f"{x:016d}", f"{y:016d}", strict=True)) for x, y in pairs} == {1}


def test_exchanged_digits_keep_their_sum() -> None:
    numbers = np.repeat(NIK, 200)
    changed = exchange_digits(stream(1, "test"), numbers)
    assert (changed != numbers).mean() > 0.5
    assert all(
        sorted(f"{x:016d}") == sorted(f"{y:016d}") for x, y in zip(numbers.tolist(), changed.tolist(), strict=True)
    )


def test_scientific_notation_has_a_decimal_comma() -> None:
    assert scientific(NIK).to_pylist() == ["1,671E+15", "1,605E+15", "9,109E+15"]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("kosong", None),
        ("pengganti", r"0{16}|1{16}|9{16}|1234567890123456|16000{12}"),
        ("excel_nol", r"\d{15}0"),
        ("excel_ilmiah", r"\d,\d{3}E\+15"),
        ("terpotong", r"\d{15}"),
        ("kk_di_nik", r"3171010101200001"),
    ],
)
def test_nik_defects(name: str, pattern: str | None) -> None:
    marks = Marks(len(NIK))
    card = np.full(len(NIK), 3171010101200001)
    damaged = damage_nik(stream(1, "test"), NIK, {name: 1.0}, marks, relative=NIK[::-1], card=card)
    if pattern is None:
        assert damaged.null_count == len(NIK)
    else:
        assert pd.Series(damaged.to_pylist()).str.fullmatch(pattern).all()
    assert label_lists(marks.bits).to_pylist() == [[f"nik_{name}"]] * len(NIK)


def test_nothing_is_marked_that_did_not_change() -> None:
    marks = Marks(1)
    same = np.array([1671052306900000])
    damaged = damage_nik(stream(1, "test"), same, {"excel_nol": 1.0}, marks, relative=same, card=same)
    assert damaged.to_pylist() == ["1671052306900000"]
    assert marks.bits.tolist() == [0]


def test_a_row_of_nothing_stays_null() -> None:
    left = pa.array(["A", None, None])
    right = pa.array([None, "B", None])
    assert glue(left, right, separator=" ").to_pylist() == ["A", "B", None]


def test_indonesian_notation() -> None:
    assert rupiah(np.array([0, 999, 1_000, 1_234_567, 12_345_678_901, -4_500])).to_pylist() == [
        "0", "999", "1.000", "1.234.567", "12.345.678.901", "-4.500",
    ]  # fmt: skip
    assert comma(np.array([11.5, 0.04]), 1).to_pylist() == ["11,5", "0,0"]
    assert date_text(np.array([20_634]), "%e %B %Y").to_pylist() == ["30 Juni 2026"]


def test_swapped_columns_in_the_registry(province: Province) -> None:
    rows = table(province.agencies, SIAK, "biodata_wni").astype({"id_biodata": str})
    swapped = marked(province, "siak.biodata_wni", "kolom_tertukar").merge(
        rows, left_on="record_key", right_on="id_biodata"
    )
    assert len(swapped) > 0
    assert (swapped["nik"] == swapped["no_kk_x"]).all()
    # a person's second number, and one shared with another, are not the own one
    own = ~swapped["defects"].map(lambda marks: bool({"orang_ganda", "nik_bersama"} & set(marks)))
    assert own.mean() > 0.8
    assert (swapped["no_kk_y"] == swapped["nik_true"])[own].all()


def test_two_records_of_one_person_have_two_nik(province: Province) -> None:
    rows = table(province.agencies, SIAK, "biodata_wni").astype({"id_biodata": str})
    second = marked(province, "siak.biodata_wni", "orang_ganda").merge(
        rows, left_on="record_key", right_on="id_biodata"
    )
    clean = second[second["defects"].map(len) == 1]
    assert len(clean) > 50
    assert (clean["nik"] != clean["nik_true"]).all()


def test_shared_nik_occurs(province: Province) -> None:
    rows = table(province.agencies, SIAK, "biodata_wni")
    assert rows["nik"].duplicated(keep=False).mean() > 0.002


def test_dead_people_are_still_active(province: Province) -> None:
    rows = table(province.agencies, SIAK, "biodata_wni").astype({"id_biodata": str})
    late = marked(province, "siak.biodata_wni", "mati_masih_hidup").merge(
        rows, left_on="record_key", right_on="id_biodata"
    )
    assert len(late) > 100
    assert set(late["stat_hdp"]) == {"1"}
    assert set(late["status"]) == {"mati"}


def test_name_variants(province: Province) -> None:
    rows = table(province.agencies, SAMSAT, "kendaraan").astype({"id_kendaraan": str})

    def names(label: str) -> pd.DataFrame:
        return marked(province, "bapenda.kendaraan", label).merge(rows, left_on="record_key", right_on="id_kendaraan")

    assert names("nama_bin")["nm_pemilik"].str.contains(r" BIN | BINTI ").all()
    short = names("nama_singkatan")
    muhammad = short[short["nama"].str.startswith("MUHAMMAD ") & ~short["haji"]]["nm_pemilik"]
    assert muhammad.str.match(r"(M\.|MUH|MOH|MHD|MOCH)").all()
    assert muhammad.nunique() > 10
    old = names("nama_ejaan_lama")["nm_pemilik"]
    assert old.str.contains("OE|DJ|TJ|NJ|SJ|CH").mean() > 0.8
    assert (names("nama_hilang_kata")["nm_pemilik"].str.len() < names("nama_hilang_kata")["nama"].str.len() + 4).all()


def test_women_under_their_husbands_name(province: Province) -> None:
    rows = table(province.agencies, KOHORT, "ibu_hamil")
    under = marked(province, "dinkes.ibu_hamil", "nama_ny_suami").merge(
        rows, left_on="record_key", right_on="no_kohort"
    )
    plain = under[~under["defects"].map(lambda labels: "kolom_tertukar" in labels)]
    assert len(plain) > 5
    assert plain["nama_ibu"].str.startswith("Ny. ").all()
    assert (plain["nama_ibu"].str.removeprefix("Ny. ") == plain["nama_suami"]).all()


def test_palembang_repeats_rows_and_muratara_is_silent(province: Province) -> None:
    assert city(province.agencies).duplicated().sum() > 0
    assert not list((province.agencies / "dinkes" / "eppgbm").glob("eppgbm_1613_*"))


def test_one_toddler_file_went_through_excel(province: Province) -> None:
    children = toddlers(province.agencies)
    damaged = children["kunci"].str.startswith("eppgbm_1606_")
    assert children[damaged]["No KK"].str.contains(r"E\+15").mean() > 0.95
    assert children[~damaged]["NIK Anak"].str.contains(r"E\+15").mean() == 0


def test_broken_totals(province: Province) -> None:
    paid = table(province.agencies, SAMSAT, "pembayaran")
    parts = paid[["pkb_pok", "pkb_den", "opsen_pkb", "swdkllj_pok", "swdkllj_den", "pnbp_stnk"]].sum(axis=1)
    broken = set(paid[parts != paid["total"]]["no_bayar"])
    assert broken == set(marked(province, "bapenda.pembayaran", "total_salah")["record_key"])
    assert 0 < len(broken) < 0.02 * len(paid)
