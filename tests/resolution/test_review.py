"""The review queue as a workbook: out, filled in, back; what cannot be taken is refused whole, by row."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

from resolution.decisions import DecisionError, read_decisions
from resolution.review import Imported, export_queue, import_workbook, states, undo
from resolution.workbook import ATTRIBUTES

PAIRS = [("samsat.x|pemilik|1", "dukcapil.y|penduduk|1"), ("samsat.x|pemilik|1", "dukcapil.y|penduduk|2"),
         ("samsat.x|pemilik|2", "dukcapil.y|penduduk|2")]  # fmt: skip
_SECONDS = count()


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """A build with four records and three questions."""
    con = duckdb.connect()
    con.execute("create schema intermediate; create schema mutu; create schema resolved")
    con.execute("create table resolved.model_tautan as select 'm1' as versi")
    con.execute(
        "create table intermediate.int_identitas__catatan (id_catatan varchar, "
        + ", ".join(f"{name} varchar" for name in ATTRIBUTES)
        + ")"
    )
    names = {
        "samsat.x|pemilik|1": "=HYPERLINK('x')",
        "samsat.x|pemilik|2": "BUDI",
        "dukcapil.y|penduduk|1": "BUDI\x07 S",
    }
    for record in sorted({record for pair in PAIRS for record in pair}):
        con.execute(
            "insert into intermediate.int_identitas__catatan (id_catatan, _kontrak, nama) values (?, ?, ?)",
            [record, record.split("|")[0], names.get(record, "BUDI")],
        )
    con.execute(
        "create table mutu.tinjauan_identitas (urutan bigint, jenis varchar, peluang double, jumlah_catatan bigint, "
        "jumlah_angka bigint, nilai_rp double, id_catatan_a varchar, id_catatan_b varchar)"
    )
    for number, (a, b) in enumerate(PAIRS, start=1):
        con.execute(
            "insert into mutu.tinjauan_identitas values (?, ?, 0.5, 2, 7, 1000, ?, ?)",
            [number, "contoh" if number == 3 else "ragu", a, b],
        )
    return con


def fill(path: Path, answers: dict[int, str], **others: str) -> None:
    """Write answers into rows, the heading being row 1; ``others`` are further cells of the first of these rows."""
    book = load_workbook(path)
    sheet = book["tinjauan"]
    names = [cell.value for cell in sheet[1]]
    for row, answer in answers.items():
        sheet.cell(row, names.index("keputusan") + 1).value = answer
    for name, value in others.items():
        sheet.cell(min(answers), names.index(name) + 1).value = value
    book.save(path)


def bring(con: duckdb.DuckDBPyConnection, path: Path) -> Imported:
    when = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=next(_SECONDS))
    return import_workbook(con, path, path.parent / "keputusan", author="Sri", when=when)


def test_a_round_trip(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    assert export_queue(con, path, limit=500) == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    fill(path, {2: "Sama ", 4: "ragu"}, alasan="alamat sama")
    assert bring(con, path) == Imported({"sama": 1, "ragu": 1}, held=0)
    first, second = read_decisions(tmp_path / "keputusan").in_force
    assert {first.keputusan: first.asal, second.keputusan: second.asal} == {"sama": "ragu", "ragu": "contoh"}
    assert first.model == second.model == "m1"
    assert {first.alasan, second.alasan} == {"alamat sama", ""} and first.pemutus == "Sri"
    assert stat.S_IMODE(next((tmp_path / "keputusan").iterdir()).stat().st_mode) == 0o600
    assert bring(con, path) == Imported({}, held=2), "handing it in twice changes nothing"


def test_cells_stay_texts_and_show_both_records(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500)
    sheet = load_workbook(path)["tinjauan"]
    names = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, names.index("nama") + 1)
    assert cell.data_type == "s" and cell.value == "=HYPERLINK('x')\nBUDI  S"
    assert [sheet.cell(2, names.index(name) + 1).value for name in ("nilai_rp", "jumlah_angka")] == [1000, 7]


def test_the_limit_takes_the_greatest_effect_first(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    assert export_queue(con, path, limit=1) == 2, "one left open, and the sample"
    assert load_workbook(path)["tinjauan"].cell(2, 1).value == 1
    with pytest.raises(DecisionError, match="exists and may hold answers"):
        export_queue(con, path, limit=1)


@pytest.mark.parametrize(
    ("answers", "cells", "message"),
    [
        ({3: "ya"}, {}, r"row 3: keputusan must be sama, beda, ragu or empty"),
        ({2: "sama"}, {"catatan_a": "samsat.x|pemilik|99"}, r"row 2: a record is not in force"),
        ({2: "sama"}, {"catatan_b": ""}, r"row 2: catatan_a or catatan_b is empty"),
        ({2: "sama"}, {"catatan_b": "samsat.x|pemilik|1"}, r"row 2: both records are the same one"),
        ({2: "sama"}, {"catatan_a": PAIRS[2][0], "catatan_b": PAIRS[2][1]}, None),
    ],
    ids=["another word", "unknown record", "no record", "one record", "another pair"],
)
def test_what_cannot_be_taken_is_named_by_row_and_nothing_is_stored(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, answers: dict[int, str], cells: dict[str, str], message: str | None
) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500)
    fill(path, {**answers}, **cells)
    if message is None:
        fill(path, {4: "beda"})
        message = r"rows 2, 4 decide about one pair twice"
    with pytest.raises(DecisionError, match=message) as caught:
        bring(con, path)
    assert "nothing was stored" in str(caught.value) and "BUDI" not in str(caught.value)
    assert not (tmp_path / "keputusan").exists()


def test_contradictions_are_refused_with_what_they_contradict(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500)
    fill(path, {2: "sama", 3: "sama"})
    bring(con, path)
    fill(path, {2: "beda", 3: "", 4: "sama"}, catatan_a=PAIRS[0][1], catatan_b=PAIRS[1][1])
    with pytest.raises(DecisionError, match=r"row 2 says .* decision [0-9a-f]+ and decision [0-9a-f]+ make one"):
        bring(con, path)
    assert len(read_decisions(tmp_path / "keputusan").decisions) == 2


def test_a_later_word_replaces_and_undo_brings_the_earlier_back(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path, folder = tmp_path / "q.xlsx", tmp_path / "keputusan"
    export_queue(con, path, limit=500)
    fill(path, {2: "sama"})
    bring(con, path)
    fill(path, {2: "beda"})
    bring(con, path)
    (latest, now), (earlier, before) = states(folder)
    assert (latest.keputusan, now, earlier.keputusan, before) == ("beda", "berlaku", "sama", "diganti")
    undo(folder, latest.id, author="Sri", when=datetime.now(UTC))
    assert [state for _, state in states(folder)] == ["dibatalkan", "berlaku"]
    with pytest.raises(DecisionError, match="taken back already"):
        undo(folder, latest.id, author="Sri", when=datetime.now(UTC))
    with pytest.raises(DecisionError, match="no decision tidakada"):
        undo(folder, "tidakada", author="Sri", when=datetime.now(UTC))


def test_no_workbook_of_ours(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    path.write_text("not a workbook")
    with pytest.raises(DecisionError, match="no workbook with a sheet tinjauan"):
        bring(con, path)
    with pytest.raises(DecisionError, match="no review queue yet"):
        export_queue(duckdb.connect(), path, limit=5)
