"""JSON Schemas of every YAML file of a project, for editors: names complete themselves, wrong ones are underlined.

Editors type what we read as text: an unquoted `0901` is a number to them, `no` a false. So wherever a text may stand,
the schemas also take a number or a truth value, and wherever one of those may stand, a text that names a variable.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import BaseModel

from crm_pipelines.model.fields import CANONICAL_FIELDS, CONSENT_FIELDS, INTERACTION_FIELDS, RELATIONSHIP_FIELDS
from crm_pipelines.rules.mapping import SourceMapping, StreamMapping
from crm_pipelines.rules.project import SOURCE_NAME_PATTERN, Project, SourceEntry
from crm_pipelines.rules.rule_set import RULE_MODELS

Schema: TypeAlias = dict[str, Any]
SCHEMA_FOLDER = ".schemas"
# pydantic writes down what the values of a mapping may be, but not its keys
_ENTRY_NAMES = {"interactions": INTERACTION_FIELDS, "relationships": RELATIONSHIP_FIELDS, "consents": CONSENT_FIELDS}


def json_schemas(connectors: Mapping[str, Any]) -> dict[str, Schema]:
    """Schema by file name: `crm_pipelines.json`, `mapping.json`, `rules-<name>.json`.

    Args:
        connectors: the registry; each connector's options are part of the project's schema.
    """
    schemas = {"crm_pipelines.json": _project_schema(connectors), "mapping.json": _mapping_schema()}
    for name, model in RULE_MODELS.items():
        schemas[f"rules-{name}.json"] = _all_optional(model.model_json_schema())
    titled = {
        name: {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema} for name, schema in schemas.items()
    }
    return {name: _loosened(schema) for name, schema in titled.items()}


def schema_line(path: Path, schema: str) -> str:
    """The first line by which editors find the schema of a file of the project, `path` being relative to it."""
    return f"# yaml-language-server: $schema={'../' * (len(path.parts) - 1)}{SCHEMA_FOLDER}/{schema}\n"


def _project_schema(connectors: Mapping[str, Any]) -> Schema:
    schema = Project.model_json_schema()
    definitions = schema.setdefault("$defs", {})
    definitions.pop("SourceEntry", None)
    entry = SourceEntry.model_json_schema()["properties"]
    entry.pop("options")
    branches = []
    for name, connector in sorted(connectors.items()):
        model: type[BaseModel] = connector.options
        options = model.model_json_schema(ref_template=f"#/$defs/{name}-{{model}}")
        definitions |= {f"{name}-{inner}": one for inner, one in options.pop("$defs", {}).items()}
        required = ["connector", *options.get("required", [])]
        properties = {**options.get("properties", {}), **entry, "connector": {"const": name}}
        then = {"properties": properties, "required": required, "additionalProperties": False}
        branches.append({"if": {"properties": {"connector": {"const": name}}}, "then": then})
    one_source = {
        "type": "object",
        "properties": {"connector": {"enum": sorted(connectors)}},
        "required": ["connector"],
        "allOf": branches,
    }
    names = {"pattern": f"^{SOURCE_NAME_PATTERN}$"}
    schema["properties"]["sources"] = {
        "type": ["object", "null"],
        "propertyNames": names,
        "additionalProperties": one_source,
    }
    return schema


def _mapping_schema() -> Schema:
    """A file is one stream's mapping, or `streams` with several."""
    stream = StreamMapping.model_json_schema(ref_template="#/$defs/{model}")
    definitions = stream.pop("$defs", {})
    definitions["RecordTypeRule"] = {
        "anyOf": [{"enum": ["person", "organisation", "auto"]}, _record_type_table(definitions["RecordTypeRule"])]
    }
    definitions["SetAsideRule"]["properties"]["when"]["additionalProperties"] = {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
    }
    properties = stream["properties"]
    properties["fields"]["propertyNames"] = {"enum": [*CANONICAL_FIELDS]}
    for group, names in _ENTRY_NAMES.items():
        properties[group]["items"]["propertyNames"] = {"enum": [*names]}
    definitions["StreamMapping"] = stream
    several = SourceMapping.model_json_schema(ref_template="#/$defs/{model}")
    several.pop("$defs", None)
    return {
        "if": {"required": ["streams"]},
        "then": several,
        "else": {"$ref": "#/$defs/StreamMapping"},
        "$defs": definitions,
    }


def _record_type_table(schema: Schema) -> Schema:
    properties = {name: one for name, one in schema["properties"].items() if name != "fixed"}
    return {**schema, "properties": properties, "required": ["from"]}


def _all_optional(schema: Schema) -> Schema:
    """An override may say any part and leave the rest to the defaults."""
    plain = {name: _all_optional(one) if isinstance(one, dict) else one for name, one in schema.items()}
    if isinstance(plain.get("required"), list):
        plain.pop("required")
    return plain


def _loosened(node: Any) -> Any:
    if isinstance(node, list):
        return [_loosened(one) for one in node]
    if not isinstance(node, dict):
        return node
    plain = {name: _loosened(one) for name, one in node.items()}
    kind = plain.get("type")
    if not isinstance(kind, str):  # none, several already, or a property of that name
        return plain
    if kind == "string" and not {"pattern", "enum", "const"} & plain.keys():
        plain["type"] = ["string", "number", "boolean", "null"]
    elif kind in {"number", "integer", "boolean"}:
        plain["type"] = [kind, "string", "null"]
    elif kind in {"object", "array"}:
        plain["type"] = [kind, "null"]
    return plain
