"""Lay out a new project folder from the templates of a language."""

import json
import os
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from crm_pipelines.model.errors import ConfigurationError
from crm_pipelines.rules.project_key import new_project_key
from crm_pipelines.rules.rule_set import RULE_MODELS
from crm_pipelines.rules.schemas import SCHEMA_FOLDER, json_schemas, schema_line
from crm_pipelines.rules.yaml_text import Place

# name in the package -> name in the project; a `.gitignore` in the package would be obeyed there
_TEMPLATES = {
    "crm_pipelines.yaml": "crm_pipelines.yaml",
    "mapping.yaml.example": "mappings/legacy.yaml.example",
    "matching.yaml": "rules/matching.yaml",
    "survivorship.yaml": "rules/survivorship.yaml",
    "consent.yaml": "rules/consent.yaml",
    "quality.yaml": "rules/quality.yaml",
    "env.example": ".env.example",
    "README.md": "README.md",
}
_GITIGNORE = ".env\n/data/\n"


def write_project(root: Path, language: str, connectors: Mapping[str, Any]) -> tuple[str, ...]:
    """Write a new project folder, with a fresh key in its `.env`.

    Args:
        root: the folder; made, if it is not there.
        language: of the comments, and of the project.
        connectors: the registry, for the schemas.

    Returns:
        The files written, relative to the folder, sorted.

    Raises:
        ConfigurationError: the folder holds something already: a key is never written over.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise ConfigurationError([Place(str(root)).fault("configuration.folder_not_empty")])
    files = {name: _template(language, source) for source, name in _TEMPLATES.items()}
    files[".gitignore"] = _GITIGNORE
    for name, schema in json_schemas(connectors).items():
        files[f"{SCHEMA_FOLDER}/{name}"] = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
    for name, text in files.items():
        _write(root / name, _schema_comment(name) + text)
    for folder in ("data", "data/inbox"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    _write_secret(root / ".env", _template(language, "env").replace("{project_key}", new_project_key()))
    return tuple(sorted([*files, ".env"]))


def _template(language: str, name: str) -> str:
    return resources.files("crm_pipelines.rules").joinpath("template", language, name).read_text(encoding="utf-8")


def _schema_comment(name: str) -> str:
    path = Path(name)
    if name == "crm_pipelines.yaml":
        return schema_line(path, "crm_pipelines.json")
    if name.startswith("mappings/"):
        return schema_line(path, "mapping.json")
    if path.parent.name == "rules" and path.stem in RULE_MODELS:
        return schema_line(path, f"rules-{path.stem}.json")
    return ""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _write_secret(path: Path, text: str) -> None:
    """Readable by its owner alone from the first byte on; never over a file that is there."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
