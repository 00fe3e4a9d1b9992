"""Ids: the founder rule, merges, splits, corrections, rebuilds."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from resolution_kit import KEY, RECORDS, Person, Town

from contracts.errors import SatuDataError
from contracts.keys import short_id
from resolution.registry import RegistryError

pytestmark = pytest.mark.slow

A, B, C = "1671016503900001", "1671016503900002", "1671016503900003"


def person(name: str, nik: str | None, order: int = 1, called: str = "SITI AMINAH") -> Person:
    return Person(name, nik, called, "1990-03-25", order)


def test_the_id_is_that_of_the_oldest_record_and_new_records_never_rename(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(person("samsat|pemilik|9", A))
    before = town.ids()["samsat|pemilik|9"]
    assert before == short_id(KEY, "orang", "samsat|pemilik|9")
    town.night(person("penduduk|penduduk|1", A, 2), person("penduduk|penduduk|2", B, 2))
    assert town.ids()["samsat|pemilik|9"] == town.ids()["penduduk|penduduk|1"] == before
    assert town.redirects() == {}


def test_a_merge_keeps_the_older_id_and_redirects_the_other(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(person("a|penduduk|1", A, 1))
    town.night(person("a|penduduk|2", B, 2))
    old, young = town.ids()["a|penduduk|1"], town.ids()["a|penduduk|2"]
    town.night(person("a|penduduk|2", A, 2))
    assert set(town.ids().values()) == {old}
    assert town.redirects() == {young: old}


def test_redirects_point_at_ids_in_use_through_a_chain(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(person("a|penduduk|1", A, 1))
    town.night(person("a|penduduk|2", B, 2))
    town.night(person("a|penduduk|3", C, 3))
    ids = town.ids()
    town.night(person("a|penduduk|3", B, 3))
    town.night(person("a|penduduk|2", A, 2), person("a|penduduk|3", A, 3))
    assert town.redirects() == {ids["a|penduduk|2"]: ids["a|penduduk|1"], ids["a|penduduk|3"]: ids["a|penduduk|1"]}


def test_a_member_that_leaves_takes_its_own_id_and_the_person_keeps_hers(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(person("a|penduduk|1", A, 1), person("b|pemilik|1", A, 1))
    kept = town.ids()["a|penduduk|1"]
    town.night(person("b|pemilik|1", B, 1))
    assert town.ids() == {"a|penduduk|1": kept, "b|pemilik|1": short_id(KEY, "orang", "b|pemilik|1")}


def test_a_corrected_founder_leaves_its_id_with_the_person(tmp_path: Path) -> None:
    """The first record turns out to be another person's: the id stays with the person known by it."""
    town = Town(tmp_path)
    town.night(person("a|penduduk|1", A, 1), person("b|pemilik|1", A, 1), person("c|ibu|1", A, 1))
    kept = town.ids()["b|pemilik|1"]
    outcome = town.night(person("a|penduduk|1", B, 1))
    ids = town.ids()
    assert outcome.pinned == 1
    assert ids["b|pemilik|1"] == ids["c|ibu|1"] == kept
    assert ids["a|penduduk|1"] != kept
    town.night(person("d|anak|1", A, 5))
    assert town.ids()["d|anak|1"] == kept


def test_a_founder_whose_sex_is_corrected_leaves_its_id_with_the_person(tmp_path: Path) -> None:
    founder, sister, again = (
        person(name, A, order, called).but(jenis_kelamin="P")
        for name, order, called in (("a|anak|1", 1, "RIZKI"), ("b|anak|1", 2, "RIZKIA"), ("c|anak|1", 3, "RIZKIA"))
    )
    town = Town(tmp_path)
    town.night(founder, sister, again)
    before = town.ids()[founder.id_catatan]
    town.night(founder.but(jenis_kelamin="L"))
    ids = town.ids()
    assert ids[sister.id_catatan] == ids[again.id_catatan] == before != ids[founder.id_catatan]


def test_whom_an_older_release_joined_in_spite_of_their_sex_part_without_a_correction(tmp_path: Path) -> None:
    """It knew no sex in what a record is known by: that is no correction, and the founder keeps the id."""
    brother = person("a|anak|1", A, 1, "RIZKI").but(jenis_kelamin="L")
    sister = person("b|anak|1", A, 2, "RIZKIA").but(jenis_kelamin="P")
    town = Town(tmp_path)
    town.night(brother, sister)
    ids = town.ids()
    town.con.execute(
        f"""
        update resolved.orang_catatan set id_orang = '{ids[brother.id_catatan]}',
            sidik = (
                select md5_number_upper(concat_ws('|', asal.nik, asal.nama_kunci, asal.tanggal_lahir)) from {RECORDS} as asal
                where asal.id_catatan = orang_catatan.id_catatan
            )
        """
    )
    town.night(full_refresh=True)
    assert town.ids() == ids


def test_what_an_older_release_kept_as_text_is_no_correction(tmp_path: Path) -> None:
    founder, other = person("b|penduduk|1", A, 1), person("a|pemilik|1", A, 1).but(urutan_pertama=2)
    town = Town(tmp_path)
    town.night(founder, other)
    ids, kept = town.ids(), town.con.execute("from resolved.orang_catatan order by all").fetchall()
    town.con.execute(
        f"""
        create or replace table resolved.orang_catatan as
        select id_catatan, id_orang, orang.nik, aturan_padan, printf('%06d|', urutan) || id_catatan as kunci_urut,
            md5(concat_ws('|', asal.nik, nama_kunci, tanggal_lahir, jenis_kelamin)) as sidik, orang._run_id, nomor
        from resolved.orang_catatan as orang inner join {RECORDS} as asal using (id_catatan)
        """
    )
    town.night()
    assert town.con.execute("from resolved.orang_catatan order by all").fetchall() == kept
    town.night(full_refresh=True)
    assert town.ids() == ids


def test_an_erased_founder_leaves_its_id_with_the_person(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(person("a|penduduk|1", A, 1), person("b|pemilik|1", A, 1))
    kept = town.ids()["b|pemilik|1"]
    town.night(gone=("a|penduduk|1",))
    assert town.ids() == {"b|pemilik|1": kept}


def test_pins_survive_a_lost_build(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(person("a|penduduk|1", A, 1), person("b|pemilik|1", A, 1))
    town.night(person("a|penduduk|1", B, 1))
    rebuilt = Town(tmp_path)
    rebuilt.runs = town.runs
    rebuilt.night(person("a|penduduk|1", B, 1), person("b|pemilik|1", A, 1))
    assert rebuilt.ids() == town.ids()


def test_a_full_refresh_changes_nothing(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(person("a|penduduk|1", A, 1), person("b|pemilik|1", A, 1), person("c|ibu|1", None, 1))
    town.night(person("a|penduduk|1", B, 1))
    before, redirects = town.ids(), town.redirects()
    town.night(full_refresh=True)
    assert town.ids() == before
    assert town.redirects() == redirects


def test_a_night_touches_only_the_groups_of_its_records(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(*(person(f"a|penduduk|{i}", f"16710165039{i:05d}") for i in range(100)))
    assert town.night(person("b|pemilik|7", "1671016503900007", 2)).touched_records == 2
    assert town.night().touched_records == 0


def test_a_newer_registry_is_refused_by_name(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.registry.mkdir()
    table = pa.table({"peristiwa": ["terbit"]}).replace_schema_metadata({"format_version": "99"})
    pq.write_table(table, town.registry / "000001-uji.parquet")
    with pytest.raises(RegistryError, match="format_version 99 is newer"):
        town.night(person("a|penduduk|1", A))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.sampled_from(["SITI AMINAH", "SITI AMINA", "BUDI"]), st.integers(0, 3)),
        min_size=1, max_size=14,
    )
)  # fmt: skip
def test_clusters_and_ids_do_not_depend_on_the_order_of_nights(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str, int]]
) -> None:
    people = [
        Person(f"k{i % 3}|orang|{i:02d}", f"167101650390{nik:04d}" if nik else None, name, "1990-03-25", night + 1)
        for i, (nik, name, night) in enumerate(rows)
    ]
    nightly, once = Town(tmp_path_factory.mktemp("malam")), Town(tmp_path_factory.mktemp("sekali"))
    for night in range(4):
        nightly.night(*(p for p in people if p.urutan_pertama == night + 1))
    once.night(*people)
    assert nightly.groups() == once.groups()
    assert nightly.ids() == once.ids()


def test_an_id_that_two_records_have_is_refused_even_when_another_is_gone(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.night(person("a|penduduk|1", A, 1), person("b|pemilik|1", A, 1), person("c|pemilik|1", B, 1))
    before = town.con.execute("from resolved.orang_catatan order by all").fetchall()
    town.con.execute(
        f"delete from {RECORDS} where id_catatan = 'c|pemilik|1';"
        f"insert into {RECORDS} select * replace ('000002-uji' as _run_id) from {RECORDS} where id_catatan = 'b|pemilik|1'"
    )
    with pytest.raises(SatuDataError, match="1 whose id_catatan another record has"):
        town.night()
    assert town.con.execute("from resolved.orang_catatan order by all").fetchall() == before
