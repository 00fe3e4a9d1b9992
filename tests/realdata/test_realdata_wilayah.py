"""All regions of the country: official totals, six vintages, and the BPS bridge against its own file."""

from __future__ import annotations

import pytest
from realdata_kit import RealData, plain
from warehouse_kit import ask, one

pytestmark = pytest.mark.realdata

REGIONS, NAMES = "marts.dim_wilayah", "marts.dim_wilayah_alias"
BRIDGE, CANONICAL = "marts.bridge_bps__kemendagri", "intermediate.int_wilayah__kanonik"
VINTAGES = ("2015", "2017", "2020", "2022a", "2022b", "2025")


def bare(name: str) -> str:
    """A regency's name with its form written one way: ``KAB. X``, ``Kabupaten X`` -> ``KABUPATEN X``."""
    words = name.upper().replace(".", " ").split()
    return " ".join(["KABUPATEN" if words[0] == "KAB" else words[0], *words[1:]])


def moved_regencies(realdata: RealData) -> dict[str, str]:
    """Codes of 2015-2022 that are gone in 2025, and the code that bears the name now: all lie in Papua."""
    rows = realdata.rows("referensi/kode_wilayah_vintages_kab_kec.csv")
    regencies = [row for row in rows if row["level"] == "kab"]
    now = {bare(row["2025"]): plain(row["kode_wilayah"]) for row in regencies if row["2025"]}
    gone = [row for row in regencies if not row["2025"]]
    last = {plain(row["kode_wilayah"]): next(row[v] for v in reversed(VINTAGES) if row[v]) for row in gone}
    return {code: now[bare(name)] for code, name in last.items()}


def test_official_totals(realdata: RealData) -> None:
    totals = dict(ask(realdata.database, f"select tingkat, count(*) from {REGIONS} where is_berlaku group by tingkat"))
    assert totals == {"negara": 1, "provinsi": 38, "kabkota": 514, "kecamatan": 7285, "desa": 83762}


def test_every_code_ever_listed_stays_known(realdata: RealData) -> None:
    rows = ask(realdata.database, f"select tingkat, count(distinct kode_wilayah) from {REGIONS} group by tingkat")
    assert dict(rows) == {"negara": 1, "provinsi": 38, "kabkota": 540, "kecamatan": 7879, "desa": 83762}


def test_periods_hold_exactly_the_vintages_in_which_a_code_was_listed(realdata: RealData) -> None:
    periods: dict[str, set[str]] = {}
    for code, first, last in ask(
        realdata.database,
        f"select kode_wilayah, vintage_dari, vintage_sampai from {REGIONS} where tingkat in ('kabkota', 'kecamatan')",
    ):
        span = VINTAGES[VINTAGES.index(first) : VINTAGES.index(last) + 1]
        assert periods.setdefault(code, set()).isdisjoint(span)
        periods[code] |= set(span)
    listed = {
        plain(row["kode_wilayah"]): {v for v in VINTAGES if row[v]}
        for row in realdata.rows("referensi/kode_wilayah_vintages_kab_kec.csv")
        if row["level"] != "prov"
    }
    assert periods == listed


def test_a_renamed_regency_has_two_periods_that_meet(realdata: RealData) -> None:
    rows = ask(
        realdata.database,
        "select nama_wilayah, cast(_berlaku_dari as varchar), cast(_berlaku_sampai as varchar), is_berlaku "
        f"from {REGIONS} where kode_wilayah = '7601' order by _berlaku_dari",
    )
    assert rows == [
        ("KAB. MAMUJU UTARA", "2015-06-29", "2020-12-21", False),
        ("Kabupaten Pasangkayu", "2020-12-21", None, True),
    ]


def test_papua_regencies_lead_to_the_code_that_bears_their_name_now(realdata: RealData) -> None:
    moved = moved_regencies(realdata)
    assert len(moved) == 26
    rows = ask(
        realdata.database,
        f"select kode_asal, kode_wilayah from {CANONICAL} "
        "where sistem = 'kemendagri' and cara = 'pengganti' and tingkat = 'kabkota'",
    )
    assert dict(rows) == moved


def test_bps_regencies_are_bridged_without_one_wrong_pair(realdata: RealData) -> None:
    """Domain fact 1, on all 514: 199 codes differ, and 166 of the Kemendagri codes are other regencies at BPS."""
    moved = moved_regencies(realdata)
    bridge = {row["kode_bps"]: row["kode_dagri"] for row in realdata.rows("referensi/bridge_bps_kabkota.csv")}
    found = dict(ask(realdata.database, f"select kode_bps, kode_wilayah from {BRIDGE} where tingkat = 'kabkota'"))
    assert found == {bps: moved.get(code, code) for bps, code in bridge.items()}
    different = {bps: code for bps, code in bridge.items() if bps != code}
    assert len(different) == 199
    assert sum(code in bridge for code in different.values()) == 166
    canonical = dict(ask(realdata.database, f"select kode_asal, kode_wilayah from {CANONICAL} where sistem = 'bps'"))
    assert {bps: canonical[bps] for bps in bridge} == found
    assert not [bps for bps in different if canonical[bps] == bps]


def test_bps_kecamatan_are_bridged_to_codes_in_force(realdata: RealData) -> None:
    now = {plain(row["code"]) for row in realdata.rows("referensi/districts.csv")}
    bridge = {row["kode_bps"]: row["kode_dagri"] for row in realdata.rows("referensi/bridge_bps_kecamatan.csv")}
    found = dict(ask(realdata.database, f"select kode_bps, kode_wilayah from {BRIDGE} where tingkat = 'kecamatan'"))
    assert found.keys() == bridge.keys()
    assert {code for code in found.values() if code is not None} <= now
    assert {bps: found[bps] for bps, code in bridge.items() if code in now} == {
        bps: code for bps, code in bridge.items() if code in now
    }
    moved = {bps: found[bps] for bps, code in bridge.items() if code not in now}
    assert len(moved) == 269
    assert all(code[:2] in ("91", "92", "93", "94", "95", "96") for code in moved.values() if code)


def test_papua_provinces_of_bps_lead_nowhere_because_they_were_split(realdata: RealData) -> None:
    """BPS 91 and 94 of 2020 are two and four provinces today; the same digits are other provinces at Kemendagri."""
    rows = ask(
        realdata.database,
        f"select kode_asal, kode_wilayah, cara from {CANONICAL} "
        "where sistem = 'bps' and kode_asal in ('91', '94', '16', '1600') order by kode_asal",
    )
    assert rows == [
        ("16", "16", "jembatan"), ("1600", "16", "jembatan"),
        ("91", None, "tidak_dikenal"), ("94", None, "tidak_dikenal"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "name", "code"),
    [
        ("", "BOGOR", None), ("", "BANDUNG", None), ("", "SUKABUMI", None), ("KOTA", "BOGOR", "3271"),
        ("KABUPATEN", "BOGOR", "3201"), ("", "CIANJUR", "3203"), ("", "PANGANDARAN", "3218"),
    ],
)  # fmt: skip
def test_a_name_that_two_regencies_bear_leads_nowhere_without_its_form(
    realdata: RealData, form: str, name: str, code: str | None
) -> None:
    assert (
        one(
            realdata.database,
            f"select kode_wilayah from {NAMES} where tingkat = 'kabkota' and kode_induk = '32' "
            f"and bentuk = '{form}' and nama_kunci = '{name}'",
        )
        == code
    )


def test_villages_are_named_only_within_their_kecamatan(realdata: RealData) -> None:
    """Sidomulyo is the name of 98 villages; within a kecamatan a name nearly always means one."""
    assert ask(realdata.database, f"select distinct length(kode_induk) from {NAMES} where tingkat = 'desa'") == [(6,)]
    assert (
        one(
            realdata.database,
            f"select count(distinct kode_wilayah) from {NAMES} where tingkat = 'desa' and nama_kunci = 'SIDOMULYO'",
        )
        >= 98
    )
    assert one(realdata.database, f"select count(*) from {NAMES} where tingkat = 'desa' and jumlah_calon > 1") < 40
