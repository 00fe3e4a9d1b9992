"""The one way out of a step for an error that is not ours: its text may carry values, so it stays in the home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from contracts.errors import SatuDataError
from contracts.masking import keep_original
from orchestration.resources import HomeResource


def guarded(rumah: HomeResource, step: str, events: Iterator[Any]) -> Iterator[Any]:
    """Pass a step's events on; turn what it raises into a Failure with a text of ours."""
    try:
        yield from events
    except GeneratorExit:
        raise
    except dg.Failure as failure:
        rumah.log.write("gagal", langkah=step, alasan=failure.description)
        raise
    except SatuDataError as error:
        rumah.log.write("gagal", langkah=step, alasan=str(error))
        raise dg.Failure(str(error), allow_retries=False) from None
    except Exception as error:  # noqa: BLE001 - whatever it is, its text must not reach a log
        file = rumah.prepared.home.errors / keep_original(error, rumah.prepared.home.errors)
        text = f"step {step} failed unforeseen ({type(error).__name__}); the original is in {file}"
        rumah.log.write("gagal", langkah=step, alasan=text)
        raise dg.Failure(f"{text}; the published snapshot stays what it was", allow_retries=False) from None
