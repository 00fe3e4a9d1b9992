"""Reading the shipped units, and what a test may leave out on this machine."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
PROGRAM, HOME = "/opt/satu-data/.venv", "/var/lib/satudata"
UNITS = ("satudata-web.service", "satudata-daemon.service")


class _Several(dict[str, str]):
    """Keeps every value of a key that a unit states more than once."""

    def __setitem__(self, key: str, value: object) -> None:
        if isinstance(value, list) and isinstance(self.get(key), list):
            self[key].extend(value)  # type: ignore[attr-defined]
        else:
            super().__setitem__(key, value)  # type: ignore[assignment]


def unit(name: str) -> ConfigParser:
    """A unit's sections and keys."""
    parser = ConfigParser(dict_type=_Several, strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / name, encoding="utf-8")
    return parser


def command(name: str, port: int | None = None) -> list[str]:
    """What a unit starts, with this machine's environment instead of /opt and with another port."""
    words = shlex.split(unit(name)["Service"]["ExecStart"])
    words[0] = words[0].replace(PROGRAM, sys.prefix)
    if port is not None:
        words[words.index("-p") + 1] = str(port)
    return words


def environment(home: Path) -> dict[str, str]:
    """What the environment file sets, for another home."""
    lines = (DEPLOY / "satudata.env").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value.replace(HOME, str(home)) for name, _, value in pairs}


def needed(program: str, *, in_ci: bool) -> str:
    """The path of a program; without it the test is left out, or fails where nothing may be left out."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if found:
        return found
    reason = f"{program} is not installed"
    if os.environ.get("SATUDATA_REQUIRE_ALL") == "1" or (in_ci and os.environ.get("CI") == "true"):
        pytest.fail(f"{reason}, and nothing may be left out here")
    pytest.skip(reason)
