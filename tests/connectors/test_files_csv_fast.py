"""DuckDB's way through a CSV says what Python's csv module says, or gives up."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from pathlib import Path

import duckdb
import pytest
from files_kit import Office
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.csv_fast import write_fast
from connectors.csv_rows import open_csv
from connectors.csv_text import copy_text
from connectors.errors import DeliveryError
from connectors.layout import BLANK, Where
from contracts.contract import Contract

COLUMNS = {"nik": "nik", "nama": "nama_lengkap", "alamat": "alamat"}
PIECES = [
    '"',
    '""',
    '"""',
    ",",
    ";",
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "\x0b",
    "a",
    "é",
    "1671",
    "#",
    "\\",
    "'",
    "\u00a0",
    "\u2028",
    "x,y",
    '"a"',
]
SETTINGS = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def con():
    with duckdb.connect(config={"threads": "2"}) as connection:
        yield connection


@pytest.fixture(scope="module")
def contract(tmp_path_factory, con) -> Contract:
    return Office(tmp_path_factory.mktemp("kontrak"), con).contract(COLUMNS)


def both(con, contract, text: str, buffer_size: int | None = None):
    """(what DuckDB says, what Python says): rows, "wide", "malformed", or None where DuckDB gives up."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "asal.csv"), Path(folder, "hasil.parquet")
        source.write_bytes(text.encode())
        where = Where(contract, source.name)
        copied = copy_text(source, Path(folder, "teks.csv"), where, None)
        opening = open_csv(copied.path, where)
        assert opening.header is not None
        assert opening.delimiter == ","
        fast: object = None
        try:
            if write_fast(con, copied, opening, where, target, buffer_size=buffer_size):
                fast = con.execute(f"select c0, c1, c2 from '{target}'").fetchall()
        except DeliveryError:
            fast = "wide"
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return fast, "malformed"
    if any(cell.strip(BLANK) for row in rows[1:] for cell in row[3:]):
        return fast, "wide"
    return fast, [tuple(cell or None for cell in [*row, "", "", ""][:3]) for row in rows]


@pytest.mark.slow
@SETTINGS
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_hostile_text_is_read_alike_or_left_to_python(con, contract, text):
    fast, slow = both(con, contract, "nik,nama,alamat\n" + text)
    assert fast is None or fast == slow


@SETTINGS
@given(
    st.lists(st.lists(st.text(alphabet='ab",;| é\t\n\r1', max_size=6), min_size=1, max_size=4), max_size=30),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_written_cells_are_read_alike_or_left_to_python(con, contract, rows, ending, quoting):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=ending, quoting=quoting).writerows([["nik", "nama", "alamat"], *rows])
    fast, slow = both(con, contract, out.getvalue())
    assert fast is None or fast == slow


@pytest.mark.parametrize("seed", range(6))
def test_records_across_buffers_keep_order_and_content(con, contract, seed):
    chance = random.Random(seed)
    cells = ["", "a", 'kata "dua"', "x,y", "é" * 9, "16710", "#", "Jl. Merdeka"]
    rows = [[str(n), chance.choice(cells), chance.choice(cells) * chance.randint(0, 9)] for n in range(20_000)]
    for n in range(0, len(rows), 97):
        rows[n] = rows[n][: chance.randint(1, 2)]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=["\n", "\r\n"][seed % 2]).writerows([["nik", "nama", "alamat"], *rows])
    fast, slow = both(con, contract, out.getvalue(), buffer_size=None if seed < 2 else 4_000 * seed)
    assert fast == slow


@pytest.mark.parametrize(
    "text",
    [
        "1,a,b\n2,c,d\n",
        "1,a,b\r\n2,c,d\r\n",
        "1,a,b\n2,c\r\n\n\n\r\n3\n\n",
        '"1","a ""b"" c","x,y"\r\n"","",""\r\n',
        "1,a,b,,,\n2\n",
        "1,a\"b,c'd\n",
    ],
)
def test_ordinary_files_do_take_the_fast_way(con, contract, text):
    fast, slow = both(con, contract, "nik,nama,alamat\n" + text)
    assert fast is not None
    assert fast == slow


@pytest.mark.parametrize(
    "text", ['1,"a\nb",c\n', '1, "a",c\n', '1,"a" ,c\n', "1,a\rb,c\n", '1,"a"b,c\n', '1,"a,c\n2,b,d\n']
)
def test_files_that_duckdb_reads_otherwise_go_to_python(con, contract, text):
    fast, _ = both(con, contract, "nik,nama,alamat\n" + text)
    assert fast is None


def test_a_connection_that_keeps_no_order_goes_to_python(contract):
    with duckdb.connect() as other:
        other.execute("set preserve_insertion_order = false")
        fast, _ = both(other, contract, "nik,nama,alamat\n1,a,b\n")
    assert fast is None
