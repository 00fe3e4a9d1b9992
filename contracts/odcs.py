"""The structure of a contract file: ODCS v3.1, as its own JSON schema states it, and what of it we use."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from typing import Any

import jsonschema

from contracts.errors import Problem
from contracts.yaml_lines import Place, YamlFile


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


def odcs_problems(file: YamlFile) -> list[Problem]:
    """What in the file is not ODCS v3.1, or not the part of it that one dataset needs."""
    if not isinstance(file.data, dict):
        return [file.problem((), "must be a mapping of ODCS keys")]
    data = json.loads(json.dumps(file.data, default=str))
    problems: list[Problem] = []
    elsewhere: list[Place] = []
    for error in _odcs_validator().iter_errors(data):
        place: Place = tuple(error.absolute_path)
        if error.validator in ("additionalProperties", "unevaluatedProperties"):
            unknown = [key for key in error.instance if key not in _odcs_keys()]
            valid = ", ".join(sorted(error.schema.get("properties", {}))) or "see ODCS v3.1"
            problems += [file.problem((*place, key), f"is not a key of ODCS v3.1; valid: {valid}") for key in unknown]
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
