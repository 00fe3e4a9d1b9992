"""Decisions over pairs made by hand: a night decides as a rebuild does, and nothing lends a pair what it lacks."""

from __future__ import annotations

import random
from types import SimpleNamespace

import duckdb
import pytest

from resolution.bonds import create_bonds
from resolution.deciding import decide
from resolution.links import REGISTRY, load_links
from resolution.pairs import create_pairs
from resolution.persons import create_prepared
from resolution.units import create_units, refresh_units

LINKS = load_links()
OWNERS = next(link for link in LINKS if link.nama == "samsat_pemilik")
PEOPLE = next(link for link in LINKS if link.is_registry)

Bond = tuple[int, int, str]


class Desk:
    """Records by number, and pairs with their bits."""

    def __init__(self, found: float = 0.8) -> None:
        self.con = duckdb.connect(config={"threads": 1})
        create_prepared(self.con)
        create_pairs(self.con)
        create_units(self.con)
        create_bonds(self.con)
        self.con.execute(
            "create temp table putusan (a varchar, b varchar, keputusan varchar); create temp table hilang (nomor bigint)"
        )
        known = {link.nama: SimpleNamespace(peluang=0.01 if link.is_registry else found) for link in LINKS}
        self.model = SimpleNamespace(tautan=known)

    def record(self, *numbers: int, registry: bool = False) -> None:
        for number in numbers:
            self.con.execute(
                "insert into resolved.banding (nomor, id_catatan, entitas, peran, is_mantap) values (?, ?, ?, 'x', false)",
                [number, f"c{number:03d}", REGISTRY if registry else OWNERS.entitas],
            )

    def pair(self, one: int, other: int, bits: float, *, must: bool = True, link: str = OWNERS.nama) -> None:
        self.con.execute("insert into resolved.pasangan values (?, ?, ?, ?, ?, 1)", [link, one, other, must, bits])

    def night(self, *changed: int) -> set[Bond]:
        """Bonds after a night that touched these records; without any, after deciding everything anew."""
        self.con.execute("create or replace temp table terdampak (nomor bigint)")
        for number in changed:
            self.con.execute("insert into terdampak values (?)", [number])
        if not changed:
            self.con.execute("delete from resolved.tautan; insert into terdampak select nomor from resolved.banding")
        refresh_units(self.con, "terdampak", everything=not changed)
        decide(self.con, LINKS, self.model, "terdampak", everything=not changed)  # type: ignore[arg-type]
        return set(self.con.execute("select l, r, keputusan from resolved.tautan").fetchall())


def test_what_speaks_for_a_person_directly_lends_no_permission_to_a_pair_that_must_be_asked_about() -> None:
    desk = Desk(found=0.9)
    desk.record(1, 2)
    desk.record(3, registry=True)
    desk.pair(1, 3, 20)
    desk.pair(1, 2, 12, must=False)
    desk.pair(2, 3, -5)
    assert {(1, 3, "padan"), (2, 1, "tinjau")} <= desk.night()


def test_a_pair_against_lends_no_prior_to_what_speaks_for_a_person() -> None:
    desk = Desk(found=0.3)
    desk.record(1, 2)
    desk.record(3, registry=True)
    desk.pair(1, 3, 20)
    desk.pair(2, 3, 6.5)
    desk.pair(1, 2, -5, must=False)
    assert desk.night() == {(1, 3, "padan"), (2, 3, "tinjau")}


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_who_joins_the_registry_tonight_takes_along_who_resembles_it(order: tuple[int, int]) -> None:
    desk, (joining, beside) = Desk(), order
    desk.record(1, 2)
    desk.pair(1, 2, 20)
    desk.night()
    desk.record(3, registry=True)
    desk.pair(joining, 3, 20)
    tonight = desk.night(3)
    assert tonight == desk.night() == {(joining, 3, "padan"), (beside, joining, "padan")}


def test_a_chain_that_grows_by_its_end_is_guarded_as_a_whole() -> None:
    desk = Desk()
    desk.record(1, 2, 3)
    desk.pair(1, 2, 8)
    desk.pair(2, 3, 20)
    desk.night()
    desk.record(4)
    desk.pair(1, 4, 20)
    tonight = desk.night(4)
    assert tonight == desk.night() and (1, 2, "tinjau") in tonight


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_nights_decide_as_a_rebuild_does(seed: int) -> None:
    """Records arrive one by one with pairs of any weight to those before."""
    draw = random.Random(seed)
    desk = Desk(found=draw.choice((0.3, 0.8, 0.97)))
    registered: set[int] = set()
    for number in range(1, draw.randrange(6, 14)):
        is_registered = draw.random() < 0.35
        desk.record(number, registry=is_registered)
        for other in range(1, number):
            if draw.random() < 0.45:
                bits = draw.choice((-4.0, 3.0, 7.5, 9.0, 13.0, 16.0, 24.0)) + draw.random()
                pair = (other, number) if other not in registered else (number, other)
                link = PEOPLE if is_registered and other in registered else OWNERS
                desk.pair(*pair, bits, must=draw.random() < 0.85, link=link.nama)
        registered |= {number} if is_registered else set()
        tonight = desk.night(number)
    assert tonight == desk.night()
