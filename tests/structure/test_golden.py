"""Golden values: which record of a person wins, and why the others lost, by the declared criteria."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from jinja2 import Environment

from contracts.standard import load_standards

MACROS = Path(__file__).parents[2] / "dbt_project" / "macros" / "golden.sql"
#: id, entity, name, birth date, region, closed, delivery
Row = tuple[str, str, str | None, str | None, str | None, bool, str]
REGISTRY, MOTHER, CHILD, VEHICLE = (
    "penduduk.orang", "kesehatan.kehamilan", "kesehatan.pengukuran_balita", "samsat.kendaraan"
)  # fmt: skip


def row(name: str, entity: str, value: str | None, born: str | None, region: str | None = None, *,
        closed: bool = False, delivery: str = "000001-00001") -> Row:  # fmt: skip
    return name, entity, value, born, region, closed, delivery


def golden(rows: list[Row], attribute: str, column: str) -> tuple[str | None, dict[str, str]]:
    """The winning value, and per record that states another one why it lost."""
    priorities = load_standards().prioritas.model_dump()
    environment = Environment(extensions=["jinja2.ext.do"])
    environment.globals["var"] = lambda name: priorities
    macros = environment.from_string(MACROS.read_text("utf-8").split("{# Corrected values")[0]).module
    key = macros.urutan_sumber(attribute, column, f"sepakat_{column}")  # type: ignore[attr-defined]
    counted = macros.dengan_kesepakatan("anggota", {"nama_lengkap": "nama"})  # type: ignore[attr-defined]
    chosen = macros.nilai_emas(attribute, column)  # type: ignore[attr-defined]
    why = macros.alasan_kalah(attribute, "pertama", "urutan")  # type: ignore[attr-defined]
    with duckdb.connect() as con:
        con.execute(
            "create table anggota (id_orang varchar, id_catatan varchar, entitas varchar, nama varchar, "
            "tanggal_lahir date, kode_wilayah varchar, _berlaku_sampai date, _delivery_id varchar, jenis_kelamin varchar)"
        )
        for record, entity, name, born, region, closed, delivery in rows:
            until = "2026-01-01" if closed else None
            values = ["p", record, entity, name, born, region, until, delivery, None]
            con.execute("insert into anggota values (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        con.execute(f"create view dihitung as {counted}")
        found = con.execute(f"select cast({chosen} as varchar) from dihitung group by id_orang").fetchone()
        losers = con.execute(
            f"with u as (select id_catatan, cast({column} as varchar) as nilai, {key} as urutan from dihitung "
            f"where {column} is not null), v as (select *, min(urutan) over () as pertama from u) "
            f"select id_catatan, {why} from v where nilai <> ?",
            [found[0] if found else None],
        ).fetchall()
    return (found[0] if found else None), dict(losers)


@pytest.mark.parametrize(
    ("rows", "value", "reasons"),
    [
        (
            [row("a", REGISTRY, None, "1990-03-25"), row("b", VEHICLE, None, "1991-03-25"),
             row("c", MOTHER, None, "1991-03-25")],
            "1990-03-25",
            {"b": "prioritas_sumber", "c": "prioritas_sumber"},
        ),
        (
            [row("a", VEHICLE, None, "1990-03-25", delivery="000009-00001"), row("b", MOTHER, None, "1991-04-02"),
             row("c", CHILD, None, "1991-04-02")],
            "1991-04-02",
            {"a": "kurang_disepakati"},
        ),
        (
            [row("a", VEHICLE, None, "1990-01-01"), row("b", MOTHER, None, "1990-01-01"),
             row("c", CHILD, None, "1990-03-25")],
            "1990-03-25",
            {"a": "kurang_lengkap", "b": "kurang_lengkap"},
        ),
        (
            [row("a", REGISTRY, None, "1990-03-25", closed=True), row("b", VEHICLE, None, "1991-04-02")],
            "1991-04-02",
            {"a": "sudah_ditutup"},
        ),
        (
            [row("a", VEHICLE, None, "1990-03-25"), row("b", VEHICLE, None, "1991-04-02", delivery="000002-00001")],
            "1991-04-02",
            {"a": "lebih_lama_diterima"},
        ),
        ([row("b", VEHICLE, None, "1990-03-25"), row("a", VEHICLE, None, "1991-04-02")], "1991-04-02",
         {"b": "urutan_catatan"}),
        ([row("a", VEHICLE, None, None)], None, {}),
    ],
    ids=["the registry against many", "what most say", "more than the year", "still stated", "the latest", "a tie", "none"],
)  # fmt: skip
def test_a_birth_date_wins_by_the_declared_criteria(
    rows: list[Row], value: str | None, reasons: dict[str, str]
) -> None:
    assert golden(rows, "tanggal_lahir", "tanggal_lahir") == (value, reasons)


def test_a_fuller_name_and_a_smaller_region_win_among_equals() -> None:
    rows = [
        row("a", VEHICLE, "SITI A", None, "1671"),
        row("b", VEHICLE, "SITI AMINAH", None, "1671021003"),
    ]
    assert golden(rows, "nama_lengkap", "nama") == ("SITI AMINAH", {"a": "kurang_lengkap"})
    assert golden(rows, "kode_wilayah", "kode_wilayah") == ("1671021003", {"a": "kurang_lengkap"})
