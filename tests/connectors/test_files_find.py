"""Which files count as sent, and what their names say."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest
from files_kit import Office

from connectors.errors import AccessError, DeliveryError
from connectors.files import find_files

COLUMNS = {"nik": "nik", "nama": "nama_lengkap"}
CSV = "nik,nama\n1,a\n"


@pytest.fixture(scope="module")
def con():
    with duckdb.connect(config={"threads": "1"}) as connection:
        yield connection


@pytest.fixture
def kantor(tmp_path, con):
    return Office(tmp_path, con)


def found(kantor, path: str = "${KIRIMAN}/*.csv") -> list[str]:
    contract = kantor.contract(COLUMNS, path=path)
    return [file.name for file in find_files(contract, {"KIRIMAN": str(kantor.folder)})]


def test_files_come_by_name_without_locks_hidden_and_half_sent_ones(kantor):
    for name in ("b.csv", "a.csv", "~$a.csv", ".c.csv", "d.csv.part", "e.CSV.TMP", "f.tmp"):
        kantor.csv(CSV, name)
    (kantor.folder / "map.csv").mkdir()
    assert found(kantor) == ["a.csv", "b.csv"]
    assert found(kantor, "${KIRIMAN}/*") == ["a.csv", "b.csv"]


def test_folders_below_are_searched_and_sorted_by_file_name(kantor):
    for folder in ("2025", "2024"):
        (kantor.folder / folder).mkdir()
    kantor.csv(CSV, "2025/a.csv")
    kantor.csv(CSV, "2024/b.csv")
    assert found(kantor, "${KIRIMAN}/**/*.csv") == ["a.csv", "b.csv"]
    assert found(kantor, "${KIRIMAN}/2024/b.csv") == ["b.csv"]


def test_no_file_yet_is_no_error_but_a_missing_folder_is(kantor):
    assert found(kantor) == []
    with pytest.raises(AccessError, match=r"dinkes_uji, server kiriman: the folder of .* is not there"):
        found(kantor, "${KIRIMAN}/usb/*.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_may_not_be_listed_is_no_empty_folder(kantor):
    locked = kantor.folder / "terkunci"
    locked.mkdir(mode=0o000)
    with pytest.raises(AccessError):
        found(kantor, "${KIRIMAN}/terkunci/*.csv")


def test_the_path_must_be_absolute(kantor):
    with pytest.raises(DeliveryError, match=r"not absolute"):
        found(kantor, "kiriman/*.csv")


def test_the_file_name_gives_columns(kantor):
    layout = {"nama_berkas": r"_(?P<periode>\d{4}-\d{2})(?:_(?P<puskesmas>\w+))?\.csv$"}
    contract = kantor.contract(COLUMNS, layout=layout)
    for name, clinic in (("balita_2025-03_sekayu.csv", "sekayu"), ("balita_2025-03.csv", None)):
        reading, rows = kantor.read(kantor.csv(CSV, name), contract)
        assert [(r["nama_berkas__periode"], r["nama_berkas__puskesmas"]) for r in rows] == [("2025-03", clinic)] * 2
        assert reading.columns == ("nik", "nama")
        assert set(contract.file_columns) == {"nama_berkas__periode", "nama_berkas__puskesmas"}
    with pytest.raises(DeliveryError, match=r"balita\.csv: the file's name does not fit tata_letak.nama_berkas"):
        kantor.read(kantor.csv(CSV, "balita.csv"), contract)


def test_a_vanished_a_locked_and_an_unreadable_file_are_access_errors(kantor, monkeypatch):
    contract = kantor.contract(COLUMNS)
    with pytest.raises(AccessError, match=r"file hilang.csv: no such file or directory"):
        kantor.read(kantor.folder / "hilang.csv", contract)
    (kantor.folder / "map.csv").mkdir()
    with pytest.raises(AccessError, match=r"is a directory"):
        kantor.read(kantor.folder / "map.csv", contract)
    path, opened = kantor.csv(CSV), Path.open

    def refuse(self, *args, **kwargs):
        if self == path:
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(AccessError, match=r"file data.csv: permission denied$"):
        kantor.read(path, contract)
