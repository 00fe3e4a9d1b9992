"""The same rows on PostgreSQL and MariaDB as in SQLite."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import psycopg
import pymysql
import pytest
from simulation_kit import KOHORT, SAMSAT, SIAK, build, table

import simulation


def as_text(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.map(lambda value: "" if pd.isna(value) else str(value))


@pytest.mark.postgres
def test_postgres_holds_the_same_rows(tmp_path: Path) -> None:
    url = os.environ["SATUDATA_TEST_POSTGRES_URL"]
    plain, served = build(tmp_path / "plain", 2_000), build(tmp_path / "served", 2_000, postgres_url=url)
    simulation.advance(plain.agencies, plain.truth, night=1, share=0.05)
    simulation.advance(served.agencies, served.truth, night=1, share=0.05, postgres_url=url)
    assert not (served.agencies / SIAK).exists()
    with psycopg.connect("postgresql" + url[url.index("://") :]) as connection:
        for database, name, key in (
            (SIAK, "siak.biodata_wni", "id_biodata"),
            (KOHORT, "kohort.ibu_hamil", "no_kohort"),
        ):
            cursor = connection.execute(f"SELECT * FROM {name} ORDER BY {key}".encode())
            columns = [column.name for column in cursor.description or ()]
            found = as_text(pd.DataFrame(cursor.fetchall(), columns=columns))
            expected = as_text(table(plain.agencies, database, name.split(".")[1]).sort_values(key, ignore_index=True))
            same = [column for column in columns if column not in ("berat_badan", "tinggi_badan", "lila")]
            assert found[same].equals(expected[same])
        types = connection.execute(
            "SELECT data_type FROM information_schema.columns "
            "WHERE table_schema = 'siak' AND column_name IN ('tgl_lhr', 'tgl_ubah')"
        ).fetchall()
    assert sorted(types) == [("date",), ("timestamp without time zone",)]


@pytest.mark.mariadb
def test_mariadb_holds_the_same_rows(tmp_path: Path) -> None:
    url = os.environ["SATUDATA_TEST_MARIADB_URL"]
    plain, served = build(tmp_path / "plain", 2_000), build(tmp_path / "served", 2_000, mariadb_url=url)
    simulation.advance(plain.agencies, plain.truth, night=1, share=0.05)
    simulation.advance(served.agencies, served.truth, night=1, share=0.05, mariadb_url=url)
    assert not (served.agencies / SAMSAT).exists()
    address = urlsplit(url)
    connection = pymysql.connect(
        host=address.hostname or "127.0.0.1", port=address.port or 3306, user=address.username or "root",
        password=address.password or "", database="samsat",
    )  # fmt: skip
    try:
        for name, key in (
            ("kendaraan", "id_kendaraan"),
            ("pembayaran", "no_bayar"),
            ("ref_kelurahan", "kd_kel"),
        ):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM {name} ORDER BY {key}")
                columns = [column[0] for column in cursor.description]
                found = pd.DataFrame(cursor.fetchall(), columns=columns)
            expected = table(plain.agencies, SAMSAT, name).sort_values(key, ignore_index=True)
            money = [
                column
                for column in columns
                if column.startswith(("pkb", "opsen", "swd", "pnbp", "total", "njkb", "bobot"))
            ]
            assert (found[money].astype(float).to_numpy() == expected[money].astype(float).to_numpy()).all()
            rest = [column for column in columns if column not in money]
            assert as_text(found[rest]).equals(as_text(expected[rest]))
    finally:
        connection.close()
