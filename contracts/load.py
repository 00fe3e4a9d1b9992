"""Loading contracts: ODCS structure, our facts, and the checks that tie them to the standard entities."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
from pydantic import ValidationError

from contracts.errors import ContractError, Problem
from contracts.home import SETTINGS, Home
from contracts.model import Cell, ColumnFacts, DatasetFacts, RegionSystem
from contracts.server import ServerFacts, server_facts
from contracts.standard import Entity, Standards, load_standards, problems_of, short_hash
from contracts.yaml_lines import Place, YamlFile, read_yaml

SUFFIX = ".odcs.yaml"
_DAYS = {"d": 1.0, "day": 1.0, "days": 1.0, "h": 1 / 24, "m": 30.0, "month": 30.0, "y": 365.0, "year": 365.0}


@dataclass(frozen=True)
class SourceColumn:
    """One column of the source and what becomes of it; ``kolom`` and ``cell`` are both None when it is ignored."""

    name: str
    kolom: str | None
    cell: Cell | None
    values: dict[str, str]
    formats: tuple[str, ...]
    decimal: str
    region: RegionSystem | None
    key: bool
    logical_type: str

    @property
    def ignored(self) -> bool:
        """True when the contract says that the column is not taken."""
        return self.kolom is None and self.cell is None


@dataclass(frozen=True)
class Contract:
    """An agency dataset's contract, checked and joined with its standard entity."""

    id: str
    version: str
    name: str
    title: str
    entity: Entity
    facts: DatasetFacts
    object_name: str
    columns: tuple[SourceColumn, ...]
    server: ServerFacts
    frequency_days: float
    path: Path

    @property
    def domain(self) -> str:
        """Indonesian domain of the dataset."""
        return self.entity.domain

    @property
    def taken(self) -> tuple[SourceColumn, ...]:
        """The columns that are read, in contract order."""
        return tuple(column for column in self.columns if not column.ignored)

    @property
    def key_columns(self) -> tuple[str, ...]:
        """Source columns of the record key; empty means that the row's content is its key."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def file_groups(self) -> tuple[str, ...]:
        """Standard columns that are read from the file's name."""
        return tuple(re.findall(r"\?P<(\w+)>", self.facts.tata_letak.nama_berkas or ""))

    @property
    def sheet_groups(self) -> dict[str, int]:
        """Standard columns that are read from the sheet's name, with their group in ``tata_letak.lembar``."""
        return dict(re.compile(self.facts.tata_letak.lembar or "").groupindex)

    @property
    def file_columns(self) -> tuple[str, ...]:
        """The Parquet columns that hold ``file_groups``."""
        return tuple(f"nama_berkas__{group}" for group in self.file_groups)

    @property
    def cells(self) -> tuple[SourceColumn, ...]:
        """Columns that each hold one figure."""
        return tuple(column for column in self.columns if column.cell)

    @property
    def mapping_hash(self) -> str:
        """Changes exactly when staging would read the same delivery differently."""
        columns = [
            [c.name, c.kolom, c.cell.model_dump() if c.cell else None, c.values, c.formats, c.decimal,
             c.region.model_dump() if c.region else None]
            for c in self.columns
        ]  # fmt: skip
        sheets = [self.facts.tata_letak.lembar] if self.sheet_groups else []
        facts = [self.facts.konstanta, self.entity.mapping_text(), *sheets]
        return short_hash(json.dumps([columns, facts], sort_keys=True))


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
    for path in sorted(p for folder in folders if folder.is_dir() for p in folder.rglob("*" + SUFFIX)):
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


def load_contract(path: Path, standards: Standards) -> Contract:
    """Read and check one contract file."""
    file = read_yaml(path)
    problems = _odcs_problems(file)
    if problems:
        raise ContractError(problems)
    data: dict[str, Any] = file.data
    facts, entity = _dataset_facts(file, standards)
    columns, column_problems = _columns(file, facts, entity, standards)
    problems += column_problems + _contract_problems(file, facts, entity, columns)
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


@cache
def _odcs_validator() -> Any:
    text = resources.files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8")
    schema = json.loads(text)
    return jsonschema.validators.validator_for(schema)(schema)


@cache
def _odcs_keys() -> frozenset[str]:
    """Every key that ODCS knows somewhere: a key is only called unknown when no part of the standard has it."""
    schema = _odcs_validator().schema
    parts = [schema, *schema["$defs"].values(), *schema["$defs"]["ServerSource"].values()]
    return frozenset(key for part in parts if isinstance(part, dict) for key in part.get("properties", {}))


def _odcs_problems(file: YamlFile) -> list[Problem]:
    if not isinstance(file.data, dict):
        return [file.problem((), "must be a mapping of ODCS keys")]
    data = json.loads(json.dumps(file.data, default=str))
    problems: list[Problem] = []
    elsewhere: list[Place] = []
    for error in _odcs_validator().iter_errors(data):
        place: Place = tuple(error.absolute_path)
        if error.validator in ("additionalProperties", "unevaluatedProperties"):
            unknown = [key for key in error.instance if key not in _odcs_keys()]
            problems += [file.problem((*place, key), "is not a key of ODCS v3.1") for key in unknown]
            elsewhere += [] if unknown else [place]
        elif error.validator == "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            problems.append(file.problem(place, f"lacks the required keys {', '.join(missing)}"))
        elif error.validator in ("enum", "const", "type", "pattern"):
            problems.append(file.problem(place, f"is not valid; valid {error.validator}: {error.validator_value}"))
        else:
            problems.append(file.problem(place, f"does not fit ODCS v3.1 ({error.validator})"))
    problems = sorted(set(problems))
    if elsewhere and not problems:
        problems = [
            file.problem(place, "holds a key that ODCS v3.1 knows elsewhere, but not here") for place in elsewhere
        ]
    schema = file.data.get("schema")
    if not problems and (not isinstance(schema, list) or len(schema) != 1 or not schema[0].get("properties")):
        problems.append(file.problem(("schema",), "must hold exactly one object with properties"))
    if not problems and file.data.get("apiVersion") != "v3.1.0":
        problems.append(file.problem(("apiVersion",), "must be v3.1.0"))
    if not problems and not re.fullmatch(r"[a-z]+\.[a-z0-9_]+\.[a-z0-9_]+", str(file.data["id"])):
        problems.append(file.problem(("id",), "must read domain.produsen.dataset in lower case"))
    return problems


def _custom(file: YamlFile, place: Place, holder: dict[str, Any]) -> tuple[Any, Place]:
    for index, item in enumerate(holder.get("customProperties") or []):
        if item.get("property") == "satudata":
            return item.get("value"), (*place, "customProperties", index, "value")
    return None, place


def _dataset_facts(file: YamlFile, standards: Standards) -> tuple[DatasetFacts, Entity]:
    value, place = _custom(file, ("schema", 0), file.data["schema"][0])
    if value is None:
        raise ContractError([file.problem(place, "lacks the custom property satudata")])
    try:
        facts = DatasetFacts.model_validate(value)
    except ValidationError as error:
        raise ContractError(problems_of(error, file, place)) from None
    entity = standards.entitas.get(facts.entitas)
    if entity is None:
        valid = ", ".join(standards.entitas)
        raise ContractError([file.problem((*place, "entitas"), f"is no standard entity; valid: {valid}")])
    return facts, entity


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
            problems += problems_of(error, file, value_place)
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
    file: YamlFile, facts: DatasetFacts, entity: Entity, columns: tuple[SourceColumn, ...]
) -> list[Problem]:
    place: Place = ("schema", 0)
    names = [column.name for column in columns]
    mapped = [column.kolom for column in columns if column.kolom]
    problems = [
        file.problem(place, f"column {n} is listed twice") for n in sorted({n for n in names if names.count(n) > 1})
    ]
    problems += [
        file.problem(place, f"two columns are mapped to {m}")
        for m in sorted({m for m in mapped if mapped.count(m) > 1})
    ]
    patterns = (facts.tata_letak.nama_berkas or "") + (facts.tata_letak.lembar or "")
    group_names = re.findall(r"\?P<(\w+)>", patterns)
    problems += _pattern_problems(file, place, facts)
    given = {*mapped, *facts.konstanta, *group_names}
    for name, column in entity.kolom.items():
        if column.wajib and name not in given:
            problems.append(file.problem(place, f"maps no column to {name}, which {entity.entitas} requires"))
    unknown = sorted({*facts.konstanta, *group_names} - set(entity.kolom))
    if unknown:
        listed = ", ".join(unknown)
        problems.append(file.problem(place, f"konstanta, nama_berkas or lembar name no standard column: {listed}"))
    if set(facts.diharapkan) - set(group_names):
        problems.append(file.problem(place, "diharapkan names no group of tata_letak.nama_berkas"))
    if facts.kursor and facts.kursor not in names:
        problems.append(file.problem(place, "kursor names no column of this contract"))
    if facts.kursor and not any(column.key for column in columns):
        problems.append(file.problem(place, "kursor needs a primaryKey column"))
    if facts.kursor and facts.bentuk == "penuh":
        problems.append(file.problem(place, "a source read by kursor delivers perubahan, not penuh"))
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
            problems.append(file.problem(place, f"tata_letak.{key} is no regular expression"))
    return problems


def _frequency(file: YamlFile) -> tuple[float, list[Problem]]:
    for index, item in enumerate(file.data.get("slaProperties") or []):
        if item.get("property") == "frequency":
            unit, place = item.get("unit", "d"), ("slaProperties", index)
            if unit not in _DAYS or not isinstance(item.get("value"), int | float):
                return 0.0, [file.problem(place, f"needs a number and a unit of {', '.join(_DAYS)}")]
            return float(item["value"]) * _DAYS[unit], []
    return 0.0, [file.problem(("slaProperties",), "lacks the property frequency: how often does the agency deliver?")]
