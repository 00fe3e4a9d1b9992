"""From a dbt node to a Dagster asset: key, group, owner, description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

WALIDATA = "team:walidata"
_OTHER_DOMAIN = "mutu"


def domain_of(props: Mapping[str, Any]) -> str:
    """Domain of a model: declared in its meta, else the part of its name before the double underscore."""
    declared = (props.get("config") or {}).get("meta", {}).get("domain")
    if declared:
        return str(declared)
    name = str(props["name"])
    parts = name.split("__")[0].split("_")
    return parts[-1] if "__" in name else _OTHER_DOMAIN


class Translator(DagsterDbtTranslator):
    """Asset key ``[layer, domain, name]``; Dagster group = domain (architecture 5)."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Key of a model or of the source it reads."""
        name = str(dbt_resource_props["name"])
        if dbt_resource_props["resource_type"] == "source":
            source = str(dbt_resource_props["source_name"])
            if source.startswith("raw_"):
                return dg.AssetKey(["raw", source.removeprefix("raw_"), name])
            return dg.AssetKey([source, "identitas", name])
        return dg.AssetKey([str(dbt_resource_props["schema"]), domain_of(dbt_resource_props), name])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The domain."""
        if dbt_resource_props["resource_type"] == "source":
            return None
        return domain_of(dbt_resource_props)

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """Everything behind the agencies' doors is the walidata's."""
        return [WALIDATA]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The model's description, without its SQL."""
        return str(dbt_resource_props.get("description") or "")
