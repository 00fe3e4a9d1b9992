"""What other programs call stands in ``resolution`` itself, and costs nothing until it is called."""

from __future__ import annotations

import subprocess
import sys

import pytest

import resolution

#: Loaded by those who resolve; every command of the product imports the package.
HEAVY = {"duckdb", "numpy", "pandas", "pyarrow", "pydantic", "splink"}


@pytest.mark.parametrize("name", resolution.__all__)
def test_a_public_name_is_there(name: str) -> None:
    assert callable(getattr(resolution, name))


def test_a_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(AttributeError, match="module 'resolution' has no attribute 'resolf'"):
        _ = resolution.resolf  # type: ignore[attr-defined]


def test_the_package_itself_loads_nothing() -> None:
    code = "import sys, resolution; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(done.stdout.split())
