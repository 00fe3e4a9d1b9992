from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from simulation_kit import build

import simulation

pytestmark = pytest.mark.slow


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    build(tmp_path / "one", 2_000, seed=7)
    build(tmp_path / "two", 2_000, seed=7)
    first, second = digests(tmp_path / "one"), digests(tmp_path / "two")
    assert len(first) > 30
    assert first == second


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    build(tmp_path / "one", 500, seed=1)
    build(tmp_path / "two", 500, seed=2)
    city = "agencies/disdukcapil_palembang/penduduk_palembang.csv"
    assert digests(tmp_path / "one")[city] != digests(tmp_path / "two")[city]


def test_same_night_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        built = build(tmp_path / name, 2_000)
        simulation.advance(built.agencies, built.truth, night=1, share=0.05)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_running_again_leaves_nothing_of_the_former_run(tmp_path: Path) -> None:
    built = build(tmp_path / "one", 500)
    simulation.advance(built.agencies, built.truth, night=2, share=0.05)
    build(tmp_path / "one", 500)
    build(tmp_path / "two", 500)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
