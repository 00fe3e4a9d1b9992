"""Preparation: what dbt needs and what follows from the contracts, written below the home, never committed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from contracts.contract import Contract, SourceColumn
from contracts.delivery import write_text_atomic
from contracts.duck import install_extensions
from contracts.errors import HomeError
from contracts.home import SETTINGS, Home, Settings
from contracts.keys import create_key
from contracts.load import contract_folders, load_contracts
from contracts.standard import Entity, Standards, load_standards, short_hash, standards_folder

DBT_PROJECT = Path(__file__).parents[1] / "dbt_project"
RESOLUTION = Path(__file__).parents[1] / "resolution"
TECHNICAL = {
    "_lembar": pa.string(), "_baris": pa.int64(), "_bukan_data": pa.bool_(), "_sidik": pa.string(),
    "_kunci": pa.string(), "_hapus": pa.bool_(),
}  # fmt: skip


_KNOWN: dict[tuple[object, ...], Prepared] = {}


@dataclass(frozen=True)
class Prepared:
    """A home that is ready to run: its contracts, and dbt's view of them."""

    home: Home
    settings: Settings
    standards: Standards
    contracts: tuple[Contract, ...]
    variables: dict[str, Any]

    @property
    def manifest(self) -> Path:
        """dbt's manifest of these contracts."""
        return self.home.prepared / "target" / "manifest.json"

    @property
    def key(self) -> Path:
        """The deployment's id key."""
        return key_path(self.home)

    @property
    def models(self) -> str:
        """Fingerprint of what makes the build from the deliveries, contracts apart: with another it is rebuilt."""
        facts = {name: value for name, value in self.variables.items() if name != "contracts"}
        rules = (*RESOLUTION.glob("*.py"), *RESOLUTION.glob("standar/*.csv"))
        code = "".join(path.read_text(encoding="utf-8") for path in sorted(rules))
        return short_hash(_project_hash() + json.dumps(facts, sort_keys=True) + code)

    def environ(self) -> dict[str, str]:
        """The environment in which dbt runs."""
        return {
            "SATUDATA_DISIAPKAN": str(self.home.prepared),
            "SATUDATA_GUDANG": str(self.home.warehouse),
            "SATUDATA_KUNCI": str(self.key),
            "SATUDATA_MEMORI": self.settings.memori,
            "SATUDATA_UTAS": str(self.settings.utas),
            "DO_NOT_TRACK": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }


def key_path(home: Home) -> Path:
    """Where the id key lies: state, because it cannot be recomputed."""
    return home.state / "kunci" / "id.key"


def prepare(home: Home) -> Prepared:
    """Read all contracts and write dbt's sources, vars and manifest unless they are those of these contracts.

    Raises:
        ContractError: with every problem in any contract.
        HomeError: the home is not usable.
    """
    settings = home.settings()
    seen = _signature(home)
    if seen in _KNOWN:
        return _KNOWN[seen]
    standards = load_standards()
    contracts = load_contracts(contract_folders(home), standards)
    if not contracts:
        raise HomeError(
            f"{home.root}: there is no contract, so nothing can be received; put the agencies' contracts into "
            f"{home.own_contracts} (docs/adding-a-source.md), or set kontrak_bawaan: true in {SETTINGS}"
        )
    install_extensions(home.extensions)
    create_key(key_path(home))
    variables = dbt_variables(contracts, standards, home.prepared)
    prepared = Prepared(home, settings, standards, contracts, variables)
    _write(prepared)
    _KNOWN.clear()
    _KNOWN[seen] = prepared
    return prepared


def _signature(home: Home) -> tuple[object, ...]:
    """Changes when the settings, a contract, a standard or a model changes, or the prepared files are gone."""
    folders = [standards_folder(), *contract_folders(home), DBT_PROJECT]
    files = [home.root / SETTINGS, home.prepared / "stamp"]
    files += [
        path for folder in folders for path in folder.rglob("*") if path.suffix in (".yaml", ".yml", ".sql", ".md")
    ]
    stats = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(files) if path.is_file()]
    return tuple(stats)


def dbt_variables(contracts: tuple[Contract, ...], standards: Standards, folder: Path) -> dict[str, Any]:
    """The vars of dbt: every contract and entity as plain data."""
    return {
        "contracts": [_contract_facts(contract, folder) for contract in contracts],
        "entities": {entity.table: _entity_facts(entity) for entity in standards.entitas.values()},
        "prioritas": standards.prioritas.model_dump(),
        "sistem_wilayah": {name: system.model_dump() for name, system in standards.sistem_wilayah.items()},
    }


def _contract_facts(contract: Contract, folder: Path) -> dict[str, Any]:
    columns: dict[str, Any] = {column.kolom: _column_facts(column) for column in contract.taken if column.kolom}
    given = dict(zip(contract.file_groups, map(_quoted, contract.file_columns), strict=True))
    pattern = (contract.facts.tata_letak.lembar or "").replace(chr(39), chr(39) * 2)
    given |= {name: f"regexp_extract(_lembar, '{pattern}', {group})" for name, group in contract.sheet_groups.items()}
    given |= {name: f"'{value.replace(chr(39), chr(39) * 2)}'" for name, value in contract.facts.konstanta.items()}
    for name, source in given.items():
        columns.setdefault(name, _given_facts(contract, name, source))
    return {
        "id": contract.id,
        "name": contract.name,
        "domain": contract.domain,
        "entity": contract.entity.table,
        "producer": contract.facts.produsen,
        "mapping_hash": contract.mapping_hash,
        "columns": columns,
        "cells": [
            {"name": c.name, "source": _quoted(c.name), "indicator": c.cell.indikator, "decimal": c.decimal,
             "dimensions": c.cell.dimensi}
            for c in contract.cells if c.cell
        ],
        "empty": str(_empty_path(folder, contract)),
    }  # fmt: skip


def _given_facts(contract: Contract, name: str, source: str) -> dict[str, Any]:
    """A standard column that the contract or the file's name states, instead of a source column."""
    region = contract.facts.wilayah if contract.entity.kolom[name].jenis == "wilayah" else None
    return {
        "source": source,
        "translations": {},
        "formats": [],
        "decimal": ".",
        "system": region.sistem if region else None,
        "vintage": region.vintage if region else None,
    }


def _column_facts(column: SourceColumn) -> dict[str, Any]:
    return {
        "source": _quoted(column.name),
        "translations": column.values,
        "formats": list(column.formats),
        "decimal": column.decimal,
        "system": column.region.sistem if column.region else None,
        "vintage": column.region.vintage if column.region else None,
    }


def _entity_facts(entity: Entity) -> dict[str, Any]:
    return {
        "entitas": entity.entitas,
        "sel": entity.sel,
        "kolom": {
            name: {
                "jenis": column.jenis,
                "kelas": column.kelas,
                "wajib": column.wajib,
                "nilai": list(column.nilai),
            }
            for name, column in entity.kolom.items()
        },
        "aturan": [[rule.id, rule.tingkat, rule.syarat] for rule in entity.aturan],
        "teks_aturan": {rule.id: [rule.teks, rule.sumber] for rule in entity.aturan},
        "orang": [role.model_dump() for role in entity.orang],
    }


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _empty_path(folder: Path, contract: Contract) -> Path:
    return folder / "kosong" / f"{contract.name}.parquet"


def _write(prepared: Prepared) -> None:
    """Write everything, then parse; skipped when the stamp says that it is there already."""
    folder = prepared.home.prepared
    stamp = folder / "stamp"
    sources = yaml.safe_dump(_sources(prepared.contracts), sort_keys=False, allow_unicode=True, width=110)
    state = short_hash(json.dumps(prepared.variables, sort_keys=True) + sources + _project_hash() + str(folder))
    if stamp.is_file() and stamp.read_text() == state and prepared.manifest.is_file():
        return
    for contract in prepared.contracts:
        path = _empty_path(folder, contract)
        path.parent.mkdir(parents=True, exist_ok=True)
        names = [*(column.name for column in contract.taken), *contract.file_columns]
        schema = pa.schema([*TECHNICAL.items(), *((name, pa.string()) for name in names)])
        pq.write_table(schema.empty_table(), path)
    write_text_atomic(folder / "models" / "_sources.yml", sources)
    from orchestration.dbt_run import parse

    parse(prepared)
    write_text_atomic(stamp, state)


def _project_hash() -> str:
    files = sorted(path for path in DBT_PROJECT.rglob("*") if path.suffix in (".sql", ".yml", ".md"))
    return short_hash("".join(f"{path.relative_to(DBT_PROJECT)}{path.read_text(encoding='utf-8')}" for path in files))


def _sources(contracts: tuple[Contract, ...]) -> dict[str, Any]:
    """dbt sources: one per domain, one table per contract, each reading tonight's list of deliveries."""
    domains: dict[str, list[dict[str, Any]]] = {}
    for contract in contracts:
        columns = []
        for column in contract.taken:
            standard = contract.entity.kolom.get(column.kolom or "")
            text = standard.definisi if standard else f"Angka {column.cell.indikator}" if column.cell else ""
            kelas = standard.kelas if standard else "publik"
            columns.append({"name": column.name, "description": text, "config": {"meta": {"kelas": kelas}}})
        location = f"read_parquet(getvariable('kiriman_{contract.name}'), union_by_name = true, filename = true)"
        table = {
            "name": contract.name,
            "description": contract.title,
            "config": {"meta": {"external_location": location, "kontrak": contract.id,
                                "produsen": contract.facts.produsen}},
            "columns": columns,
        }  # fmt: skip
        domains.setdefault(contract.domain, []).append(table)
    return {
        "version": 2,
        "sources": [{"name": f"raw_{name}", "schema": "raw", "tables": tables} for name, tables in domains.items()],
    }
