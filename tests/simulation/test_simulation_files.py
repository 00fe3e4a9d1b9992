"""Files have the form that contracts describe, and `summary.json` counts every line of them."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import openpyxl
import pytest
from simulation_kit import CITY, KOHORT, SAMSAT, SIAK, UPT_JUNE, UPT_MAY, Province, lines, table, toddlers

from simulation.files import FileCount

pytestmark = pytest.mark.slow


def counts(province: Province, start: str) -> list[FileCount]:
    return [count for count in province.summary.files if count.path.startswith(start)]


def test_summary_json_says_what_the_summary_says(province: Province) -> None:
    content = json.loads((province.truth / "summary.json").read_text())
    assert content["rows"] == province.summary.rows
    assert content["tables"] == province.summary.tables
    assert content["date"] == "2026-06-30"
    assert [item["path"] for item in content["files"]] == [count.path for count in province.summary.files]


def test_every_text_file_has_as_many_lines_as_counted(province: Province) -> None:
    found = {str(path.relative_to(province.agencies)) for path in province.agencies.rglob("*.csv")}
    counted = {count.path: count for count in province.summary.files if count.path.endswith(".csv")}
    assert found == set(counted)
    for path, count in counted.items():
        encoding = "cp1252" if "muratara" in path else "utf-8-sig"
        text = (province.agencies / path).read_text(encoding=encoding)
        assert text.endswith("\n")
        assert len(text.splitlines()) == count.lines, path


@pytest.mark.parametrize(
    ("database", "name", "counted"),
    [
        (SIAK, "biodata_wni", "siak.biodata_wni"),
        (SAMSAT, "kendaraan", "samsat.kendaraan"),
        (SAMSAT, "pembayaran", "samsat.pembayaran"),
        (SAMSAT, "ref_kelurahan", "samsat.ref_kelurahan"),
        (KOHORT, "ibu_hamil", "kohort.ibu_hamil"),
    ],
)
def test_tables_have_as_many_rows_as_counted(province: Province, database: str, name: str, counted: str) -> None:
    assert len(table(province.agencies, database, name)) == province.summary.tables[counted]


def test_siak_has_everybody_but_palembang(province: Province) -> None:
    rows = table(province.agencies, SIAK, "biodata_wni")
    assert not rows["kode_wil"].str.startswith("1671").any()
    assert rows["kode_wil"].str.fullmatch(r"16\d{8}").all()
    assert rows["kode_wil"].str[:4].nunique() == 16
    assert rows["tgl_ubah"].between("2019", "2026-06-30 16:00:00").all()
    assert rows["tgl_ubah"].str.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d").all()
    assert set(rows["jenis_klmin"]) == {"1", "2"}
    assert set(rows["stat_hdp"]) == {"1", "2", "3"}


def test_palembangs_file(province: Province) -> None:
    raw = (province.agencies / CITY).read_bytes()
    header, *rows = lines(province.agencies / CITY, separator=";")
    assert raw.startswith(b"\xef\xbb\xbf")
    assert header[:7] == ["ID", "NIK", "NOMOR_KK", "NAMA", "TEMPAT_LAHIR", "TANGGAL_LAHIR", "JK"]
    code = header.index("KODE_DESA")
    assert all(row[code].startswith("16.71.") for row in rows)
    assert all(re.fullmatch(r"\d\d-\d\d-\d{4}|", row[5]) for row in rows)
    assert {row[header.index("STATUS")] for row in rows} == {"HIDUP", "MATI", "PINDAH"}


def test_muratara_is_offline_and_late(province: Province) -> None:
    first, month, header, *rows, total = lines(province.agencies / UPT_MAY, encoding="cp1252", separator=";")
    assert first[0].startswith("LAPORAN")
    assert month == ["BULAN : MEI 2026"]
    assert header[0] == "No Bayar"
    assert total[0] == "TOTAL"
    assert len(rows) == province.summary.rows["upt_muratara.pembayaran"]
    assert any("–" in row[-1] or "é" in row[-1] for row in rows)
    assert any("-" in row[7] for row in rows)
    assert all(re.fullmatch(r"\d{2}-05-2026", row[4]) for row in rows)
    assert all(re.fullmatch(r"\d{1,3}(\.\d{3})*|-", row[6]) for row in rows)
    assert not (province.agencies / UPT_JUNE).exists()
    assert "1613" not in {key[:4] for key in table(province.agencies, SAMSAT, "pembayaran")["no_bayar"]}


def test_samsat_codes_lead_to_kemendagri(province: Province) -> None:
    wards = table(province.agencies, SAMSAT, "ref_kelurahan")
    vehicles = table(province.agencies, SAMSAT, "kendaraan")
    assert wards["kd_kel"].is_unique
    assert wards["kd_kel"].str.fullmatch(r"\d{6}").all()
    assert 0 < wards["kd_dagri"].isna().mean() < 0.03
    assert vehicles["kd_kel"].isin(wards["kd_kel"]).all()
    full = vehicles["no_rangka"].str.len() == 17
    assert 0.9 < full.mean() < 0.98
    assert vehicles["nopol"].str.fullmatch(r"BG \d{4} [A-Z]{2,3}").all()


def test_payments_continue_the_chain_of_due_dates(province: Province) -> None:
    paid = table(province.agencies, SAMSAT, "pembayaran").merge(
        table(province.agencies, SAMSAT, "kendaraan"), on="id_kendaraan"
    )
    assert (paid["tgl_pajak_baru"] == paid["tgl_akhir_pajak"]).all()
    assert (paid["tgl_bayar"] < paid["tgl_pajak_baru"]).mean() > 0.99


def test_toddler_files(province: Province) -> None:
    rows = toddlers(province.agencies)
    assert rows["BB"].str.fullmatch(r"\d+,\d").all()
    assert rows["Tanggal Ukur"].str.fullmatch(r"\d\d/06/2026").all()
    assert rows["kunci"].str.split("_").str[1].nunique() == 16
    assert set(rows["Cara Ukur"]) == {"Terlentang", "Berdiri"}
    records = province.records()
    assert set(records[records["dataset"] == "dinkes.eppgbm"]["record_key"]) == set(rows["kunci"])


def test_workbooks(province: Province) -> None:
    records = province.records()
    keys = set(records[records["dataset"] == "puskesmas.kohort_ibu"]["record_key"])
    seen, kinds, endings = set(), set(), []
    for path in sorted((province.agencies / "puskesmas").glob("*.xlsx")):
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == ["Desa A-M", "Desa N-Z", "Rekap"]
        niks = []
        for name in book.sheetnames[:2]:
            count = next(item for item in counts(province, f"puskesmas/{path.name}") if item.sheet == name)
            rows = list(book[name].iter_rows(values_only=True))
            assert len(rows) == count.lines
            found, cells = read_sheet(rows)
            seen |= {f"{path.name}|{name}|{line}" for line in found}
            niks += [row[3] for row in cells if row[3] is not None]
            kinds |= {type(row[column]) for row in cells for column in (4, 6)}
        endings.append([str(nik)[-1] == "0" for nik in niks])
    assert seen == keys
    assert {dt.datetime, str, int} <= kinds
    damaged = [sum(ends) / len(ends) > 0.8 for ends in endings if len(ends) > 2]
    assert sum(damaged) == 1


def read_sheet(rows: list[tuple[Any, ...]]) -> tuple[list[int], list[tuple[Any, ...]]]:
    """Line numbers and cells of the data rows below the header."""
    header = next(line for line, row in enumerate(rows, start=1) if row[0] == "No")
    data = [(line, row) for line, row in enumerate(rows, start=1) if line > header and isinstance(row[0], int)]
    return [line for line, _ in data], [row for _, row in data]


def test_registry_workbook_lost_a_zero_and_ten_men(province: Province) -> None:
    book = openpyxl.load_workbook(province.agencies / "disdukcapil" / "penduduk_kabkota.xlsx")
    codes = [row[1] for row in book["2025"].iter_rows(min_row=5, max_row=21, values_only=True)]
    assert 16.1 in codes
    gaps = {}
    for sheet in book:
        *_, total = sheet.iter_rows(values_only=True)
        gaps[sheet.title] = total[3] + total[4] - total[5]
    assert gaps == {"2024": 10, "2025": 0}


def test_bps_speaks_its_own_codes(province: Province) -> None:
    header, first, *rows = lines(province.agencies / "bps" / "penduduk_kabkota.csv")
    assert header == ["Kode", "Wilayah", "2023", "2024", "2025"]
    assert first[:2] == ["1600", "SUMATERA SELATAN"]
    assert dict(row[:2] for row in rows)["1672"] == "PRABUMULIH"
    number = {row[0]: [int(cell.replace(".", "")) for cell in row[2:]] for row in (first, *rows)}
    sums = [sum(values[year] for code, values in number.items() if code != "1600") for year in range(3)]
    assert [total == number["1600"][year] for year, total in enumerate(sums)] == [True, False, True]


def test_codes_of_the_province_are_complete(province: Province) -> None:
    codes = dict(lines(province.agencies / "kemendagri" / "kode_wilayah_2025.csv")[1:])
    assert len([code for code in codes if code.startswith("16.") and len(code) == 5]) == 17
    assert len([code for code in codes if len(code) == 2]) == 38
    assert len([code for code in codes if len(code) == 5]) == 514
    former = {row[0] for row in lines(province.agencies / "kemendagri" / "kode_lama_sumsel.csv")[1:]}
    assert "16.05.04" in former
    assert not former & set(codes)
    assert len(lines(province.agencies / "bps" / "jembatan_kabkota.csv")) == 18
