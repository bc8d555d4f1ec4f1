"""The JSON Schemas of editors accept what the loader accepts, and refuse what it refuses."""

from pathlib import Path
from typing import Any, ClassVar

import jsonschema
import pytest
import yaml
from pydantic import BaseModel, ConfigDict

from crm_pipelines.rules.mapping_files import SHIPPED_MAPPINGS
from crm_pipelines.rules.rule_set import RULE_MODELS
from crm_pipelines.rules.schemas import json_schemas, schema_line

RULES = Path(__file__).parents[3] / "crm_pipelines" / "rules"


class Also(BaseModel):
    table: str


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")

    path: str
    complete: bool = False
    also: tuple[Also, ...] = ()


class Files:
    options: ClassVar[type[BaseModel]] = Options
    default_mapping: ClassVar[str | None] = None


SCHEMAS = json_schemas({"files": Files})


def problems(schema: str, text: str) -> list[str]:
    """What an editor would underline; it types YAML its own way, `no` being false to it."""
    validator: Any = jsonschema.Draft202012Validator(SCHEMAS[schema])
    return [error.message for error in validator.iter_errors(yaml.safe_load(text))]


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_one(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])


def test_every_rules_file_has_a_schema() -> None:
    assert {f"rules-{name}.json" for name in RULE_MODELS} <= SCHEMAS.keys()


@pytest.mark.parametrize("name", RULE_MODELS)
def test_shipped_rules_please_their_schema(name: str) -> None:
    assert problems(f"rules-{name}.json", (RULES / "defaults" / f"{name}.yaml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", SHIPPED_MAPPINGS)
def test_shipped_mappings_please_their_schema(name: str) -> None:
    assert problems("mapping.json", (RULES / "mappings" / f"{name}.yaml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_templates_please_their_schemas(language: str) -> None:
    folder = RULES / "template" / language
    assert problems("crm_pipelines.json", (folder / "crm_pipelines.yaml").read_text(encoding="utf-8")) == []
    assert problems("mapping.json", (folder / "mapping.yaml.example").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "{connector: files, path: x}",
        "{connector: files, path: 0901, complete: no, schedule: '0 6 * * *', complete_shrink_limit: 0.5}",
        "{connector: files, path: x, complete: '${COMPLETE}', also: [{table: t}]}",
    ],
)
def test_good_source_is_not_underlined(source: str) -> None:
    assert problems("crm_pipelines.json", f"sources: {{a: {source}}}") == []


@pytest.mark.parametrize(
    "text",
    [
        "sources: {a: {connector: files}}",
        "sources: {a: {connector: fils, path: x}}",
        "sources: {a: {path: x}}",
        "sources: {a: {connector: files, path: x, pth: y}}",
        "sources: {A: {connector: files, path: x}}",
        "sorces: {}",
        "language: fr",
    ],
)
def test_wrong_project_is_underlined(text: str) -> None:
    assert problems("crm_pipelines.json", text)


@pytest.mark.parametrize(
    "text",
    [
        "fields: {nam: a}",
        "filds: {name: a}",
        "fields: {name: {form: x}}",
        "record_type: persn",
        "streams: {a: {fields: {name: a}, x: y}}",
        "interactions: [{channel: a, hapened_at: b}]",
    ],
)
def test_wrong_mapping_is_underlined(text: str) -> None:
    assert problems("mapping.json", text)


def test_override_may_say_any_part_and_nothing_unknown() -> None:
    assert problems("rules-quality.json", "checks: {quarantine_share: {threshold: 0.1}}") == []
    assert problems("rules-quality.json", "checks: {quarantine_share: {treshold: 0.1}}")


def test_line_for_editors_reaches_the_schema_from_any_depth() -> None:
    assert schema_line(Path("rules/quality.yaml"), "x.json").strip().endswith("$schema=../.schemas/x.json")
    assert schema_line(Path("crm_pipelines.yaml"), "x.json").strip().endswith("$schema=.schemas/x.json")
