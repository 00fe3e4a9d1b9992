"""Loading contracts: our facts, and the checks that tie them to the standard entities."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from contracts.contract import Contract, SourceColumn
from contracts.errors import ContractError, Problem
from contracts.home import SETTINGS, Home
from contracts.model import ColumnFacts, DatasetFacts
from contracts.odcs import odcs_problems
from contracts.server import server_facts
from contracts.standard import Entity, Standards, load_standards, problems_of
from contracts.yaml_lines import Place, YamlFile, read_yaml

SUFFIX = ".odcs.yaml"
_DAYS = {"d": 1.0, "day": 1.0, "days": 1.0, "h": 1 / 24, "m": 30.0, "month": 30.0, "y": 365.0, "year": 365.0}


def contracts_folder() -> Path:
    """Folder of the contracts that come with the product."""
    return Path(__file__).parent


def contract_folders(home: Home) -> list[Path]:
    """Where a home's contracts lie; the shipped ones too, unless its settings leave them out."""
    shipped = not (home.root / SETTINGS).is_file() or home.settings().kontrak_bawaan
    return [*([contracts_folder()] if shipped else []), home.own_contracts]


def load_contracts(folders: Iterable[Path], standards: Standards | None = None) -> tuple[Contract, ...]:
    """Read every ``*.odcs.yaml`` below the folders.

    Returns:
        The contracts ordered by id.

    Raises:
        ContractError: with every problem of every file.
    """
    standards = standards or load_standards()
    contracts: dict[str, Contract] = {}
    problems: list[Problem] = []
    folders = [folder for folder in folders if folder.is_dir()]
    for path in _misnamed(folders):
        problems.append(
            Problem(path, 1, "file name", f"a contract's name ends in {SUFFIX}; this file would not be read")
        )
    for path in sorted(p for folder in folders for p in folder.rglob("*" + SUFFIX)):
        try:
            contract = load_contract(path, standards)
        except ContractError as error:
            problems += error.problems
            continue
        for other in contracts.values():
            if contract.id == other.id or contract.name == other.name:
                problems.append(Problem(path, 1, "id", f"id or file name is also that of {other.path}"))
        contracts[contract.id] = contract
    if problems:
        raise ContractError(problems)
    return tuple(contracts[key] for key in sorted(contracts))


def _misnamed(folders: Iterable[Path]) -> list[Path]:
    """YAML files in own folders that nobody would read; the product's own hold standards beside contracts."""
    own = [folder for folder in folders if folder != contracts_folder()]
    return sorted(p for folder in own for p in folder.rglob("*.y*ml") if not p.name.endswith(SUFFIX))


def load_contract(path: Path, standards: Standards) -> Contract:
    """Read and check one contract file."""
    file = read_yaml(path)
    problems = odcs_problems(file)
    if problems:
        raise ContractError(problems)
    data: dict[str, Any] = file.data
    facts, entity, place = _dataset_facts(file, standards)
    columns, column_problems = _columns(file, facts, entity, standards)
    problems += column_problems + _contract_problems(file, place, facts, entity, columns)
    server, server_problems = server_facts(file)
    problems += server_problems
    frequency, frequency_problems = _frequency(file)
    problems += frequency_problems
    if problems or server is None:
        raise ContractError(problems)
    table = data["schema"][0]
    return Contract(
        id=data["id"],
        version=str(data["version"]),
        name=path.name.removesuffix(SUFFIX),
        title=str((data.get("description") or {}).get("purpose") or data.get("name") or data["id"]),
        entity=entity,
        facts=facts,
        object_name=table.get("physicalName") or table["name"],
        columns=columns,
        server=server,
        frequency_days=frequency,
        path=path,
    )


def _custom(file: YamlFile, place: Place, holder: dict[str, Any]) -> tuple[Any, Place]:
    for index, item in enumerate(holder.get("customProperties") or []):
        if item.get("property") == "satudata":
            return item.get("value"), (*place, "customProperties", index, "value")
    return None, place


def _dataset_facts(file: YamlFile, standards: Standards) -> tuple[DatasetFacts, Entity, Place]:
    value, place = _custom(file, ("schema", 0), file.data["schema"][0])
    if value is None:
        raise ContractError([file.problem(place, "lacks the custom property satudata")])
    try:
        facts = DatasetFacts.model_validate(value)
    except ValidationError as error:
        raise ContractError(problems_of(error, file, place, DatasetFacts)) from None
    entity = standards.entitas.get(facts.entitas)
    if entity is None:
        valid = ", ".join(standards.entitas)
        raise ContractError([file.problem((*place, "entitas"), f"is no standard entity; valid: {valid}")])
    return facts, entity, place


def _columns(
    file: YamlFile, facts: DatasetFacts, entity: Entity, standards: Standards
) -> tuple[tuple[SourceColumn, ...], list[Problem]]:
    columns: list[SourceColumn] = []
    problems: list[Problem] = []
    for index, item in enumerate(file.data["schema"][0]["properties"]):
        place: Place = ("schema", 0, "properties", index)
        value, value_place = _custom(file, place, item)
        try:
            own = ColumnFacts.model_validate(value or {})
        except ValidationError as error:
            problems += problems_of(error, file, value_place, ColumnFacts)
            continue
        kolom = own.kolom
        if kolom is None and not own.abaikan and own.sel is None and item["name"] in entity.kolom:
            kolom = item["name"]
        region = own.wilayah
        if region is None and kolom in entity.kolom and entity.kolom[kolom].jenis == "wilayah":
            region = facts.wilayah
        column = SourceColumn(
            name=str(item["name"]), kolom=kolom, cell=own.sel, values=own.nilai, formats=own.format,
            decimal=own.desimal or facts.tata_letak.desimal, region=region, key=bool(item.get("primaryKey")),
            logical_type=str(item.get("logicalType") or "string"),
        )  # fmt: skip
        if column.ignored and not own.abaikan:
            problems.append(file.problem(place, "is neither mapped (kolom, sel) nor ignored (abaikan: true)"))
        problems += _column_problems(file, place, column, entity, standards)
        columns.append(column)
    return tuple(columns), problems


def _column_problems(
    file: YamlFile, place: Place, column: SourceColumn, entity: Entity, standards: Standards
) -> list[Problem]:
    problems = []
    if column.kolom is not None and column.kolom not in entity.kolom:
        problems.append(file.problem(place, f"kolom names no standard column; valid: {', '.join(entity.kolom)}"))
        return problems
    standard = entity.kolom[column.kolom] if column.kolom else None
    if column.cell and not entity.sel:
        problems.append(file.problem(place, f"{entity.entitas} has no figure cells; use kolom"))
    if column.ignored and column.key:
        problems.append(file.problem(place, "is a primary key and cannot be ignored"))
    if standard and standard.nilai and column.values:
        wrong = sorted(set(column.values.values()) - set(standard.nilai))
        if wrong:
            problems.append(file.problem(place, f"nilai must map to {', '.join(standard.nilai)}"))
    if column.formats and (standard is None or standard.jenis not in ("tanggal", "waktu")):
        problems.append(file.problem(place, "format is for dates only"))
    if standard and standard.jenis == "wilayah":
        system = standards.sistem_wilayah.get(column.region.sistem) if column.region else None
        if system is None:
            valid = ", ".join(standards.sistem_wilayah)
            problems.append(file.problem(place, f"is a region code: state wilayah.sistem; valid: {valid}"))
        elif column.region and column.region.vintage not in system.vintage:
            problems.append(file.problem(place, f"wilayah.vintage is not known; valid: {', '.join(system.vintage)}"))
    return problems


def _contract_problems(
    file: YamlFile, place: Place, facts: DatasetFacts, entity: Entity, columns: tuple[SourceColumn, ...]
) -> list[Problem]:
    """What does not fit together; ``place`` is where the facts stand."""
    listing: Place = ("schema", 0, "properties")
    names = [column.name for column in columns]
    mapped = [column.kolom for column in columns if column.kolom]
    problems = [
        file.problem(listing, f"column {n} is listed twice") for n in sorted({n for n in names if names.count(n) > 1})
    ]
    problems += [
        file.problem(listing, f"two columns are mapped to {m}")
        for m in sorted({m for m in mapped if mapped.count(m) > 1})
    ]
    patterns = (facts.tata_letak.nama_berkas or "") + (facts.tata_letak.lembar or "")
    group_names = re.findall(r"\?P<(\w+)>", patterns)
    problems += _pattern_problems(file, place, facts)
    given = {*mapped, *facts.konstanta, *group_names}
    for name, column in entity.kolom.items():
        if column.wajib and name not in given:
            problems.append(file.problem(listing, f"maps no column to {name}, which {entity.entitas} requires"))
    unknown = sorted({*facts.konstanta, *group_names} - set(entity.kolom))
    if unknown:
        key = "konstanta" if set(unknown) & set(facts.konstanta) else "tata_letak"
        text = f"{', '.join(unknown)}: no standard column of {entity.entitas}; valid: {', '.join(entity.kolom)}"
        problems.append(file.problem((*place, key), text))
    if set(facts.diharapkan) - set(group_names):
        valid = ", ".join(group_names) or "none, since it has no (?P<name>...)"
        text = f"names no group of tata_letak.nama_berkas; valid: {valid}"
        problems.append(file.problem((*place, "diharapkan"), text))
    cursor: Place = (*place, "kursor")
    if facts.kursor and facts.kursor not in names:
        problems.append(file.problem(cursor, f"names no column of this contract; valid: {', '.join(names)}"))
    if facts.kursor and not any(column.key for column in columns):
        problems.append(file.problem(cursor, "needs a column with primaryKey: true"))
    if facts.kursor and facts.bentuk == "penuh":
        problems.append(file.problem(cursor, "a source read by kursor delivers perubahan, not penuh"))
    if str(file.data["id"]).split(".")[0] != entity.domain:
        problems.append(file.problem(("id",), f"must start with the entity's domain, {entity.domain}"))
    if entity.sel and not any(column.cell for column in columns):
        problems.append(file.problem(place, "declares no sel: which column holds which figure?"))
    return problems


def _pattern_problems(file: YamlFile, place: Place, facts: DatasetFacts) -> list[Problem]:
    problems = []
    for key, pattern in (("lembar", facts.tata_letak.lembar), ("nama_berkas", facts.tata_letak.nama_berkas)):
        try:
            re.compile(pattern or "")
        except re.error:
            problems.append(file.problem((*place, "tata_letak", key), "is no regular expression"))
    return problems


def _frequency(file: YamlFile) -> tuple[float, list[Problem]]:
    for index, item in enumerate(file.data.get("slaProperties") or []):
        if item.get("property") == "frequency":
            unit, place = item.get("unit", "d"), ("slaProperties", index)
            if unit not in _DAYS or not isinstance(item.get("value"), int | float):
                return 0.0, [file.problem(place, f"needs a number and a unit of {', '.join(_DAYS)}")]
            return float(item["value"]) * _DAYS[unit], []
    return 0.0, [file.problem(("slaProperties",), "lacks the property frequency: how often does the agency deliver?")]
