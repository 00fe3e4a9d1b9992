"""Published figures: every one at the region it counts, none lost, and why those of two producers differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import pytest
from python_calamine import CalamineWorkbook
from realdata_kit import RealData, plain
from warehouse_kit import ask, one

pytestmark = pytest.mark.realdata

JABAR = "32"
REGISTRY = "statistik.disdukcapil_jabar.penduduk"
BPS = "statistik.bps_jabar.penduduk"
BORN = "statistik.dinkes_jabar.bayi_lahir"
BIRTHS = "statistik.dinkes_jabar.kelahiran"
NATION = "statistik.dukcapil.penduduk"
SAMARINDA = "statistik.disdukcapil_samarinda.penduduk"
FACTS, CONFLICTS = "marts.fct_statistik__angka", "mutu.konflik_angka"
LEDGER = "intermediate.int_statistik__neraca_sel"
SEX = {"LAKI-LAKI": "L", "PEREMPUAN": "P"}

#: Region, year, then sex, age and category where they are stated.
Key = tuple[str | None, ...]


def facts(realdata: RealData, contract: str, *dimensions: str) -> dict[Key, int]:
    """The figures of a contract by region, year and dimensions; a figure twice under one key fails."""
    columns = ", ".join(("kode_wilayah", "cast(tahun as varchar)", *dimensions, "nilai"))
    rows = ask(realdata.database, f"select {columns} from {FACTS} where kontrak = '{contract}'")
    found = {tuple(row[:-1]): int(row[-1]) for row in rows}
    assert len(found) == len(rows)
    return found


def registry(realdata: RealData) -> dict[Key, int]:
    rows = realdata.rows("angka/disdukcapil_jabar_penduduk_2013_2023.csv")
    return {
        (row["kode_kabupaten_kota"], row["tahun"], SEX[row["jenis_kelamin"]]): int(row["jumlah_penduduk"])
        for row in rows
    }


def bps(realdata: RealData) -> dict[Key, int]:
    """BPS's names through the Kemendagri names of the bridge file: a bare name is a regency, cities say Kota."""
    bridge = {row["nama_dagri"]: row["kode_dagri"] for row in realdata.rows("referensi/bridge_bps_kabkota.csv")
              if row["kode_dagri"].startswith(JABAR)}  # fmt: skip
    found: dict[Key, int] = {}
    for row in realdata.rows("angka/bps_jabar_penduduk_2018_2020.csv"):
        name = row["Wilayah Jawa Barat"].upper()
        code = JABAR if name == "PROVINSI JAWA BARAT" else bridge[name if name.startswith("KOTA ") else f"KAB. {name}"]
        found |= {(code, year): int(row[year]) for year in ("2018", "2019", "2020")}
    return found


def births(realdata: RealData) -> dict[Key, int]:
    rows = realdata.rows("angka/dinkes_jabar_kelahiran_status_jk.csv")
    return {
        (row["kode_kabupaten_kota"], row["tahun"], SEX[row["jenis_kelamin"]], row["status_kelahiran"]):
        int(row["jumlah_kelahiran"]) for row in rows
    }  # fmt: skip


def samarinda(realdata: RealData) -> list[list[object]]:
    book = CalamineWorkbook.from_path(realdata.files / "angka" / "disdukcapil_samarinda_2022_2024.xlsx")
    return book.get_sheet_by_index(0).to_python()[1:]


def total(pairs: Iterable[tuple[Key, int]]) -> dict[Key, int]:
    sums: dict[Key, int] = defaultdict(int)
    for key, value in pairs:
        sums[key] += value
    return dict(sums)


def test_no_row_and_no_cell_is_lost(realdata: RealData) -> None:
    assert one(realdata.database, "select count(*) from mutu.buku_besar where selisih <> 0") == 0
    assert one(realdata.database, "select sum(karantina) from mutu.buku_besar") == 0
    cells = ask(realdata.database, f"select kontrak, sel_dinyatakan, fakta, kosong, selisih from {LEDGER}")
    assert len(cells) == 12
    assert all(gap == 0 for *_, gap in cells)
    read = dict(ask(realdata.database, "select kontrak, diterima from mutu.buku_besar"))
    assert read[REGISTRY] == len(registry(realdata))
    assert read[BIRTHS] == len(births(realdata))
    assert read[SAMARINDA] == len(samarinda(realdata)) == 28656
    assert read["wilayah.kemendagri.desa"] == len(realdata.rows("referensi/villages.csv")) == 83762
    vintages = realdata.rows("referensi/kode_wilayah_vintages_kab_kec.csv")
    named = sum(1 for row in vintages for column, text in row.items() if column[:2] == "20" and text)
    assert {c: (n, f, k) for c, n, f, k, _ in cells}["wilayah.kemendagri.vintage"] == (
        6 * len(vintages), named, 6 * len(vintages) - named,
    )  # fmt: skip


def test_figures_with_codes_stand_at_their_region(realdata: RealData) -> None:
    assert facts(realdata, REGISTRY, "jenis_kelamin") == registry(realdata)
    assert facts(realdata, BIRTHS, "jenis_kelamin", "kategori") == births(realdata)
    pregnant = realdata.rows("angka/dinkes_jabar_ibu_hamil_2016_2020.csv")
    assert facts(realdata, "statistik.dinkes_jabar.ibu_hamil") == {
        (row["kode_kabupaten_kota"], row["tahun"]): int(row["jumlah_ibu_hamil"]) for row in pregnant
    }
    columns = {"pria": "L", "wanita": "P", "total": None}
    nation = realdata.rows("angka/dukcapil_s2_2024.csv")
    assert facts(realdata, NATION, "jenis_kelamin") == {
        (plain(row["kode"]), "2024", sex): int(row[name]) for row in nation for name, sex in columns.items()
    }


def test_figures_with_names_only_stand_at_their_region(realdata: RealData) -> None:
    expected = bps(realdata)
    assert len(expected) == 84
    assert facts(realdata, BPS) == expected


def test_samarinda_is_found_by_kecamatan_and_kelurahan(realdata: RealData) -> None:
    """Spelled DADIMULYA until 2023 and DADI MULYA in 2024: one kelurahan."""
    districts = {row["code"]: row["name"].upper() for row in realdata.rows("referensi/districts.csv")}
    codes = {
        (districts[row["district_code"]], row["name"].upper().replace(" ", "")): plain(row["code"])
        for row in realdata.rows("referensi/villages.csv") if row["code"].startswith("64.72.")
    }  # fmt: skip
    expected: dict[Key, int] = {}
    for year, district, ward, sex, age, count in samarinda(realdata):
        key = (codes[str(district), str(ward).replace(" ", "")], str(int(year)), str(sex), str(int(age)))  # type: ignore[call-overload]
        expected[key] = int(count)  # type: ignore[call-overload]
    assert len(set(codes.values())) == 59
    assert facts(realdata, SAMARINDA, "jenis_kelamin", "kelompok_umur") == expected


def test_a_misprinted_name_is_told_but_does_not_move_the_figure(realdata: RealData) -> None:
    rows = ask(
        realdata.database,
        f"select distinct kode_wilayah, nama_asal, kecocokan_nama from {FACTS} where kecocokan_nama <> 'cocok'",
    )
    assert rows == [("96", "Papua Barat Oaya", "tak_dikenal")]


def test_registry_and_bps_differ_by_concept_at_every_region_and_year(realdata: RealData) -> None:
    rows = ask(
        realdata.database,
        "select kode_wilayah, cast(tahun as varchar), nilai_a, nilai_b, selisih, jenis, kode_sebab, bentuk_b "
        f"from {CONFLICTS} where kontrak_a = '{BPS}' and kontrak_b = '{REGISTRY}'",
    )
    counted = total(((code, year), value) for (code, year, _), value in registry(realdata).items())
    counted |= total(((JABAR, year), value) for (_, year), value in list(counted.items()))
    stated = bps(realdata)
    assert {(code, year): (int(left), int(right)) for code, year, left, right, *_ in rows} == {
        key: (value, counted[key]) for key, value in stated.items()
    }
    assert len(rows) == 84
    assert Counter((kind, cause, form) for *_, kind, cause, form in rows) == {
        ("perbedaan_konsep", "KONSEP", "jumlah_jenis_kelamin"): 81,
        ("perbedaan_konsep", "KONSEP", "jumlah_wilayah"): 3,
    }
    signs = {gap > 0 for _, _, _, _, gap, *_ in rows}
    assert signs == {True, False}


def test_bps_province_row_is_the_sum_of_its_regencies(realdata: RealData) -> None:
    rows = ask(
        realdata.database,
        f"select tahun, jenis, bagian, bagian_seharusnya from {CONFLICTS} "
        f"where kontrak_a = '{BPS}' and kontrak_b = '{BPS}' order by tahun",
    )
    assert rows == [(year, "sama", 27, 27) for year in (2018, 2019, 2020)]


def test_two_tables_of_one_producer_contradict_each_other_where_they_do(realdata: RealData) -> None:
    """Live births: equal in 2016 and 2017, in 2018 with stillbirths, and some regencies agree with nothing."""
    counted = total(((code, year, status), value) for (code, year, _, status), value in births(realdata).items())
    both_sexes = Counter((code, year, status) for code, year, _, status in births(realdata))
    expected = {}
    for row in realdata.rows("angka/dinkes_jabar_bayi_lahir.csv"):
        code, year, value = row["kode_kabupaten_kota"], row["tahun"], int(row["jumlah_bayi_lahir"])
        alive, dead = counted.get((code, year, "HIDUP")), counted.get((code, year, "MATI"))
        if alive is None or both_sexes[code, year, "HIDUP"] != 2:
            continue
        whole = dead is not None and both_sexes[code, year, "MATI"] == 2
        if value == alive:
            expected[code, year] = ("sama", None)
        elif whole and value == alive + (dead or 0):
            expected[code, year] = ("perbedaan_konsep", "CAKUPAN")
        else:
            expected[code, year] = ("konflik", "BELUM_DIKETAHUI")
    rows = ask(
        realdata.database,
        f"select kode_wilayah, cast(tahun as varchar), jenis, kode_sebab from {CONFLICTS} "
        f"where kontrak_a = '{BORN}' and kontrak_b = '{BIRTHS}' and tingkat = 'kabkota'",
    )
    assert {(code, year): (kind, cause) for code, year, kind, cause in rows} == expected
    assert expected["3202", "2018"] == ("konflik", "BELUM_DIKETAHUI")  # 350 against 44,461
    assert expected["3201", "2018"] == ("perbedaan_konsep", "CAKUPAN")
    assert expected["3201", "2017"] == ("sama", None)


def test_samarinda_adds_up_to_the_national_release(realdata: RealData) -> None:
    """28,656 figures of 59 kelurahan by sex and age against three figures of the city: equal to the person."""
    rows = ask(
        realdata.database,
        f"select jenis_kelamin, nilai_a, nilai_b, jenis from {CONFLICTS} "
        f"where kontrak_a = '{SAMARINDA}' and kontrak_b = '{NATION}' order by jenis_kelamin",
    )
    assert rows == [("L", 448161, 448161, "sama"), ("P", 433064, 433064, "sama"), (None, 881225, 881225, "sama")]


def test_the_national_release_adds_up(realdata: RealData) -> None:
    rows = ask(
        realdata.database,
        f"select bentuk_b, jenis, count(*), max(bagian) from {CONFLICTS} "
        f"where kontrak_a = '{NATION}' and kontrak_b = '{NATION}' group by all order by all",
    )
    assert rows == [("jumlah_jenis_kelamin", "sama", 553, 2), ("jumlah_wilayah", "sama", 117, 38)]


def test_it_does_not_take_long(realdata: RealData) -> None:
    assert realdata.seconds < 90
