"""``satudata explain``: without ``--reveal`` no value that the standard calls personal."""

from __future__ import annotations

import pytest

from contracts.standard import load_standards
from orchestration.commands.explain import _lines, _masked, _whole
from resolution.explain import GOLDEN, Explanation, Record, Value

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
    return Explanation("ORG", "ORG", (Record("a|b|1", "a.b.c", "nik", RECEIVED),), (), (), (), (), (), values)


def test_no_personal_value_is_shown_unasked() -> None:
    assert set(VALUES) == set(GOLDEN)
    words = set(" ".join(_lines(explained(), {"a|b|1": 1}, _masked())).split())
    for value in (*VALUES.values(), *RECEIVED.values()):
        assert not words & set(value.split()), value
    assert {"S***", "1991-**-**", "1671******", "***"} <= words


def test_asked_to_reveal_all_is_shown() -> None:
    text = "\n".join(_lines(explained(), {"a|b|1": 1}, _whole))
    assert all(value in text for value in (*VALUES.values(), *RECEIVED.values()))


@pytest.mark.parametrize("name", ["kode_biodata", "waktu_ubah"])
def test_what_is_not_personal_stays_open(name: str) -> None:
    assert load_standards().entitas["penduduk.orang"].kolom[name].kelas == "internal"
    assert _masked()(name, "WARGA 12345678") == "WARGA 12345678"
    assert _masked()("tidak_dikenal", "WARGA") == "W****"
