"""``python -m orchestration.parse``: dbt parse with the shipped contracts, in a throw-away home."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from contracts.errors import SatuDataError
from contracts.home import Home
from orchestration.prepare import prepare


def main() -> None:
    """Prepare a home from the shipped contracts; fails when dbt cannot parse them."""
    with tempfile.TemporaryDirectory(prefix="satudata-") as folder:
        home = Home(Path(folder))
        home.create({})
        try:
            prepared = prepare(home)
        except SatuDataError as error:  # no agency's data can be in these texts
            texts = [path.read_text(encoding="utf-8") for path in sorted(home.errors.glob("*.txt"))]
            sys.exit("\n".join([*texts, str(error)]))
        print(f"dbt parses: {len(prepared.contracts)} contracts")


if __name__ == "__main__":
    main()
