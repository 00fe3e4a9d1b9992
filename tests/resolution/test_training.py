"""What training learns of columns that a list leaves empty."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from resolution_kit import Town
from town_kit import families, seen

from resolution.model import read_model

REGISTRY = [person for family in families(60) for person in family]


@pytest.mark.slow
def test_a_list_without_addresses_learns_what_villages_alone_say(tmp_path: Path) -> None:
    """Nothing can agree in an address: the chance of it is next to none, and no less is left for the villages."""
    town = Town(tmp_path, linked=True)
    listed = [replace(seen(person, "anak", n), alamat=None) for n, person in enumerate(REGISTRY) if n % 4 > 1]
    town.night(*REGISTRY, *listed)
    assert town.linking is not None
    model = read_model(town.linking.model)
    assert model is not None
    numbered, *others = model.tautan["kesehatan_anak"].parameter.tingkat["domisili"]
    assert numbered.u < 0.001 and sum(level.u for level in others) > 0.99
