"""Find the mapping of each source: the project's own, else the one shipped for its connector."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crm_pipelines.model.errors import ContractError, Fault
from crm_pipelines.rules.faults import unknown_name, validation_faults
from crm_pipelines.rules.mapping import SourceMapping, StreamMapping
from crm_pipelines.rules.yaml_text import Document, Place, read_yaml, read_yaml_file

SHIPPED_MAPPINGS = ("freshdesk", "intercom", "mail", "odoo", "sap_business_partner", "web_form", "zendesk")


@dataclass(frozen=True)
class FoundMapping:
    """A mapping, its file, and where it came from (`mappings/<source>.yaml` or the shipped one's name)."""

    source: str
    mapping: SourceMapping
    document: Document
    origin: str


@cache
def shipped_mapping(name: str) -> FoundMapping:
    """A mapping of the product.

    Raises:
        ContractError: there is none of this name, or it does not fit the schema.
    """
    file = f"{name}.yaml"
    path = resources.files("crm_pipelines.rules").joinpath("mappings", file)
    if not path.is_file():
        raise ContractError("configuration.shipped_file_broken", file=file)
    document = read_yaml(path.read_bytes(), file)
    mapping, faults = typed_mapping(document)
    if mapping is None or faults:
        raise ContractError("configuration.shipped_file_broken", file=file)
    return FoundMapping(name, mapping, document, name)


def typed_mapping(document: Document) -> tuple[SourceMapping | None, tuple[Fault, ...]]:
    """The mapping a document holds, or None and what is wrong with it."""
    if document.faults:
        return None, document.faults
    is_flat = not isinstance(document.data, dict) or "streams" not in document.data
    try:
        return SourceMapping.model_validate(_without_empty(document.data)), ()
    except ValidationError as error:
        return None, tuple(validation_faults(error, StreamMapping if is_flat else SourceMapping, document))


def read_mappings(
    root: Path, sources: Mapping[str, str | None], connectors: Mapping[str, Any]
) -> tuple[dict[str, FoundMapping], list[Fault]]:
    """Read `mappings/` and complete it by the shipped mappings.

    Args:
        root: the project folder.
        sources: source -> name of its connector, None when the project file does not say it.
        connectors: the registry.
    """
    found: dict[str, FoundMapping] = {}
    faults: list[Fault] = []
    with_file: set[str] = set()
    for path in sorted((root / "mappings").glob("*.y*ml")):
        document = read_yaml_file(path, f"mappings/{path.name}")
        if (refused := _refused(path, document, sources)) is not None:
            faults.append(refused)
            continue
        with_file.add(path.stem)
        mapping, problems = typed_mapping(document)
        faults += problems
        if mapping is not None:
            found[path.stem] = FoundMapping(path.stem, mapping, document, document.file)
    for source, connector in sources.items():
        if source in with_file or connector is None or connector not in connectors:
            continue
        default = connectors[connector].default_mapping
        if default is None:
            faults.append(Place(f"mappings/{source}.yaml").fault("configuration.no_mapping", source))
        else:
            found[source] = shipped_mapping(default)
    return found, faults


def _refused(path: Path, document: Document, sources: Mapping[str, str | None]) -> Fault | None:
    if path.suffix != ".yaml":
        return Place(document.file).fault("configuration.wrong_ending", None, ".yaml")
    if path.stem not in sources:
        fault = unknown_name(document, (path.stem,), sources, "configuration.mapping_without_source")
        return Place(document.file).fault(fault.code, path.stem, str(fault.facts["expected"]))
    return None


def _without_empty(node: Any) -> Any:
    """Keys without a value say nothing, but for a translation, where no value is a value."""
    if isinstance(node, dict):
        return {
            name: inner if name == "values" else _without_empty(inner)
            for name, inner in node.items()
            if inner is not None or name == "value"
        }
    return [_without_empty(inner) for inner in node] if isinstance(node, list) else node
