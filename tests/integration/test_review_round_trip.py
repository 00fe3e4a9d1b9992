"""A steward's evening: the queue out, filled in, handed back; the next night obeys, and an undone word leaves no trace."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pipeline_kit import PUBLISHED, Province, query, satudata

pytestmark = pytest.mark.slow


def run(province: Province, *arguments: str) -> str:
    outcome = satudata(province.home, *arguments)
    assert outcome.exit in PUBLISHED, outcome.text[-3000:]
    return outcome.text


def ids(province: Province) -> dict[str, str]:
    rows = query(province.home / "build" / "gudang.duckdb", "select id_catatan, id_orang from resolved.orang_catatan")
    return dict(rows)


def answer(path: Path, verdict: str, kind: str) -> tuple[str, str]:
    """Fill in the first question of a kind; returns its records."""
    book = load_workbook(path)
    sheet = book["tinjauan"]
    names = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        cells = dict(zip(names, row, strict=True))
        if cells["jenis"].value == kind:
            cells["keputusan"].value = verdict
            book.save(path)
            return cells["catatan_a"].value, cells["catatan_b"].value
    raise AssertionError(f"no question of kind {kind}")


def test_export_fill_in_import_rerun_undo(province: Province, tmp_path: Path) -> None:
    path, before = tmp_path / "tinjauan.xlsx", ids(province)
    assert "pairs in" in run(province, "decide", "export", str(path))
    answer(path, "sama", "contoh")
    a, b = answer(path, "sama", "ragu")
    assert before[a] != before[b]

    assert "2 sama" in run(province, "decide", "import", str(path), "--author", "Sri")
    run(province, "run")
    after = ids(province)
    assert after[a] == after[b]
    assert {record for record in before if before[record] != after[record]} <= {
        record for record in before if before[record] in (before[a], before[b])
    }, "nobody else's id has changed"
    redirected = query(province.snapshot, "select count(*) from tinjauan_identitas where id_orang_a = ?", [before[a]])
    assert redirected == [(0,)], "the question is answered"

    assert query(province.snapshot, "select jumlah_dijawab, presisi from ketepatan_identitas") == [(1, 1)]

    retired = next(name for name in (before[a], before[b]) if name != after[a])
    text = run(province, "explain", "orang", retired)
    assert f"orang {after[a]} (asked for: {retired}, retired)" in text and "sama (berlaku)" in text

    listed = json.loads(run(province, "decide", "list", "--json"))
    assert [(row["verdict"], row["state"], row["author"]) for row in listed] == [("sama", "berlaku", "Sri")] * 2
    for row in listed:
        run(province, "decide", "undo", row["id"], "--reason", "salah baris")
    run(province, "run")
    assert ids(province) == before


def test_training_anew_on_the_same_records_changes_nothing(province: Province) -> None:
    before = ids(province)
    text = run(province, "train")
    assert "samsat_pemilik" in text and "as it was before" in text
    run(province, "run")
    assert ids(province) == before
