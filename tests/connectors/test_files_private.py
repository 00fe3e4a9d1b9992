"""No failure of a file reader shows a value of the file, nor lets a foreign exception that may hold one hang on."""

from __future__ import annotations

import traceback

import duckdb
import pyarrow as pa
import pytest
from files_kit import NAME, NIK, Office

from connectors import csv_fast, csv_file, csv_rows, xlsx_file
from connectors.errors import AccessError, ConnectorError, DeliveryError

COLUMNS = {"nik": "nik", "nama": "nama_lengkap", "alamat": "alamat"}
TEXT = f"nik,nama,alamat\n{NIK},{NAME},Jl. Rahasia\n"
HEAD = ["nik", "nama", "alamat"]


@pytest.fixture(scope="module")
def con():
    with duckdb.connect(config={"threads": "1"}) as connection:
        yield connection


@pytest.fixture
def kantor(tmp_path, con):
    return Office(tmp_path, con)


def failure(kantor, path, contract) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        kantor.read(path, contract)
    error = caught.value
    shown = str(error) + repr(error) + "".join(traceback.format_exception(error, chain=True))
    for secret in (NIK, NIK[4:], NAME, *NAME.split(), "Jl. Rahasia"):
        assert secret not in shown
    assert error.__cause__ is None
    assert error.__context__ is None
    assert str(error).startswith("uji.dinkes_uji.data: dinkes_uji, file ")
    assert list((kantor.folder / "scratch").iterdir()) == []
    return error


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TEXT + f"{NIK},{NAME},a,b\n", "line 3: the row has more filled cells"),
        (TEXT + f'{NIK},"{NAME}"x,a\n', "line 3: the quotes"),
        (TEXT + f'{NIK},"{NAME},a\n', "line 3: the quotes"),
        (TEXT + f"{NIK},{NAME}\0,a\n", "line 3: a NUL"),
        (TEXT.encode() + f"{NIK},{NAME}".encode() + b"\x81\n", "line 3: a byte"),
        (f"{NIK},{NAME},Jl. Rahasia\n" * 3, "no header found"),
        (f"nik,alamat,{NIK}\n{NIK},{NAME},x\n", "the required columns nama are missing"),
        (f"nik,nama,alamat,nama\n{NIK},{NAME},x,y\n", "nama more than once"),
        (f'"{NIK},{NAME}\n', "line 1: the quotes"),
    ],
)
def test_broken_csv(kantor, content, words):
    assert words in str(failure(kantor, kantor.csv(content), kantor.contract(COLUMNS)))


@pytest.mark.parametrize(
    ("sheets", "words"),
    [
        ({"A": [[NIK, NAME, "Jl. Rahasia"]] * 3}, "no header found"),
        ({"A": [["nik", "alamat", NIK], [NIK, NAME, 1]]}, "sheet A, row 1: the required columns nama are missing"),
        ({"A": [["nik", "nama", "nama", "alamat"], [NIK, NAME, 1, 2]]}, "nama more than once"),
    ],
)
def test_broken_workbooks(kantor, sheets, words):
    contract = kantor.contract(COLUMNS, format="xlsx")
    assert words in str(failure(kantor, kantor.xlsx(sheets), contract))


def test_damaged_workbook(kantor):
    path = kantor.xlsx({"A": [HEAD, [NIK, NAME, "Jl. Rahasia"]]})
    path.write_bytes(path.read_bytes()[:-200])
    assert "damaged" in str(failure(kantor, path, kantor.contract(COLUMNS, format="xlsx")))


def test_a_file_name_that_does_not_fit(kantor):
    contract = kantor.contract(COLUMNS, layout={"nama_berkas": r"^(?P<periode>\d{4})"})
    assert "does not fit" in str(failure(kantor, kantor.csv(TEXT), contract))


@pytest.mark.parametrize(
    "foreign",
    [
        duckdb.ConversionException(f"Could not convert {NIK}"),
        pa.ArrowInvalid(f"Could not convert '{NAME}'"),
        ValueError(NIK),
        KeyError(NAME),
        UnicodeDecodeError("utf-8", NIK.encode(), 0, 1, NAME),
        MemoryError(NIK),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_whatever_breaks_off(kantor, monkeypatch, foreign, kind):
    def broken(*args, **kwargs):
        raise foreign

    for module, name in ((csv_file, "write_fast"), (xlsx_file, "_write")):
        monkeypatch.setattr(module, name, broken)
    path = kantor.csv(TEXT) if kind == "csv" else kantor.xlsx({"A": [HEAD, [NIK, NAME, 1]]})
    error = failure(kantor, path, kantor.contract(COLUMNS, format=kind))
    assert f"reading broke off ({type(foreign).__name__})" in str(error)
    assert isinstance(error, DeliveryError)


def test_a_full_disk_is_an_access_error(kantor, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, f"No space left on device {NIK}", NAME)

    monkeypatch.setattr(csv_rows, "write_rows", full)
    monkeypatch.setattr(csv_file, "write_rows", full)
    monkeypatch.setattr(csv_file, "write_fast", lambda *args: False)
    error = failure(kantor, kantor.csv(TEXT), kantor.contract(COLUMNS))
    assert isinstance(error, AccessError)
    assert str(error).endswith("file data.csv: no space left on device")


def test_an_error_of_duckdb_is_decided_by_python(kantor, monkeypatch):
    def broken(*args):
        raise duckdb.InvalidInputException(f"CSV Error on Line: 2 Original Line: {NIK}")

    monkeypatch.setattr(csv_fast, "_value", broken)
    assert kantor.data(kantor.csv(TEXT), kantor.contract(COLUMNS)) == [(2, NIK, NAME, "Jl. Rahasia")]
