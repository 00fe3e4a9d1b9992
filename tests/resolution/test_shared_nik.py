"""Why records of one NIK are one person, in words."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.commands import explain
from resolution import waterfall
from resolution.shared_nik import DATES, NAMES, SameNik, same_nik

FIRST = ("MUHAMMAD SALEH", "1990-03-05")


@pytest.mark.parametrize(
    ("name", "born", "expected"),
    [
        ("MUHAMMAD SALEH", "1990-03-05", ("sama", "sama")),
        ("M SALEH", "1990-03-15", ("seturut", "beda_hari")),
        ("MUHAMAD SALEH ALI", "1990-04-05", ("seturut", "beda_bulan")),
        ("SITI AMINAH", "1990-05-03", ("beda", "tertukar")),
        ("", "1991-03-05", ("kosong", "beda")),
        (None, None, ("kosong", "kosong")),
    ],
)
def test_agreement_with_the_first_record_of_the_nik(
    name: str | None, born: str | None, expected: tuple[str, str]
) -> None:
    con = duckdb.connect()
    con.execute(
        """
        create schema resolved;
        create table resolved.orang_catatan as select * from (values
            ('r2', 'siti', '16', 2), ('r1', 'siti', '16', 1), ('r3', 'siti', null, 3), ('r0', 'siti', '17', 0),
            ('r4', 'budi', '16', 4)
        ) as t (id_catatan, id_orang, nik, urutan);
        create table catatan (id_catatan varchar, nama_kunci varchar, tanggal_lahir date)
        """
    )
    rows = [("r2", name, born), *((record, *FIRST) for record in ("r0", "r1", "r3", "r4"))]
    con.executemany("insert into catatan values (?, ?, ?)", rows)
    (found,) = same_nik(con, "siti", "catatan")
    assert (found.first, found.record, (found.name, found.born)) == ("r1", "r2", expected)


def test_every_agreement_has_its_words() -> None:
    for module in (explain, waterfall):
        assert set(module._NAMES) == set(NAMES) and set(module._DATES) == set(DATES)


def test_the_page_lists_them() -> None:
    from resolution.explain import Explanation

    tie = SameNik("r1", "r2", "seturut", "beda_hari")
    html = waterfall.page(
        Explanation("x", "x", (), (), (tie,), (), (), (), ()), lambda record: f"<{record}>", lambda _, value: value
    )
    assert "&lt;r1&gt; — &lt;r2&gt;: nama seturut kata demi kata, hari lahir berbeda" in html
