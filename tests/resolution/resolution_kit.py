"""Person records without a pipeline: one DuckDB table, nights of changes, ids out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from resolution.identity import Outcome, resolve_people

KEY = bytes(32)
RECORDS = "main.catatan"


@dataclass(frozen=True)
class Person:
    """One record as the intermediate layer hands it over."""

    id_catatan: str
    nik: str | None
    nama_kunci: str
    tanggal_lahir: str | None
    urutan_pertama: int = 1

    def but(self, **changes: object) -> Person:
        return replace(self, **changes)  # type: ignore[arg-type]


class Town:
    """A build database and its registry, run night by night."""

    def __init__(self, folder: Path) -> None:
        self.registry = folder / "registri"
        self.con = duckdb.connect()
        self.con.execute(
            f"create table {RECORDS} (id_catatan varchar, urutan_pertama int, nik varchar, nama_kunci varchar, "
            "tanggal_lahir date, _run_id varchar)"
        )
        self.runs = 0

    def night(self, *changed: Person, gone: tuple[str, ...] = (), full_refresh: bool = False) -> Outcome:
        """Write changed records, remove vanished ones, resolve."""
        self.runs += 1
        run_id = f"{self.runs:06d}-uji"
        for person in changed:
            self.con.execute(f"delete from {RECORDS} where id_catatan = ?", [person.id_catatan])
            row = [
                person.id_catatan,
                person.urutan_pertama,
                person.nik,
                person.nama_kunci,
                person.tanggal_lahir,
                run_id,
            ]
            self.con.execute(f"insert into {RECORDS} values (?, ?, ?, ?, ?, ?)", row)
        for name in gone:
            self.con.execute(f"delete from {RECORDS} where id_catatan = ?", [name])
        return resolve_people(
            self.con, RECORDS, key=KEY, registry=self.registry, run_id=run_id, full_refresh=full_refresh
        )

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
