"""Which rows are data: totals, blank rows, titles; real people and places named like totals stay."""

from __future__ import annotations

import duckdb
import pytest
from files_kit import Office

PEOPLE = {
    "no": None,
    "nik": "nik",
    "nama": "nama_lengkap",
    "lahir": "tanggal_lahir",
    "alamat": "alamat",
    "berat": "berat",
}
HEAD = "no,nik,nama,lahir,alamat,berat\n"
DESA = {
    "no": None,
    "kode": "kode",
    "kecamatan": "kecamatan",
    "desa": "nama_desa",
    "l": "laki",
    "p": "perempuan",
    "jml": "jumlah",
}
DESA_HEAD = "no,kode,kecamatan,desa,l,p,jml\n"


@pytest.fixture(scope="module")
def con():
    with duckdb.connect(config={"threads": "1"}) as connection:
        yield connection


@pytest.fixture
def kantor(tmp_path, con):
    return Office(tmp_path, con)


def is_data(kantor, text: str, contract) -> bool:
    _, rows = kantor.read(kantor.csv(text), contract)
    return not rows[-1]["_bukan_data"]


def desa(kantor, **more):
    key = more.pop("key", ())
    return kantor.contract(DESA, entity="uji.desa", key=key, **more)


@pytest.mark.parametrize(
    "row",
    [
        "JUMLAH,,,,,12",
        ",,JUMLAH,,,12",
        ",, Total : ,,,12",
        ',,Grand  Total,,,"Rp 1.500.000,-"',
        "Jumlah Kecamatan Sekayu,,,,,12",
        ",,,,SUBTOTAL halaman 2,12",
        "27,,JUMLAH,,,12",
        ",,REKAP,,,#REF!",
        "JUMLAH,,27,,,12",
    ],
)
def test_total_rows_of_people(kantor, row):
    assert not is_data(kantor, HEAD + "1,1671,Siti,,,3\n" + row, kantor.contract(PEOPLE))


@pytest.mark.parametrize(
    "row",
    [
        "5,1671,Total Suryadi,,,3",
        "5,,Total Suryadi,2001-01-01,,3",
        ",,Total Suryadi,,Jl. Merdeka,",
        ",,Total Suryadi,,,",
        ",,TOTAL SURYADI,,,3",
        ",1671,TOTAL,,,3",
        ",,TOTAL,,Jl. Merdeka 3,",
        "5,1671,,,Total Persada Blok B,",
        ",,Totalindo,,,3",
        ",,JUMLAHAN,,,3",
        ",,Siti,,JUMLAH,3",
        ",,JUMLAH PESERTA,,,25",
    ],
)
def test_people_and_doubtful_rows_stay_data(kantor, row):
    assert is_data(kantor, HEAD + "1,1671,Siti,,,3\n" + row, kantor.contract(PEOPLE))


def test_an_owner_whose_name_is_not_required_stays_data(kantor):
    columns = {"pemilik": "nama_pemilik", "kode": "kode_kendaraan", "pkb": "njkb"}
    contract = kantor.contract(columns, entity="uji.kendaraan")
    for row, data in (("Total Suryadi,,500", True), ("JUMLAH,,500", False), ("Total Suryadi,7,500", True)):
        assert is_data(kantor, f"pemilik,kode,pkb\n{row}\n", contract) is data


def test_the_contract_says_what_a_total_is_called(kantor):
    contract = kantor.contract(PEOPLE, layout={"baris_total": ["Jumlah Peserta", "A+B"]})
    assert not is_data(kantor, HEAD + ",,JUMLAH  peserta,,,25", contract)
    assert not is_data(kantor, HEAD + ",,A+B,,,25", contract)
    assert is_data(kantor, HEAD + ",,JUMLAH,,,25", contract)
    assert is_data(kantor, HEAD + ",,JUMLAH,,,25", kantor.contract(PEOPLE, layout={"baris_total": []}))


@pytest.mark.parametrize(
    ("row", "data"),
    [
        (",,,JUMLAH,5,6,11", False),
        (",,JUMLAH KEC. SEKAYU,,5,6,11", False),
        (",,,JUMLAH KECAMATAN SEKAYU,5,6,11", False),
        ("Jumlah,,,,5,6,11", False),
        ("4,16.06,Sekayu,Jumlah,5,6,11", True),
        (",16.06,Sekayu,Jumlah Jaya,5,6,11", True),
        (",,Sekayu,Jumlah,5,6,11", True),
    ],
)
def test_places_by_code_and_name(kantor, row, data):
    assert is_data(kantor, DESA_HEAD + row, desa(kantor, key=("kode",))) is data


@pytest.mark.parametrize(
    ("row", "data"),
    [
        (",,,JUMLAH,5,6,11", False),
        (",,,Jumlah Jaya,5,6,11", True),
        ("7,,,Jumlah,5,6,11", True),
        (",,Sekayu,Jumlah,5,6,11", True),
    ],
)
def test_places_by_name_alone(kantor, row, data):
    assert is_data(kantor, DESA_HEAD + row, desa(kantor)) is data


def test_blank_means_empty_in_every_taken_column(kantor):
    contract = kantor.contract(PEOPLE)
    for row in (",,,,,", "5,,,,,", ", ,\u00a0,\t,,", '"","",,,,'):
        assert not is_data(kantor, HEAD + row + "\n", contract)
    assert is_data(kantor, HEAD + ",,,,,0\n", contract)


def test_a_row_of_column_names_is_no_data_but_a_person_named_so_is(kantor):
    contract = kantor.contract(PEOPLE)
    assert not is_data(kantor, HEAD + "No.,NIK,N a m a,Lahir,Alamat,BERAT\n", contract)
    assert is_data(kantor, HEAD + "1,1671,Nama,Lahir,Alamat,\n", contract)


def test_column_numbers_below_the_header_are_no_data(kantor):
    contract = kantor.contract(PEOPLE)
    for row in ("1,2,3,4,5,6", "(1),(2),(3),(4),(5),(6)", "1,2,3,4,5,6=4+5"):
        assert not is_data(kantor, HEAD + row, contract)
    for row in ("1,2,3,,5,6", "1,2,3,4,5,7", "1,2,3,4,,"):
        assert is_data(kantor, HEAD + row, contract)
    assert is_data(kantor, HEAD + "1,1671,a,,,\n1,2,3,4,5,6", contract)


def test_merged_values_fill_down_over_data_rows_only(kantor):
    contract = desa(kantor, layout={"isi_turun": ["KECAMATAN"]})
    text = DESA_HEAD + (
        ",,Sekayu,,,,\n1,,,Soak Baru,1,2,3\n2,,,Balai Agung,1,2,3\n,,JUMLAH,,2,4,6\n,,,,,,\n3,,,Kayuara,1,2,3\n"
        "no,kode,kecamatan,desa,l,p,jml\n4,,Babat,Jumlah Jaya,1,2,3\n5,,,Jumlah Makmur,1,2,3\n"
    )
    _, rows = kantor.read(kantor.csv(text), contract)
    assert [r["_baris"] for r in rows] == list(range(1, 11))
    assert [(r["_baris"], r["kecamatan"], r["desa"]) for r in rows if not r["_bukan_data"]] == [
        (3, "Sekayu", "Soak Baru"), (4, "Sekayu", "Balai Agung"), (7, "Sekayu", "Kayuara"),
        (9, "Babat", "Jumlah Jaya"), (10, "Babat", "Jumlah Makmur"),
    ]  # fmt: skip
    assert rows[5]["kecamatan"] is None


def test_filling_down_keeps_the_order_of_many_rows(kantor):
    contract = desa(kantor, layout={"isi_turun": ["kecamatan"]})
    lines = [f"{n},,{f'K{n}' if n % 100 == 0 else ''},D{n},1,2,3" for n in range(30_000)]
    _, rows = kantor.read(kantor.csv(DESA_HEAD + "\n".join(lines)), contract)
    assert [r["_baris"] for r in rows] == list(range(1, 30_002))
    assert all(r["kecamatan"] == f"K{n - n % 100}" for n, r in enumerate(rows[1:]))


def test_names_with_quotes_go_through_sql_unharmed(kantor):
    columns = {"n'i\"k": "nik", "na;ma--": "nama_lengkap"}
    layout = {"baris_total": ["JUM'LAH"], "nama_berkas": r"(?P<alamat>.+)\.csv"}
    contract = kantor.contract(columns, layout=layout)
    path = kantor.csv('"n\'i""k",na;ma--\n1,a\'b\n,JUM\'LAH\n', 'O\'Neil "x".csv')
    _, rows = kantor.read(path, contract)
    assert [r["_bukan_data"] for r in rows] == [True, False, True]
    assert (rows[1]["na;ma--"], rows[1]["nama_berkas__alamat"]) == ("a'b", 'O\'Neil "x"')
