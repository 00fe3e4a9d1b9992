"""Resolving what is not meant well, or not meant so: odd names, long values, expressions that fail, others' tables."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from pydantic import ValidationError

from resolution import Parameters, Resolution, Settings, SettingsError, read_settings, resolve, train
from resolution.kinds import splink_comparison
from resolution.links import load_links
from resolution.parameters import LevelParameters

SECRET = "RAHASIAWATI"
LEVEL = {"m": 0.9, "u": 2**-17}
COMPARED: dict[str, Any] = {"nama": "nama", "jenis": "sama", "kolom": "nama"}


def make_settings(**changes: object) -> Settings:
    blocks = [{"nama": "nama", "kunci": "nama"}]
    default = {"format_version": 1, "nama": "uji", "id": "nomor", "perbandingan": [COMPARED], "blok": blocks}
    return Settings.model_validate(default | changes)


def make_parameters(settings: Settings, **strong: float) -> Parameters:
    """Agreement is worth 17 bits, in a comparison of ``strong`` as many as are stated there."""
    levels = {}
    for comparison in settings.perbandingan:
        others = len(splink_comparison(comparison)["comparison_levels"]) - 2
        first = {"m": 0.9, "u": 0.9 * 2 ** -strong.get(comparison.nama, 17)}
        levels[comparison.nama] = [first, *[{"m": 0.1 / others, "u": 0.9}] * others]
    return Parameters.model_validate({"pengaturan": settings.version, "dasar": 2**-10, "tingkat": levels})


def resolve_known(tables: Mapping[str, Any], settings: Settings, **more: Any) -> Resolution:
    return resolve(tables, settings, parameters=make_parameters(settings), **more)


def table(**columns: list[Any]) -> pa.Table:
    return pa.table({name: pa.array(values) for name, values in columns.items()})


def entities(found: Resolution) -> list[int]:
    labels: list[int] = found.entities["entitas"].to_pylist()
    return labels


TWINS = table(nomor=["1", "2", "3"], nama=["A", "A", "B"])


def test_a_pair_that_alone_holds_two_groups_is_for_a_person() -> None:
    columns = ("kiri", "tengah", "kanan")
    settings = make_settings(
        perbandingan=[COMPARED | {"nama": name, "kolom": name} for name in columns],
        blok=[{"nama": name, "kunci": name} for name in columns],
    )
    chain = table(
        nomor=["1", "2", "3", "4"],
        kiri=["x", "x", None, None], tengah=[None, "y", "y", None], kanan=[None, None, "z", "z"],
    )  # fmt: skip
    found = resolve({"t": chain}, settings, parameters=make_parameters(settings, kiri=25, kanan=25))
    assert entities(found) == [0, 0, 2, 2]
    rows = [(row["id_l"], row["id_r"], row["keputusan"]) for row in found.links.to_pylist()]
    assert sorted(rows) == [("1", "2", "padan"), ("2", "3", "tinjau"), ("3", "4", "padan")]
    assert found.links["peluang"].to_pylist()[-1] > settings.padan, "by its weight alone it would be joined"
    assert found.links.column_names == ["table_l", "id_l", "table_r", "id_r", "bobot", "peluang", "keputusan"]


def test_two_expressions_for_one_column_are_refused() -> None:
    first = COMPARED | {"ungkapan": "nama_depan"}
    for other in (COMPARED | {"nama": "lain", "ungkapan": "nama_belakang"}, COMPARED | {"nama": "lain"}):
        with pytest.raises(ValidationError, match="kolom nama has two different ungkapan"):
            make_settings(perbandingan=[first, other])
    twice = make_settings(perbandingan=[first, first | {"nama": "lain", "jenis": "teks"}])
    found = resolve_known({"t": table(nomor=["1", "2"], nama_depan=["A", "A"])}, twice)
    assert entities(found) == [0, 0]


def test_a_very_long_value_costs_no_more_than_a_long_one() -> None:
    settings = make_settings(
        perbandingan=[COMPARED | {"jenis": "nama"}, COMPARED | {"nama": "huruf", "jenis": "angka"}],
        blok=[{"nama": "semua", "kunci": "length(nama) > 0"}],
    )
    names = ["B" + "A" * 32_766, "CDE" + "A" * 32_764, *(f"ORANG {chr(65 + n) * 7}" for n in range(28))]
    with duckdb.connect(config={"memory_limit": "500MB"}) as con:
        began = time.monotonic()
        found = resolve_known({"t": table(nomor=[str(n) for n in range(30)], nama=names)}, settings, con=con)
        assert time.monotonic() - began < 30
    assert entities(found)[0] != entities(found)[1]


def test_pairs_are_bounded_by_rules_and_blocks() -> None:
    rules = [{"nama": f"k{step}", "kunci": f"cast(nama as integer) // {step} % 4"} for step in (1, 4)]
    settings = make_settings(blok=rules, blok_maks=100)
    full = table(nomor=[str(n) for n in range(400)], nama=[str(n) for n in range(400)])
    blocked = resolve_known({"t": full}, settings).blocked
    most = 400 * len(rules) * (settings.blok_maks - 1) // 2
    alike = 16 * 25 * 24 // 2  # pairs that both rules find are compared once
    assert blocked.pairs == most - alike and blocked.too_large == {}
    crowded = make_settings(blok=rules, blok_maks=99)
    assert resolve_known({"t": full}, crowded).blocked.too_large == {"k1": 4, "k4": 4}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"perbandingan": [COMPARED | {"ungkapan": "cast(nama as integer)"}]}, r"table t: kolom nama, made by cast\("),
        ({"perbandingan": [COMPARED | {"ungkapan": "error(nama)"}]}, "table t: kolom nama, made by error"),
        ({"blok": [{"nama": "angka", "kunci": "cast(nama as integer)"}]}, "blok angka: .*ConversionException"),
    ],
)
def test_an_expression_that_fails_on_a_value_does_not_tell_it(changes: dict[str, Any], message: str) -> None:
    settings = make_settings(**changes)
    with pytest.raises(SettingsError, match=f"uji: {message}") as caught:
        resolve_known({"t": table(nomor=["1"], nama=[SECRET])}, settings)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("my-table", "Rec ID"), ("o'brien", "order"), ("data 2024", 'a"b'), ('a"b', "id"), ("catatan", "kunci"),
        ("x'; drop table y; --", "x; --"), ("", "nomor"), ("masuk", "_kunci"),
    ],
)  # fmt: skip
def test_any_name_of_a_table_and_of_its_id_will_do(name: str, key: str) -> None:
    settings = make_settings(id=key)
    found = resolve_known({name: TWINS.rename_columns([key, "nama"])}, settings)
    assert entities(found) == [0, 0, 2]
    assert set(found.entities["table"].to_pylist()) == {name} and found.entities["id"].to_pylist() == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"blok": [{"nama": "kota", "kunci": "kota"}]}, "blok kota: .*kota"),
        ({"blok": [{"nama": "dua", "kunci": "nama, nama"}]}, "blok dua: a record of which nothing is known has a key"),
        ({"blok": [{"nama": "dua", "kunci": "concat_ws('|', nama, nama)"}]}, "blok dua: a record of which nothing is"),
        ({"blok": [{"nama": "dua", "kunci": "[nama, nama]"}]}, "blok dua: a record of which nothing is known has a key"),
        ({"blok": [{"nama": "rusak", "kunci": "upper(nama"}]}, "blok rusak: Parser Error"),
        ({"blok": [{"nama": "rusak", "kunci": "nama -- sisa"}]}, "blok rusak: Parser Error"),
        ({"blok": [{"nama": "rusak", "kunci": ""}]}, "blok rusak: Parser Error"),
        ({"blok": [{"nama": "banyak", "kunci": "count(*)"}]}, "blok banyak: Binder Error"),
        ({"blok": [{"nama": "dua", "kunci": "nama) from tanpa_isi; select (1"}]}, "blok dua: "),
        ({"blok": [{"nama": "nomor", "kunci": "id"}]}, "blok nomor: "),
        ({"blok": [{"nama": "tetap", "kunci": "1"}]}, "blok tetap: must read a column and be the same each time; valid"),
        ({"blok": [{"nama": "tetap", "kunci": "'a' || 'b'"}]}, "blok tetap: must read a column"),
        ({"blok": [{"nama": "acak", "kunci": "random()"}]}, r"acak: must read a column .* each time, not random\(\)"),
        ({"blok": [{"nama": "acak", "kunci": "nama || UUID ()"}]}, r"acak: must read a column .*, not uuid\(\)"),
        ({"latih": ["nama, kota"]}, "latih 'nama, kota': there is no column kota; valid: nama"),
        ({"latih": ["nama,"]}, "latih 'nama,': there is no column without a name"),
        ({"perbandingan": [COMPARED | {"ungkapan": "upper(nama"}]}, "table t: kolom nama: Parser Error"),
        ({"perbandingan": [COMPARED | {"ungkapan": "max(nama)"}]}, "table t: kolom nama: Binder Error"),
        ({"perbandingan": [COMPARED | {"ungkapan": "tidakada(nama)"}]}, "table t: kolom nama: Catalog Error"),
        ({"perbandingan": [COMPARED | {"ungkapan": "nama as text) from masuk; select cast(1"}]}, "table t: kolom nama"),
        ({"perbandingan": [COMPARED | {"kolom": "order"}]}, "may not be called order.*ungkapan \"order\""),
        ({"perbandingan": [COMPARED | {"kolom": "id"}]}, "may not be called id"),
        ({"perbandingan": [COMPARED | {"keluarga": True}]}, r"keluarga is only for links.*\(nama\)"),
        ({"blok": [{"nama": "nama", "kunci": "nama", "mirip": "nama"}]}, r"mirip is only for links.*\(nama\)"),
    ],
)  # fmt: skip
def test_a_wrong_expression_is_named(changes: dict[str, Any], message: str) -> None:
    settings = make_settings(**changes)
    with pytest.raises(SettingsError, match=f"uji: .*{message}"):
        resolve_known({"t": TWINS}, settings)


def test_columns_that_only_a_kind_of_several_reads_are_loaded() -> None:
    settings = make_settings(
        perbandingan=[
            {"nama": "tertukar", "jenis": "silang", "kolom": "depan", "kolom_lain": ["belakang"]},
            {"nama": "rumah", "jenis": "domisili", "kolom": "desa", "kolom_lain": ["alamat", "rtrw"]},
        ],
        blok=[{"nama": "silang", "kunci": "least(depan, belakang) || greatest(depan, belakang)"}],
    )
    exchanged = table(
        nomor=["1", "2"], depan=["A", "B"], belakang=["B", "A"], desa=["1606010001"] * 2, alamat=["JL MAWAR 3"] * 2,
        rtrw=["01/02"] * 2,
    )  # fmt: skip
    assert entities(resolve_known({"t": exchanged}, settings)) == [0, 0]


def test_columns_that_differ_only_in_case_are_refused() -> None:
    with pytest.raises(SettingsError, match="SQL does not tell apart: nama, NAMA"):
        resolve_known({"t": TWINS.append_column("NAMA", TWINS["nama"])}, make_settings())


@pytest.mark.parametrize(
    "make",
    [pa.Table.to_pandas, pa.Table.to_reader, lambda t: t.combine_chunks().to_batches()[0]],
    ids=["pandas", "reader", "batch"],
)
def test_tables_of_other_makes_are_taken(make: Any) -> None:
    assert entities(resolve_known({"t": make(TWINS)}, make_settings())) == [0, 0, 2]


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ([TWINS], "tables must map names to tables.*list"),
        ({1: TWINS}, "tables must map names to tables"),
        ({"t": [{"nomor": "1"}]}, "table t must be an Arrow table, not list"),
        ({"t": pd.DataFrame({"nomor": ["1", "2"], "nama": [1, SECRET]})}, "table t cannot be read as an Arrow table"),
    ],
)
def test_what_is_no_table_is_refused(tables: Any, message: str) -> None:
    for call in (resolve_known, train):
        with pytest.raises(SettingsError, match=message) as caught:
            call(tables, make_settings())
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("settings", [{"nama": "uji"}, load_links()[0], None], ids=["dict", "link", "none"])
def test_what_is_no_settings_is_refused(settings: Any) -> None:
    with pytest.raises(SettingsError, match=r"settings must be resolution\.Settings, not "):
        resolve({"t": TWINS}, settings)


def test_settings_that_state_no_format_are_refused() -> None:
    stated = make_settings().model_dump()
    del stated["format_version"]
    with pytest.raises(ValidationError, match="states no format_version; valid: 1"):
        Settings.model_validate(stated)


@pytest.mark.parametrize("version", [0, -3, 2])
def test_an_unknown_format_is_refused(version: int) -> None:
    with pytest.raises(ValidationError, match="format_version"):
        make_settings(format_version=version)
    kept = make_parameters(make_settings()).model_dump() | {"format_version": version}
    with pytest.raises(ValidationError, match="format_version"):
        Parameters.model_validate(kept)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, float("nan"), float("inf")])
def test_shares_are_shares(share: float) -> None:
    for level in ({"m": share, "u": 0.5}, {"m": 0.5, "u": share}):
        with pytest.raises(ValidationError):
            LevelParameters.model_validate(level)
    kept = make_parameters(make_settings()).model_dump()
    for wrong in (share, 1.0):
        with pytest.raises(ValidationError, match="dasar"):
            Parameters.model_validate(kept | {"dasar": wrong})


@pytest.mark.parametrize("levels", [{}, {"nama": [LEVEL]}, {"nama": [LEVEL] * 3}, {"nama": [LEVEL] * 2, "x": [LEVEL]}])
def test_parameters_without_the_comparisons_levels_are_refused(levels: dict[str, Any]) -> None:
    settings = make_settings()
    kept = Parameters.model_validate({"pengaturan": settings.version, "dasar": 0.1, "tingkat": levels})
    with pytest.raises(SettingsError, match="have not the levels of"):
        resolve({"t": TWINS}, settings, parameters=kept)


def _all_of(con: duckdb.DuckDBPyConnection) -> list[Any]:
    tables = "select database_name, schema_name, table_name from duckdb_tables() union all "
    views = "select database_name, schema_name, view_name from duckdb_views() where not internal order by all"
    return [
        con.execute(tables + views).fetchall(),
        con.execute("select database_name from duckdb_databases() order by all").fetchall(),
        con.execute("from catatan").fetchall(),
        con.execute("from pasangan").fetchall(),
        con.execute("from masuk").fetchall(),
        con.execute("select current_setting('search_path')").fetchall(),
    ]


def test_a_callers_connection_is_left_as_it_was(tmp_path: Any) -> None:
    settings = make_settings(perbandingan=[COMPARED | {"ungkapan": "rapi(nama)"}])
    path = tmp_path / "o'brien data.duckdb"
    with duckdb.connect(path) as con:
        con.execute("create table catatan as select 42 as x; create macro rapi(x) as upper(x)")
    plain = resolve_known({"catatan": TWINS, "masuk": TWINS}, make_settings())
    for read_only in (False, True):
        with duckdb.connect(path, read_only=read_only) as con:
            con.execute("create temp table pasangan as select 7 as y; create temp table nilai as select 1 as z")
            con.register("masuk", TWINS)
            before = _all_of(con)
            found = resolve_known({"catatan": TWINS, "masuk": TWINS}, settings, con=con)
            assert entities(found) == entities(plain) and found.links.equals(plain.links)
            assert _all_of(con) == before
            for wrong in ({"t": TWINS.drop_columns("nama")}, {"t": table(nomor=["1", "1"], nama=["A", "A"])}):
                with pytest.raises(SettingsError):
                    resolve_known(wrong, settings, con=con)
            assert _all_of(con) == before


@pytest.mark.parametrize("empty", [None, "", "   ", "\t\u00a0"])
def test_an_id_left_blank_is_none(empty: str | None) -> None:
    with pytest.raises(SettingsError, match=r"uji: records without an id in column nomor \(t: 2\)"):
        resolve_known({"t": table(nomor=["1", empty, empty], nama=["A", "A", "B"])}, make_settings())


def test_an_id_that_is_not_a_number_is_none() -> None:
    numbers = table(nomor=[1.0, float("nan")], nama=["A", "A"])
    with pytest.raises(SettingsError, match=r"records without an id in column nomor \(t: 1\)"):
        resolve_known({"t": numbers}, make_settings())
    texts = table(nomor=["NAN", "nan", " 1"], nama=["A", "A", "B"])
    found = resolve_known({"t": texts}, make_settings())
    assert sorted(found.entities["id"].to_pylist()) == [" 1", "NAN", "nan"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "table t: kolom nama: there is no column nama; valid: nomor, sebutan"),
        (
            {"perbandingan": [COMPARED | {"ungkapan": "upper(panggilan)"}]},
            "there is no column panggilan; valid: nomor, s",
        ),
        ({"blok": [{"nama": "kota", "kunci": "left(kota, 2)"}]}, "blok kota: there is no column kota; valid: nama"),
    ],
)
def test_a_column_that_is_not_there_is_told_with_those_that_are(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=f"uji: .*{message}") as caught:
        resolve_known({"t": TWINS.rename_columns(["nomor", "sebutan"])}, make_settings(**changes))
    assert "Binder" not in str(caught.value)


def test_settings_of_a_dictionary_are_refused_without_a_value() -> None:
    good = make_settings().model_dump()
    assert read_settings(good) == make_settings()
    wrong = good | {"format_version": 2, "padan": SECRET, "asing": SECRET}
    with pytest.raises(SettingsError) as caught:
        read_settings(wrong)
    said = str(caught.value)
    assert "settings uji: padan: " in said and "settings uji: asing: " in said
    assert SECRET not in said and "https://" not in said
    with pytest.raises(SettingsError, match=r"settings uji: .*format_version 2 is newer than 1; upgrade satu-data"):
        read_settings(good | {"format_version": 2})
    with pytest.raises(SettingsError, match="settings: "):
        read_settings(None)


@pytest.mark.parametrize("version", [True, 1.0, "1"])
def test_a_format_is_a_whole_number(version: object) -> None:
    with pytest.raises(
        SettingsError, match="settings uji: format_version: must be a whole number, without quotes or a"
    ):
        read_settings(make_settings().model_dump() | {"format_version": version})
    kept = make_parameters(make_settings()).model_dump() | {"format_version": version}
    with pytest.raises(ValidationError, match="format_version"):
        Parameters.model_validate(kept)


def test_a_key_that_only_names_what_is_drawn_is_no_draw() -> None:
    settings = make_settings(blok=[{"nama": "nama", "kunci": "nama || 'random()'"}])
    assert entities(resolve_known({"t": TWINS}, settings)) == [0, 0, 2]


FILE = """
format_version: 1
nama: uji
id: nomor
perbandingan:
  - {nama: nama, jenis: sama, kolom: nama}
blok:
  - {nama: nama, kunci: nama}
"""


def test_settings_of_a_file_are_those_of_a_dictionary(tmp_path: Path) -> None:
    path = tmp_path / "uji.yaml"
    path.write_text(FILE)
    assert read_settings(path) == make_settings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FILE + "padan: 0.9\npadan: 0.6\n", r"uji\.yaml:10: padan: is stated twice"),
        (
            FILE.replace("jenis: sama", "jenis: sama, jenis: teks"),
            r"uji\.yaml:6: perbandingan\.0\.jenis: is stated twice",
        ),
        (FILE + "padan: 0.3\n", r"settings /.*uji\.yaml: padan: "),
        (FILE.replace("format_version: 1", ""), r"uji\.yaml: states no format_version; valid: 1"),
        (FILE.replace("  - {nama: nama, kunci: nama}", "  []"), r"uji\.yaml: blok: must name at least 1"),
        ("", r"uji\.yaml: must be keys and values; valid: acak, blok, "),
        ("padan: 2024-13-45\n", r"uji\.yaml:1: .*is not valid YAML"),
        ("? [a]\n: b\n", r"uji\.yaml:1: .*is not valid YAML"),
        (None, r"uji\.yaml:1: \(file\): cannot be read: No such file"),
    ],
)
def test_a_file_that_is_no_settings_is_refused_by_name(tmp_path: Path, text: str | None, message: str) -> None:
    path = tmp_path / "uji.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SettingsError, match=message):
        read_settings(path)


def test_a_copy_of_another_format_is_refused() -> None:
    later = make_settings().model_copy(update={"format_version": 2})
    for call in (resolve, train):
        with pytest.raises(SettingsError, match="uji: format_version 2 is newer than 1"):
            call({"t": TWINS}, later)


def test_what_is_no_open_connection_is_refused() -> None:
    closed = duckdb.connect()
    closed.close()
    other: Any = "x"
    for call in (resolve_known, train):
        with pytest.raises(SettingsError, match="con must be a DuckDB connection, not str"):
            call({"t": TWINS}, make_settings(), con=other)
        with pytest.raises(SettingsError, match="con is closed"):
            call({"t": TWINS}, make_settings(), con=closed)


def test_one_reader_is_not_two_tables() -> None:
    reader = TWINS.to_reader()
    with pytest.raises(SettingsError, match=r"uji: tables t, u are one reader, which can be read once; .*read_all"):
        resolve_known({"t": reader, "u": reader, "v": TWINS.to_reader()}, make_settings())
    assert entities(resolve_known({"t": reader, "v": TWINS.to_reader()}, make_settings())) == [0, 0, 2, 0, 0, 2]


@pytest.mark.parametrize("expression", ["unnest([nama, 'q'])", "unnest(if(nama = 'A', [nama], []))"])
def test_an_expression_that_makes_other_records_is_named(expression: str) -> None:
    other = COMPARED | {"nama": "lain", "kolom": "lain", "ungkapan": "nama"}
    settings = make_settings(perbandingan=[other, COMPARED | {"ungkapan": expression}])
    with pytest.raises(SettingsError, match=r"uji: table t: kolom nama, made by unnest.*: must make one value of each"):
        resolve_known({"t": TWINS}, settings)


def make_dates(**more: object) -> Settings:
    born = {"nama": "lahir", "jenis": "tanggal", "kolom": "lahir"} | more
    return make_settings(perbandingan=[born], blok=[{"nama": "lahir", "kunci": "left(lahir, 4)"}], tinjau=0.001)


def levels_met(settings: Settings, dates: pa.Array | pd.Series) -> list[float]:
    """Weights of the pairs, where each level has one of its own."""
    shares = [{"m": 0.1, "u": 0.1 * 2**-number} for number in range(9, 0, -1)]
    known = Parameters.model_validate({"pengaturan": settings.version, "dasar": 0.5, "tingkat": {"lahir": shares}})
    ids = [str(n) for n in range(len(dates))]
    tables: dict[str, Any] = {"t": pd.DataFrame({"nomor": ids, "lahir": dates})}
    return [round(weight) for weight in resolve(tables, settings, parameters=known).links["bobot"].to_pylist()]


DAYS = ["1980-01-01", "1980-01-01", "1991-03-07", "1991-07-03", "2001-05-06", "2001-05-06", None]


@pytest.mark.parametrize(
    ("dates", "more"),
    [
        (pd.to_datetime(pd.Series(DAYS)), {}),
        (pd.to_datetime(pd.Series(DAYS)).dt.date, {}),
        (pd.Series([day and f"{day}T08:30:00.25" for day in DAYS]), {}),
        (pd.Series([day and f"{day} 08:30 " for day in DAYS]), {}),
        (pd.Series(DAYS), {"ungkapan": "cast(lahir as date)"}),
        (pd.Series(DAYS), {"ungkapan": "cast(lahir as timestamp_ns)"}),
        (
            pd.Series([day and f"{day[8:]}/{day[5:7]}/{day[:4]}" for day in DAYS]),
            {"ungkapan": "lahir[7:10] || '-' || lahir[4:5] || '-' || lahir[1:2]"},
        ),
    ],
    ids=[
        "datetime64",
        "date",
        "text of times",
        "text of minutes",
        "DATE",
        "TIMESTAMP_NS",
        "DD/MM/YYYY by its expression",
    ],
)
def test_dates_of_any_make_are_compared_as_dates(dates: Any, more: dict[str, Any]) -> None:
    assert levels_met(make_dates(**more), dates) == levels_met(make_dates(), pd.Series(DAYS)) == [9, 7, 6]


@pytest.mark.parametrize(
    "dates",
    [
        pd.Series(["07/03/1991", "1980-01-01"]),
        pd.Series(["19910307", "1980-01-01"]),
        pd.Series(["1991", "1980-01-01"]),
        pd.Series(["1991/03/07", "1980-01-01"]),
        pd.Series(["1991-3-7", "1980-01-01"]),
        pd.Series(["1991-03-07 salah", "1980-01-01"]),
        pd.Series([19910307, None]),
        pd.to_datetime(pd.Series(["1991-03-07", None])).dt.tz_localize("Asia/Jakarta"),
    ],
)
def test_dates_written_otherwise_are_refused_without_a_value(dates: Any) -> None:
    message = r"uji: kolom lahir, which is compared as tanggal, .* \(t: 1\); valid: YYYY-MM-DD, .*ungkapan, as lahir"
    with pytest.raises(SettingsError, match=message) as caught:
        levels_met(make_dates(), dates)
    assert "1991" not in str(caught.value)


def test_a_day_that_the_calendar_does_not_have_is_compared_and_a_slip_too() -> None:
    assert levels_met(make_dates(), pd.Series(["1991-02-31", "1991-02-31"])) == [9]
    assert levels_met(make_dates(), pd.Series(["1991-02-28", "1991-O2-28"])) == [4]


def test_an_expression_that_is_drawn_anew_is_refused() -> None:
    settings = make_settings(perbandingan=[COMPARED | {"ungkapan": "nama || random()"}])
    with pytest.raises(SettingsError, match=r"uji: table t: kolom nama: must be the same each time, not random\(\)"):
        resolve_known({"t": TWINS}, settings)
