"""``satudata explain orang``: everything that made a person, nothing that names one."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from pipeline_kit import Province, query, satudata

pytestmark = pytest.mark.slow

LINE = re.compile(r"^ {6} *([+-]\d+\.\d)  ")
TOTAL = re.compile(r"(-?\d+\.\d) bits, ")


def linked(province: Province) -> tuple[str, str, str]:
    """A person with a record that likeness joined: its id, name and NIK."""
    found = query(
        province.home / "build" / "gudang.duckdb",
        "select id_orang, nama_lengkap, nik from marts.dim_orang where nik is not null and id_orang in ("
        "select id_orang_a from mutu.tinjauan_identitas where jenis = 'contoh') order by id_orang limit 1",
    )
    return found[0]


def explain(province: Province, *arguments: str) -> str:
    outcome = satudata(province.home, "explain", "orang", *arguments)
    assert outcome.exit == 0, outcome.text[-2000:]
    return outcome.text


def test_every_comparison_adds_up_and_nobody_is_named(province: Province, tmp_path: Path) -> None:
    person, name, nik = linked(province)
    drawing = tmp_path / "w.html"
    text = explain(province, person, "--html", str(drawing))
    assert "joined" in text and "nama_lengkap" in text
    sums: list[float] = []
    totals: list[float] = []
    for line in text.splitlines():
        if found := TOTAL.search(line):
            totals.append(float(found[1]))
            sums.append(0.0)
        elif found := LINE.match(line):
            sums[-1] += float(found[1])
    assert totals and sums == pytest.approx(totals, abs=0.6), "each line is rounded"
    page = drawing.read_text(encoding="utf-8")
    for shown in (text, page):
        assert nik not in shown and not any(len(word) > 3 and word in shown for word in name.split(" "))
    assert "<script" not in page and "http" not in page and page.count("<svg") == len(totals)
    assert stat.S_IMODE(drawing.stat().st_mode) == 0o600


def test_reveal_needs_a_terminal_and_an_id_must_be_one(province: Province) -> None:
    person, *_ = linked(province)
    refused = satudata(province.home, "explain", "orang", person, "--reveal")
    assert refused.exit == 2 and "only to a person on a terminal" in refused.text
    unknown = satudata(province.home, "explain", "orang", "tidakada")
    assert unknown.exit == 1 and "no person has the id tidakada" in unknown.text


def test_records_that_a_nik_joined_are_compared_in_words(province: Province, tmp_path: Path) -> None:
    person, name, nik, shared = query(
        province.home / "build" / "gudang.duckdb",
        "select dim.id_orang, dim.nama_lengkap, dim.nik, count(*) - 1 from marts.dim_orang as dim "
        "inner join resolved.orang_catatan as orang on dim.id_orang = orang.id_orang and dim.nik = orang.nik "
        "where aturan_padan = 'nik' group by all having count(*) > 2 order by 1 limit 1",
    )[0]
    drawing = tmp_path / "w.html"
    text = explain(province, person, "--html", str(drawing))
    lines = [line for line in text.splitlines() if "equal NIK, " in line]
    assert len(lines) == shared and all(
        re.search(r"\d – \d+  equal NIK, .*name.*, .*birth date", line) for line in lines
    )
    page = drawing.read_text(encoding="utf-8")
    assert page.count("<li>") == shared
    for shown in (text, page):
        assert nik not in shown and not any(len(word) > 3 and word in shown for word in name.split(" "))


def test_a_value_is_from_who_states_it(province: Province) -> None:
    """A list that knows the regency alone did not give the village."""
    person, village, stating = query(
        province.home / "build" / "gudang.duckdb",
        "select id_orang, dim.kode_wilayah, string_agg(distinct _kontrak, ', ' order by _kontrak) "
        "filter (where catatan.kode_wilayah = dim.kode_wilayah) from marts.dim_orang as dim "
        "inner join resolved.orang_catatan using (id_orang) "
        "inner join intermediate.int_identitas__catatan as catatan using (id_catatan) where length(dim.kode_wilayah) = 10 "
        "and id_orang not in (select id_orang from mutu.konflik_atribut) group by all "
        "having count(distinct catatan.kode_wilayah) > 1 order by 1 limit 1",
    )[0]
    line = next(line for line in explain(province, person).splitlines() if line.startswith("  kode_wilayah"))
    assert line.split("  ")[-1].strip() == stating and village[:4] in line
