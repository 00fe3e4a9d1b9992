"""Workbooks as offices send them: sheets, merged cells, values as text, what calamine would lose, damage."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta

import duckdb
import openpyxl
import pytest
from files_kit import Office

from connectors import xlsx_file, xlsx_package
from connectors.errors import DeliveryError

COLUMNS = {"nik": "nik", "nama": "nama_lengkap", "alamat": "alamat"}
HEAD = ["NIK", "Nama", "Alamat"]
ROWS = [["1671", "Siti", "Jl. A"], ["1672", "Budi", None]]


@pytest.fixture(scope="module")
def con():
    with duckdb.connect(config={"threads": "1"}) as connection:
        yield connection


@pytest.fixture
def kantor(tmp_path, con):
    return Office(tmp_path, con)


def contract_of(kantor, columns=None, **layout):
    return kantor.contract(columns or COLUMNS, layout=layout, format="xlsx")


def refused(kantor, path, contract=None) -> str:
    with pytest.raises(DeliveryError) as caught:
        kantor.read(path, contract or contract_of(kantor))
    return str(caught.value)


def rewritten(path, changes: dict[str, tuple[str, str]], pattern: bool = False):
    """The workbook with a replacement in some of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name in changes:
                assert re.search(changes[name][0], text)
                text = re.sub(*changes[name], text)
            new.writestr(name, text)
    path.write_bytes(out.getvalue())
    return path


def test_every_used_row_of_every_sheet_is_there_once(kantor):
    path = kantor.xlsx(
        {
            "Sampul": [["LAPORAN"], [], ["Dinas"]],
            "Januari": [["Judul"], [], HEAD, *ROWS],
            "Kosong": [],
            "Arsip": [HEAD, ["9", "x", "y"]],
            "Februari": [HEAD, ROWS[0], [], ["JUMLAH"], ROWS[1]],
        }
    )
    reading, rows = kantor.read(path, contract_of(kantor, lewati_lembar=["arsip "]))
    assert [(r["_lembar"], r["_baris"]) for r in rows] == [
        *(("Sampul", n) for n in (1, 2, 3)), *(("Januari", n) for n in range(1, 6)),
        *(("Arsip", n) for n in (1, 2)), *(("Februari", n) for n in range(1, 6)),
    ]  # fmt: skip
    assert [(r["_lembar"], r["_baris"], r["nik"]) for r in rows if not r["_bukan_data"]] == [
        ("Januari", 4, "1671"), ("Januari", 5, "1672"), ("Februari", 2, "1671"), ("Februari", 5, "1672"),
    ]  # fmt: skip
    assert (reading.source.jenis, reading.source.lembar) == ("xlsx", ("Januari", "Februari"))
    assert reading.new == ()


def test_the_contract_says_which_sheets_hold_data_and_strays_are_signalled(kantor):
    sheets = {"Data 1": [HEAD, *ROWS], "Data 2": [["kosong saja"]], "Salinan": [HEAD, *ROWS], "Catatan": [["x"]]}
    reading, rows = kantor.read(kantor.xlsx(sheets), contract_of(kantor, lembar="^Data"))
    assert [(r["_lembar"], r["_bukan_data"]) for r in rows if not r["_bukan_data"]] == [("Data 1", False)] * 2
    assert len(rows) == 8
    assert reading.new == ("lembar Data 2 tanpa kepala", "lembar Salinan berkepala tetapi di luar tata_letak.lembar")
    message = refused(kantor, kantor.xlsx(sheets), contract_of(kantor, lembar="^Lain"))
    assert "no header found in the first 50 rows of the sheets Data 1, Data 2, Salinan, Catatan" in message
    assert "on a sheet that fits tata_letak.lembar (^Lain)" in message


def test_missing_columns_name_their_sheet(kantor):
    path = kantor.xlsx({"A": [HEAD, *ROWS], "B": [["x"], ["NIK", "Alamat", "Umur"], ["1", "b", "c"]]})
    assert refused(kantor, path) == (
        "uji.dinkes_uji.data: dinkes_uji, file data.xlsx, sheet B, row 2: the required columns nama are missing; "
        "header found: NIK, Alamat, Umur"
    )
    path = kantor.xlsx({"A": [HEAD, *ROWS], "B": [["NIK", "Nama", "Umur"], ["1", "b", "c"]]})
    reading, rows = kantor.read(path, contract_of(kantor))
    assert (reading.missing, reading.new) == (("alamat",), ("Umur",))
    assert rows[1]["alamat"] == "Jl. A"
    assert rows[-1]["alamat"] is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  a\nb ", "  a\nb "), ("001", "001"), (5, "5"), (-5, "-5"), (0, "0"), (1.5, "1.5"), (0.1 + 0.2, "0.3"),
        (1671011203900001, "1671011203900001"), (1e16, "10000000000000000"), (1e20, "1e+20"), (1e-7, "1e-07"),
        (True, "TRUE"), (False, "FALSE"),
        (date(2024, 2, 29), "2024-02-29"), (datetime(2024, 1, 2, 3, 4, 5), "2024-01-02 03:04:05"),
        (datetime(2024, 1, 2), "2024-01-02"), (time(7, 8, 9), "07:08:09"), (timedelta(hours=26, minutes=3), "26:03:00"),
        ("#N/A", "#N/A"), ("#REF!", "#REF!"), ("a_x000D_", "a"), ("_x000D_", None),
    ],
)  # fmt: skip
def test_values_as_text(kantor, value, text):
    path = kantor.xlsx({"A": [HEAD, ["1", "a", value], ["2", "b", "z"]]})
    assert kantor.data(path, contract_of(kantor)) == [(2, "1", "a", text), (3, "2", "b", "z")]


@pytest.mark.parametrize(
    "digits",
    ["9109014107900001", "-9109014107900001", "9223372036854775807", "12345678901234567890123", "9007199254740993"],
)
def test_whole_numbers_beyond_a_float_are_exact(kantor, digits):
    # openpyxl rounds them itself, other writers do not.
    path = kantor.xlsx({"A": [HEAD, [5550555, "a", "5550555"]]})
    path = rewritten(path, {"xl/worksheets/sheet1.xml": ("5550555", digits)})
    assert kantor.data(path, contract_of(kantor)) == [(2, digits, "a", digits)]


def test_a_table_that_starts_in_the_middle_with_errors_and_large_numbers(kantor):
    rows = [[], [], [None, None, *HEAD], [None, None, 5550555, "#DIV/0!", 3], [None, None, 1, "b", "#NAME?"]]
    path = rewritten(kantor.xlsx({"A": rows}), {"xl/worksheets/sheet1.xml": ("5550555", "9109014107900001")})
    assert kantor.data(path, contract_of(kantor)) == [
        (4, "9109014107900001", "#DIV/0!", "3"), (5, "1", "b", "#NAME?"),
    ]  # fmt: skip


def test_cells_of_other_writers_keep_their_exact_text(kantor, monkeypatch):
    monkeypatch.setattr(xlsx_package, "_CHUNK", 64)
    monkeypatch.setattr(xlsx_package, "_OVERLAP", 400)
    path = kantor.xlsx({"A": [HEAD, [5550555, "#N/A", 1], [5550555, "x", "5550555"]]})
    path = rewritten(path, {"xl/worksheets/sheet1.xml": ("5550555", "9109014107900001")})
    prefixed = (r"<(/?)(worksheet|sheetData|row|c|v)\b", r"<\1x:\2")
    path = rewritten(path, {"xl/worksheets/sheet1.xml": prefixed})
    path = rewritten(path, {"xl/worksheets/sheet1.xml": ("xmlns=", "xmlns:x=")})
    assert kantor.data(path, contract_of(kantor)) == [
        (2, "9109014107900001", "#N/A", "1"), (3, "9109014107900001", "x", "9109014107900001"),
    ]  # fmt: skip


def test_two_row_header_with_merged_groups_and_column_numbers(kantor):
    columns = {"nik": "nik", "nama": "nama_lengkap", "kunjungan k1": "k1", "k2": "k2", "ket": "alamat"}
    path = kantor.xlsx(
        {"A": [
            ["KOHORT IBU"], ["NIK", "NAMA", "KUNJUNGAN", None, None], [None, None, "K1", "K2", "Ket"], [1, 2, 3, 4, 5],
            ["1671", "Siti", date(2025, 1, 3), None, "baik"],
        ]},
        merge={"A": ["A1:E1", "A2:A3", "B2:B3", "C2:D2"]},
    )  # fmt: skip
    reading, _ = kantor.read(path, contract_of(kantor, columns))
    assert (reading.missing, reading.new) == ((), ())
    assert kantor.data(path, contract_of(kantor, columns)) == [(5, "1671", "Siti", "2025-01-03", None, "baik")]


def test_only_the_listed_columns_fill_down(kantor):
    columns = {"kecamatan": "kecamatan", "puskesmas": "puskesmas", "nik": "nik", "nama": "nama_lengkap"}
    path = kantor.xlsx(
        {"A": [
            ["Kecamatan", "Puskesmas", "NIK", "Nama"], ["Sekayu", "P1", "1", "a"], [None, None, "2", "b"],
            [None, None, "3", "c"], ["Babat", "P2", "4", "d"], [None, None, "5", "e"],
        ]},
        merge={"A": ["A2:A4", "B2:B4"]},
    )  # fmt: skip
    data = kantor.data(path, contract_of(kantor, columns, isi_turun=["Kecamatan"]))
    assert [row[1:3] for row in data] == [
        ("Sekayu", "P1"),
        ("Sekayu", None),
        ("Sekayu", None),
        ("Babat", "P2"),
        ("Babat", None),
    ]


def test_sheets_fill_down_apart(kantor):
    columns = {"kecamatan": "kecamatan", "nik": "nik", "nama": "nama_lengkap"}
    head = ["kecamatan", "nik", "nama"]
    path = kantor.xlsx({"A": [head, ["Sekayu", "1", "a"]], "B": [head, [None, "2", "b"]]})
    data = kantor.data(path, contract_of(kantor, columns, isi_turun=["kecamatan"]))
    assert data == [(2, "Sekayu", "1", "a"), (2, None, "2", "b")]


def test_notes_beside_the_table_are_signalled(kantor):
    path = kantor.xlsx({"A": [["judul", None, None, None, "rahasia"], HEAD, [*ROWS[0], None, "cek"]]})
    assert kantor.read(path, contract_of(kantor))[0].new == ("isi di kanan kolom berkepala",)
    path = kantor.xlsx({"A": [["judul", None, None, None, "x"], HEAD, ROWS[0]]})
    assert kantor.read(path, contract_of(kantor))[0].new == ()


def test_chart_sheets_and_hidden_sheets(kantor):
    path = kantor.xlsx({"A": [HEAD, *ROWS], "B": [HEAD, ["1673", "Tono", None]]})
    book = openpyxl.load_workbook(path)
    book.create_chartsheet("Grafik")
    book["B"].sheet_state = "hidden"
    book.save(path)
    assert [row[1] for row in kantor.data(path, contract_of(kantor))] == ["1671", "1672", "1673"]


def test_many_rows_keep_their_order(kantor, monkeypatch):
    monkeypatch.setattr(xlsx_file, "_CHUNK_CELLS", 500)
    sheets = {name: [HEAD, *([str(n), f"{name}{n}", None] for n in range(2_000))] for name in "AB"}
    _, rows = kantor.read(kantor.xlsx(sheets), contract_of(kantor))
    assert [(r["_lembar"], r["_baris"]) for r in rows] == [(s, n) for s in "AB" for n in range(1, 2_002)]
    assert all(r["nik"] == str(r["_baris"] - 2) for r in rows if not r["_bukan_data"])


def test_files_of_another_kind_are_told_how_to_be_saved(kantor):
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for content, words in (
        (b"", "the file is empty"),
        (b"nik,nama\n", "no .xlsx workbook"),
        (b"<html><table>", "no .xlsx workbook"),
        (old + b"\0" * 5000 + "Workbook".encode("utf-16-le"), "old Excel workbook (.xls); save it as .xlsx"),
        (old + b"\0" * 5000 + "EncryptedPackage".encode("utf-16-le"), "protected by a password; save it without one"),
        (b"PK\x03\x04" + b"x" * 100, "the workbook is damaged"),
    ):
        path = kantor.folder / "data.xlsx"
        path.write_bytes(content)
        assert words in refused(kantor, path)


def test_damaged_packages(kantor):
    path = kantor.xlsx({"A": [HEAD, *ROWS]})
    whole = path.read_bytes()
    for broken in (whole[:-100], whole[: len(whole) // 2], whole.replace(b"xl/workbook.xml", b"xl/workbook.xmm")):
        path.write_bytes(broken)
        assert "the workbook is damaged" in refused(kantor, path)
    sheet, rels = "xl/worksheets/sheet1.xml", "xl/_rels/workbook.xml.rels"
    for part, change in (
        (sheet, ("<sheetData>", "<sheetData><row><c r='A1'")),
        (rels, ("worksheets/sheet1", "worksheets/sheet9")),
        ("xl/workbook.xml", ("<workbook ", "<!DOCTYPE x [<!ENTITY a 'b'>]><workbook ")),
    ):
        path.write_bytes(whole)
        message = refused(kantor, rewritten(path, {part: change}))
        assert "the workbook is damaged" in message or "no header found" in message


def test_a_stray_cell_far_away_or_a_bomb_is_refused_before_memory_is_gone(kantor, monkeypatch):
    path = kantor.xlsx({"A": [HEAD, *ROWS]})
    far = rewritten(
        path,
        {
            "xl/worksheets/sheet1.xml": (
                "</sheetData>",
                '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
            )
        },
    )
    assert "sheet A: the used range is more than 40,000,000 cells; delete stray cells" in refused(kantor, far)
    lying = kantor.xlsx({"A": [HEAD, *ROWS]})
    rewritten(
        lying,
        {"xl/worksheets/sheet1.xml": ("</sheetData>", "<row r='4'><c r='XFD1048576'><v>1</v></c></row></sheetData>")},
    )
    assert "the used range" in refused(kantor, lying)
    monkeypatch.setattr(xlsx_package, "_UNPACKED", 5_000)
    assert "unpacks to more than" in refused(kantor, kantor.xlsx({"A": [HEAD, *ROWS]}))


def test_a_wide_sheet_that_fits_is_read(kantor):
    sheet = [[*HEAD, *(f"k{n}" for n in range(700))], *([str(n), "a", "b", *range(700)] for n in range(3))]
    assert len(kantor.data(kantor.xlsx({"A": sheet}), contract_of(kantor))) == 3


def test_two_parts_of_one_name_are_refused(kantor):
    path = kantor.xlsx({"A": [HEAD, *ROWS]})
    with zipfile.ZipFile(path, "a") as package, pytest.warns(UserWarning):
        package.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    assert "the workbook is damaged" in refused(kantor, path)


def test_a_panic_of_the_parser_is_a_delivery_error(kantor, monkeypatch):
    class PanicException(BaseException):
        pass

    def panic(*args):
        raise PanicException("called `unwrap` on 1671014107900001")

    monkeypatch.setattr(xlsx_file, "_worksheets", panic)
    assert "reading broke off (PanicException)" in refused(kantor, kantor.xlsx({"A": [HEAD, *ROWS]}))
    monkeypatch.setattr(xlsx_file, "_worksheets", lambda *args: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        kantor.read(kantor.xlsx({"A": [HEAD, *ROWS]}), contract_of(kantor))
