from __future__ import annotations

import pytest
from operations_kit import Operations, shared_operations


@pytest.fixture(scope="session")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Operations:
    """A demo home after its first night."""
    return shared_operations(tmp_path_factory)
