"""``python -m orchestration.parse``: dbt parse with the shipped contracts, in a throw-away home."""

from __future__ import annotations

import tempfile
from pathlib import Path

from contracts.home import Home
from orchestration.prepare import prepare


def main() -> None:
    """Prepare a home from the shipped contracts; fails when dbt cannot parse them."""
    with tempfile.TemporaryDirectory(prefix="satudata-") as folder:
        home = Home(Path(folder))
        home.create({})
        prepared = prepare(home)
        print(f"dbt parses: {len(prepared.contracts)} contracts")


if __name__ == "__main__":
    main()
