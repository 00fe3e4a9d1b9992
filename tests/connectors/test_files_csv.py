"""CSV files as offices send them: encodings, delimiters, titles, headers, ragged rows, quotes."""

from __future__ import annotations

import hashlib

import duckdb
import pytest
from files_kit import Office
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors import csv_fast, csv_file, csv_text
from connectors.errors import DeliveryError

COLUMNS = {"nik": "nik", "nama": "nama_lengkap", "alamat": "alamat"}
ROWS = [(2, "1671", "Siti", "Jl. A"), (3, "1672", "Budi", None)]
TEXT = "nik,nama,alamat\n1671,Siti,Jl. A\n1672,Budi,\n"


@pytest.fixture(scope="module")
def con():
    with duckdb.connect(config={"threads": "2"}) as connection:
        yield connection


@pytest.fixture
def kantor(tmp_path, con):
    return Office(tmp_path, con)


@pytest.fixture(params=["duckdb", "python"])
def way(request, monkeypatch):
    if request.param == "python":
        monkeypatch.setattr(csv_file, "write_fast", lambda *args: False)
    return request.param


def refused(kantor, content, contract=None) -> str:
    with pytest.raises(DeliveryError) as caught:
        kantor.read(kantor.csv(content), contract or kantor.contract(COLUMNS))
    return str(caught.value)


def test_every_record_is_there_once_with_its_line_and_its_source(kantor, way):
    path = kantor.csv(TEXT)
    reading, rows = kantor.read(path, kantor.contract(COLUMNS))
    assert [(r["_lembar"], r["_baris"], r["_bukan_data"]) for r in rows] == [
        (None, 1, True), (None, 2, False), (None, 3, False),
    ]  # fmt: skip
    assert reading.columns == ("nik", "nama", "alamat")
    assert (reading.missing, reading.new) == ((), ())
    source = reading.source
    assert (source.jenis, source.alamat, source.objek, source.lembar) == ("csv", "kiriman", "data.csv", ())
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(kantor, encoding, ending):
    text = TEXT.replace("Siti", "Zoë “S”").replace("\n", ending)
    data = kantor.data(kantor.csv(text.encode(encoding)), kantor.contract(COLUMNS))
    assert data == [(2, "1671", "Zoë “S”", "Jl. A"), ROWS[1]]


def test_utf16_big_endian_and_declared_windows_1252(kantor):
    contract = kantor.contract(COLUMNS)
    assert kantor.data(kantor.csv(b"\xfe\xff" + TEXT.encode("utf-16-be")), contract) == ROWS
    contract = kantor.contract(COLUMNS, layout={"pengodean": "windows-1252"})
    assert kantor.data(kantor.csv(TEXT.replace("Siti", "Ã©").encode("cp1252")), contract)[0][2] == "Ã©"
    assert kantor.data(kantor.csv(TEXT.replace("Siti", "é").encode("utf-8-sig")), contract)[0][2] == "é"


def test_wrong_bytes_are_refused_with_their_line(kantor):
    utf8 = kantor.contract(COLUMNS, layout={"pengodean": "utf-8"})
    broken = TEXT.encode().replace(b"Budi", b"B\xe9di")
    assert "line 3: a byte of this line is not UTF-8" in refused(kantor, broken, utf8)
    assert "line 3: a byte of this line is not UTF-8" in refused(kantor, b"\xef\xbb\xbf" + broken)
    # Letters before it prove UTF-8: read as Windows-1252 they would all turn into two.
    assert "line 3" in refused(kantor, broken.replace(b"Siti", "Zoë".encode()))
    assert "line 3: a byte of this line is not Windows-1252" in refused(kantor, TEXT.encode().replace(b"Budi", b"\x81"))
    assert "UTF-16" in refused(kantor, b"\xff\xfe" + TEXT.encode("utf-16-le")[:-1])


def test_a_nul_and_files_of_another_kind_are_refused(kantor):
    assert "line 3: a NUL byte" in refused(kantor, TEXT.replace("Budi", "B\0di"))
    assert "line 1: a NUL byte" in refused(kantor, TEXT.encode("utf-16-le"))
    assert "workbook or archive" in refused(kantor, b"PK\x03\x04" + b"x" * 50)
    assert "the file is empty" in refused(kantor, b"")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_detected_by_the_header(kantor, way, delimiter):
    text = "Laporan, bulan; Maret | 2025\n" + TEXT.replace(",", delimiter)
    assert [row[1:] for row in kantor.data(kantor.csv(text), kantor.contract(COLUMNS))] == [r[1:] for r in ROWS]


def test_a_declared_delimiter_and_the_sep_line_of_excel(kantor, way):
    comma_rich = "nik;nama,gelar;alamat,nik,nama\n1;a,b;c\n"
    contract = kantor.contract({"nik": "nik", "nama,gelar": "nama_lengkap"}, layout={"pemisah": ";"})
    assert kantor.data(kantor.csv(comma_rich), contract) == [(2, "1", "a,b")]
    _, rows = kantor.read(kantor.csv("sep=;\r\n" + TEXT.replace(",", ";")), kantor.contract(COLUMNS))
    assert [r["_bukan_data"] for r in rows] == [True, True, False, False]
    assert rows[2]["_baris"] == 3
    assert rows[2]["nama"] == "Siti"


def test_titles_blank_lines_and_a_later_header_are_no_data(kantor, way):
    text = "LAPORAN BULAN MARET,,,,,,\n\n,,\n" + TEXT + "\nNIK,Nama ,ALAMAT\n1673,Tono,B\n,,\n \n"
    _, rows = kantor.read(kantor.csv(text), kantor.contract(COLUMNS))
    assert [r["_baris"] for r in rows] == list(range(1, 12))
    assert [r["_baris"] for r in rows if not r["_bukan_data"]] == [5, 6, 9]


@pytest.mark.parametrize("above", [49, 50])
def test_the_header_is_searched_in_the_first_fifty_rows(kantor, above):
    path, contract = kantor.csv("judul\n" * above + TEXT), kantor.contract(COLUMNS)
    if above < 50:
        assert len(kantor.data(path, contract)) == 2
    else:
        with pytest.raises(DeliveryError, match="no header found in the first 50 rows; a header has at least 60 %"):
            kantor.read(path, contract)


def test_names_are_compared_without_case_and_punctuation(kantor):
    columns = {"no_kk": "nik", "nama lengkap": "nama_lengkap", "tgl.lahir (hh/bb/tttt)": "tanggal_lahir", "%": "berat"}
    text = 'No. KK;"NAMA\nLENGKAP";Tgl Lahir HH-BB-TTTT;%\n1;a;b;5\n'
    assert kantor.data(kantor.csv(text), kantor.contract(columns)) == [(3, "1", "a", "b", "5")]


def test_two_stacked_header_rows_are_joined(kantor, way):
    columns = {"nik": "nik", "nama": "nama_lengkap", "kunjungan k1": "k1", "k2": "k2", "ket": None}
    head = "NIK,NAMA,KUNJUNGAN,,KET\n,,K1,K2,\n"
    text = f"{head}(1),(2),(3),(4),(5)\n1,a,2025-01-01,2025-02-01,x\n{head}2,b,,,\n"
    reading, rows = kantor.read(kantor.csv(text), kantor.contract(columns))
    assert [r["_bukan_data"] for r in rows] == [True, True, True, False, True, True, False]
    assert (rows[3]["kunjungan k1"], rows[3]["k2"]) == ("2025-01-01", "2025-02-01")
    assert reading.new == ()


def test_missing_and_new_columns(kantor):
    contract = kantor.contract(COLUMNS | {"berat": "berat", "petugas": None}, key=("nik",))
    reading, rows = kantor.read(kantor.csv("nik,nama,berat,lila,,1671014107900001\n1,a,2,3,4\n"), contract)
    assert reading.missing == ("alamat",)
    assert reading.new == ("lila", "1671************", "kolom 5 tanpa nama")
    assert rows[1]["alamat"] is None
    message = refused(kantor, "nama,berat,alamat,petugas\na,1,2,3\n", contract)
    assert message == (
        "uji.dinkes_uji.data: dinkes_uji, file data.csv, line 1: the required columns nik are missing; "
        "header found: nama, berat, alamat, petugas"
    )
    contract = kantor.contract(COLUMNS | {"kode": "periode"}, key=("kode",))
    assert "the required columns kode are missing" in refused(kantor, TEXT, contract)
    assert "the required columns nama are missing" in refused(kantor, "nik,alamat,kode\n1,2,3\n", contract)


def test_a_column_that_stands_twice_is_refused_only_if_it_is_taken(kantor):
    assert "has alamat more than once, in columns 3 and 4" in refused(kantor, "nik,nama,Alamat,ALAMAT\n")
    assert kantor.data(kantor.csv("nik,nama,Alamat,alamat\n1,a,b,c\n"), kantor.contract(COLUMNS)) == [
        (2, "1", "a", "c")
    ]
    contract = kantor.contract(COLUMNS | {"no": None})
    assert kantor.data(kantor.csv("no,no,nik,nama,alamat\n1,1,1,a,b\n"), contract) == [(2, "1", "a", "b")]


def test_ragged_rows(kantor, way):
    data = kantor.data(kantor.csv("nik,nama,alamat,\n1\n2,b\n3,c,d,,,,\n"), kantor.contract(COLUMNS))
    assert data == [(2, "1", None, None), (3, "2", "b", None), (4, "3", "c", "d")]
    for extra in ("x", ",,,,,,,,,,,,,x"):
        message = refused(kantor, TEXT + f"4,d,e,{extra}\n5,f,g,y\n")
        assert "line 4: the row has more filled cells than the header's 3" in message


def test_quotes_and_line_ends_inside_cells(kantor):
    text = 'nik,nama,alamat\r\n1,"PT ""A"", B","Jl. A\r\nNo. 1\n\nRT 2"\r\n"","b\r", c \r\n'
    assert kantor.data(kantor.csv(text), kantor.contract(COLUMNS)) == [
        (2, "1", 'PT "A", B', "Jl. A\r\nNo. 1\n\nRT 2"),
        (6, None, "b", " c "),
    ]
    for bad in ('4,"d,e\n5,f,g\n', '4,"d"x,e\n', '4,"PT "A"",e\n'):
        assert "line 4: the quotes of this record do not fit" in refused(kantor, TEXT + bad)
    assert "line 1: the quotes" in refused(kantor, '"nik,nama,alamat\n1,2,3\n')


def test_long_cells_are_read_and_endless_lines_refused(kantor, monkeypatch):
    outline = "POLYGON(" + "1 2," * 100_000 + ")"
    data = kantor.data(kantor.csv(f'nik,nama,alamat\n1,a,"{outline}"\n'), kantor.contract(COLUMNS))
    assert data == [(2, "1", "a", outline)]
    monkeypatch.setattr(csv_text, "_LONGEST_LINE", 1000)
    assert "line 2: a line is longer" in refused(kantor, f"nik,nama,alamat\n{outline}")


@pytest.mark.slow
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["1,a,b", "2,é", "", "\r\n", "\n", "\r", '"x ""y"""', ",", "kata"]), max_size=25).map(
        "".join
    )
)
def test_block_borders_change_nothing(kantor, text):
    contract, path = kantor.contract(COLUMNS), kantor.csv("nik,nama,alamat\n" + text)
    with pytest.MonkeyPatch.context() as patch:
        results = []
        for size in (1 << 22, 3):
            patch.setattr(csv_fast, "_CHUNK", size)
            patch.setattr(csv_text, "_CHUNK", size)
            try:
                reading, rows = kantor.read(path, contract)
                results.append((reading.source.sha256, rows))
            except DeliveryError as error:
                results.append(str(error))
    assert results[0] == results[1]


def test_many_rows_in_chunks(kantor, way):
    lines = [f"{n},nama {n},{'x' * (n % 7)}" for n in range(60_000)]
    _, rows = kantor.read(kantor.csv("\n".join(["nik,nama,alamat", *lines])), kantor.contract(COLUMNS))
    assert [r["_baris"] for r in rows] == list(range(1, 60_002))
    assert all(r["nik"] == str(r["_baris"] - 2) for r in rows[1:])


def test_the_folder_s_name_is_taken_literally(con, tmp_path, way):
    folder = tmp_path / "tahun=2025 [a]*'b"
    folder.mkdir()
    kantor = Office(folder, con)
    assert kantor.data(kantor.csv(TEXT), kantor.contract(COLUMNS)) == ROWS
