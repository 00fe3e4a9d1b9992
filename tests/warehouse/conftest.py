"""A small simulated province through four nights and a rebuild; tests ask the databases that were kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from warehouse_kit import MODELS, WRONG_SYSTEM, RegionNights, Warehouse, exchange_first

import simulation
from contracts.contract import Contract
from contracts.load import contracts_folder

PEOPLE = 2000


def regions_and_figures(contract: Contract) -> bool:
    """What the models of these tests read."""
    return contract.domain in ("wilayah", "statistik") or contract.object_name == "kendaraan"


@pytest.fixture(scope="session")
def region_nights(tmp_path_factory: pytest.TempPathFactory) -> RegionNights:
    root = tmp_path_factory.mktemp("wilayah")
    agencies, truth = root / "instansi", root / "kebenaran"
    simulation.simulate(agencies, truth, people=PEOPLE)
    bridge = (agencies / "bps" / "jembatan_kabkota.csv").rename(root / "jembatan.csv")
    environ = {"BERKAS_INSTANSI": str(agencies), "SAMSAT_URL": f"sqlite:///{agencies}/bapenda/samsat.sqlite"}
    warehouse = Warehouse(root / "rumah", environ)
    _declare_wrong_system(warehouse)
    prepared = warehouse.prepare()
    kept = []
    for name in ("tanpa_jembatan", "direvisi", "tenang"):
        if name == "direvisi":
            shutil.copyfile(bridge, agencies / "bps" / "jembatan_kabkota.csv")
            _revise(agencies)
        warehouse.receive(prepared, regions_and_figures)
        warehouse.build(prepared, *MODELS)
        kept.append(warehouse.keep(name))
    _correct_system(warehouse)
    _replace(agencies / "bps" / "penduduk_kabkota.csv", _lahat_corrected)
    prepared = warehouse.prepare()
    warehouse.receive(prepared, regions_and_figures)
    warehouse.build(prepared, *MODELS)
    kept.append(warehouse.keep("dibetulkan"))
    warehouse.build(prepared, *MODELS, full_refresh=True)
    return RegionNights(truth, agencies, *kept, warehouse.keep("ulang"))


def _declare_wrong_system(warehouse: Warehouse) -> None:
    """An own contract that takes BPS's codes for Kemendagri's, and its figures for the registry's."""
    text = (contracts_folder() / "statistik" / "bps_sumsel__penduduk.odcs.yaml").read_text("utf-8")
    for old, new in {
        "id: statistik.bps_sumsel.penduduk": f"id: {WRONG_SYSTEM}",
        "sistem: bps, vintage: 2020s2": 'sistem: kemendagri, vintage: "2025"',
        "de_facto_bps": "de_jure_adminduk",
        "06-30": "12-31",
    }.items():
        assert old in text
        text = text.replace(old, new)
    (warehouse.home.own_contracts / "keliru__sistem.odcs.yaml").write_text(text, "utf-8")


def _correct_system(warehouse: Warehouse) -> None:
    """The walidata finds the mistake; the deliveries that are held are read anew."""
    path = warehouse.home.own_contracts / "keliru__sistem.odcs.yaml"
    text = path.read_text("utf-8").replace('sistem: kemendagri, vintage: "2025"', "sistem: bps, vintage: 2020s2")
    path.write_text(text, "utf-8")


def _revise(agencies: Path) -> None:
    """What offices send again: a lost row, an unreadable and an empty cell, a row typed twice, a village renamed."""
    _replace(agencies / "dinkes" / "ibu_hamil_kabkota.csv", _dinkes_spoiled)
    _replace(agencies / "kemendagri" / "kode_wilayah_2025.csv", _village_renamed)
    path = agencies / "disdukcapil" / "penduduk_kabkota.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["2025"]
    sheet.append([18, 16.04, "KABUPATEN LAHAT", sheet.cell(8, 4).value, 999, sheet.cell(8, 6).value])
    book.save(path)


def _replace(path: Path, change: object) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(change(lines)) + "\n", encoding="utf-8")  # type: ignore[operator]


def _lahat_corrected(lines: list[str]) -> list[str]:
    """BPS puts the exchanged digits of 2024 right."""
    rows = [line.split(",") for line in lines]
    return [",".join([*row[:3], exchange_first(row[3]), *row[4:]] if row[0] == "1604" else row) for row in rows]


def _dinkes_spoiled(lines: list[str]) -> list[str]:
    """1601/2024 becomes unreadable, 1602/2024 empty, and the row of 1603/2024 is gone."""
    spoiled = []
    for line in lines:
        code, name, _, unit, year = line.split(",")
        if year == "2024" and code in ("1601", "1602"):
            line = ",".join([code, name, "belum ada" if code == "1601" else "", unit, year])
        if (code, year) != ("1603", "2024"):
            spoiled.append(line)
    return spoiled


def _village_renamed(lines: list[str]) -> list[str]:
    """One village is spelled otherwise, one is gone."""
    kept = [line for line in lines if not line.startswith("16.01.07.2002,")]
    return ["16.01.07.2001,Nagari Sindang" if line.startswith("16.01.07.2001,") else line for line in kept]
