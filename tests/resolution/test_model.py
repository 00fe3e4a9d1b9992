"""The models of the links as versioned state: every one is kept, one is in force."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from contracts.standard import short_hash
from resolution import model as models
from resolution.links import load_links
from resolution.model import COUNTED, ENOUGH, KEPT, Held, LinkModel, Model, read_model, write_model
from resolution.parameters import Parameters
from resolution.settings import SettingsError

#: What format 1 did not say.
LATER = {"dilatih": True, "tautan": {"__all__": COUNTED}}


def learnt(people: int) -> dict[str, LinkModel]:
    link = load_links()[0]
    parameters = Parameters(pengaturan=link.version, dasar=0.1, tingkat={})
    return {link.nama: LinkModel(parameter=parameters, penduduk=people, peluang=0.5, pasangan=1)}


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("create table nama as select 'x' as sidik, 0.5 as tf_nama")
    return con


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every training is a minute later."""
    minutes = iter(range(60))

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime(2026, 11, 22, 1, next(minutes), tzinfo=UTC)

    monkeypatch.setattr(models, "datetime", Clock)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_every_model_is_kept_with_its_frequencies_and_can_be_put_in_force_again(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    first, second = (write_model(con, tmp_path, learnt(people), "nama") for people in (1, 2))
    assert read_model(tmp_path) == second
    assert names(tmp_path) == {
        "model.json", *(f"model-{m.version}.json" for m in (first, second)), first.frekuensi, second.frekuensi,
    }  # fmt: skip
    (tmp_path / "model.json").write_bytes((tmp_path / f"model-{first.version}.json").read_bytes())
    again = read_model(tmp_path)
    assert again and again.version == first.version


def test_training_anew_on_the_same_records_is_the_same_model(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    first, second = (write_model(con, tmp_path, learnt(1), "nama") for _ in range(2))
    assert first.version == second.version and first.dilatih != second.dilatih
    assert len(names(tmp_path)) == 3


def test_the_oldest_go_when_there_are_more(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    written = [write_model(con, tmp_path, learnt(people), "nama") for people in range(KEPT + 2)]
    expected = {name for model in written[2:] for name in (f"model-{model.version}.json", model.frekuensi)}
    assert names(tmp_path) == {"model.json", *expected}
    (tmp_path / f"model-{written[5].version}.json").write_text("{")
    before = names(tmp_path)
    write_model(con, tmp_path, learnt(99), "nama")
    assert names(tmp_path) >= before, "beside a damaged one nothing is deleted"


def test_a_home_of_before_has_one_model_which_stays_itself_and_is_kept(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    old = Model(format_version=1, tautan=learnt(1), frekuensi="frekuensi-lama.parquet")
    text = old.model_dump_json(indent=1, exclude=LATER)
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(SettingsError, match=r"frekuensi-lama\.parquet is missing"):
        read_model(tmp_path)
    (tmp_path / "frekuensi-lama.parquet").write_bytes(b"x")
    found = read_model(tmp_path)
    assert found and found.version == short_hash(old.model_dump_json(exclude=LATER)), "as format 1 called it"
    new = write_model(con, tmp_path, learnt(2), "nama")
    assert names(tmp_path) >= {f"model-{found.version}.json", "frekuensi-lama.parquet", f"model-{new.version}.json"}
    assert json.loads((tmp_path / f"model-{found.version}.json").read_text()) == json.loads(text)


def test_counts_alone_make_no_other_model(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    counted = {name: link.model_copy(update={"catatan": 7, "bersama": 5}) for name, link in learnt(1).items()}
    first, second = (write_model(con, tmp_path, links, "nama") for links in (learnt(1), counted))
    assert first.version == second.version and first.frekuensi == second.frekuensi


@pytest.mark.parametrize(
    ("then", "now", "anew"),
    [
        ((0, 0), (0, 0), False),
        ((0, 0), (5, 0), True),
        ((5, 5), (6, 6), False),
        ((5, 5), (ENOUGH, 5), True),
        ((ENOUGH, 5), (10 * ENOUGH, ENOUGH - 1), False),
        ((ENOUGH, 5), (ENOUGH, ENOUGH), True),
        ((ENOUGH, ENOUGH), (100 * ENOUGH, 100 * ENOUGH), False),
        ((ENOUGH, ENOUGH), (0, 0), False),
        ((None, None), (10 * ENOUGH, ENOUGH), True),
        ((None, None), (10 * ENOUGH, ENOUGH - 1), True),
    ],
)
def test_a_link_learns_anew_when_there_is_more_than_hardly_anything(
    then: tuple[int | None, int | None], now: tuple[int, int], anew: bool
) -> None:
    (link,) = learnt(1).values()
    model = link.model_copy(update={"catatan": then[0], "bersama": then[1]})
    assert model.outgrown(Held(*now), is_registry=False) is anew


def test_a_model_of_before_that_learnt_enough_stays_in_force() -> None:
    (link,) = learnt(ENOUGH).values()
    held = Held(10 * ENOUGH, ENOUGH)
    assert not link.model_copy(update={"pasangan": ENOUGH}).outgrown(held, is_registry=False)
    assert not link.outgrown(held, is_registry=True)


def test_a_newer_or_damaged_model_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text('{"format_version": 99}')
    with pytest.raises(SettingsError, match=r"model\.json: format_version 99 is newer than 3"):
        read_model(tmp_path)
    (tmp_path / "model.json").write_text("{")
    with pytest.raises(SettingsError, match="damaged"):
        read_model(tmp_path)
    (tmp_path / "model.json").write_text("[" * 100_000)
    with pytest.raises(SettingsError, match="damaged"):
        read_model(tmp_path)


def test_a_model_that_cannot_be_read_is_told_and_none_is_trained_in_its_stead(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.symlink_to(tmp_path / "hilang.json")
    with pytest.raises(SettingsError, match=r"model\.json cannot be read \(No such file.*restore it from a backup"):
        read_model(tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(SettingsError, match=r"model\.json cannot be read \(Is a directory\)"):
        read_model(tmp_path)
