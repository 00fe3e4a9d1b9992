"""The trained model of the links: state, with a version. Scores change only when it does.

``<folder>/model.json`` is the one in force, the same as its ``model-<version>.json``. Every trained model is kept so,
the last ``KEPT`` of them. Each names its ``frekuensi-<digest>.parquet``, how common each name is; no name stands there,
but its digest under the deployment's key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from pydantic import ValidationError

from contracts.standard import Strict, short_hash
from resolution.links import Link
from resolution.parameters import Parameters
from resolution.settings import SettingsError

FORMAT_VERSION = 3
#: How many models are kept, the one in force among them.
KEPT = 10
#: Records from which a link learns by itself; with fewer, what is declared and what other links learnt weighs more.
ENOUGH = 100
#: SQL of the digest of ``nama``; ``hide_names`` gives it its key.
DIGEST = "sha256((select rahasia from rahasia_nama) || nama)"
FILE = "model.json"
#: What a link's model says besides what it learnt.
COUNTED = {"catatan", "bersama"}


@dataclass(frozen=True)
class Held:
    """What a dataset has to learn from: its records, and those of them whose NIK the registry has too."""

    records: int = 0
    shared: int = 0


class LinkModel(Strict):
    """What a link learnt.

    Attributes:
        parameter: of its comparisons.
        penduduk: persons of the registry at the time of training: one of them is meant, if any.
        peluang: that a record of the dataset has its person in the registry; of the registry's own link, that a person
            stands in it twice.
        pasangan: pairs that were learnt from; few mean that the declared shares weigh more.
        catatan, bersama: records that the dataset had at the time of training, and those of them whose NIK the registry
            had too; models before format 3 do not say.
    """

    parameter: Parameters
    penduduk: int
    peluang: float
    pasangan: int
    catatan: int | None = None
    bersama: int | None = None

    def outgrown(self, held: Held, *, is_registry: bool) -> bool:
        """Whether there was nothing to learn from, or hardly anything, and now there is.

        A step is taken once: from no record to some, and to enough. So no small dataset trains every night.
        """
        fewest = self.penduduk if is_registry else self.pasangan  # what models before format 3 say
        records = fewest if self.catatan is None else self.catatan
        shared = fewest if self.bersama is None else self.bersama
        return (
            records == 0 < held.records or records < ENOUGH <= held.records
            or (not is_registry and shared < ENOUGH <= held.shared)
        )  # fmt: skip


class Model(Strict):
    """All links' models, the file of name frequencies, and when it was trained; models of format 1 do not say when.

    Format 3 says how many records there were to learn from.
    """

    format_version: int = FORMAT_VERSION
    tautan: dict[str, LinkModel]
    frekuensi: str
    dilatih: datetime | None = None

    @property
    def version(self) -> str:
        """Names what was learnt: the same records give the same version, whenever, and in whatever format."""
        learnt = self.model_copy(update={"format_version": 1})
        return short_hash(learnt.model_dump_json(exclude={"dilatih": True, "tautan": {"__all__": COUNTED}}))

    def fits(self, links: tuple[Link, ...], held: Mapping[str, Held]) -> bool:
        """Whether it was trained for these settings, and on as much as there is to learn from.

        Args:
            links: the settings.
            held: by link, what its dataset has now.
        """
        if {link.nama: link.version for link in links} != {
            name: learnt.parameter.pengaturan for name, learnt in self.tautan.items()
        }:
            return False
        return not any(self.tautan[link.nama].outgrown(held[link.nama], is_registry=link.is_registry) for link in links)


def hide_names(con: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Let ``DIGEST`` work on this connection."""
    secret = hmac.new(key, b"frekuensi nama", hashlib.sha256).hexdigest()
    con.execute("create or replace temp table rahasia_nama as select ? as rahasia", [secret])


def read_model(folder: Path) -> Model | None:
    """The stored model; None before the first training.

    Raises:
        SettingsError: it is of a newer format, damaged, or cannot be read.
    """
    path = folder / FILE
    try:
        path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unread(path, error) from None
    model = _read(path)
    if not (folder / model.frekuensi).is_file():
        raise SettingsError(f"{folder / model.frekuensi} is missing; restore it from a backup, or train anew")
    return model


def _read(path: Path) -> Model:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        version = int(data.get("format_version", 0))
        if version > FORMAT_VERSION:
            raise SettingsError(f"{path}: format_version {version} is newer than {FORMAT_VERSION}; upgrade satu-data")
        return Model.model_validate(data)
    except OSError as error:
        raise _unread(path, error) from None
    except (ValidationError, ValueError, AttributeError, RecursionError):
        raise SettingsError(f"{path} is damaged; restore it from a backup, or remove it to train anew") from None


def _unread(path: Path, error: OSError) -> SettingsError:
    return SettingsError(
        f"{path} cannot be read ({error.strerror}); make it readable to you, restore it from a backup, or remove it "
        "to train anew. Nothing was changed"
    )


def write_model(con: duckdb.DuckDBPyConnection, folder: Path, learnt: dict[str, LinkModel], frequencies: str) -> Model:
    """Store a model whole and put it in force: the frequencies first, then the files that name them.

    Args:
        con: connection with ``frequencies(sidik, tf_nama)``.
        folder: of the models.
        learnt: by link.
        frequencies: relation to store.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _keep_current(folder)
    row = con.execute(
        f"select cast(bit_xor(md5_number(sidik || '|' || tf_nama)) as varchar) from {frequencies}"
    ).fetchone()
    told = json.dumps(
        [{k: v.model_dump(exclude=COUNTED) for k, v in learnt.items()}, row[0] if row else None], sort_keys=True
    )
    name = f"frekuensi-{short_hash(told)}.parquet"
    temporary = folder / f".{name}"
    con.execute(
        f"copy (from {frequencies} order by all) to '{str(temporary).replace(chr(39), chr(39) * 2)}' (format parquet)"
    )
    temporary.replace(folder / name)
    model = Model(tautan=learnt, frekuensi=name, dilatih=datetime.now(UTC))
    text = model.model_dump_json(indent=1)
    _write(folder / _kept_as(model), text)
    _write(folder / FILE, text)
    _forget(folder, model)
    return model


def _kept_as(model: Model) -> str:
    return f"model-{model.version}.json"


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)


def _keep_current(folder: Path) -> None:
    """The model so far under its version too: format 1 had but one file."""
    path = folder / FILE
    try:
        current = _read(path) if path.is_file() else None
    except SettingsError:
        return  # nothing that could be used again
    if current and not (folder / _kept_as(current)).exists():
        _write(folder / _kept_as(current), path.read_text(encoding="utf-8"))


def _forget(folder: Path, current: Model) -> None:
    """Delete the models beyond the last ``KEPT``, and frequencies that no kept one names."""
    kept = []
    for path in folder.glob("model-*.json"):
        try:
            kept.append((path.name == _kept_as(current), _read(path), path))
        except SettingsError:
            return  # whoever repairs it may need what it names
    kept.sort(key=lambda item: (item[0], item[1].dilatih or datetime.min.replace(tzinfo=UTC), item[2].name))
    for _, _, path in kept[:-KEPT]:
        path.unlink()
    named = {model.frekuensi for _, model, _ in kept[-KEPT:]}
    for path in folder.glob("frekuensi-*.parquet"):
        if path.name not in named:
            path.unlink()
