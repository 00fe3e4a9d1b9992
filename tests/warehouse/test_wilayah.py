"""Regions of the simulated province: codes through systems and vintages, names within their parent."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from warehouse_kit import TABLES, RegionNights, ask, different_rows, one

from contracts.errors import ContractError
from contracts.load import contracts_folder, load_contract
from contracts.standard import load_standards

pytestmark = pytest.mark.slow

CANONICAL = "intermediate.int_wilayah__kanonik"
#: Short lists that are written whole every night.
COUNTED_WHOLE = {
    "intermediate.int_statistik__neraca_sel", "mutu.karantina_statistik_sel", "mutu.wilayah_tak_dikenal",
}  # fmt: skip


def bridge_rows(region_nights: RegionNights) -> list[dict[str, str]]:
    with (region_nights.agencies / "bps" / "jembatan_kabkota.csv").open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def test_every_delivered_code_is_in_force_once(region_nights: RegionNights) -> None:
    with (region_nights.agencies / "kemendagri" / "kode_wilayah_2025.csv").open(encoding="utf-8") as handle:
        delivered = {row["kode"].replace(".", "") for row in csv.DictReader(handle)}
    rows = ask(
        region_nights.ulang, "select kode_wilayah from marts.dim_wilayah where is_berlaku and tingkat <> 'negara'"
    )
    assert len(rows) == len(delivered)
    assert {code for (code,) in rows} == delivered


def test_former_codes_close_before_the_first_vintage_and_name_their_successors(region_nights: RegionNights) -> None:
    rows = ask(
        region_nights.ulang,
        "select kode_pengganti, vintage_sampai, cast(_berlaku_sampai as varchar), cara_pengganti "
        "from marts.dim_wilayah where kode_wilayah in ('160504', '160101') order by kode_wilayah",
    )
    assert rows == [
        ("1608|1609", "sebelum 2015", "2015-06-29", "dinyatakan"),
        ("1613", "sebelum 2015", "2015-06-29", "dinyatakan"),
    ]


def test_a_former_code_leads_to_its_only_successor_and_an_ambiguous_one_nowhere(region_nights: RegionNights) -> None:
    rows = ask(
        region_nights.ulang,
        f"select kode_asal, kode_wilayah, tingkat, cara from {CANONICAL} "
        "where sistem = 'kemendagri' and kode_asal in ('160504', '160101', '1601') order by all",
    )
    assert rows == [
        ("1601", "1601", "kabkota", "langsung"),
        ("160101", None, None, "tidak_dikenal"),
        ("160504", "1613", "kabkota", "pengganti"),
    ]


def test_bps_codes_never_pass_as_kemendagri_codes(region_nights: RegionNights) -> None:
    """Domain fact 1: the bridge decides, although five BPS codes are Kemendagri codes of other regencies."""
    found = dict(ask(region_nights.ulang, f"select kode_asal, kode_wilayah from {CANONICAL} where sistem = 'bps'"))
    expected = {row["kode_bps"]: row["kode_kemendagri"].replace(".", "") for row in bridge_rows(region_nights)}
    assert {code: found[code] for code in expected} == expected
    wrong_if_raw = {code for code, true in expected.items() if code != true}
    assert wrong_if_raw == {"1608", "1609", "1672", "1673", "1674"}
    assert {found["16"], found["1600"]} == {"16"}


def test_without_a_bridge_bps_codes_are_unknown_not_guessed(region_nights: RegionNights) -> None:
    ways = ask(
        region_nights.tanpa_jembatan,
        f"select distinct cara, kode_wilayah from {CANONICAL} where sistem = 'bps'",
    )
    assert ways == [("tidak_dikenal", None)]


def test_samsat_codes_are_bridged_to_the_village_that_samsat_names(region_nights: RegionNights) -> None:
    with closing(sqlite3.connect(region_nights.agencies / "bapenda" / "samsat.sqlite")) as con:
        expected = dict(con.execute("select kd_kel, kd_dagri from ref_kelurahan where kd_dagri is not null"))
    found = dict(
        ask(
            region_nights.direvisi,
            f"select kode_asal, kode_wilayah from {CANONICAL} "
            "where sistem = 'samsat_sumsel' and kode_wilayah is not null",
        )
    )
    gone = {code for code, village in expected.items() if village == "1601072002"}
    assert found == {code: village for code, village in expected.items() if code not in gone}


def test_a_renamed_village_keeps_one_code_in_force_and_both_names_lead_to_it(region_nights: RegionNights) -> None:
    assert one(
        region_nights.direvisi, "select nama_wilayah from marts.dim_wilayah where kode_wilayah = '1601072001'"
    ) == ("Nagari Sindang")
    assert ask(region_nights.direvisi, "select 1 from marts.dim_wilayah where kode_wilayah = '1601072002'") == []
    keys = ask(
        region_nights.direvisi,
        "select nama_kunci, kode_induk, kode_wilayah from marts.dim_wilayah_alias "
        "where tingkat = 'desa' and nama_kunci in ('NEGERISINDANG', 'NAGARISINDANG') order by all",
    )
    assert keys == [("NAGARISINDANG", "160107", "1601072001"), ("NEGERISINDANG", "160107", "1601072001")]


def test_a_village_name_leads_nowhere_without_its_kecamatan(region_nights: RegionNights) -> None:
    parents = ask(
        region_nights.ulang, "select distinct length(kode_induk) from marts.dim_wilayah_alias where tingkat = 'desa'"
    )
    assert parents == [(6,)]
    assert (
        one(
            region_nights.ulang,
            "select count(*) from (select nama_kunci from marts.dim_wilayah_alias where tingkat = 'desa' "
            "group by nama_kunci having count(distinct kode_wilayah) > 1)",
        )
        > 0
    )


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("27 Ilir", "Dua-puluh-tujuh Ilir"), ("16 Ulu", "Enam-belas Ulu"), ("Ilir Barat II", "ILIR BARAT DUA"),
        ("BANYU ASIN", "Banyuasin"), ("Sebelas Ulu", "11 ULU"), ("Sepuluh", "X"), ("Ra'as", "Ra\"as"),
        ("Na IX - X", "Na IX-X"), ("Tiga Puluh", "30"), ("Kep. Seribu", "KEPULAUAN SERIBU"),
    ],
)  # fmt: skip
def test_names_that_mean_the_same_have_one_key(region_nights: RegionNights, left: str, right: str) -> None:
    quoted = [text.replace("'", "''") for text in (left, right)]
    first, second = ask(region_nights.ulang, f"select wilayah_kunci('{quoted[0]}'), wilayah_kunci('{quoted[1]}')")[0]
    assert first == second


@pytest.mark.parametrize(
    ("name", "form", "core"),
    [
        ("KAB. MUSI RAWAS UTARA", "KABUPATEN", "MUSIRAWASUTARA"), ("Kota Lubuk Linggau", "KOTA", "LUBUKLINGGAU"),
        ("KOTABARU", "", "KOTABARU"), ("Kab. Adm. Kep. Seribu", "KABUPATEN", "KEPULAUANSERIBU"),
    ],
)  # fmt: skip
def test_the_form_of_a_regency_name_is_told_apart(region_nights: RegionNights, name: str, form: str, core: str) -> None:
    assert ask(
        region_nights.ulang, f"select wilayah_awalan('{name}', 'kabkota'), wilayah_inti('{name}', 'kabkota')"
    ) == [(form, core)]


@pytest.mark.parametrize(
    ("text", "system", "code"),
    [
        ("16.1", "kemendagri", "1610"), ("16.10", "kemendagri", "1610"), ("16.01", "kemendagri", "1601"),
        ("16.0", "kemendagri", "16"), ("1601.0", "kemendagri", "1601"), ("160101.0", "kemendagri", "160101"),
        ("1601072001.0", "kemendagri", "1601072001"), ("16.01.07.2001", "kemendagri", "1601072001"),
        ("0", "kemendagri", "0"), ("1604.0", "bps", "1604"), ("1604010", "bps", "1604010"),
        ("050501.0", "samsat_sumsel", "050501"), ("160", "kemendagri", None), ("1604010", "kemendagri", None),
        ("0711354321", "kemendagri", None), ("0711-354321", "bps", None),
        ("1671012503900001", "kemendagri", None), ("0812-3456-789", "samsat_sumsel", None), ("Gelumbang", "bps", None),
    ],
)  # fmt: skip
def test_a_code_is_read_if_a_level_of_its_system_has_its_width(
    region_nights: RegionNights, text: str, system: str, code: str | None
) -> None:
    assert one(region_nights.ulang, f"select kode_wilayah_rapi('{text}', '{system}')") == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("1.0", "1"), ("500053.00", "500053"), ("1.05", "1.05"), ("1.0.0", "1.0.0"), ("P1.0", "P1.0"), ("010", "010")],
)
def test_a_code_that_became_a_number_is_undone(region_nights: RegionNights, text: str, code: str) -> None:
    assert one(region_nights.ulang, f"select tanpa_koma_nol('{text}')") == code


def test_codes_that_lead_nowhere_are_counted_per_contract(region_nights: RegionNights) -> None:
    query = (
        "select jumlah_baris, jumlah_baris_tak_dikenal from mutu.wilayah_tak_dikenal "
        "where kolom = 'kode_wilayah' and kontrak = "
    )
    assert ask(region_nights.tanpa_jembatan, query + "'statistik.bps_sumsel.penduduk'") == [(18, 18)]
    assert ask(region_nights.dibetulkan, query + "'statistik.bps_sumsel.penduduk'") == [(18, 0)]
    assert ask(region_nights.dibetulkan, query + "'wilayah.kemendagri.kode_wilayah'") == [(4051, 0)]
    assert ask(region_nights.dibetulkan, query + "'wilayah.kemendagri.kode_lama'") == [(44, 19)]


@pytest.mark.parametrize(
    ("table", "grain"),
    [
        ("marts.dim_wilayah", "kode_wilayah, vintage_sampai"),
        ("marts.dim_wilayah_alias", "tingkat, kode_induk, bentuk, nama_kunci"),
        ("marts.bridge_bps__kemendagri", "kode_bps, vintage_bps"),
        ("intermediate.int_wilayah__jembatan", "sistem, vintage, kode_asal"),
        ("intermediate.int_wilayah__kanonik", "sistem, kode_asal"),
    ],
)
def test_grain(region_nights: RegionNights, table: str, grain: str) -> None:
    for path in (region_nights.tanpa_jembatan, region_nights.direvisi, region_nights.ulang):
        assert one(path, f"select count(*) - count(distinct ({grain})) from {table}") == 0


@pytest.mark.parametrize("table", TABLES)
def test_a_quiet_night_and_a_rebuild_give_the_same_rows(region_nights: RegionNights, table: str) -> None:
    assert different_rows(region_nights.direvisi, region_nights.tenang, table) == 0
    assert different_rows(region_nights.dibetulkan, region_nights.ulang, table) == 0


@pytest.mark.parametrize("table", sorted(set(TABLES) - COUNTED_WHOLE))
def test_a_quiet_night_writes_nothing(region_nights: RegionNights, table: str) -> None:
    assert one(region_nights.tenang, f"select count(*) from {table} where _run_id > '000003'") == 0


def test_a_code_column_without_its_system_is_no_contract(tmp_path: Path) -> None:
    source = contracts_folder() / "statistik" / "bps_sumsel__penduduk.odcs.yaml"
    path = Path(shutil.copy(source, tmp_path))
    path.write_text(path.read_text("utf-8").replace("wilayah: {sistem: bps, vintage: 2020s2}, ", ""), "utf-8")
    with pytest.raises(ContractError, match=r"is a region code: state wilayah\.sistem"):
        load_contract(path, load_standards())
