"""What a run of the benches was asked for, and the servers that answer."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from benchmarks.rows import driver_url

POSTGRES = ("SATUDATA_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/test")
MARIADB = ("SATUDATA_TEST_MARIADB_URL", "mysql://root@127.0.0.1:3306/test")


@dataclass(frozen=True)
class Options:
    """Sizes, repetitions, the folder for data, and the servers; a server that does not answer is None.

    Attributes:
        people: of the large province; the growth is measured from a tenth of it.
        demo_people: of ``make demo``.
        rows: of the table that is read for speed.
        memory_rows: of the two tables that are read for memory, the smaller first.
        runs: repetitions of everything timed; medians are reported.
        work: folder for homes and landings, removed afterwards.
        postgres: SQLAlchemy address.
        mariadb: SQLAlchemy address.
    """

    people: int
    demo_people: int
    rows: int
    memory_rows: tuple[int, int]
    runs: int
    work: Path
    postgres: str | None
    mariadb: str | None


def make_options(*, people: int | None, runs: int | None, quick: bool, work: Path) -> Options:
    """Sizes as the bars demand them, or small ones for trying."""
    return Options(
        people=people or (10_000 if quick else 1_000_000),
        demo_people=5_000 if quick else 100_000,
        rows=100_000 if quick else 2_000_000,
        memory_rows=(50_000, 200_000) if quick else (1_000_000, 4_000_000),
        runs=runs or (1 if quick else 5),
        work=work,
        postgres=_answering(*POSTGRES),
        mariadb=_answering(*MARIADB),
    )


def _answering(variable: str, local: str) -> str | None:
    """The address that the environment names, else this machine's own server where one answers."""
    given = os.environ.get(variable)
    if given:
        return given
    try:
        with sa.create_engine(driver_url(local), poolclass=sa.NullPool, connect_args={"connect_timeout": 2}).connect():
            return local
    except sa.exc.SQLAlchemyError:
        return None
