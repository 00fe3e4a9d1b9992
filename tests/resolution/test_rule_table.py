"""Tables of rules as people's programs save them: what can be read is, and what cannot is named."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from resolution import addresses, names
from resolution.rule_table import read_rules
from resolution.settings import SettingsError

HEAD = "aturan,dari,ke,contoh,hasil,sumber"
RULE = "buang,NO,,Jl. Merdeka No.12,JL MERDEKA 12,kata tanpa isi"


@pytest.mark.parametrize(
    "saved",
    [
        f"\ufeff{HEAD}\n{RULE}\n".encode(),
        f"\ufeff{HEAD}\r\n{RULE}\r\n".encode(),
        f"{HEAD}\n\n{RULE}\n\n".encode(),
    ],
    ids=["byte order mark", "Excel", "blank lines"],
)
def test_a_table_as_programs_save_it_is_read(tmp_path: Path, saved: bytes) -> None:
    table = tmp_path / "alamat.csv"
    table.write_bytes(saved)
    assert [(rule.aturan, rule.dari) for rule in read_rules(table, addresses.KINDS)] == [("buang", "NO")]


@pytest.mark.parametrize(
    ("saved", "says"),
    [
        (f"{HEAD}\n{RULE}\n".replace(",", ";").encode(), "the columns must be .*, with commas between them"),
        (f"{HEAD}\n{RULE}\nbuang,NOMOR,,N,N,".encode() + b"Jos\xe9\n", "line 3: is no UTF-8; save it as CSV in UTF-8"),
        (f"{HEAD}\n".encode(), "has no rules below its first line"),
        (b"", "the columns must be aturan, dari"),
        (f"{HEAD}\n{RULE}\n{RULE}\n".encode(), "line 3: buang 'NO' has a line already; valid: one line for each"),
    ],
    ids=["semicolons", "latin 1", "no rules", "empty", "twice"],
)
def test_a_table_that_is_none_is_named(tmp_path: Path, saved: bytes, says: str) -> None:
    table = tmp_path / "alamat.csv"
    table.write_bytes(saved)
    with pytest.raises(SettingsError, match=rf"alamat\.csv: {says}") as raised:
        read_rules(table, addresses.KINDS)
    assert "nothing was made comparable" in str(raised.value)


def test_a_text_without_end_is_named(tmp_path: Path) -> None:
    table = tmp_path / "alamat.csv"
    table.write_text(f"{HEAD}\n{RULE}\nbuang,A,,{'x' * 2_000},,x\n")
    limit = csv.field_size_limit(1_000)  # of the whole process
    try:
        with pytest.raises(SettingsError, match=r"alamat\.csv: line 3: is no CSV"):
            read_rules(table, addresses.KINDS)
    finally:
        csv.field_size_limit(limit)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"alamat\.csv: cannot be read from .* \(No such file or directory\)"):
        read_rules(tmp_path / "alamat.csv", addresses.KINDS)


def test_one_word_may_have_rules_of_different_kinds(tmp_path: Path) -> None:
    table = tmp_path / "alamat.csv"
    table.write_text(f"{HEAD}\n{RULE}\nkata,NO,NO,x,X,x\n")
    assert len(read_rules(table, addresses.KINDS)) == 2


def test_our_own_tables_are_read() -> None:
    assert addresses.address_rules() and names.name_rules()
