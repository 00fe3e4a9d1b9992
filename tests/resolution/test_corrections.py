"""Corrections of values: what can be one, whose it is, and which is in force."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from resolution.correctable import Correctable
from resolution.corrections import Claim, correct
from resolution.decisions import Act, Correction, DecisionError, read_decisions
from resolution.decisions import store as write
from resolution.review import correction_states, undo

NOW = datetime(2026, 11, 22, tzinfo=UTC)
CORRECTABLE = Correctable(
    ("nama_lengkap", "tanggal_lahir", "kode_wilayah", "agama", "pekerjaan"), {"agama": ("ISLAM", "HINDU")}
)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        """
        create schema resolved; create schema marts;
        create table resolved.orang_alih as select 'lama' as id_lama, 'siti' as id_orang;
        create table resolved.orang_catatan as
        select * from (values ('r2', 'siti', 2), ('r1', 'siti', 1), ('r3', 'budi', 3)) as t (id_catatan, id_orang, urutan);
        create table marts.dim_orang as
        select 'siti' as id_orang, 'SITI' as nama_lengkap, date '1990-01-02' as tanggal_lahir, '1601012001' as kode_wilayah,
            null::varchar as agama, 'PETANI' as pekerjaan
        union all select 'budi', 'BUDI', null, null, 'ISLAM', null;
        create table marts.dim_wilayah as
        select * from (values
            ('1601012001', 'desa', true, null), ('1601012002', 'desa', true, null), ('1601', 'kabkota', true, null),
            ('1601012009', 'desa', false, '1601012001|1601012002')
        ) as t (kode_wilayah, tingkat, is_berlaku, kode_pengganti)
        """
    )
    return con


def store(
    con: duckdb.DuckDBPyConnection, folder: Path, person: str, attribute: str, value: str, later: int = 0
) -> Correction:
    when = NOW + timedelta(seconds=later)
    return correct(con, folder, Claim(person, attribute, value, "Sri", when), CORRECTABLE)


@pytest.mark.parametrize(
    ("person", "attribute", "value", "says"),
    [
        ("siti", "nik", "1", "agama"),
        ("siti", "agama", "HINDUISME", "ISLAM, HINDU"),
        ("siti", "nama_lengkap", "  ", "empty"),
        ("siti", "tanggal_lahir", "1990-13-02", "YYYY-MM-DD"),
        ("siti", "tanggal_lahir", "2990-01-02", "YYYY-MM-DD"),
        ("siti", "tanggal_lahir", "1901-11-21", "at most 125 years ago"),
        ("siti", "tanggal_lahir", "0190-01-02", "at most 125 years ago"),
        ("siti", "kode_wilayah", "16.01.01.2001", "dim_wilayah"),
        ("siti", "kode_wilayah", "1601", "of a desa or kelurahan"),
        ("siti", "kode_wilayah", "1601012009", "no longer: dim_wilayah.kode_pengganti"),
        ("siti", "nama_lengkap", "SITI 2", "neither digits nor signs of markup"),
        ("siti", "nama_lengkap", "<b>SITI</b>", "neither digits nor signs of markup"),
        ("siti", "nama_lengkap", "SITI\x1b", "neither digits nor signs of markup"),
        ("siti", "nama_lengkap", "..", "must be a name"),
        ("siti", "nama_lengkap", "A" * 101, "at most 100 letters"),
        ("siti", "pekerjaan", "BUDI SANTOSO NIK 1671010201800001", "must be words"),
        ("siti", "pekerjaan", "<script>alert(1)</script>", "must be words"),
        ("siti", "pekerjaan", "12", "must be words"),
        ("siti", "pekerjaan", "@SUM(A1)", "must be words"),
        ("siti", "pekerjaan", "PETANI\x07", "must be words"),
        ("siti", "tanggal_lahir", "1990-01-02", "already"),
        ("wati", "agama", "HINDU", "no person"),
    ],
)
def test_what_cannot_be_a_correction_is_refused_without_its_value(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, person: str, attribute: str, value: str, says: str
) -> None:
    with pytest.raises(DecisionError, match=says) as caught:
        store(con, tmp_path / "k", person, attribute, value)
    assert "stored" in str(caught.value) or attribute == "nik"
    assert value.strip() == "" or attribute == "nik" or value not in str(caught.value).split(";")[0]
    assert read_decisions(tmp_path / "k").corrections == ()


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("tanggal_lahir", "1901-11-22"),
        ("kode_wilayah", "1601012002"),
        ("pekerjaan", "GURU SMP (HONORER), KELAS 9"),
        ("nama_lengkap", "Hj. SITI MA'RUFAH (ALM), S.Pd"),
    ],
)
def test_what_can_be_one_is_stored(con: duckdb.DuckDBPyConnection, tmp_path: Path, attribute: str, value: str) -> None:
    assert store(con, tmp_path, "siti", attribute, value).nilai == value


def brought(folder: Path, attribute: str, value: str) -> str:
    """A correction whose file came by another way; the file's name."""
    said = Correction(
        id="k1",
        catatan="r1",
        atribut=attribute,
        nilai=value,
        semula=None,
        pemutus="Sri",
        waktu=NOW + timedelta(hours=1),
    )
    return write(folder, Act(koreksi=(said,)), said.waktu).name


@pytest.mark.parametrize(
    ("attribute", "value", "says"),
    [
        ("jenis_kelamin", "banci", "jenis_kelamin must be one of L, P"),
        ("tanggal_lahir", "kemarin", "tanggal_lahir must be a day that has been"),
        ("tanggal_lahir", "2026-11-23", "tanggal_lahir must be a day that has been"),
        ("nik", "1671010201800001", "is about what cannot be corrected; these can: nama_lengkap, "),
        ("pekerjaan", "1671010201800001", "pekerjaan must be words"),
        ("nama_lengkap", " ", "nama_lengkap must not be empty"),
        ("kode_wilayah", "16.01.01.2001", "kode_wilayah must be the Kemendagri code"),
    ],
)
def test_a_file_that_came_by_another_way_says_nothing_else_than_the_command_would(
    tmp_path: Path, attribute: str, value: str, says: str
) -> None:
    name = brought(tmp_path, attribute, value)
    with pytest.raises(DecisionError, match=rf"{name}: the correction k1 .*{says}.*decide undo k1.*Nothing") as caught:
        read_decisions(tmp_path)
    assert value == " " or value not in str(caught.value)
    undo(tmp_path, "k1", author="Sri", when=NOW + timedelta(hours=2))
    assert read_decisions(tmp_path).corrections_in_force == ()


@pytest.mark.parametrize(
    ("attribute", "value"), [("kode_wilayah", "1601012009"), ("tanggal_lahir", "1901-11-22"), ("jenis_kelamin", "P")]
)
def test_what_could_be_said_once_can_be_read_for_good(tmp_path: Path, attribute: str, value: str) -> None:
    """A village may go out of force later; a birth date is judged by the day when it was said."""
    brought(tmp_path, attribute, value)
    assert [correction.nilai for correction in read_decisions(tmp_path).corrections_in_force] == [value]


def test_it_hangs_on_the_founder_and_knows_what_was_believed(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    done = store(con, tmp_path, "lama", "tanggal_lahir", "1991-01-02")
    assert (done.catatan, done.semula, done.nilai) == ("r1", "1990-01-02", "1991-01-02")
    assert read_decisions(tmp_path).corrections_in_force == (done,)


def test_the_latest_word_counts_and_one_taken_back_as_never_said(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    first = store(con, tmp_path, "siti", "agama", "ISLAM")
    second = store(con, tmp_path, "siti", "agama", "HINDU", later=1)
    other = store(con, tmp_path, "budi", "agama", "HINDU", later=2)
    assert {item.id for item in read_decisions(tmp_path).corrections_in_force} == {second.id, other.id}
    undo(tmp_path, second.id, author="Sri", when=NOW + timedelta(seconds=3))
    assert {item.id: state for item, state in correction_states(tmp_path)} == {
        first.id: "berlaku", second.id: "dibatalkan", other.id: "berlaku",
    }  # fmt: skip
    lost = {item.id: state for item, state in correction_states(tmp_path, {first.id, second.id})}
    assert lost == {first.id: "tanpa_catatan", second.id: "dibatalkan", other.id: "berlaku"}
    with pytest.raises(DecisionError, match="already"):
        undo(tmp_path, second.id, author="Sri", when=NOW + timedelta(seconds=4))
