"""Two golden deliveries with all of an office's habits at once: a monthly workbook and a registry's CSV."""

from __future__ import annotations

import csv
from datetime import date, datetime

import duckdb
import openpyxl
import pytest
from files_kit import Office

COLUMNS = {
    "no": None, "kecamatan": "kecamatan", "nik": "nik", "nama_ibu": "nama_lengkap", "tgl_lahir": "tanggal_lahir",
    "kunjungan_k1": "k1", "kunjungan_k2": "k2", "bb (kg)": "berat", "alamat": "alamat",
}  # fmt: skip
TAKEN = tuple(name for name, kolom in COLUMNS.items() if kolom)


@pytest.fixture(scope="module")
def con():
    with duckdb.connect(config={"threads": "2"}) as connection:
        yield connection


@pytest.fixture
def kantor(tmp_path, con):
    return Office(tmp_path, con)


def test_the_workbook_of_a_health_office(kantor):
    head = [
        ["LAPORAN KOHORT IBU HAMIL"], ["Puskesmas Sekayu", None, None, None, "Bulan:", "Maret 2025"], [],
        ["NO", "KECAMATAN", "N I K", "NAMA IBU", "TGL. LAHIR", "KUNJUNGAN", None, "BB (kg)", "KET."],
        [None, None, None, None, None, "K1", "K2", None, None],
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
    ]  # fmt: skip
    march = [
        *head,
        [1, "Sekayu", 1671014107900001, "Siti Aminah", date(1990, 7, 1), date(2025, 3, 3), None, 51.5, "-"],
        [2, None, "'1606015506950002", "TOTAL SURYANI", datetime(1995, 6, 15, 8, 30), "03/03/2025", "#N/A", 60, None],
        [None, None, None, "JUMLAH", None, 2, 0, 111.5, None],
        [],
        [3, "Babat Toman", None, "Ny. Budi", None, None, None, None, "x"],
        [4, None, "9109015506950003", " Maria ", "1995-06-15", True, None, 0, None],
        ["JUMLAH KESELURUHAN", None, None, None, None, 4, 0, 111.5, None],
        [],
    ]
    path = kantor.xlsx(
        {"Petunjuk": [["Isilah lembar ini"], ["dengan benar"]], "Maret": march, "April": head[:5]},
        "kohort_2025-03.xlsx",
        {"Maret": ["A1:I1", "A4:A5", "B4:B5", "F4:G4", "H4:H5", "B7:B8", "B11:B12", "A13:E13"]},
    )
    layout = {
        "isi_turun": ["Kecamatan"], "lewati_lembar": ["Petunjuk"], "nama_berkas": r"(?P<periode>\d{4}-\d{2})\.xlsx$",
    }  # fmt: skip
    reading, rows = kantor.read(path, kantor.contract(COLUMNS, layout=layout, format="xlsx"))
    assert len(rows) == sum(sheet.max_row for sheet in openpyxl.load_workbook(path)) == 2 + 13 + 5
    data = [(r["_lembar"], r["_baris"], *(r[name] for name in TAKEN)) for r in rows if not r["_bukan_data"]]
    assert data == [
        ("Maret", 7, "Sekayu", "1671014107900001", "Siti Aminah", "1990-07-01", "2025-03-03", None, "51.5", None),
        (
            "Maret",
            8,
            "Sekayu",
            "'1606015506950002",
            "TOTAL SURYANI",
            "1995-06-15 08:30:00",
            "03/03/2025",
            "#N/A",
            "60",
            None,
        ),
        ("Maret", 11, "Babat Toman", None, "Ny. Budi", None, None, None, None, None),
        ("Maret", 12, "Babat Toman", "9109015506950003", " Maria ", "1995-06-15", "TRUE", None, "0", None),
    ]
    assert {r["nama_berkas__periode"] for r in rows} == {"2025-03"}
    assert (reading.missing, reading.new) == (("alamat",), ("KET.",))
    assert reading.source.lembar == ("Maret", "April")
    assert reading.columns == TAKEN


def test_the_csv_of_a_registry(kantor):
    lines = [
        "sep=;",
        "DATA IBU HAMIL;;;;;;;",
        "",
        "No.;Kecamatan;NIK;Nama Ibu;Tgl Lahir;Kunjungan K1;BB (kg);Alamat;Petugas",
        "(1);(2);(3);(4);(5);(6);(7);(8);(9)",
        '1;Sekayu;1671014107900001;"Siti ""Ami"" Aminah";01/07/1990;;51,5;"Jl. Merdeka; No. 1";a',
        "2;Sekayu;1606015506950002;Zoë O’Brien;15-06-1995",
        ";;;;;;;;;;;",
        "No.;Kecamatan;NIK;Nama Ibu;Tgl Lahir;Kunjungan K1;BB (kg);Alamat;Petugas",
        "3;Babat;;Ny. Jumlah;;;;;",
        ";;;Jumlah;;;103,5",
        "",
    ]
    content = "\r\n".join(lines).encode("cp1252")
    path = kantor.csv(content)
    reading, rows = kantor.read(path, kantor.contract(COLUMNS))
    records = list(csv.reader(content.decode("cp1252").splitlines(), delimiter=";"))
    assert [r["_baris"] for r in rows] == list(range(1, len(records) + 1))
    data = [(r["_baris"], *(r[name] for name in TAKEN)) for r in rows if not r["_bukan_data"]]
    assert data == [
        (6, "Sekayu", "1671014107900001", 'Siti "Ami" Aminah', "01/07/1990", None, None, "51,5", "Jl. Merdeka; No. 1"),
        (7, "Sekayu", "1606015506950002", "Zoë O’Brien", "15-06-1995", None, None, None, None),
        (10, "Babat", None, "Ny. Jumlah", None, None, None, None, None),
    ]
    assert (reading.missing, reading.new) == (("kunjungan_k2",), ("Petugas",))
