"""The trained model of the links: state, with a version. Scores change only when it does.

``<folder>/model.json`` holds the parameters, ``<folder>/frekuensi-<version>.parquet`` how common each name is; no name
stands there, but its digest under the deployment's key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from pathlib import Path

import duckdb
from pydantic import ValidationError

from contracts.standard import Strict, short_hash
from resolution.links import Link
from resolution.parameters import Parameters
from resolution.settings import SettingsError

FORMAT_VERSION = 1
#: SQL of the digest of ``nama``; ``hide_names`` gives it its key.
DIGEST = "sha256((select rahasia from rahasia_nama) || nama)"
FILE = "model.json"


class LinkModel(Strict):
    """What a link learnt.

    Attributes:
        parameter: of its comparisons.
        penduduk: persons of the registry at the time of training: one of them is meant, if any.
        peluang: that a record of the dataset has its person in the registry; of the registry's own link, that a person
            stands in it twice.
        pasangan: pairs that were learnt from; few mean that the declared shares weigh more.
    """

    parameter: Parameters
    penduduk: int
    peluang: float
    pasangan: int


class Model(Strict):
    """All links' models, and the file of name frequencies."""

    format_version: int = FORMAT_VERSION
    tautan: dict[str, LinkModel]
    frekuensi: str

    @property
    def version(self) -> str:
        """Names this model."""
        return short_hash(self.model_dump_json())

    def fits(self, links: tuple[Link, ...]) -> bool:
        """Whether it was trained for these settings."""
        return {link.nama: link.version for link in links} == {
            name: learnt.parameter.pengaturan for name, learnt in self.tautan.items()
        }


def hide_names(con: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Let ``DIGEST`` work on this connection."""
    secret = hmac.new(key, b"frekuensi nama", hashlib.sha256).hexdigest()
    con.execute("create or replace temp table rahasia_nama as select ? as rahasia", [secret])


def read_model(folder: Path) -> Model | None:
    """The stored model; None before the first training.

    Raises:
        SettingsError: it is of a newer format, or damaged.
    """
    path = folder / FILE
    if not path.is_file():
        return None
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        version = int(data.get("format_version", 0))
        if version > FORMAT_VERSION:
            raise SettingsError(f"{path}: format_version {version} is newer than {FORMAT_VERSION}; upgrade satu-data")
        model = Model.model_validate(data)
    except (ValidationError, ValueError, AttributeError):
        raise SettingsError(f"{path} is damaged; restore it from a backup, or remove it to train anew") from None
    if not (folder / model.frekuensi).is_file():
        raise SettingsError(f"{folder / model.frekuensi} is missing; restore it from a backup, or train anew")
    return model


def write_model(con: duckdb.DuckDBPyConnection, folder: Path, learnt: dict[str, LinkModel], frequencies: str) -> Model:
    """Store a model whole: the frequencies first, then the file that names them.

    Args:
        con: connection with ``frequencies(sidik, tf_nama)``.
        folder: of the model.
        learnt: by link.
        frequencies: relation to store.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"frekuensi-{short_hash(json.dumps({k: v.model_dump() for k, v in learnt.items()}, sort_keys=True))}.parquet"
    temporary = folder / f".{name}"
    con.execute(
        f"copy (from {frequencies} order by all) to '{str(temporary).replace(chr(39), chr(39) * 2)}' (format parquet)"
    )
    temporary.replace(folder / name)
    model = Model(tautan=learnt, frekuensi=name)
    draft = folder / f".{FILE}"
    draft.write_text(model.model_dump_json(indent=1), encoding="utf-8")
    os.replace(draft, folder / FILE)
    for old in folder.glob("frekuensi-*.parquet"):
        if old.name != name:
            old.unlink()
    return model
