"""Pairs by blocks, night by night: what a night leaves is what comparing all with all finds."""

from __future__ import annotations

import random

import duckdb
import pytest

from resolution import postings
from resolution.candidates import all_candidates, candidates
from resolution.links import REGISTRY, load_links
from resolution.pairs import create_pairs, gather_outdated_pairs, store_pairs
from resolution.persons import OWN, PREPARED, create_prepared
from resolution.postings import (
    create_postings,
    gather_changed_keys,
    rule_number,
    rules_of,
    store_all,
    store_changed_keys,
)

BOUND = 4
LINKS = tuple(link.model_copy(update={"blok_maks": BOUND}) for link in load_links())
OWNERS = next(link for link in LINKS if link.nama == "samsat_pemilik")
NAMES = ("BUDI SANTOSO", "BUDI SANTOSA", "SITI AMINAH", "SITI", "JOKO")
SPOUSES = (None, "RATNA", "DEWI")
Pairs = dict[tuple[str, int, int], int]


class Blocks:
    """Prepared records, their keys, and pairs that are all kept."""

    def __init__(self) -> None:
        self.con = duckdb.connect(config={"threads": 1})
        create_prepared(self.con)
        create_pairs(self.con)
        create_postings(self.con, LINKS)

    def night(
        self, *records: dict[str, object], gone: tuple[int, ...] = (), spouses: dict[int, str | None] | None = None
    ) -> None:
        """Records by ``nomor`` are new or other than they were; some are gone, of some the spouse alone is another."""
        numbers = [(record["nomor"], True) for record in records] + [(number, True) for number in gone]
        numbers += [(number, False) for number in spouses or ()]
        self.con.execute("create or replace temp table kotor (nomor bigint, is_penuh boolean)")
        self.con.executemany("insert into kotor values (?, ?)", numbers)
        self.con.execute(
            "create or replace temp table dulu as from resolved.banding semi join kotor using (nomor);"
            "delete from resolved.banding where nomor in (select nomor from kotor where is_penuh)"
        )
        for number, spouse in (spouses or {}).items():
            self.con.execute("update resolved.banding set pasangan = ? where nomor = ?", [spouse, number])
        for record in records:
            told = {**record, "nama_urut": " ".join(sorted(str(record["nama"]).split()))}
            marks = ", ".join("?" * len(told))
            self.con.execute(f"insert into resolved.banding ({', '.join(told)}) values ({marks})", list(told.values()))
        self.con.execute("create or replace temp table kini as from resolved.banding semi join kotor using (nomor)")
        gather_changed_keys(self.con, LINKS, "dulu", "kini")
        gather_outdated_pairs(self.con, LINKS)
        candidates(self.con, LINKS, PREPARED)
        self.con.execute("create or replace temp table pasangan_baru as from resolved.pasangan limit 0")
        for place, link in enumerate(LINKS):
            self.con.execute(
                "insert into pasangan_baru select ?, l, r, true, 0, jumlah_blok from calon where tautan = ?",
                [link.nama, place],
            )
        store_changed_keys(self.con, LINKS)
        store_pairs(self.con, LINKS)

    def pairs(self) -> Pairs:
        rows = self.con.execute("select tautan, l, r, jumlah_blok from resolved.pasangan").fetchall()
        assert len(rows) == len({row[:3] for row in rows})
        return {row[:3]: row[3] for row in rows}

    def anew(self) -> Pairs:
        """Of all records with all, by keys that are made anew; the next night goes on from the old ones."""
        self.con.execute("begin")
        store_all(self.con, LINKS)
        found = {}
        for place, link in enumerate(LINKS):
            all_candidates(self.con, LINKS, place, "semua")
            rows = self.con.execute("select l, r, jumlah_blok from semua").fetchall()
            found.update({(link.nama, one, other): count for one, other, count in rows})
        self.con.execute("rollback")
        return found


def record(number: int, draw: random.Random) -> dict[str, object]:
    link = draw.choice(LINKS)
    return {
        "nomor": number, "id_catatan": f"k|{link.peran}|{number}", "entitas": link.entitas, "peran": link.peran,
        "is_mantap": not link.is_registry and draw.random() < 0.2, "nama": draw.choice(NAMES),
        "lahir": draw.choice((None, "1970-03-12", "1971-01-01")), "desa": draw.choice(("1671011001", "1671011002")),
        "alamat": draw.choice((None, "JL MAWAR 5", "DSN 1")), "nik": draw.choice((None, "1671011203700001")),
        "nama_ibu": draw.choice((None, "FATIMAH")), "nomor_kk": draw.choice((None, "1671010101000001")),
        "pasangan": draw.choice(SPOUSES),
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_nights_leave_the_pairs_that_a_whole_run_finds(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of four records cross their bound in every night, either way; old keys are taken out at once, or never; texts
    share keys by chance."""
    monkeypatch.setattr(postings, "TOLERATED", (0, 20, 1_000)[seed % 3])
    monkeypatch.setattr(postings, "_BITS", (40, 40, 3, 6)[seed % 4])
    draw, blocks = random.Random(seed), Blocks()
    there: set[int] = set()
    for _ in range(8):
        changed = {draw.randrange(40) for _ in range(draw.randrange(1, 9))}
        gone = tuple(sorted(draw.sample(sorted(there), min(len(there), draw.randrange(5)))))
        wed = {number: draw.choice(SPOUSES) for number in sorted(there - changed - set(gone)) if draw.random() < 0.3}
        blocks.night(*(record(number, draw) for number in sorted(changed - set(gone))), gone=gone, spouses=wed)
        there = (there | changed) - set(gone)
        assert blocks.pairs() == blocks.anew()


def owner(number: int, **known: object) -> dict[str, object]:
    return {
        "nomor": number, "id_catatan": f"k|pemilik|{number}", "entitas": OWNERS.entitas, "peran": OWNERS.peran,
        "is_mantap": False, "nama": "BUDI SANTOSO", **known,
    }  # fmt: skip


def test_a_block_that_outgrows_its_bound_takes_only_pairs_that_share_no_other() -> None:
    blocks = Blocks()
    blocks.night(
        *(owner(n, desa="1671011001") for n in (1, 2)), owner(3, desa="1671011002"), owner(4, desa="1671011003")
    )
    everybody = {(OWNERS.nama, one, other) for one in range(1, 5) for other in range(one + 1, 5)}
    assert set(blocks.pairs()) == everybody
    blocks.night(owner(5, desa="1671011004"))
    assert set(blocks.pairs()) == {(OWNERS.nama, 1, 2)}
    blocks.night(gone=(5,))
    assert set(blocks.pairs()) == everybody


def test_only_keys_that_somebody_looks_for_bring_pairs() -> None:
    blocks = Blocks()
    person = owner(1, entitas=REGISTRY, peran="penduduk", desa="1671011001")
    blocks.night(person, owner(2, desa="1671011001", is_mantap=True))
    assert not blocks.pairs()
    blocks.night(owner(3, desa="1671011001"))
    assert set(blocks.pairs()) == {(OWNERS.nama, 3, 1)}


def test_other_rules_make_all_keys_anew() -> None:
    blocks = Blocks()
    blocks.night(owner(1, desa="1671011001"), owner(2, desa="1671011001"))
    fewer = tuple(link.model_copy(update={"blok": link.blok[:1]}) for link in LINKS)
    create_postings(blocks.con, fewer)
    rules = blocks.con.execute(f"select distinct {rule_number('k')} from resolved.kunci_pencari").fetchall()
    assert {number for (number,) in rules} <= {rule.nomor for rule in rules_of(fewer)}
    create_postings(blocks.con, LINKS)
    before = blocks.con.execute("from resolved.kunci_pencari order by all").fetchall()
    store_all(blocks.con, LINKS)
    assert blocks.con.execute("from resolved.kunci_pencari order by all").fetchall() == before


def test_records_of_an_older_release_keep_their_numbers() -> None:
    con = duckdb.connect()
    con.execute(
        "create schema resolved; create table resolved.banding (nomor bigint, id_catatan varchar, k_0123 ubigint);"
        "insert into resolved.banding values (7, 'k|pemilik|7', 1)"
    )
    create_prepared(con)
    assert con.execute("select nomor, id_catatan from resolved.banding").fetchall() == [(7, "k|pemilik|7")]
    assert {row[0] for row in con.execute("select column_name from (describe resolved.banding)").fetchall()} == {*OWN}
