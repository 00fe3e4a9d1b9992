"""Receiving: one contract in, new deliveries out, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from connectors.databases import read_table
from connectors.errors import AccessError, ConnectorError, DeliveryError
from connectors.files import find_files, read_file, shared_folder
from connectors.landing import land
from connectors.place import Place
from contracts.contract import Contract
from contracts.delivery import (
    Manifest,
    Receipt,
    read_deliveries,
)
from contracts.duck import connect
from contracts.masking import mask_name
from contracts.server import SettingMissing

MEMORY = "512MB"


def receive(contract: Contract, place: Place) -> Receipt:
    """Fetch what is new for one contract.

    Returns:
        The new delivery ids and the held deliveries that arrived again, unchanged.

    Raises:
        AccessError: the source cannot be reached; nothing was written.
        DeliveryError: the source does not fit the contract; nothing was written for it.
    """
    expires = contract.facts.berlaku_sampai
    if expires and place.now.astimezone(place.zone).date() > expires:
        raise DeliveryError(contract.id, f"the legal basis ended on {expires}", "renew it and state the new date")
    place.cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.cache, prefix="terima-") as folder:
        scratch = Path(folder)
        if contract.server.kind == "database":
            return _receive_table(contract, place, scratch)
        return _receive_files(contract, place, scratch)


def _receive_table(contract: Contract, place: Place, scratch: Path) -> Receipt:
    held = place.held(contract)
    since = None
    if contract.facts.kursor:
        since = _reached_before(contract, [manifest for _, manifest in held])
    with connect(extensions=place.extensions, scratch=scratch, memory=MEMORY) as con:
        reading = read_table(con, contract, place.environ, scratch, since)
        manifest = land(con, contract, reading, place, scratch, since=since, received=None)
    if manifest is None:
        last = read_deliveries(place.landing, contract.id)[-1:]
        return Receipt(kontrak=contract.id, sama_dengan=tuple(m.delivery_id for _, m in last))
    return Receipt(kontrak=contract.id, baru=(manifest.delivery_id,))


def _reached_before(contract: Contract, held: list[Manifest]) -> str | None:
    """Where the last reading by this cursor ended; None, to read everything, when the contract now asks for more."""
    if held and {column.name for column in contract.taken} - set(held[-1].kolom):
        return None
    spans = (m.kursor for m in reversed(held) if m.kursor and m.kursor.kolom == contract.facts.kursor)
    return next((span.sampai for span in spans if span.sampai), None)


def _receive_files(contract: Contract, place: Place, scratch: Path) -> Receipt:
    new: list[str] = []
    same: list[str] = []
    failures: list[str] = []
    deliveries = [m for _, m in read_deliveries(place.landing, contract.id) if not _judged_anew(contract, place, m)]
    known = {m.sumber.sha256: m.delivery_id for m in deliveries}
    last = {m.sumber.objek: m.sumber.sha256 for m in deliveries}
    try:
        files = find_files(contract, place.environ)
    except SettingMissing as error:
        raise AccessError(contract.id, str(error)) from None
    folder = shared_folder(contract.server.resolve(place.environ))
    for path in files:
        name = place.object_name(str(path.relative_to(folder)))
        try:
            copy, digest = _take(contract, path, scratch)
            # A file that returns to an earlier state is news; a copy of a held one under another name is not.
            if last.get(name, digest) == digest and digest in known:
                same.append(known[digest])
                continue
            with connect(extensions=place.extensions, scratch=scratch, memory=MEMORY) as con:
                reading = read_file(con, copy, contract, scratch).of(name)
                manifest = land(con, contract, reading, place, scratch, since=None, received=copy)
        except ConnectorError as error:
            failures.append(str(error))
            continue
        if manifest is None:
            same.append(place.held(contract)[-1][1].delivery_id)
        else:
            new.append(manifest.delivery_id)
            known[digest] = manifest.delivery_id
            last[name] = digest
    return Receipt(kontrak=contract.id, baru=tuple(new), sama_dengan=tuple(same), gagal="\n".join(failures) or None)


def _judged_anew(contract: Contract, place: Place, manifest: Manifest) -> bool:
    """Whether a file put aside whole may come again: its contract has a new version, and nothing newer is in use.

    The limit that put it aside may have been ours to correct. Rows that came after it must not be replaced by it.
    """
    if (contract.id, manifest.delivery_id) not in place.quarantined or manifest.versi_kontrak == contract.version:
        return False
    newer = (m for _, m in place.held(contract) if m.delivery_id > manifest.delivery_id)
    whole = contract.facts.bentuk == "penuh"
    return not any(whole or m.sumber.objek == manifest.sumber.objek for m in newer)


def _take(contract: Contract, path: Path, scratch: Path) -> tuple[Path, str]:
    """Copy a file out of the agency's hands and hash it: what is judged, read and kept is one and the same."""
    folder = scratch / "diterima"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    copy = folder / path.name
    try:
        shutil.copyfile(path, copy)
        with copy.open("rb") as handle:
            return copy, hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        reason = os.strerror(error.errno).lower() if error.errno else "cannot be read"
        raise AccessError(contract.id, f"{contract.facts.produsen}, file {mask_name(path.name)}: {reason}") from None
