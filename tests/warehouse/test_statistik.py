"""Figures of the simulated province: cells, revisions, regions across code systems, and why figures differ."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest
from warehouse_kit import WRONG_SYSTEM, RegionNights, ask, exchange_first, one

pytestmark = pytest.mark.slow

BPS = "statistik.bps_sumsel.penduduk"
DUKCAPIL = "statistik.disdukcapil_sumsel.penduduk_agregat"
DINKES = "statistik.dinkes_sumsel.ibu_hamil"
FACTS, CONFLICTS = "marts.fct_statistik__angka", "mutu.konflik_angka"
LEDGER = "intermediate.int_statistik__neraca_sel"


def published(region_nights: RegionNights, source: str) -> dict[tuple[str, str, str | None], int]:
    """What the simulation says that an office published: (region, year, sex) -> figure."""
    rows = duckdb.execute(
        "select replace(kode_kemendagri, '.', ''), left(periode, 4), jenis_kelamin, nilai_terbit "
        f"from '{region_nights.truth}/angka.parquet' where sumber = ? and nilai_terbit is not null",
        [source],
    ).fetchall()
    return {(region, year, sex): value for region, year, sex, value in rows}


def facts(path: Any, contract: str) -> dict[tuple[str, str, str | None], int]:
    rows = ask(
        path,
        f"select kode_wilayah, periode, jenis_kelamin, nilai from {FACTS} "
        f"where kontrak = '{contract}' and _berlaku_sampai is null",
    )
    return {(region, year, sex): int(value) for region, year, sex, value in rows}


def test_every_figure_of_bps_stands_at_the_region_it_counts(region_nights: RegionNights) -> None:
    expected = published(region_nights, "bps")
    expected["1604", "2024", None] = int(exchange_first(str(expected["1604", "2024", None])))
    assert facts(region_nights.ulang, BPS) == expected


def test_every_figure_of_the_registry_stands_at_the_region_it_counts(region_nights: RegionNights) -> None:
    found, expected = facts(region_nights.tanpa_jembatan, DUKCAPIL), published(region_nights, "disdukcapil")
    assert {key: found[key] for key in expected} == expected
    assert found["1610", "2024", None] > 0  # Excel made 16.1 of 16.10


def test_without_the_bridge_no_bps_figure_has_a_region_and_none_is_lost(region_nights: RegionNights) -> None:
    rows = ask(
        region_nights.tanpa_jembatan,
        f"select kode_wilayah, cara_wilayah, count(*) from {FACTS} where kontrak = '{BPS}' group by all",
    )
    assert rows == [(None, "tidak_dikenal", 54)]


def test_a_figure_sent_again_supersedes_and_the_older_one_is_kept(region_nights: RegionNights) -> None:
    rows = ask(
        region_nights.dibetulkan,
        "select left(_delivery_id, 6), nasib_angka, nilai from intermediate.int_statistik__angka_bernasib "
        f"where _kontrak = '{BPS}' and kode_asal = '1604' and periode = '2024' order by 1",
    )
    before, after = (value for _, _, value in rows)
    assert [(sequence, fate) for sequence, fate, _ in rows] == [("000001", "digantikan"), ("000004", "fakta")]
    assert str(int(before)) == exchange_first(str(int(after)))


def test_a_figure_whose_row_is_gone_is_closed_not_deleted(region_nights: RegionNights) -> None:
    rows = ask(
        region_nights.direvisi,
        f"select periode, _berlaku_sampai is not null from {FACTS} "
        f"where kontrak = '{DINKES}' and kode_wilayah = '1603' order by periode",
    )
    assert rows == [("2024", True), ("2025", False)]


def test_unreadable_empty_and_contradicting_cells_are_told_apart(region_nights: RegionNights) -> None:
    rows = ask(
        region_nights.direvisi,
        "select kontrak, kolom_asal, aturan, count(*) from mutu.karantina_statistik_sel group by all order by all",
    )
    assert rows == [(DINKES, "jumlah_ibu_hamil", "sel_tak_terbaca", 1), (DUKCAPIL, "Perempuan", "sel_bentrok", 2)]
    assert (
        one(
            region_nights.direvisi,
            f"select count(*) from {FACTS} where kontrak = '{DUKCAPIL}' and periode = '2025' "
            "and kode_wilayah = '1604' and jenis_kelamin = 'P'",
        )
        == 0
    )


def test_the_ledger_of_cells_balances_every_night(region_nights: RegionNights) -> None:
    for path in (region_nights.tanpa_jembatan, region_nights.direvisi, region_nights.dibetulkan, region_nights.ulang):
        rows = ask(path, f"select sel_dinyatakan, selisih from {LEDGER}")
        assert len(rows) == 6
        assert all(cells > 0 and gap == 0 for cells, gap in rows)
        assert one(path, "select count(*) from mutu.buku_besar where selisih <> 0") == 0
        assert one(path, f"select sum(fakta) from {LEDGER} where entitas = 'statistik.angka'") == one(
            path, f"select count(*) from {FACTS}"
        )
    empty = f"select kosong from {LEDGER} where kontrak = "
    assert one(region_nights.direvisi, f"{empty}'{DINKES}'") == 1
    assert one(region_nights.direvisi, f"{empty}'wilayah.kemendagri.kode_lama'") == 44


def test_totals_are_marked_so_that_nobody_adds_them_twice(region_nights: RegionNights) -> None:
    assert one(
        region_nights.ulang,
        f"select sum(nilai) from {FACTS} where kontrak = '{BPS}' and periode = '2023' and not is_agregat",
    ) == one(
        region_nights.ulang,
        f"select nilai from {FACTS} where kontrak = '{BPS}' and periode = '2023' and is_agregat",
    )


def test_two_concepts_differ_without_being_a_conflict(region_nights: RegionNights) -> None:
    rows = ask(
        region_nights.ulang,
        f"select kode_wilayah, tahun, nilai_a, nilai_b, selisih, persen_selisih, jenis, kode_sebab from {CONFLICTS} "
        f"where kontrak_a = '{BPS}' and kontrak_b = '{DUKCAPIL}' and bentuk_a = 'dinyatakan' and bentuk_b = bentuk_a",
    )
    bps, registry = facts(region_nights.ulang, BPS), facts(region_nights.ulang, DUKCAPIL)
    common = {(region, year) for region, year, sex in bps if sex is None and (region, year, None) in registry}
    assert {(region, str(year)) for region, year, *_ in rows} == common
    for region, year, left, right, gap, percent, kind, cause in rows:
        assert (left, right) == (bps[region, str(year), None], registry[region, str(year), None])
        assert gap == left - right
        assert percent == pytest.approx(100 * gap / right, abs=Decimal("0.001"))
        assert (kind, cause) == (("sama", None) if gap == 0 else ("perbedaan_konsep", "KONSEP"))
    assert {gap > 0 for _, _, _, _, gap, *_ in rows if gap} == {True, False}


def test_codes_read_in_the_wrong_system_are_told_by_the_names_beside_them(region_nights: RegionNights) -> None:
    """Domain fact 1: five regencies would silently take another one's figure; here each difference says why."""
    swapped = {"1608", "1609", "1672", "1673", "1674"}
    rows = ask(
        region_nights.direvisi,
        f"select kode_wilayah, kecocokan_nama from {FACTS} where kontrak = '{WRONG_SYSTEM}' and periode = '2024'",
    )
    assert {code for code, match in rows if match == "wilayah_lain"} == swapped
    assert (None, None) in rows  # 1600, BPS's province, is no Kemendagri code
    causes = ask(
        region_nights.direvisi,
        f"select distinct kode_wilayah, jenis, kode_sebab from {CONFLICTS} "
        f"where '{WRONG_SYSTEM}' in (kontrak_a, kontrak_b) and kontrak_a <> kontrak_b and jenis = 'konflik'",
    )
    assert {code for code, _, cause in causes if cause == "KODE_WILAYAH"} == swapped
    assert {cause for code, _, cause in causes if code not in swapped} <= {"BELUM_DIKETAHUI"}


def test_a_corrected_code_system_moves_the_figures_that_are_held(region_nights: RegionNights) -> None:
    assert facts(region_nights.dibetulkan, WRONG_SYSTEM) == facts(region_nights.dibetulkan, BPS)
    assert one(region_nights.dibetulkan, f"select count(*) from {CONFLICTS} where kode_sebab = 'KODE_WILAYAH'") == 0


def test_a_copy_error_is_found_by_the_sum_of_the_parts_until_it_is_put_right(region_nights: RegionNights) -> None:
    """The province row of BPS was added up before two digits of Lahat were exchanged."""
    query = (
        f"select selisih, jenis, kode_sebab, bagian, bagian_seharusnya from {CONFLICTS} "
        f"where kontrak_a = '{BPS}' and kontrak_b = '{BPS}' and bentuk_b = 'jumlah_wilayah' and tahun = 2024"
    )
    assert ask(region_nights.tanpa_jembatan, query) == []  # without regions nothing adds up
    wrong = published(region_nights, "bps")["1604", "2024", None]
    gap = int(exchange_first(str(wrong))) - wrong
    assert ask(region_nights.direvisi, query) == [(gap, "konflik", "SALAH_KETIK", 17, 17)]
    assert ask(region_nights.dibetulkan, query) == [(0, "sama", None, 17, 17)]


def test_a_national_total_ten_short_is_a_copy_error(region_nights: RegionNights) -> None:
    """Domain 9.7: men and women of the total row do not add up to its total, by ten."""
    rows = ask(
        region_nights.ulang,
        f"select jenis_kelamin, bentuk_b, selisih, jenis, kode_sebab from {CONFLICTS} "
        f"where kontrak_a = '{DUKCAPIL}' and kontrak_a = kontrak_b and tahun = 2024 and jenis <> 'sama' order by all",
    )
    assert rows == [
        ("L", "jumlah_wilayah", 10, "konflik", "SALAH_KETIK"),
        (None, "jumlah_jenis_kelamin", -10, "konflik", "SALAH_KETIK"),
    ]


@pytest.mark.parametrize(
    ("left", "right", "likely"),
    [
        (145498082, 145498092, True), (546123, 456123, False), (12746123, 12476123, True), (1892, 1865, True),
        (881225, 881225, False), (42389, 45800, False), (350, 44461, False), (100, 105, True), (1000, 1123, False),
    ],
)  # fmt: skip
def test_what_a_copied_digit_looks_like(region_nights: RegionNights, left: int, right: int, likely: bool) -> None:
    assert one(region_nights.ulang, f"select mirip_salah_ketik({left}, {right})") is likely


@pytest.mark.parametrize(
    ("text", "value", "status"),
    [
        ("1.234*", "1234", "SEMENTARA"),
        ("1.234 **", "1234", "SANGAT SEMENTARA"),
        ("1.234r", "1234", "REVISI"),
        ("1.234", "1234", None),
    ],
)
def test_marks_behind_figures_are_their_status(
    region_nights: RegionNights, text: str, value: str, status: str | None
) -> None:
    query = f"select bilangan(angka_teks('{text}'), ','), angka_status(angka_tanda('{text}'))"
    assert ask(region_nights.ulang, query) == [(Decimal(value), status)]


def test_one_figure_per_contract_indicator_region_period_and_dimensions(region_nights: RegionNights) -> None:
    grain = "kontrak, indikator, coalesce(kode_wilayah, kode_asal), periode, jenis_kelamin, kelompok_umur, kategori"
    for path in (region_nights.tanpa_jembatan, region_nights.direvisi, region_nights.ulang):
        assert one(path, f"select count(*) - count(distinct ({grain})) from {FACTS}") == 0
