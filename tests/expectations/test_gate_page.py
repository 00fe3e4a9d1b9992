"""What people and the warehouse see of the results."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from expectations_samples import NOW

from expectations.model import Check, Result, describe_threshold
from expectations.page import write_page
from expectations.store import results_table

WHEN = datetime(2026, 11, 21, 2, 5, tzinfo=ZoneInfo("Asia/Jakarta"))


def make_result(name, status="lulus", gate="gudang", severity="kritis", **values):
    check = Check(
        id=f"{gate}.{name}", gate=gate, suite="uji & <b>coba</b>", asset="staging/penduduk/stg_orang",
        severity=severity, text=f"Teks {name} <script>", expectation="expect_column_values_to_be_between",
        kwargs={"column": "n", "max_value": 12000.5}, owner="disdukcapil",
    )  # fmt: skip
    observed = {"jumlah_diperiksa": 1234567, "jumlah_gagal": 12, "persen_gagal": 0.0015, "nilai": None}
    return replace(Result(check, status, observed, (), 0.01, "Pesan", NOW), **values)


@pytest.fixture
def page(tmp_path):
    def write(*results):
        path = tmp_path / "mutu.html"
        write_page(results, path, title="Mutu data <provinsi>", run_id="run-7", when=WHEN)
        return path.read_text("utf-8")

    return write


def body_text(html):
    return re.sub(r"<[^>]+>", " ", html.split("</head>")[1])


def test_page_needs_no_network_and_escapes(page):
    html = page(make_result("a"), make_result("b", "gagal", failing=("000001-00001",)), make_result("c", "rusak"))
    assert not re.search(r"https?:|//|<script|<link|<img|@import|url\(", html)
    assert "uji &amp; &lt;b&gt;coba&lt;/b&gt;" in html and "Mutu data &lt;provinsi&gt;" in html
    assert '<html lang="id">' in html and "21 November 2026 pukul 02.05 WIB" in html


def test_page_shows_counts_thresholds_ids_and_owner(page):
    ids = tuple(f"{i:06}-00001" for i in range(25))
    text = body_text(page(make_result("a", "gagal", gate="pengiriman", failing=ids, observed={"nilai": 45.25})))
    for shown in ("≤ 12.000,5", "45,25", "000019-00001", "dan 5 lainnya", "disdukcapil", "Gerbang pengiriman"):
        assert shown in text
    assert "000020-00001" not in text
    assert "1.234.567" in body_text(page(make_result("a")))


@pytest.mark.parametrize(
    ("results", "held"),
    [
        ([make_result("a")], False),
        ([make_result("a", "gagal")], True),
        ([make_result("a", "gagal", severity="peringatan")], False),
        ([make_result("a", "gagal", gate="pengiriman")], False),
        ([make_result("a", "rusak", gate="pengiriman")], True),
        ([make_result("a", "rusak", severity="peringatan")], False),
    ],
)
def test_page_states_the_verdict(page, results, held):
    text = body_text(page(*results))
    assert ("Rilis ditahan" in text, "tidak ada yang menahan" in text) == (held, not held)


def test_only_the_release_gate_lets_a_release_go(page):
    aside = make_result("a", "gagal", gate="pengiriman", failing=("000001-00001", "000002-00001"))
    aside = replace(aside, check=replace(aside.check, contract="penduduk.dinas_a.biodata"))
    assert "Gerbang rilis belum dinilai" in body_text(page(aside))
    text = body_text(page(aside, make_result("b", gate="rilis")))
    assert "Rilis boleh terbit, tanpa 2 pengiriman yang dikarantina." in text


def test_broken_checks_stand_apart(page):
    html = page(make_result("a", "rusak", message="Pemeriksaan rusak; rincian: errors/1.txt"), make_result("b"))
    section = html.split('<section class="broken">')[1].split("</section>")[0]
    assert "errors/1.txt" in section and "bukan data yang buruk" in section and "Teks b" not in section
    assert "Perlu ditindaklanjuti" not in html
    assert '<section class="broken">' not in page(make_result("b"))


def test_empty_page_is_a_page(page):
    assert "0 pemeriksaan" in page()


def test_results_are_appended_once_per_run(con):
    results = [make_result("a"), make_result("b", "gagal", failing=("000001-00001",))]
    assert results_table(con, results, "run-1") == 2
    results_table(con, [replace(results[0], status="gagal"), results[1]], "run-1")
    results_table(con, results, "run-2")
    rows = con.execute("select _run_id, pemeriksaan, status from mutu.hasil_pemeriksaan order by all").fetchall()
    assert rows == [
        ("run-1", "gudang.a", "gagal"), ("run-1", "gudang.b", "gagal"),
        ("run-2", "gudang.a", "lulus"), ("run-2", "gudang.b", "gagal"),
    ]  # fmt: skip
    row = con.execute(
        "select gerbang, tingkat, jumlah_diperiksa, jumlah_gagal, persen_gagal, ambang, pemilik, "
        "_waktu_diperiksa from mutu.hasil_pemeriksaan limit 1"
    ).fetchone()
    assert row == ("gudang", "kritis", 1234567, 12, 0.0015, "≤ 12.000,5", "disdukcapil", NOW)
    columns = "from duckdb_columns() where table_name = 'hasil_pemeriksaan'"
    assert con.execute(f"select count(*) {columns} and comment is null").fetchone() == (0,)


def test_no_results_make_an_empty_table(con):
    assert results_table(con, [], "run-1") == 0
    assert con.execute("select count(*) from mutu.hasil_pemeriksaan").fetchone() == (0,)


@pytest.mark.parametrize(
    ("kwargs", "text"),
    [
        ({"max_value": 30.0}, "≤ 30"),
        ({"min_value": 1}, "≥ 1"),
        ({"min_value": 1, "max_value": 12000000}, "1 s.d. 12.000.000"),
        ({"min_value": 0, "max_value": 0}, "= 0"),
        ({"min_value": -10.0, "max_value": 50.0}, "-10 s.d. 50"),
        ({"value_set": ("L", "P")}, "salah satu dari: L, P"),
        ({"column": "nik", "mostly": 0.995}, "tidak kosong, pada ≥ 99,5% baris"),
    ],
)
def test_thresholds_in_words(kwargs, text):
    assert describe_threshold("expect_column_values_to_not_be_null", kwargs) == text
