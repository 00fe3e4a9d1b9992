"""``satudata explain``: without ``--reveal`` no value that the standard calls personal."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from contracts.standard import load_standards
from orchestration.commands.explain import _lines, _masked, _whole
from resolution.decisions import Correction, make_decision
from resolution.explain import Explanation, Record
from resolution.values import GOLDEN, Value
from resolution.waterfall import page

WHEN = datetime(2026, 11, 22, tzinfo=UTC)

VALUES = {
    "nama_lengkap": "SITI AMINAH", "tanggal_lahir": "1991-03-14", "jenis_kelamin": "P", "kode_wilayah": "1671021001",
    "nomor_kk": "1671010101000007", "agama": "HINDU", "status_perkawinan": "CERAI HIDUP", "shdk": "MERTUA",
    "pekerjaan": "NELAYAN", "status_hidup": "HIDUP",
}  # fmt: skip
RECEIVED = {
    "nik_asal": "1671015403910002", "nama": "SITI AMINAH", "tanggal_lahir": "1991-03-14", "jenis_kelamin": "P",
    "kode_wilayah": "1671021001",
}  # fmt: skip


def explained() -> Explanation:
    values = tuple(Value(name, value, "a.b.c", ((value, "d.e.f", "sumber"),)) for name, value in VALUES.items())
    same = make_decision("a|b|1", "d|e|1", "sama", author="Sri", when=WHEN, reason="alamat\nsama")
    corrected = Correction(
        id="k1", catatan="a|b|1", atribut="agama", nilai="HINDU", semula=None, alasan="KTP dilihat", pemutus="Budi",
        waktu=WHEN,
    )  # fmt: skip
    record = Record("a|b|1", "a.b.c", "nik", RECEIVED)
    return Explanation(
        "ORG", "ORG", (record,), (), (), (), ((same, "berlaku"),), ((corrected, "berlaku"),), values
    )  # fmt: skip


def test_no_personal_value_is_shown_unasked() -> None:
    assert set(VALUES) == set(GOLDEN)
    words = set(" ".join(_lines(explained(), {"a|b|1": 1}, _masked())).split())
    for value in (*VALUES.values(), *RECEIVED.values()):
        assert not words & set(value.split()), value
    assert {"S***", "1991-**-**", "1671******", "***"} <= words


def test_reasons_are_told_on_one_line() -> None:
    text = "\n".join(_lines(explained(), {"a|b|1": 1}, _masked()))
    assert "sama (berlaku)" in text and "Sri  2026-11-22  alamat sama" in text
    assert "agama corrected (berlaku)" in text and "Budi  2026-11-22  KTP dilihat" in text


@pytest.mark.parametrize("reveal", [False, True])
def test_the_page_shows_records_decisions_and_values_as_the_text_does(reveal: bool) -> None:
    html = page(explained(), lambda record: f"no. {record}", _whole if reveal else _masked())
    cells = set(re.findall("<td>(.*?)</td>", html, re.DOTALL))
    assert {"no. a|b|1", "nik", "sama", "koreksi agama", "alamat\nsama", "KTP dilihat", "kalah: sumber"} <= cells
    values = {*VALUES.values(), *RECEIVED.values()}
    assert (values <= cells) if reveal else not values & cells
    assert "SITI" in html if reveal else "AMINAH" not in html and {"S*** A*****", "1671******"} <= cells
    assert html.count("<table>") == 3


def test_asked_to_reveal_all_is_shown() -> None:
    text = "\n".join(_lines(explained(), {"a|b|1": 1}, _whole))
    assert all(value in text for value in (*VALUES.values(), *RECEIVED.values()))


@pytest.mark.parametrize("name", ["kode_biodata", "waktu_ubah"])
def test_what_is_not_personal_stays_open(name: str) -> None:
    assert load_standards().entitas["penduduk.orang"].kolom[name].kelas == "internal"
    assert _masked()(name, "WARGA 12345678") == "WARGA 12345678"
    assert _masked()("tidak_dikenal", "WARGA") == "W****"
