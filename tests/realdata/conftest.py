"""Public data as its producers released it, taken through the whole pipeline once."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest
from realdata_kit import VARIABLE, RealData
from warehouse_kit import Warehouse


@pytest.fixture(scope="session")
def realdata(tmp_path_factory: pytest.TempPathFactory) -> RealData:
    """Every contract below ``kontrak`` in a home of its own."""
    files = Path(os.environ[VARIABLE]).resolve()
    started = time.monotonic()
    warehouse = Warehouse(tmp_path_factory.mktemp("realdata") / "rumah", {"REALDATA": str(files)}, kontrak_bawaan=False)
    shutil.copytree(Path(__file__).parent / "kontrak", warehouse.home.own_contracts, dirs_exist_ok=True)
    prepared = warehouse.prepare()
    run_id = warehouse.receive(prepared)
    warehouse.build(prepared, "tag:hulu")
    warehouse.identify(prepared, run_id)
    warehouse.build(prepared, "tag:hilir")
    return RealData(files, warehouse.keep("jadi"), time.monotonic() - started)
