"""The three public FEBRL lists, whose truth stands in their ids; no labels are used."""

from __future__ import annotations

import pytest

from benchmarks.febrl import LEAST, SETTINGS, pairwise_f1, read_febrl
from resolution import Settings, resolve

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("number", "least"), LEAST.items())
def test_copies_are_found(number: int, least: float) -> None:
    assert pairwise_f1(resolve({"febrl": read_febrl(number)}, Settings.model_validate(SETTINGS))) >= least
