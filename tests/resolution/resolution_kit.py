"""Person records without a pipeline: one DuckDB table, nights of changes, ids out."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import duckdb
import pyarrow as pa

from resolution.decisions import Act, Origin, Undoing, Verdict, make_decision, store
from resolution.identity import Outcome, resolve_people
from resolution.linking import Linking
from resolution.links import load_links
from resolution.model import read_model

KEY = bytes(32)
RECORDS = "main.catatan"
_CLOCK = count()


@dataclass(frozen=True)
class Person:
    """One record as the intermediate layer hands it over; contract, entity and role stand in its id or are given."""

    id_catatan: str
    nik: str | None
    nama_kunci: str
    tanggal_lahir: str | None
    urutan_pertama: int = 1
    entitas: str = "penduduk.orang"
    peran: str = "penduduk"
    _kontrak: str = "penduduk.kota.warga"
    nik_asal: str | None = None
    nama: str | None = None
    jenis_kelamin: str | None = None
    kode_wilayah: str | None = None
    nomor_kk: str | None = None
    shdk: str | None = None
    tempat_lahir: str | None = None
    nik_ibu: str | None = None
    nama_ibu: str | None = None
    nama_ayah: str | None = None
    nama_pasangan: str | None = None
    alamat: str | None = None
    rt: str | None = None
    rw: str | None = None
    is_nik_janggal: bool = False

    def but(self, **changes: object) -> Person:
        return replace(self, **changes)  # type: ignore[arg-type]


COLUMNS = tuple(field.name for field in fields(Person))
_TYPES = {"urutan_pertama": "int", "tanggal_lahir": "date", "is_nik_janggal": "boolean"}


class Town:
    """A build database, its registry of ids and its model, run night by night."""

    def __init__(self, folder: Path, *, linked: bool = False, most: int | None = None, threads: int = 1) -> None:
        """``most`` records make a block of any link, instead of what its settings say. One thread, for tests run side by
        side, and hundreds of statements over few rows gain nothing by a second."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.registry = folder / "registri"
        self.decisions = folder / "keputusan"
        self.most, self.threads = most, threads
        links = tuple(link.model_copy(update={"blok_maks": most or link.blok_maks}) for link in load_links())
        self.linking = Linking(links, folder / "tautan", self.decisions, KEY) if linked else None
        self.con = duckdb.connect(str(folder / "bangunan.duckdb"), config={"threads": threads})
        columns = ", ".join(f"{name} {_TYPES.get(name, 'varchar')}" for name in COLUMNS)
        self.con.execute(f"create table if not exists {RECORDS} ({columns}, _run_id varchar)")
        self.runs = 0

    def copy(self, folder: Path) -> Town:
        """The same town elsewhere, to go on from here: faster than growing it again."""
        self.con.execute("checkpoint")
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        found = Town(folder, linked=self.linking is not None, most=self.most, threads=self.threads)
        found.runs = self.runs
        return found

    def night(self, *changed: Person, gone: tuple[str, ...] = (), full_refresh: bool = False) -> Outcome:
        """Write changed records, remove vanished ones, resolve."""
        self.runs += 1
        run_id = f"{self.runs:06d}-uji"
        names = [*(person.id_catatan for person in changed), *gone]
        self.con.execute(f"delete from {RECORDS} where id_catatan in (select unnest(?::varchar[]))", [names])
        if changed:
            columns = {name: [getattr(person, name) for person in changed] for name in COLUMNS}
            types = {"urutan_pertama": pa.int32(), "is_nik_janggal": pa.bool_()}
            news = {name: pa.array(values, types.get(name, pa.string())) for name, values in columns.items()}
            self.con.register("berita", pa.table(news))
            self.con.execute(f"insert into {RECORDS} select *, ? from berita", [run_id])
            self.con.unregister("berita")
        outcome = resolve_people(
            self.con, RECORDS, key=KEY, registry=self.registry, run_id=run_id, linking=self.linking,
            full_refresh=full_refresh,
        )  # fmt: skip
        assert outcome.people == len(set(self.ids().values()))
        return outcome

    def ids(self) -> dict[str, str]:
        """id_orang by record."""
        return dict(self.con.execute("select id_catatan, id_orang from resolved.orang_catatan").fetchall())

    def groups(self) -> set[frozenset[str]]:
        """The partition of records into people."""
        groups: dict[str, set[str]] = {}
        for record, person in self.ids().items():
            groups.setdefault(person, set()).add(record)
        return {frozenset(members) for members in groups.values()}

    def redirects(self) -> dict[str, str]:
        """Retired id -> id that took its place."""
        return dict(self.con.execute("select id_lama, id_orang from resolved.orang_alih").fetchall())

    def questions(self) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
        """What is asked, and how much each sample stands for."""
        asked = self.con.execute(
            "select jenis, tautan, id_catatan_a, id_catatan_b, round(bobot, 6), round(peluang, 6) "
            "from resolved.tinjauan order by all"
        ).fetchall()
        return asked, self.con.execute("from resolved.contoh_lapis order by all").fetchall()

    def undecided(self) -> set[frozenset[str]]:
        """Pairs of records that a person should look at."""
        rows = self.con.execute(
            "select a.id_catatan, b.id_catatan from resolved.tautan "
            "inner join resolved.banding as a on l = a.nomor inner join resolved.banding as b on r = b.nomor "
            "where keputusan = 'tinjau'"
        ).fetchall()
        return {frozenset(row) for row in rows}


def say(town: Town, verdict: Verdict, a: Person, b: Person, origin: Origin = "lain") -> str:
    """A steward's decision; its id."""
    when = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=next(_CLOCK))
    model = read_model(town.linking.model) if town.linking else None
    decision = make_decision(
        a.id_catatan,
        b.id_catatan,
        verdict,
        author="Sri",
        when=when,
        origin=origin,
        model=model.version if model else "",
    )
    store(town.decisions, Act(keputusan=(decision,)), when)
    return decision.id


def unsay(town: Town, name: str) -> None:
    """Take a decision back."""
    when = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=next(_CLOCK))
    store(town.decisions, Act(dibatalkan=(Undoing(id=name, pemutus="Sri", waktu=when),)), when)
