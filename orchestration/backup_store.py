"""What a backup is: its contents file with the hash of each file, and which files of a home belong into it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from pydantic import field_validator

from contracts.delivery import MANIFEST
from contracts.errors import SatuDataError
from contracts.home import SETTINGS, SOURCES, Home
from contracts.standard import Strict

FORMAT_VERSION = 1
CONTENTS = "backup.json"
_CHUNK = 1 << 20
_ATTEMPTS = 3


class BackupError(SatuDataError):
    """No backup was made or read; the earlier ones stay what they were."""


class NewerBackup(BackupError):
    """The backup was written by a newer version."""


class SavedFile(Strict):
    """One file of a backup, with the size and time it had in the home."""

    jalur: str
    sha256: str
    ukuran: int
    mtime_ns: int

    @field_validator("jalur")
    @classmethod
    def _stays_inside(cls, value: str) -> str:
        path = PurePosixPath(value)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError("must lie inside the backup")
        return value


class Contents(Strict):
    """``backup.json``: what one backup holds. ``kunci`` tells homes apart and says nothing about the key."""

    format_version: int = FORMAT_VERSION
    dibuat: datetime
    versi: str
    kunci: str | None
    rahasia: bool
    berkas: tuple[SavedFile, ...]


def backups(folder: Path) -> list[str]:
    """Names of all whole backups in a folder, oldest first."""
    return sorted(path.parent.name for path in folder.glob("[!.]*/" + CONTENTS))


def read_contents(folder: Path) -> Contents:
    """What the backup in this folder holds.

    Raises:
        NewerBackup: a newer version wrote it.
        BackupError: its ``backup.json`` is missing or damaged.
    """
    try:
        data = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
        found = int(data.get("format_version", 0))
        if found > FORMAT_VERSION:
            raise NewerBackup(
                f"backup {folder.name}: format_version {found} is newer than {FORMAT_VERSION}; upgrade satu-data"
            )
        return Contents.model_validate(data)
    except (OSError, ValueError, TypeError, AttributeError):
        raise BackupError(f"backup {folder.name}: its {CONTENTS} is missing or damaged; it cannot be used") from None


def file_hash(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def copy_file(path: Path, name: str, target: Path) -> SavedFile:
    """Copy a file and hash what was copied; a file that somebody edits meanwhile is copied again."""
    for _ in range(_ATTEMPTS):
        digest = hashlib.sha256()
        with path.open("rb") as source, _private(target) as out:
            before = os.fstat(source.fileno())
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
            after = os.fstat(source.fileno())
            out.flush()
            os.fsync(out.fileno())
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
            os.utime(target, ns=(after.st_atime_ns, after.st_mtime_ns))
            return SavedFile(jalur=name, sha256=digest.hexdigest(), ukuran=after.st_size, mtime_ns=after.st_mtime_ns)
    raise BackupError(f"{path} keeps changing while it is copied; nothing was kept of this backup")


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def private_folder(folder: Path, root: Path) -> None:
    """Make a folder below ``root``, each level readable by the owner only."""
    missing = [part for part in (folder, *folder.parents) if part.is_relative_to(root) and not part.exists()]
    for part in reversed(missing):
        part.mkdir(mode=0o700)


def home_files(home: Home, *, with_secrets: bool) -> Iterator[Path]:
    """What of a home belongs into a backup, dependents before what they depend on (see ``orchestration.backup``)."""
    registry = home.state / "identitas"
    yield from _below(registry)
    for path in _below(home.state):
        if not path.is_relative_to(registry) and not path.is_relative_to(home.receipts):
            yield path
    yield from _below(home.receipts)
    for delivery in _deliveries(home.landing):
        yield from _below(delivery)
    yield from _below(home.own_contracts)
    yield home.root / SETTINGS
    if with_secrets and (home.root / SOURCES).is_file():
        yield home.root / SOURCES


def _below(folder: Path) -> list[Path]:
    """Every finished file below a folder."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".tmp" and not any(p[0] == "." for p in path.relative_to(folder).parts)
    )


def _deliveries(landing: Path) -> Iterator[Path]:
    """Per contract all deliveries up to the newest that is whole: none is left out between two others."""
    for contract in sorted(path for path in landing.glob("[!.]*") if path.is_dir()):
        last = max(map(_order, _whole(contract)), default=None)
        if last is not None:
            # Listed again: the first look may miss an older folder that was renamed while it looked.
            yield from sorted((path for path in _whole(contract) if _order(path) <= last), key=_order)


def _whole(contract: Path) -> list[Path]:
    return [path.parent for path in contract.glob(f"[!.]*/{MANIFEST}")]


def _order(delivery: Path) -> tuple[int, str]:
    return len(delivery.name), delivery.name
