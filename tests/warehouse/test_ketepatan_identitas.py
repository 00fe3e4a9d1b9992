"""Which answers count for the quality of identity: those about the model in force, and until they are enough, earlier."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest

from expectations.cross_agency import MOST_WRONG_LINKS_PERCENT, links_suite
from expectations.model import Result
from expectations.runner import run_gate

MODEL = Path(__file__).parents[2] / "dbt_project" / "models" / "mutu" / "ketepatan_identitas.sql"
START = datetime(2026, 11, 1, tzinfo=UTC)


class Audit:
    """The relations that the model reads, and what it says of them."""

    def __init__(self, con: duckdb.DuckDBPyConnection, errors: Path) -> None:
        self.con, self.errors, self.times = con, errors, 0
        con.execute(
            """
            create schema resolved; create schema mutu;
            create table resolved.contoh_dijawab (asal varchar, keputusan varchar, model varchar, waktu timestamptz);
            create table resolved.contoh_lapis as
            from (values ('contoh', 10000), ('contoh_nik', 30000), ('contoh_lepas', 5000)) as lapis (asal, jumlah);
            create table resolved.model_tautan as select 'm1' as versi;
            create table resolved.orang_catatan as select 'o' || i // 3 as id_orang from range(90) as r (i)
            """
        )

    def train(self, model: str) -> None:
        self.con.execute("update resolved.model_tautan set versi = ?", [model])

    def answer(self, model: str, right: int, wrong: int, kind: str = "contoh") -> None:
        self.times += 1
        self.con.execute(
            "insert into resolved.contoh_dijawab select ?, if(i < ?, 'sama', 'beda'), ?, ? from range(?) as r (i)",
            [kind, right, model, START + timedelta(days=self.times), right + wrong],
        )

    def row(self, measure: str = "presisi") -> dict[str, Any]:
        environment = jinja2.Environment()
        text = environment.from_string(MODEL.read_text(encoding="utf-8")).render(
            config=lambda **_: "", source=lambda schema, table: f"{schema}.{table}", run_kini=lambda: "'000001-uji'"
        )
        self.con.execute(f"create or replace table mutu.ketepatan_identitas as {text}")
        cursor = self.con.execute("from mutu.ketepatan_identitas where ukuran = ?", [measure])
        names = [column[0] for column in cursor.description or ()]
        rows = cursor.fetchall()
        assert len(rows) == 1
        return dict(zip(names, rows[0], strict=True))

    def judged(self) -> dict[str, Result]:
        self.row()
        results = run_gate(self.con, [links_suite()], errors=self.errors, run_id="000001-uji", now=START)
        return {result.check.id.rpartition(".")[2]: result for result in results}

    @property
    def published(self) -> bool:
        return not any(result.stops for result in self.judged().values())


@pytest.fixture
def audit(tmp_path: Path) -> Iterator[Audit]:
    with duckdb.connect() as con:
        yield Audit(con, tmp_path / "errors")


def test_a_first_night_publishes_and_says_that_it_is_unmeasured(audit: Audit) -> None:
    results = audit.judged()
    assert audit.published and results["presisi"].status == "lulus"
    told = results["jumlah_kurang"]
    assert (told.status, told.check.severity) == ("gagal", "peringatan")
    assert told.message.startswith("Identitas belum terukur: 0 dari 200 contoh")


def test_a_new_model_does_not_forget_what_was_proven(audit: Audit) -> None:
    audit.answer("m1", 175, 25)
    audit.answer("m1", 100, 0, "contoh_nik")
    assert not audit.published
    for model in ("m2", "m3"):
        audit.train(model)
        assert not audit.published, "no answers are no evidence that it errs less"
    audit.answer("m3", 99, 0)
    assert not audit.published
    row = audit.row()
    assert (row["jumlah_dijawab"], row["jumlah_beda"]) == (399, 25)
    assert (row["jumlah_dijawab_kini"], row["jumlah_kurang"]) == (99, 101)
    audit.answer("m3", 1, 0)
    assert audit.published, "its own hundred answers are enough"
    row = audit.row()
    assert (row["jumlah_dijawab"], row["jumlah_beda"], row["nilai"]) == (200, 0, 1)


def test_few_wrong_answers_count_under_the_next_model_too(audit: Audit) -> None:
    audit.answer("m1", 40, 20)
    assert not audit.published
    audit.train("m2")
    audit.answer("m2", 5, 0)
    audit.train("m3")
    assert not audit.published


@pytest.mark.parametrize("kind", ["contoh", "contoh_nik"])
@pytest.mark.parametrize("right", [0, 1, 12, 18])
def test_one_wrong_answer_of_a_few_proves_nothing(audit: Audit, kind: str, right: int) -> None:
    audit.answer("m1", right, 1, kind)
    assert audit.published
    row = audit.row()
    assert float(row["nilai"]) == round(right / (right + 1), 4) and row["batas_atas"] >= 0.99
    audit.answer("m1", 40, 20, kind)
    assert not audit.published


@pytest.mark.parametrize(("right", "wrong"), [(1, 2), (0, 15), (0, 19)])
def test_a_few_answers_that_are_mostly_wrong_do(audit: Audit, right: int, wrong: int) -> None:
    audit.answer("m1", 2000, 0)
    audit.answer("m1", 100, 0, "contoh_nik")
    audit.train("m2")
    assert audit.published
    audit.answer("m2", right, wrong)
    assert not audit.published, "many good answers about an older model hide none"


def test_many_good_answers_about_older_models_hide_no_bad_ones(audit: Audit) -> None:
    audit.answer("m1", 2000, 0)
    audit.train("m2")
    assert audit.published and audit.row()["jumlah_dijawab"] == 2000
    audit.answer("m2", 40, 10)
    assert not audit.published
    assert audit.row()["jumlah_dijawab"] == 50


def test_going_back_to_a_model_brings_its_answers_back(audit: Audit) -> None:
    audit.answer("m1", 200, 0)
    audit.train("m2")
    audit.answer("m2", 80, 20)
    assert not audit.published
    audit.train("m1")
    assert audit.published


def test_who_has_few_pairs_is_measured_by_all_of_them(audit: Audit) -> None:
    audit.con.execute("update resolved.contoh_lapis set jumlah = if(asal = 'contoh', 4, 0)")
    assert audit.row()["jumlah_kurang"] == 4
    audit.answer("m1", 4, 0)
    audit.con.execute("update resolved.contoh_lapis set jumlah = 0")
    results = audit.judged()
    assert {name: result.status for name, result in results.items()} == {"presisi": "lulus", "jumlah_kurang": "lulus"}


def test_recall_is_read_from_the_same_answers(audit: Audit) -> None:
    audit.answer("m1", 200, 0)
    audit.answer("m1", 10, 90, "contoh_lepas")
    audit.train("m2")
    row = audit.row("recall")
    assert row["jumlah_dijawab"] == 300 and 0.94 < row["nilai"] < 0.96
    assert (row["jumlah_dijawab_kini"], row["jumlah_kurang"]) == (0, 300)


def test_the_message_says_what_was_found_and_what_to_do_in_one_notation(audit: Audit) -> None:
    audit.answer("m1", 174, 26)
    audit.answer("m1", 100, 0, "contoh_nik")
    audit.train("m2")
    result = audit.judged()["presisi"]
    assert result.observed["nilai"] > MOST_WRONG_LINKS_PERCENT
    assert result.message == (
        "Dari 300 contoh gabungan yang dijawab petugas 26 salah: sedikitnya 2,26% penggabungan sejenis salah, batas 1%; "
        "snapshot lama tetap berlaku; dari 200 jawaban yang perlu tentang model yang berlaku baru ada 0; "
        "lakukan: satudata train dan, bila modelnya menjadi lain, satudata run; lalu jawab contohnya "
        "(satudata decide export, decide import) dan satudata run"
    )
