from __future__ import annotations

import pytest
from simulation_kit import Province, build


@pytest.fixture(scope="session")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """40,000 people: enough for every defect class to occur."""
    return build(tmp_path_factory.mktemp("province"), 40_000)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """Nobody lives here."""
    return build(tmp_path_factory.mktemp("empty"), 0)
