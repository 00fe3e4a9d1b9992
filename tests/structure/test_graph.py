"""What runs when: the whole asset graph, jobs and schedule, held against a reviewed text.

Write the text anew with ``SATUDATA_UPDATE=1 pytest tests/structure/test_graph.py`` and read the difference.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import dagster as dg
import pytest

from contracts.home import Home
from contracts.load import contracts_folder
from orchestration.definitions import build_defs
from orchestration.prepare import Prepared, prepare
from orchestration.resources import NIGHTLY

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parent / "asset_graph.txt"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    home = Home(tmp_path_factory.mktemp("rumah"))
    home.create({"zona": "Asia/Makassar", "jadwal_aktif": True})
    return prepare(home)


@pytest.fixture(scope="module")
def defs(prepared: Prepared) -> dg.Definitions:
    found = build_defs(prepared)
    dg.Definitions.validate_loadable(found)
    return found


def describe(defs: dg.Definitions) -> str:
    """The graph as text: one line per asset with its group, then its parents; jobs; schedules."""
    graph = defs.resolve_asset_graph()
    lines = []
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        lines.append(f"{key.to_user_string()} [{node.group_name}]")
        lines += [f"    <- {parent.to_user_string()}" for parent in sorted(node.parent_keys)]
    lines += [f"job {job.name}" for job in sorted(defs.jobs or [], key=lambda job: job.name)]
    return "\n".join(lines) + "\n"


def test_the_asset_graph_is_the_reviewed_one(defs: dg.Definitions) -> None:
    text = describe(defs)
    if os.environ.get("SATUDATA_UPDATE"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_every_contract_is_an_asset_with_owner_and_leads_to_the_snapshot(
    defs: dg.Definitions, prepared: Prepared
) -> None:
    graph = defs.resolve_asset_graph()
    snapshot = dg.AssetKey(["publication", "layanan", "snapshot"])
    for contract in prepared.contracts:
        key = dg.AssetKey(["raw", contract.domain, contract.name])
        node = graph.get(key)
        assert node.owners == [f"team:{contract.facts.produsen}"]
        reached, frontier = {key}, [key]
        while frontier:
            for child in graph.get(frontier.pop()).child_keys - reached:
                reached.add(child)
                frontier.append(child)
        assert snapshot in reached, key


def test_every_asset_has_a_description(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    bare = [key.to_user_string() for key in graph.get_all_asset_keys() if not graph.get(key).description]
    assert bare == []


def test_a_domain_job_covers_its_deliveries_and_all_that_follows(defs: dg.Definitions) -> None:
    keys = {key.to_user_string() for key in defs.resolve_job_def("samsat").asset_layer.executable_asset_keys}
    assert "raw/samsat/bapenda_sumsel__kendaraan" in keys
    assert "marts/penduduk/dim_orang" in keys
    assert "publication/layanan/snapshot" in keys
    assert not any(key.startswith("raw/penduduk") for key in keys)


def test_the_schedule_keeps_the_regions_hours(defs: dg.Definitions) -> None:
    (schedule,) = defs.schedules or []
    assert isinstance(schedule, dg.ScheduleDefinition)
    assert schedule.execution_timezone == "Asia/Makassar"
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    assert schedule.job_name == NIGHTLY


def test_sources_follow_from_the_contracts_and_nothing_else(prepared: Prepared) -> None:
    manifest = json.loads(prepared.manifest.read_text(encoding="utf-8"))
    sources = {s["name"]: s for s in manifest["sources"].values() if s["source_name"].startswith("raw_")}
    assert set(sources) == {contract.name for contract in prepared.contracts}
    for contract in prepared.contracts:
        assert set(sources[contract.name]["columns"]) == {column.name for column in contract.taken}


def test_every_entity_has_its_models_and_every_staging_model_its_entity(prepared: Prepared) -> None:
    manifest = json.loads(prepared.manifest.read_text(encoding="utf-8"))
    names = {node["name"] for node in manifest["nodes"].values() if node["resource_type"] == "model"}
    entities = {entity.table for entity in prepared.standards.entitas.values()}
    assert {name.removeprefix("stg_") for name in names if name.startswith("stg_")} == entities
    assert {f"int_{entity}_berlaku" for entity in entities} <= names


def test_every_published_model_states_grain_and_columns(prepared: Prepared) -> None:
    manifest = json.loads(prepared.manifest.read_text(encoding="utf-8"))
    standard = {name for entity in prepared.standards.entitas.values() for name in entity.kolom}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["schema"] in ("marts", "mutu"):
            assert node["description"].startswith("Satu baris per "), node["name"]
            assert node["columns"], node["name"]
            silent = [c["name"] for c in node["columns"].values() if not c["description"] and c["name"] not in standard]
            assert silent == [], node["name"]


def test_contracts_hold_no_host_and_no_secret() -> None:
    for path in contracts_folder().rglob("*.odcs.yaml"):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text and "password" not in text.lower(), path
