"""Where a dataset is fetched: the contract's server, with secrets only as names of environment variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from contracts.errors import Problem, SatuDataError
from contracts.yaml_lines import Place, YamlFile

_REFERENCE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
_DRIVERS = {"postgres": "postgresql", "postgresql": "postgresql", "mysql": "mysql"}


class SettingMissing(SatuDataError):
    """An environment variable or secret file that a contract's server names is not there."""


@dataclass(frozen=True)
class ServerFacts:
    """A database (``location`` is an SQLAlchemy address) or files (``location`` is a path with wildcards)."""

    name: str
    kind: Literal["database", "files"]
    location: str
    schema: str | None = None
    format: Literal["csv", "xlsx"] | None = None
    password_file: str | None = None

    def resolve(self, environ: Mapping[str, str]) -> str:
        """The location with every ``${NAME}`` filled in.

        Raises:
            SettingMissing: naming the variable or the file that is not there.
        """
        text = _fill(self.location, environ, plain=self.kind == "files")
        if self.password_file:
            path = Path(_fill(self.password_file, environ, plain=True))
            try:
                secret = path.read_text(encoding="utf-8").strip()
            except OSError:
                raise SettingMissing(
                    f"server {self.name}: the password file named by the contract cannot be read"
                ) from None
            text = text.replace("@", f":{quote(secret, safe='')}@", 1)
        return text


def _fill(text: str, environ: Mapping[str, str], *, plain: bool) -> str:
    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if not environ.get(name):
            raise SettingMissing(f"set {name} in the environment or in the home's sumber.env")
        whole = match.group(0) == text
        return environ[name] if plain or whole else quote(environ[name], safe="")

    return _REFERENCE.sub(value, text)


def server_facts(file: YamlFile) -> tuple[ServerFacts | None, list[Problem]]:
    """Read the first server of a contract; its secrets must be references, never values."""
    servers = file.data.get("servers") or []
    place: Place = ("servers", 0)
    if not servers:
        return None, [file.problem(("servers",), "lacks a server: where is this dataset fetched?")]
    server: dict[str, Any] = servers[0]
    kind, name = server.get("type"), str(server.get("server", "server"))
    if kind == "local":
        return _files(file, place, server, name)
    if kind == "custom":
        location = str(server.get("location") or "")
        if not _REFERENCE.fullmatch(location):
            return None, [file.problem(place, "location must be one ${NAME}: the variable that holds the address")]
        return ServerFacts(name, "database", location, server.get("schema")), []
    if kind in _DRIVERS:
        return _typed(file, place, server, name)
    return None, [file.problem((*place, "type"), "is not readable; valid: postgres, mysql, custom, local")]


def _files(file: YamlFile, place: Place, server: dict[str, Any], name: str) -> tuple[ServerFacts | None, list[Problem]]:
    if server.get("format") not in ("csv", "xlsx"):
        return None, [file.problem((*place, "format"), "must be csv or xlsx")]
    return ServerFacts(name, "files", str(server["path"]), format=server["format"]), []


def _typed(file: YamlFile, place: Place, server: dict[str, Any], name: str) -> tuple[ServerFacts | None, list[Problem]]:
    credentials: dict[str, Any] = {}
    for item in server.get("customProperties") or []:
        if item.get("property") == "satudata":
            credentials = item.get("value") or {}
    unknown = sorted(set(credentials) - {"pengguna", "sandi", "sandi_berkas"})
    if unknown:
        return None, [file.problem(place, f"satudata knows pengguna, sandi, sandi_berkas; not {', '.join(unknown)}")]
    password = credentials.get("sandi")
    if password is not None and not _REFERENCE.fullmatch(str(password)):
        return None, [file.problem(place, "sandi must be one ${NAME}; a contract never holds a secret")]
    user = credentials.get("pengguna", "")
    login = f"{user}:{password}@" if password else (f"{user}@" if user else "")
    location = f"{_DRIVERS[server['type']]}://{login}{server['host']}:{server['port']}/{server['database']}"
    return ServerFacts(
        name, "database", location, server.get("schema"), password_file=credentials.get("sandi_berkas")
    ), []
