"""The pointer to the current snapshot: one relative symbolic link, moved atomically."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from publication.errors import PublicationError
from publication.snapshot import FILE, FORMAT_VERSION, MANIFEST

POINTER = "current"


def current(folder: Path) -> str | None:
    """Name of the current snapshot, or None before the first."""
    link = folder / POINTER
    return os.readlink(link) if link.is_symlink() else None


def snapshots(folder: Path) -> list[str]:
    """Names of all whole snapshots, oldest first."""
    return sorted(path.parent.name for path in folder.glob("[!.]*/" + MANIFEST) if not path.parent.is_symlink())


def move_pointer(folder: Path, name: str) -> None:
    """Make ``name`` the current snapshot.

    Raises:
        PublicationError: there is no such snapshot.
    """
    if name not in snapshots(folder):
        valid = ", ".join(snapshots(folder)) or "none yet"
        raise PublicationError(f"there is no snapshot {name}; there are: {valid}")
    temporary = folder / f".{POINTER}.tmp"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(name)
    os.replace(temporary, folder / POINTER)


def prune(folder: Path, keep: int) -> list[str]:
    """Delete the oldest snapshots beyond ``keep``; the current one always stays."""
    names = snapshots(folder)
    gone = [name for name in names[: max(0, len(names) - keep)] if name != current(folder)]
    for name in gone:
        shutil.rmtree(folder / name)
    return gone


def read_manifest(folder: Path, name: str) -> dict[str, Any]:
    """A snapshot's manifest."""
    path = folder / name / MANIFEST
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError):
        raise PublicationError(f"snapshot {name} has no readable {MANIFEST}") from None
    if data.get("format_version", 0) > FORMAT_VERSION:
        raise PublicationError(
            f"snapshot {name} has format_version {data['format_version']}, newer than {FORMAT_VERSION}"
        )
    return data


def database(folder: Path) -> Path:
    """The current snapshot's database file.

    Raises:
        PublicationError: nothing is published yet.
    """
    name = current(folder)
    if name is None or not (folder / name / FILE).is_file():
        raise PublicationError("nothing is published yet; run: satudata run")
    read_manifest(folder, name)
    return folder / name / FILE
