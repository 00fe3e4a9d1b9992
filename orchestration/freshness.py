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
    if receipt is not None and receipt.gagal:
        return f"{receipt.gagal} ({since})"
    if not held:
        return f"{contract.id}: has never delivered" if receipt is not None else None
    delivered = held[-1].diterima_pada
    if contract.server.kind == "database" and read is not None:
        # Read and found as it was, a table is up to date; a file that lies where it lay says nothing.
        delivered = max(delivered, read)
    days = (now - delivered).total_seconds() / 86_400
    if days > RHYTHMS * contract.frequency_days:
        return (
            f"{contract.id}: late, nothing new for {days:.0f} days; the contract says every "
            f"{contract.frequency_days:g} days ({since})"
        )
    last = {manifest.sumber.objek: manifest.delivery_id for manifest in deliveries}
    waiting = sorted(aside & set(last.values()))
    problems = []
    if waiting:
        why = sorted({str(verdicts[contract.id, delivery_id]) for delivery_id in waiting})
        problems.append(f"put aside whole: {', '.join(waiting)} by {', '.join(why)} ({since})")
    silent = silent_parts(contract, held, now)
    if silent:
        problems.append(f"silent: {', '.join(silent)}")
    return f"{contract.id}: {'; '.join(problems)}" if problems else None


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
