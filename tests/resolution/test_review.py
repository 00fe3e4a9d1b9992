"""The review queue as a workbook: out, filled in, back; what cannot be taken is refused whole, by row."""

from __future__ import annotations

import re
import stat
import zipfile
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from resolution.decisions import DecisionError, read_decisions
from resolution.review import Imported, export_queue, import_workbook, states, undo
from resolution.workbook import ATTRIBUTES

PAIRS = [("samsat.x|pemilik|1", "dukcapil.y|penduduk|1"), ("samsat.x|pemilik|1", "dukcapil.y|penduduk|2"),
         ("samsat.x|pemilik|2", "dukcapil.y|penduduk|2")]  # fmt: skip
EXPORTED = datetime(2026, 11, 21, tzinfo=UTC)
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


def move(path: Path, order: list[int], columns: slice) -> None:
    """Put the cells of rows into another order: ``order[0]`` becomes row 2."""
    book = load_workbook(path)
    sheet = book["tinjauan"]
    before = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]
    for row, source in enumerate(order, start=2):
        for place in range(len(before[0]))[columns]:
            cell = sheet.cell(row, place + 1)
            cell.value, kind = before[source - 1][place]
            cell.data_type = kind  # else a text that begins with = becomes a formula
    book.save(path)


def edit(path: Path, old: str, new: str) -> None:
    """Change what is written of the first sheet itself, as no library would."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    text, found = re.subn(old, new, parts[sheet].decode())
    assert found == 1
    parts[sheet] = text.encode()
    with zipfile.ZipFile(path, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part)


def bring(con: duckdb.DuckDBPyConnection, path: Path) -> Imported:
    when = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=next(_SECONDS))
    return import_workbook(con, path, path.parent / "keputusan", author="Sri", when=when)


def test_a_round_trip(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    assert export_queue(con, path, limit=500, when=EXPORTED) == 3
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    fill(path, {2: "Sama ", 4: "ragu"}, alasan="alamat sama")
    assert bring(con, path) == Imported({"sama": 1, "ragu": 1}, held=0)
    first, second = read_decisions(tmp_path / "keputusan").in_force
    assert {first.keputusan: first.asal, second.keputusan: second.asal} == {"sama": "ragu", "ragu": "contoh"}
    assert first.model == second.model == "m1"
    assert {first.alasan, second.alasan} == {"alamat sama", ""} and first.pemutus == "Sri"
    assert stat.S_IMODE(next((tmp_path / "keputusan").iterdir()).stat().st_mode) == 0o600
    assert bring(con, path) == Imported({}, held=2), "handing it in twice changes nothing"


def test_a_workbook_that_would_not_fit_in_memory_is_refused_before_it_is_read(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, {2: "sama"})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book, book.open("xl/tambahan.xml", "w") as part:
        for _ in range(101):
            part.write(b" " * (1 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(DecisionError, match=r"q\.xlsx unpacks to 101 MiB, more than 100; .*Nothing was stored"):
        bring(con, path)


def test_cells_stay_texts_and_show_both_records(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    sheet = load_workbook(path)["tinjauan"]
    names = [cell.value for cell in sheet[1]]
    cell = sheet.cell(2, names.index("nama") + 1)
    assert cell.data_type == "s" and cell.value == "=HYPERLINK('x')\nBUDI  S"
    assert [sheet.cell(2, names.index(name) + 1).value for name in ("nilai_rp", "jumlah_angka")] == [1000, 7]


def test_the_limit_takes_the_greatest_effect_first(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    assert export_queue(con, path, limit=1, when=EXPORTED) == 2, "one left open, and the sample"
    assert load_workbook(path)["tinjauan"].cell(2, 1).value == 1
    with pytest.raises(DecisionError, match="exists and may hold answers"):
        export_queue(con, path, limit=1, when=EXPORTED)


@pytest.mark.parametrize(
    ("answers", "cells", "message"),
    [
        ({3: "ya"}, {}, r"row 3: keputusan must be sama, beda, ragu or empty"),
        ({2: "sama"}, {"catatan_a": "samsat.x|pemilik|99"}, r"row 2: what is shown is not of the records"),
        ({2: "sama"}, {"model": "m0"}, r"row 2: what is shown is not of the records"),
        ({2: "sama"}, {"dibuat": "2027-01-01 00:00:00"}, r"row 2: what is shown is not of the records"),
        ({2: "sama"}, {"dibuat": ""}, r"row 2: .*export again"),
        ({2: "sama", 3: "sama"}, {"nama": "SITI\nSITI"}, r"row 2: what is shown .* sort whole rows, or export again"),
        ({2: "sama"}, {"catatan_b": ""}, r"row 2: catatan_a or catatan_b is empty"),
        ({2: "sama"}, {"catatan_b": "samsat.x|pemilik|1"}, r"row 2: both records are the same one"),
        ({3: "=B2", 2: "sama"}, {}, r"row 3: keputusan holds a formula without a result; write the word itself"),
        ({2: "sama"}, {"alasan": '=CONCAT("alamat sama")'}, r"row 2: alasan holds a formula without a result"),
        ({3: " "}, {"alasan": "alamat sama"}, r"row 3: alasan is filled in and keputusan is empty; fill in both"),
    ],
    ids=[
        "another word",
        "another record",
        "another model",
        "another time",
        "no time",
        "another name",
        "no record",
        "one record",
        "a formula for an answer",
        "a formula for a reason",
        "a reason alone",
    ],
)
def test_what_cannot_be_taken_is_named_by_row_and_nothing_is_stored(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, answers: dict[int, str], cells: dict[str, str], message: str
) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, answers, **cells)
    with pytest.raises(DecisionError, match=message) as caught:
        bring(con, path)
    assert "nothing was stored" in str(caught.value) and "BUDI" not in str(caught.value)
    assert not (tmp_path / "keputusan").exists()


@pytest.mark.parametrize("area", ["B2:B4", "C3:C4", "A4:D4"])
def test_answers_merged_over_cells_are_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path, area: str) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, {2: "sama"})
    book = load_workbook(path)
    book["tinjauan"].merge_cells(area)
    book.save(path)
    with pytest.raises(DecisionError, match=rf"cells {area} are merged over keputusan .*unmerge.*nothing was stored"):
        bring(con, path)
    assert not (tmp_path / "keputusan").exists()


def test_what_stands_beside_the_table_is_nobodys_answer(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, {2: "sama"})
    book = load_workbook(path)
    sheet = book["tinjauan"]
    beside = sheet.max_column + 2
    sheet.cell(1, beside).value, sheet.cell(3, beside).value = "catatan saya", "=1+1"
    sheet.merge_cells(start_row=1, end_row=2, start_column=beside, end_column=beside + 2)
    book.save(path)
    assert bring(con, path) == Imported({"sama": 1}, held=0)


def test_one_formula_over_many_rows_is_named_by_each(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    book = load_workbook(path)
    book["tinjauan"]["B2"] = ArrayFormula("B2:B4", '=IF(A2:A4>0,"sama","")')
    book.save(path)
    with pytest.raises(DecisionError, match=r"row 2, 3, 4: keputusan holds a formula without a result"):
        bring(con, path)


def test_a_formula_that_was_calculated_is_an_answer(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, {2: "sama", 3: "=B2"})
    edit(path, '<c r="B3"[^>]*><f>B2</f><v ?/>', '<c r="B3" t="str"><f>B2</f><v>ragu</v>')
    assert bring(con, path) == Imported({"sama": 1, "ragu": 1}, held=0)


def test_a_formula_that_makes_nothing_of_a_row_leaves_it_open(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, {2: "sama", 3: '=IF(A3>99,"sama","")'})
    edit(path, '(<c r="B3")[^>]*>(<f>.*?</f>)<v ?/>', r'\1 t="str">\2<v></v>')
    assert bring(con, path) == Imported({"sama": 1}, held=0)


@pytest.mark.parametrize("name", ["keputusan", "nama", "segel"])
def test_a_column_that_stands_twice_is_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path, name: str) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    book = load_workbook(path)
    sheet = book["tinjauan"]
    place = sheet.max_column + 1
    sheet.cell(1, place).value, sheet.cell(2, place).value = f" {name.title()}", "sama"
    book.save(path)
    with pytest.raises(DecisionError, match=rf"has the column {name} more than once; rename .*nothing was stored"):
        bring(con, path)


def test_answers_below_the_size_that_a_program_noted_count(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, {2: "sama", 4: "ragu"})
    edit(path, r'<dimension ref="A1:[A-Z]+4" />', '<dimension ref="A1:Z2" />')
    assert bring(con, path) == Imported({"sama": 1, "ragu": 1}, held=0)


def test_a_record_that_went_since_is_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, {2: "sama"})
    con.execute("delete from intermediate.int_identitas__catatan where id_catatan = ?", [PAIRS[0][0]])
    with pytest.raises(DecisionError, match=r"row 2: a record is not in force.*nothing was stored"):
        bring(con, path)


def test_a_row_pasted_over_another_is_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, {2: "sama"})
    move(path, [2, 3, 2], slice(None))
    with pytest.raises(DecisionError, match=r"rows 2, 4 decide about one pair twice; nothing was stored"):
        bring(con, path)


def test_rows_are_sorted_whole_or_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path, shown = tmp_path / "q.xlsx", slice(0, -5)
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, {2: "sama", 4: "beda"})
    move(path, [4, 3, 2], shown)
    with pytest.raises(DecisionError, match=r"row 2, 4: what is shown is not of the records .*nothing was stored"):
        bring(con, path)
    assert not (tmp_path / "keputusan").exists()
    move(path, [4, 3, 2], shown)
    move(path, [4, 3, 2], slice(None))
    assert bring(con, path) == Imported({"sama": 1, "beda": 1}, held=0)
    verdicts = {d.catatan: d.keputusan for d in read_decisions(tmp_path / "keputusan").in_force}
    assert verdicts == {tuple(sorted(PAIRS[0])): "sama", tuple(sorted(PAIRS[2])): "beda"}


def test_nothing_shown_tells_what_the_machine_made_of_a_pair(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    sheet = load_workbook(path)["tinjauan"]
    hidden = {letter for letter, column in sheet.column_dimensions.items() if column.hidden}
    shown = {cell.value for cell in sheet[1] if cell.column_letter not in hidden}
    assert "keputusan" in shown and not {"jenis", "peluang", "model"} & shown
    assert "peluang" not in {cell.value for cell in sheet[1]}


def test_what_programs_change_as_they_save_changes_no_seal(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, {2: "sama"}, nilai_rp="1000", nama=" =HYPERLINK('x')_x000D_\nBUDI S")
    book = load_workbook(path)
    sheet = book["tinjauan"]
    names = [cell.value for cell in sheet[1]]
    for name, value in {"urutan": 1.0, "jumlah_angka": 7.0000000000000009, "dibuat": datetime(2026, 11, 21)}.items():
        sheet.cell(2, names.index(name) + 1).value = value
    sheet.move_range(f"B1:B{sheet.max_row}", cols=len(names))  # the answers' column goes behind the others
    book.save(path)
    assert bring(con, path) == Imported({"sama": 1}, held=0)


def test_contradictions_are_refused_with_what_they_contradict(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path, later = tmp_path / "q.xlsx", tmp_path / "later.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, {3: "sama", 4: "sama"})
    bring(con, path)
    con.execute(
        "insert into mutu.tinjauan_identitas values (0, 'ragu', 0.5, 2, 7, 1000, ?, ?)", [PAIRS[0][0], PAIRS[2][0]]
    )
    export_queue(con, later, limit=500, when=EXPORTED)
    fill(later, {2: "beda", 5: "sama"})
    with pytest.raises(DecisionError, match=r"row 2 says .* decision [0-9a-f]+ and decision [0-9a-f]+ make one"):
        bring(con, later)
    assert len(read_decisions(tmp_path / "keputusan").decisions) == 2


def test_two_answers_never_make_one_of_two_registered_people(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path, later = tmp_path / "q.xlsx", tmp_path / "later.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    export_queue(con, later, limit=500, when=EXPORTED)
    fill(path, {2: "sama", 3: "sama"})
    with pytest.raises(DecisionError, match=r"row 2 and row 3 make one person of two whom the registry knows as two"):
        bring(con, path)
    assert not read_decisions(tmp_path / "keputusan").decisions
    fill(later, {2: "sama", 3: "beda"})
    assert bring(con, later) == Imported({"sama": 1, "beda": 1}, held=0)


def test_a_later_word_replaces_and_undo_brings_the_earlier_back(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path, later, folder = tmp_path / "q.xlsx", tmp_path / "later.xlsx", tmp_path / "keputusan"
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, {2: "sama"})
    bring(con, path)
    export_queue(con, later, limit=500, when=read_decisions(folder).decisions[0].waktu + timedelta(microseconds=1))
    fill(later, {2: "beda"})
    bring(con, later)
    (latest, now), (earlier, before) = states(folder)
    assert (latest.keputusan, now, earlier.keputusan, before) == ("beda", "berlaku", "sama", "diganti")
    with pytest.raises(DecisionError, match=r"row 2: the pair was decided otherwise.*export again; nothing was stored"):
        bring(con, path)
    undo(folder, latest.id, author="Sri", when=datetime.now(UTC))
    assert [state for _, state in states(folder)] == ["dibatalkan", "berlaku"]
    with pytest.raises(DecisionError, match="taken back already"):
        undo(folder, latest.id, author="Sri", when=datetime.now(UTC))
    with pytest.raises(DecisionError, match="no decision tidakada"):
        undo(folder, "tidakada", author="Sri", when=datetime.now(UTC))


def test_an_old_workbook_brings_nothing_back_that_was_undone(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path, folder = tmp_path / "q.xlsx", tmp_path / "keputusan"
    export_queue(con, path, limit=500, when=EXPORTED)
    fill(path, {2: "sama", 3: "beda"})
    bring(con, path)
    joined = next(d for d in read_decisions(folder).in_force if d.keputusan == "sama")
    undo(folder, joined.id, author="Budi", when=EXPORTED + timedelta(days=2))
    fill(path, {4: "ragu"})
    with pytest.raises(
        DecisionError, match=r"row 2: .*taken back, after the workbook was exported.*nothing was stored"
    ):
        bring(con, path)
    assert [d.keputusan for d in read_decisions(folder).in_force] == ["beda"]

    anew = tmp_path / "anew.xlsx"
    export_queue(con, anew, limit=500, when=EXPORTED + timedelta(days=3))
    fill(anew, {2: "sama"})
    assert bring(con, anew) == Imported({"sama": 1}, held=0), "who has seen that it was undone may say so again"


def test_a_workbook_without_answers_stores_nothing(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    assert bring(con, path) == Imported({}, held=0)
    assert not (tmp_path / "keputusan").exists()


def test_column_names_elsewhere_are_told(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    export_queue(con, path, limit=500, when=EXPORTED)
    book = load_workbook(path)
    book["tinjauan"].insert_rows(1, amount=2)
    book.save(path)
    with pytest.raises(DecisionError, match=r"column names in row 3, not in row 1; .*nothing was stored"):
        bring(con, path)
    book["tinjauan"].delete_rows(1, amount=2)
    book["tinjauan"].delete_cols(1)
    book.save(path)
    with pytest.raises(DecisionError, match=r"has no column urutan in row 1; export again; nothing was stored"):
        bring(con, path)


def test_no_workbook_of_ours(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    path.write_text("not a workbook")
    with pytest.raises(DecisionError, match="no workbook with a sheet tinjauan"):
        bring(con, path)
    path.unlink()
    export_queue(con, path, limit=500, when=EXPORTED)
    edit(path, "</sheetData>", "")
    with pytest.raises(DecisionError, match="no workbook with a sheet tinjauan"):
        bring(con, path)
    with pytest.raises(DecisionError, match="no review queue yet"):
        export_queue(duckdb.connect(), path, limit=5, when=EXPORTED)
