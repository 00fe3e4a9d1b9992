"""Putting a backup back into an empty home, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contracts.delivery import read_manifest
from contracts.errors import SatuDataError
from contracts.home import SETTINGS, SOURCES, Home
from orchestration.backup_store import (
    CONTENTS,
    BackupError,
    Contents,
    backups,
    copy_file,
    private_folder,
    read_contents,
)
from orchestration.instance import write_instance
from orchestration.lock import writer

WORK = ".pemulihan.tmp"
#: What may lie in an empty home: a fresh disk's own folder, the lock, and what an interrupted restore left.
_NOTHING = {"lost+found", ".penulis.lock", ".penulis.json", WORK}
_SHOWN = 10


@dataclass(frozen=True)
class Restored:
    """What was put back."""

    name: str
    files: int
    with_secrets: bool


def restore(
    home: Home,
    folder: Path,
    *,
    name: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Restored:
    """Make ``home`` what the backup holds.

    Args:
        home: where to; its folder must be empty or not there.
        folder: where the backups lie, or one backup itself.
        name: which of them; the newest when not given.
        progress: called with files done and files in all.

    Raises:
        BackupError: the home is not empty, or the backup is damaged or of a newer format; nothing was restored.
    """
    source = _choose(folder, name)
    contents = read_contents(source)
    _refuse_used(home.root)
    try:
        home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        home.root.chmod(0o700)
        with writer(home, "restore"):
            _refuse_used(home.root)
            _put_back(home, source, contents, progress)
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "cannot be written"
        raise BackupError(f"{home.root}: {reason}; nothing was restored; {source} is as it was") from None
    return Restored(source.name, len(contents.berkas), contents.rahasia)


def _put_back(home: Home, source: Path, contents: Contents, progress: Callable[[int, int], None]) -> None:
    work = home.root / WORK
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(mode=0o700)
    try:
        _refuse_damaged(source, _copy_all(source, contents, work, progress))
        _refuse_newer(source.name, work)
        _move_in(work, home.root)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    home.create({})
    write_instance(home, home.settings())


def _choose(folder: Path, name: str | None) -> Path:
    names = backups(folder)
    if name is None and (folder / CONTENTS).is_file():
        return folder
    if not names:
        raise BackupError(f"{folder} holds no backup")
    if name is not None and name not in names:
        raise BackupError(f"{folder} holds no backup {name}; there are: {', '.join(names)}")
    return folder / (name or names[-1])


def _refuse_used(root: Path) -> None:
    found = sorted(path.name for path in root.iterdir() if path.name not in _NOTHING) if root.is_dir() else []
    if found:
        raise BackupError(
            f"{root} is not empty (it holds {found[0]}); nothing was restored and nothing there was touched; "
            "name a new folder with --home, or move the old one aside first"
        )


def _copy_all(source: Path, contents: Contents, work: Path, progress: Callable[[int, int], None]) -> list[str]:
    """Copy every file; returns those that are not what the backup says."""
    damaged = []
    for number, file in enumerate(contents.berkas, start=1):
        target = work / file.jalur
        private_folder(target.parent, work)
        try:
            copied = copy_file(source / file.jalur, file.jalur, target)
        except FileNotFoundError:
            damaged.append(file.jalur)
            continue
        if copied.sha256 != file.sha256:
            damaged.append(file.jalur)
        os.utime(target, ns=(file.mtime_ns, file.mtime_ns))
        progress(number, len(contents.berkas))
    return damaged


def _refuse_damaged(source: Path, damaged: list[str]) -> None:
    if not damaged:
        return
    others = [name for name in backups(source.parent) if name != source.name]
    rest = f" and {len(damaged) - _SHOWN} more" if len(damaged) > _SHOWN else ""
    advice = (
        f"try another backup of {source.parent} with --backup: {', '.join(others)}" if others else "there is no other"
    )
    raise BackupError(
        f"backup {source.name}: {len(damaged)} files are missing or damaged: {', '.join(damaged[:_SHOWN])}{rest}; "
        f"nothing was restored, the backup itself was not touched; {advice}"
    )


def _refuse_newer(name: str, work: Path) -> None:
    """Settings and deliveries of a newer version of satu-data are refused before anything is in place."""
    home = Home(work)
    try:
        home.settings()
        for manifest in home.landing.glob("*/*/delivery.json"):
            read_manifest(manifest.parent)
    except SatuDataError as error:
        reason = str(error).replace(f"{work}/", "")
        raise BackupError(f"backup {name}: {reason}; nothing was restored") from None


def _move_in(work: Path, root: Path) -> None:
    """Rename everything into place, the settings last: only they make the folder a home."""
    entries = sorted(work.iterdir(), key=lambda path: (path.name == SETTINGS, path.name))
    for entry in entries:
        os.replace(entry, root / entry.name)


def missing_secrets(restored: Restored) -> str | None:
    """What must be written by hand before the next run."""
    return None if restored.with_secrets else f"{SOURCES} is not part of the backup: write it before the next run"
