"""A file that a command is to write: whether it can be is known before the work, not after it."""

from __future__ import annotations

import os
from pathlib import Path

from contracts.errors import SatuDataError


class OutputError(SatuDataError):
    """The file cannot be written as it was named; nothing was."""


def check_new_file(path: Path, suffix: str) -> None:
    """Whether a file of this name can be made.

    Args:
        path: of the file to come.
        suffix: that its name must have, with the dot.

    Raises:
        OutputError: another suffix, no such folder, a folder that cannot be written, or something is there already.
    """
    if path.suffix.lower() != suffix:
        raise OutputError(f"{path} must be named *{suffix}; nothing was written")
    if not path.parent.is_dir():
        raise OutputError(f"{path.parent} is no folder; make it, or name another file. Nothing was written")
    if os.path.lexists(path):  # a dangling link, too
        raise OutputError(f"{path} exists; name another file. Nothing was written")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise OutputError(f"{path.parent} cannot be written by you; name another file. Nothing was written")
