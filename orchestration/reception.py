"""Receiving all contracts of a run: in parallel by threads, retried, sealed under one receipt sequence."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from connectors.errors import AccessError, ConnectorError
from connectors.place import Place
from connectors.receive import receive
from contracts.contract import Contract
from contracts.delivery import Receipt, SealedReceipts, read_verdicts, write_json
from contracts.home import Home
from contracts.keys import load_key
from contracts.masking import keep_original
from orchestration.prepare import Prepared

ATTEMPTS = 3
BACKOFF_SECONDS = 2.0


def next_sequence(home: Home) -> int:
    """The receipt sequence that is open: one after the last sealed one, so an interrupted run resumes its own."""
    sealed = [int(path.stem) for path in home.receipts.glob("*.json")]
    return max(sealed, default=0) + 1


def receive_all(
    prepared: Prepared,
    contracts: Iterable[Contract],
    *,
    run_id: str,
    backoff: float = BACKOFF_SECONDS,
    progress: Callable[[Receipt], None] = lambda receipt: None,
) -> list[Receipt]:
    """Receive every contract and seal the sequence.

    A contract that fails keeps its last good delivery and says why in its receipt; it never stops the others.
    """
    settings, home = prepared.settings, prepared.home
    place = Place(
        landing=home.landing,
        cache=home.build / "cache",
        extensions=home.extensions,
        urutan=next_sequence(home),
        now=datetime.now(UTC),
        zone=ZoneInfo(settings.zona),
        environ=home.environ(),
        key=load_key(prepared.key),
        quarantined={judged for judged, reason in read_verdicts(home.verdicts).items() if reason},
    )
    chosen = list(contracts)
    gates = {c.facts.produsen: threading.Semaphore(settings.utas_per_produsen) for c in chosen}

    def one(contract: Contract) -> Receipt:
        with gates[contract.facts.produsen]:
            receipt = _receive_patiently(contract, place, home, backoff)
        progress(receipt)
        return receipt

    with ThreadPoolExecutor(max_workers=settings.utas) as pool:
        receipts = list(pool.map(one, chosen))
    sealed = SealedReceipts(urutan=place.urutan, run_id=run_id, disegel_pada=datetime.now(UTC), kontrak=tuple(receipts))
    write_json(home.receipts / f"{place.urutan:06d}.json", sealed)
    return receipts


def _receive_patiently(contract: Contract, place: Place, home: Home, backoff: float) -> Receipt:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return receive(contract, place)
        except AccessError as error:
            if attempt == ATTEMPTS:
                return Receipt(kontrak=contract.id, gagal=_told(error, home))
            time.sleep(backoff * attempt)
        except ConnectorError as error:
            return Receipt(kontrak=contract.id, gagal=_told(error, home))
        except Exception as error:  # noqa: BLE001 - one agency's surprise must not take the others along
            name = keep_original(error, home.errors)
            return Receipt(
                kontrak=contract.id,
                gagal=f"{contract.id}: failed unforeseen ({type(error).__name__}); see {home.errors / name}",
            )
    raise AssertionError("unreachable")


def _told(error: ConnectorError, home: Home) -> str:
    """The message, and where the driver's own words lie."""
    if error.original is None:
        return str(error)
    return f"{error}; the original is in {home.errors / keep_original(error.original, home.errors)}"
