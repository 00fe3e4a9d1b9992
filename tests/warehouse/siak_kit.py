"""The simulated registry's table, cut down to rows of known content and changed night by night."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import simulation

CONTRACT = "penduduk.disdukcapil_sumsel.biodata"
HEAD, CHILD = "1", "4"


def simulated(root: Path) -> tuple[Siak, dict[str, str]]:
    """A small province, its registry's table, and where its agencies are."""
    agencies = root / "instansi"
    simulation.simulate(agencies, root / "kebenaran", people=300)
    path = agencies / "disdukcapil" / "siak.sqlite"
    return Siak(path), {
        "BERKAS_INSTANSI": str(agencies),
        "SIAK_URL": f"sqlite:///{path}",
        "SAMSAT_URL": f"sqlite:///{agencies}/bapenda/samsat.sqlite",
    }


class Siak:
    """The registry's table, cut down to families of known size."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.time = 0

    def only(self, size: int) -> list[str]:
        """Keep as many rows, each of a living person with a valid NIK of its own; their keys."""
        with closing(sqlite3.connect(self.path)) as con, con:
            kept = con.execute(
                "select min(id_biodata) from biodata_wni where length(nik) = 16 and tgl_lhr is not null "
                "and substr(nik, 13) <> '0000' group by nik having count(*) = 1 order by 1 limit ?",
                (size,),
            ).fetchall()
            ids = [str(row[0]) for row in kept]
            con.execute(f"delete from biodata_wni where id_biodata not in ({','.join(ids)})")
            con.execute("update biodata_wni set stat_hdp = '1'")
        return ids

    def give(self, card: str, people: Sequence[str]) -> None:
        """A card to these people, the first of whom is the head."""
        for place, record in enumerate(people):
            self.change(record, "no_kk", card)
            self.change(record, "stat_hbkel", CHILD if place else HEAD)

    def change(self, record: str, column: str, value: str) -> None:
        """One value of one row."""
        self.time += 1
        when = f"2026-01-{1 + self.time // 1440:02d} {self.time // 60 % 24:02d}:{self.time % 60:02d}:00"
        with closing(sqlite3.connect(self.path)) as con, con:
            con.execute(
                f"update biodata_wni set {column} = ?, tgl_ubah = ? where id_biodata = ?", (value, when, record)
            )

    def value(self, record: str, column: str) -> str:
        """One value of one row."""
        with closing(sqlite3.connect(self.path)) as con:
            found = con.execute(f"select {column} from biodata_wni where id_biodata = ?", (record,)).fetchone()
        return str(found[0])
