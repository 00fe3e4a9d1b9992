"""Which database holds which agency's tables."""

from __future__ import annotations

from pathlib import Path

from simulation.databases import MariaStore, PostgresStore, SqliteStore, Store


def registry_store(agencies: Path, postgres_url: str | None) -> Store:
    """Where SIAK lives."""
    return PostgresStore(postgres_url) if postgres_url else SqliteStore(agencies / "disdukcapil" / "siak.sqlite")


def samsat_store(agencies: Path, mariadb_url: str | None) -> Store:
    """Where Samsat lives."""
    return MariaStore(mariadb_url) if mariadb_url else SqliteStore(agencies / "bapenda" / "samsat.sqlite")


def kohort_store(agencies: Path, postgres_url: str | None) -> Store:
    """Where e-kohort lives."""
    return PostgresStore(postgres_url) if postgres_url else SqliteStore(agencies / "dinkes" / "kohort.sqlite")
