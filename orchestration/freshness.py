"""Whether a contract's data is as fresh as its agency promised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from contracts.contract import Contract
from contracts.delivery import Manifest, Receipt, SealedReceipts

#: A delivery may be this many rhythms old before it counts as late: one for the rhythm, one for the road.
RHYTHMS = 2.0
#: A source that states all it has and suddenly has less than half of it is a broken export sooner than the field.
SHRUNK, FEWEST_ROWS = 0.5, 10


def stale_reason(
    contract: Contract,
    receipt: Receipt | None,
    deliveries: list[Manifest],
    verdicts: Mapping[tuple[str, str], str | None],
    now: datetime,
    read: datetime | None = None,
) -> str | None:
    """Why the data in use is not what it should be, or None.

    Args:
        contract: the dataset's contract.
        receipt: what became of it in the last reception; None when it was not asked for.
        deliveries: all its deliveries, oldest first.
        verdicts: the delivery gate's verdicts by contract and delivery id.
        now: the present moment.
        read: when the agency last answered, with news or without; see ``last_read``.
    """
    aside = {m.delivery_id for m in deliveries if verdicts.get((contract.id, m.delivery_id))}
    held = [manifest for manifest in deliveries if manifest.delivery_id not in aside]
    since = f"data of {held[-1].diterima_pada:%Y-%m-%d} stays in use" if held else "nothing is held yet"
    failed = receipt.gagal if receipt is not None else None
    if not held and not failed:
        return f"{contract.id}: has never delivered" if receipt is not None else None
    problems = [
        *_aside(contract, deliveries, verdicts, since),
        *([_late(contract, held, now, read, since)] if not failed else []),
        *_shrunk(contract, held),
        _silent(contract, held, now),
    ]
    told = "; ".join(problem for problem in problems if problem)
    if failed:
        return f"{failed} ({since})" + (f"; {told}" if told else "")
    return f"{contract.id}: {told}" if told else None


def _aside(
    contract: Contract,
    deliveries: list[Manifest],
    verdicts: Mapping[tuple[str, str], str | None],
    since: str,
) -> list[str]:
    """Of every object (a table, a file) the last delivery, where it was put aside: it waits for a better one."""
    last = {manifest.sumber.objek: manifest for manifest in deliveries}
    waiting = {m: verdicts.get((contract.id, m.delivery_id)) for m in last.values()}
    return [
        f"put aside whole: {m.delivery_id} ({m.sumber.objek}, {m.baris_dibaca:,} rows) by {verdict} ({since})"
        for m, verdict in waiting.items()
        if verdict
    ]


def _late(contract: Contract, held: list[Manifest], now: datetime, read: datetime | None, since: str) -> str | None:
    delivered = held[-1].diterima_pada
    if contract.server.kind == "database" and read is not None:
        # Read and found as it was, a table is up to date; a file that lies where it lay says nothing.
        delivered = max(delivered, read)
    days = (now - delivered).total_seconds() / 86_400
    if days <= RHYTHMS * contract.frequency_days:
        return None
    return f"late, nothing new for {days:.0f} days; the contract says every {contract.frequency_days:g} days ({since})"


def _shrunk(contract: Contract, held: list[Manifest]) -> list[str]:
    """Objects whose last delivery holds less than half of the one before, where rows left out are closed."""
    before: dict[str, Manifest] = {}
    found: dict[str, str] = {}
    for manifest in held:
        objek, rows = manifest.sumber.objek, _data_rows(manifest)
        earlier = _data_rows(before[objek]) if objek in before else 0
        found.pop(objek, None)
        if manifest.kunci_ditutup and earlier >= FEWEST_ROWS and rows < earlier * SHRUNK:
            found[objek] = (
                f"shrunk: {objek} has {rows:,} rows, {earlier:,} before ({manifest.delivery_id}); the others are "
                "closed, and open again when they come back"
            )
        before[objek] = manifest
    return list(found.values())


def _data_rows(manifest: Manifest) -> int:
    return manifest.baris_dibaca - manifest.baris_bukan_data


def _silent(contract: Contract, held: list[Manifest], now: datetime) -> str | None:
    silent = silent_parts(contract, held, now)
    return f"silent: {', '.join(silent)}" if silent else None


def last_read(sealed: Iterable[SealedReceipts]) -> dict[str, datetime]:
    """Per contract when its source was last read to the end, whether it brought anything new or not."""
    return {
        receipt.kontrak: seal.disegel_pada
        for seal in sealed
        for receipt in seal.kontrak
        if not receipt.gagal and (receipt.baru or receipt.sama_dengan)
    }


def silent_parts(contract: Contract, held: list[Manifest], now: datetime) -> list[str]:
    """Of a dataset that comes in parts (a file per district): the parts that the contract expects and that are late."""
    fresh = [
        match.groupdict()
        for manifest in held
        if (now - manifest.diterima_pada).total_seconds() / 86_400 <= RHYTHMS * contract.frequency_days
        and (match := re.search(contract.facts.tata_letak.nama_berkas or "", Path(manifest.sumber.objek).name))
    ]
    return [
        f"{group} {value}"
        for group, values in contract.facts.diharapkan.items()
        for value in values
        if value not in {part.get(group) for part in fresh}
    ]
