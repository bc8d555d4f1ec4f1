"""Read a project folder whole: the project file, every mapping, every rule; or say everything that is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from crm_pipelines.model.delivery import SourceContext
from crm_pipelines.model.errors import ConfigurationError, Fault
from crm_pipelines.rules.cross_checks import inbox_faults, mapping_faults, rule_faults
from crm_pipelines.rules.faults import unknown_name, validation_faults
from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.rules.mapping_files import read_mappings
from crm_pipelines.rules.project import ENTRY_FIELDS, Project, SourceEntry
from crm_pipelines.rules.project_key import read_project_key
from crm_pipelines.rules.renames import rename_faults, renamed_mapping, renamed_rules, systems_of
from crm_pipelines.rules.rule_set import RULE_MODELS, Rules, build_rules, content_hash
from crm_pipelines.rules.substitute import substituted
from crm_pipelines.rules.yaml_text import Document, Place, read_yaml_file

PROJECT_FILE = "crm_pipelines.yaml"


@dataclass(frozen=True)
class LoadedSource:
    """A source with everything that is known of it.

    Attributes:
        name: in the ids of its records and in everything that is stored.
        declared: in the project file; another than `name` once the source was renamed.
        entry: as the project file declares it.
        connector: its class; `connector(options, context)` opens nothing yet.
        options: typed by the connector's own model; may hold secrets.
        mapping: what its rows mean.
        mapping_origin: `mappings/<source>.yaml`, or the name of the shipped mapping.
        context: what the connector may know of the world.
    """

    name: str
    declared: str
    entry: SourceEntry
    connector: Any
    options: BaseModel = field(repr=False)
    mapping: SourceMapping
    mapping_origin: str
    context: SourceContext = field(repr=False)

    @property
    def timezone(self) -> str:
        """IANA name of the zone of times without one."""
        return self.context.timezone


@dataclass(frozen=True)
class LoadedProject:
    """A project folder as values.

    Attributes:
        root: the folder, absolute.
        sources: by their names in ids, in the order of the project file.
        project_key: secret; ids and keyed hashes depend on it.
        content_hash: over the files as written, without the values of variables, and the shipped rules and mappings.
    """

    root: Path
    project: Project
    sources: Mapping[str, LoadedSource]
    rules: Rules
    project_key: bytes = field(repr=False)
    content_hash: str = ""

    def system_named(self, written: str) -> str:
        """The name in ids of a source that somebody calls by its name in the project file; any other name as it is."""
        return next((name for name, one in self.sources.items() if one.declared == written), written)

    @property
    def mappings(self) -> Mapping[str, SourceMapping]:
        """Source -> what its rows mean."""
        return {name: source.mapping for name, source in self.sources.items()}

    @property
    def own_mappings(self) -> Mapping[str, SourceMapping]:
        """Those that the project wrote; one that ships with a connector names whatever such a system can hold."""
        return {name: one.mapping for name, one in self.sources.items() if one.mapping_origin.startswith("mappings/")}


def load_project(root: Path, connectors: Mapping[str, Any], env: Mapping[str, str]) -> LoadedProject:
    """Read and check a project folder.

    Args:
        root: the project folder.
        connectors: the registry: name -> connector class.
        env: variables of `.env` and the environment.

    Raises:
        ConfigurationError: with every fault of every file.
    """
    path = root / PROJECT_FILE
    if not path.exists():
        raise ConfigurationError([Place(PROJECT_FILE).fault("configuration.no_project_file")])
    document = read_yaml_file(path, PROJECT_FILE)
    project, typed_options, faults = _typed_project(document, connectors, env)
    sources = _source_connectors(document)
    mappings, mapping_problems = read_mappings(root, sources, connectors)
    rules, rule_problems = _read_rules(root, env)
    key, key_fault = read_project_key(env)
    faults += [*mapping_problems, *rule_problems, *([key_fault] if key_fault else [])]
    faults += [fault for found in mappings.values() for fault in mapping_faults(found, sources, rules)]
    faults += rule_faults(rules, sources, connectors)
    faults += inbox_faults(project, typed_options, connectors, document)
    faults += rename_faults(project, document)
    if faults or project is None or rules is None or key is None:
        raise ConfigurationError(_in_order(faults))
    systems = systems_of(project)
    loaded = {
        systems[name]: LoadedSource(
            systems[name],
            name,
            entry,
            connectors[entry.connector],
            typed_options[name],
            renamed_mapping(mappings[name].mapping, systems),
            mappings[name].origin,
            SourceContext(systems[name], str(root.resolve()), project.timezone_of(name)),
        )
        for name, entry in project.sources.items()
    }
    fingerprint = content_hash(
        [document.data, {name: one.mapping.model_dump() for name, one in loaded.items()}, rules.content_hash()]
    )
    return LoadedProject(root.resolve(), project, loaded, renamed_rules(rules, systems), key, fingerprint)


def _typed_project(
    document: Document, connectors: Mapping[str, Any], env: Mapping[str, str]
) -> tuple[Project | None, dict[str, BaseModel], list[Fault]]:
    data, missing = substituted(document, env)
    faults = [*document.faults, *missing]
    project = None
    try:
        project = Project.model_validate(data)
    except ValidationError as error:
        faults += validation_faults(error, Project, document)
    options, option_faults = _typed_options(data, document, connectors)
    known = {(fault.facts["line"], fault.facts["field"]) for fault in missing}  # a missing value is wrong only once
    faults += [fault for fault in option_faults if (fault.facts["line"], fault.facts["field"]) not in known]
    return project, options, faults


def _typed_options(
    data: Any,
    document: Document,
    connectors: Mapping[str, Any],
) -> tuple[dict[str, BaseModel], list[Fault]]:
    """Each source's options as its connector's model, for the sources where that is possible."""
    typed: dict[str, BaseModel] = {}
    faults: list[Fault] = []
    sources = data.get("sources") if isinstance(data, dict) else None
    for name, entry in (sources or {}).items() if isinstance(sources, dict) else ():
        connector = entry.get("connector") if isinstance(entry, dict) else None
        if not isinstance(connector, str):
            continue
        path = ("sources", name)
        if connector not in connectors:
            faults.append(_unknown_connector(document, name, connector, connectors))
            continue
        model: type[BaseModel] = connectors[connector].options
        options = {key: value for key, value in entry.items() if key not in ENTRY_FIELDS and value is not None}
        try:
            typed[name] = model.model_validate(options)
        except ValidationError as error:
            faults += validation_faults(error, model, document, path)
    return typed, faults


def _unknown_connector(document: Document, source: str, connector: str, known: Iterable[str]) -> Fault:
    path = ("sources", source, "connector")
    fault = unknown_name(document, (*path[:-1], connector), sorted(known), "configuration.unknown_connector")
    return document.fault(fault.code, path, connector, str(fault.facts["expected"]))


def _source_connectors(document: Document) -> dict[str, str | None]:
    """Source -> its connector's name, as far as the file says it."""
    sources = document.at(("sources",))
    if not isinstance(sources, dict):
        return {}
    names = {source: document.at(("sources", source, "connector")) for source in sources}
    return {source: name if isinstance(name, str) else None for source, name in names.items()}


def _read_rules(root: Path, env: Mapping[str, str]) -> tuple[Rules | None, list[Fault]]:
    documents: dict[str, Document] = {}
    faults: list[Fault] = []
    for path in sorted((root / "rules").glob("*.y*ml")):
        document = read_yaml_file(path, f"rules/{path.name}")
        faults += document.faults
        if path.suffix != ".yaml":
            faults.append(Place(document.file).fault("configuration.wrong_ending", None, ".yaml"))
        elif path.stem not in RULE_MODELS:
            fault = unknown_name(document, (path.stem,), RULE_MODELS, "configuration.unknown_rules_file")
            faults.append(Place(document.file).fault(fault.code, path.stem, str(fault.facts["expected"])))
        else:
            documents[path.stem] = document
    rules, rule_problems = build_rules(documents, env)
    return rules, [*faults, *rule_problems]


def _in_order(faults: Iterable[Fault]) -> list[Fault]:
    """By file and line, each once."""
    unique = {(fault.code, *fault.facts.values()): fault for fault in faults}
    return sorted(
        unique.values(), key=lambda fault: (str(fault.facts["file"]), _line(fault), str(fault.facts["field"]))
    )


def _line(fault: Fault) -> int:
    line = fault.facts["line"]
    return line if isinstance(line, int) else 0
