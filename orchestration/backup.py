"""A backup of what cannot be recomputed: settings, contracts, deliveries and state, the id key among it.

``DIR/<time>/`` is one whole backup that any file manager can read: the home's files under their own paths, and
``backup.json``, which names each of them with its hash. What the backup before it holds already becomes a hard link,
so a night costs what the night brought, and deleting one backup never harms another.

It may be taken while a run writes. Deliveries are folders renamed into place, state files are written whole, and
files are listed from what depends to what is depended on: the id registry, the other state, the sealed receipts, the
deliveries. So every id's founder has its receipt, every receipt its deliveries, and what the run adds meanwhile is
either whole or left to the next backup: the state of a home whose run was killed at that moment.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from filelock import FileLock, Timeout

from contracts.delivery import MANIFEST, RECEIVED, ManifestError, read_manifest, write_json
from contracts.home import SOURCES, Home
from contracts.keys import load_key, short_id
from orchestration.backup_store import (
    CONTENTS,
    BackupError,
    Contents,
    NewerBackup,
    SavedFile,
    backups,
    copy_file,
    file_hash,
    home_files,
    private_folder,
    read_contents,
)
from orchestration.prepare import key_path

#: Below these nothing is ever changed or deleted: a difference from the earlier backup is worth a warning.
APPEND_ONLY = ("landing/", "state/")
#: But here: `satudata train` puts another model in force, and forgets the oldest.
REPLACED = "state/tautan/"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """A finished backup. ``problems`` are findings about the home, not reasons against this backup."""

    name: str
    files: int
    copied: int
    copied_bytes: int
    removed: tuple[str, ...]
    problems: tuple[str, ...]


def make_backup(
    home: Home,
    folder: Path,
    *,
    with_secrets: bool = False,
    verify: bool = False,
    keep: int | None = None,
    now: datetime | None = None,
    progress: Progress = lambda done, total: None,
) -> Outcome:
    """Save the home into a new folder below ``folder``, whole or not at all.

    Args:
        home: the home; a run may be writing it.
        folder: where backups lie; never inside the home.
        with_secrets: also ``sumber.env``, the agencies' addresses and passwords.
        verify: compare contents instead of size and time, and copy anew what is damaged in the earlier backup.
        keep: delete the oldest backups beyond this many, unless there is something to look at.
        now: names the backup; the present time when not given.
        progress: called with files done and files in all.

    Raises:
        BackupError: nothing was kept of this backup.
    """
    home.settings()
    if folder.resolve().is_relative_to(home.root.resolve()):
        raise BackupError(f"{folder} lies inside the home and would be lost with it; name a folder on another disk")
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(folder / ".cadangan.lock", timeout=0):
            return _Backup(home, folder, now or datetime.now(UTC), verify=verify).make(with_secrets, keep, progress)
    except Timeout:
        raise BackupError(f"another backup is being written into {folder}; nothing was started") from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else "cannot be written"
        raise BackupError(
            f"{folder}: {reason.lower()}; nothing was kept of this backup, the earlier ones are whole"
        ) from None


class _Backup:
    """One backup in the making."""

    def __init__(self, home: Home, folder: Path, now: datetime, *, verify: bool) -> None:
        self.home, self.folder, self.now, self.verify = home, folder, now, verify
        self.before: dict[str, SavedFile] = {}
        self.before_folder: Path | None = None
        self.problems: list[str] = []
        self.copied = self.copied_bytes = 0

    def make(self, with_secrets: bool, keep: int | None, progress: Progress) -> Outcome:
        for old in self.folder.glob(".*.tmp"):
            shutil.rmtree(old)
        name = self._name()
        work = self.folder / f".{name}.tmp"
        listed = list(home_files(self.home, with_secrets=with_secrets))
        key = _fingerprint(self.home)
        self._look_back(key)
        work.mkdir(mode=0o700)
        try:
            saved = []
            for number, path in enumerate(listed, start=1):
                saved.append(self._save(path, work))
                progress(number, len(listed))
            self._compare({file.jalur for file in saved}, with_secrets)
            contents = Contents(dibuat=self.now, versi=_version(), kunci=key, rahasia=with_secrets, berkas=tuple(saved))
            write_json(work / CONTENTS, contents)
            (work / CONTENTS).chmod(0o600)
            os.replace(work, self.folder / name)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
        removed = () if self.problems else self._prune(keep)
        return Outcome(name, len(saved), self.copied, self.copied_bytes, removed, tuple(self.problems))

    def _name(self) -> str:
        """The moment; several backups within one second are numbered so that they sort by age."""
        stem = f"{self.now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        last = max((name for name in backups(self.folder) if name.startswith(stem)), default=None)
        return stem if last is None else f"{stem}-{int(last.removeprefix(stem).lstrip('-') or 1) + 1:03d}"

    def _look_back(self, key: str | None) -> None:
        """The newest backup here, which must be of this home."""
        for name in reversed(backups(self.folder)):
            try:
                contents = read_contents(self.folder / name)
            except NewerBackup:
                raise
            except BackupError:
                self.problems.append(f"{name} in {self.folder} is damaged and was not built upon")
                continue
            if key and contents.kunci and key != contents.kunci:
                raise BackupError(f"{self.folder} holds backups of another home (another id key); name another folder")
            self.before = {file.jalur: file for file in contents.berkas}
            self.before_folder = self.folder / name
            return

    def _save(self, path: Path, work: Path) -> SavedFile:
        name = path.relative_to(self.home.root).as_posix()
        target = work / name
        private_folder(target.parent, work)
        saved = self._link(path, name, target)
        if saved is None:
            saved = copy_file(path, name, target)
            self.copied += 1
            self.copied_bytes += saved.ukuran
            self._judge(path, saved)
        return saved

    def _link(self, path: Path, name: str, target: Path) -> SavedFile | None:
        """Link to the earlier backup's file when it is equal; None when it must be copied."""
        old = self.before.get(name)
        if old is None or self.before_folder is None:
            return None
        now, held = path.stat(), self.before_folder / name
        if (old.ukuran, old.mtime_ns) != (now.st_size, now.st_mtime_ns) or not _has_size(held, old.ukuran):
            return None
        if self.verify:
            if file_hash(held) != old.sha256:
                self.problems.append(f"{name} was damaged in the earlier backup {self.before_folder.name}")
                return None
            if file_hash(path) != old.sha256:
                return None
        try:
            os.link(held, target)
        except OSError:  # a file system without hard links
            return None
        return old

    def _judge(self, path: Path, saved: SavedFile) -> None:
        """What is wrong with a file that was copied."""
        old = self.before.get(saved.jalur)
        if old and old.sha256 != saved.sha256 and _stays(saved.jalur):
            self.problems.append(
                f"{saved.jalur} changed since the earlier backup, though nothing may change it; "
                f"{self.before_folder} keeps the other content"
            )
        if path.parent.name == RECEIVED:
            try:
                expected = read_manifest(path.parent.parent).sumber.sha256
            except ManifestError as error:
                self.problems.append(str(error))
                return
            if expected != saved.sha256:
                self.problems.append(f"{saved.jalur} is not the file that its {MANIFEST} names")

    def _compare(self, names: set[str], with_secrets: bool) -> None:
        gone = sorted(name for name in self.before if _stays(name) and name not in names)
        if gone:
            more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
            self.problems.append(
                f"{gone[0]}{more}: gone from the home since the earlier backup, though nothing may delete it; "
                f"{self.before_folder} keeps it"
            )
        if not with_secrets and SOURCES in self.before:
            self.problems.append(f"the earlier backup holds {SOURCES}, this one does not (--with-secrets)")

    def _prune(self, keep: int | None) -> tuple[str, ...]:
        names = backups(self.folder)
        gone = names[: max(0, len(names) - keep)] if keep else []
        for name in gone:
            shutil.rmtree(self.folder / name)
        return tuple(gone)


def _stays(name: str) -> bool:
    return name.startswith(APPEND_ONLY) and not name.startswith(REPLACED)


def _has_size(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _fingerprint(home: Home) -> str | None:
    path = key_path(home)
    return short_id(load_key(path), "cadangan", "kunci") if path.exists() else None


def _version() -> str:
    try:
        return version("satu-data")
    except PackageNotFoundError:
        return "unknown"
