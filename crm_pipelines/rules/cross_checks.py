"""Faults that no file shows alone: a mapping that names an unknown purpose, a rank for a source that does not exist."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.faults import unknown_name
from crm_pipelines.rules.mapping import RELATIONSHIP_KINDS, StreamMapping
from crm_pipelines.rules.mapping_files import FoundMapping
from crm_pipelines.rules.project import Project
from crm_pipelines.rules.rule_set import Rules
from crm_pipelines.rules.yaml_text import Document, Path, Place


def mapping_faults(found: FoundMapping, sources: Mapping[str, str | None], rules: Rules | None) -> Iterator[Fault]:
    """What a mapping says that the sources or the rules do not know."""
    document = found.document
    for name, stream in found.mapping.streams.items():
        prefix: Path = ("streams", name) if document.at(("streams",)) is not None else ()
        if stream.belongs_to is not None and stream.belongs_to.source not in (None, *sources):
            path = (*prefix, "belongs_to", "source")
            yield _unknown_value(document, path, str(stream.belongs_to.source), sources)
        yield from _vocabulary_faults(document, prefix, stream, rules)


def _vocabulary_faults(document: Document, prefix: Path, stream: StreamMapping, rules: Rules | None) -> Iterator[Fault]:
    directions = {"direction": ("inbound", "outbound")}
    consents: dict[str, tuple[str, ...]] = {"granted": ("true", "false")}
    if rules is not None:
        consents |= {"purpose": rules.consent.purposes, "channel": rules.consent.channels}
    groups = (
        ("interactions", stream.interactions, directions),
        ("relationships", stream.relationships, {"kind": RELATIONSHIP_KINDS}),
        ("consents", stream.consents, consents),
    )
    for group, entries, vocabulary in groups:
        for index, entry in enumerate(entries):
            for name, allowed in vocabulary.items():
                outcomes = entry[name].outcomes if name in entry else None
                for outcome in sorted((outcomes or frozenset()) - frozenset(allowed)):
                    yield _unknown_value(document, (*prefix, group, index, name), outcome, allowed)


def rule_faults(rules: Rules | None, sources: Mapping[str, str | None], connectors: Iterable[str]) -> Iterator[Fault]:
    """Rules about sources the project does not have, connectors nobody wrote, or a part of a group."""
    if rules is None:
        return
    told = set[str]()
    for value in rules.effective:
        if value.origin == "default" or not value.key.startswith("survivorship."):
            continue
        file, _, line = value.origin.rpartition(":")
        parts = tuple(value.key.split(".")[1:])
        yield from _named_source_faults(Place(file, int(line), parts), sources, connectors)
        if parts[0] != "attributes" or parts[1] in told:
            continue
        if (group := rules.survivorship.group_of(parts[1])) != parts[1]:
            told.add(parts[1])
            yield Place(file, int(line), parts[:2]).fault("configuration.survives_with_group", parts[1], group)
    yield from _clean_source_faults(rules, sources)
    yield from _seen_source_faults(rules, sources)
    yield from _checked_source_faults(rules, sources)
    yield from _alert_faults(rules, sources)


def _named_source_faults(place: Place, sources: Mapping[str, str | None], connectors: Iterable[str]) -> Iterator[Fault]:
    """A rank or a trust of a source or connector that is not there."""
    known = {"sources": ("configuration.unknown_source", tuple(sources)),
             "connectors": ("configuration.unknown_connector", tuple(connectors))}  # fmt: skip
    for owner, kind, name in zip(place.path, place.path[1:], place.path[2:], strict=False):
        if owner not in {"source_ranks", "trust"} or kind not in known:
            continue
        code, names = known[str(kind)]
        if name not in names:
            yield place.fault(code, str(name), ", ".join(names))


def _clean_source_faults(rules: Rules, sources: Mapping[str, str | None]) -> Iterator[Fault]:
    key = "matching.clustering.one_per_source"
    unknown = [name for name in rules.matching.clustering.one_per_source if name not in sources]
    for value in rules.effective if unknown else ():
        if value.key == key or value.key.startswith(f"{key}."):
            file, _, line = value.origin.rpartition(":")
            place = Place(file, int(line), tuple(key.split(".")[1:]))
            yield from (place.fault("configuration.unknown_source", name, ", ".join(sources)) for name in unknown)
            return


def _seen_source_faults(rules: Rules, sources: Mapping[str, str | None]) -> Iterator[Fault]:
    """Roles for a source that is not there: what was meant to be hidden would be shown."""
    for value in rules.effective:
        parts = tuple(value.key.split("."))
        if parts[:2] == ("access", "sources") and len(parts) > 2 and parts[2] not in sources:
            file, _, line = value.origin.rpartition(":")
            place = Place(file, int(line), parts[1:3])
            yield place.fault("configuration.unknown_source", parts[2], ", ".join(sources))


def _checked_source_faults(rules: Rules, sources: Mapping[str, str | None]) -> Iterator[Fault]:
    """Checks of a source that is not there: they would look at nothing, and pass."""
    for value in rules.effective:
        parts = tuple(value.key.split("."))
        if parts[:2] != ("quality", "checks") or len(parts) < 4 or value.origin == "default":
            continue
        named = value.value if parts[3] == "sources" else parts[4:5] if parts[3] == "source_thresholds" else ()
        for name in named if isinstance(named, tuple) else ():
            if name not in sources:
                file, _, line = value.origin.rpartition(":")
                place = Place(file, int(line), parts[1:])
                yield place.fault("configuration.unknown_source", name, ", ".join(sources))


def _alert_faults(rules: Rules, sources: Mapping[str, str | None]) -> Iterator[Fault]:
    """Routes to a channel or from a source that is not there, and secrets written down where everybody reads them."""
    known = {"channels": ("configuration.unknown_channel", tuple(rules.alerts.channels)),
             "sources": ("configuration.unknown_source", tuple(sources))}  # fmt: skip
    for value in rules.effective:
        parts = tuple(value.key.split("."))
        if value.origin == "default" or parts[0] != "alerts" or len(parts) != 4:
            continue
        file, _, line = value.origin.rpartition(":")
        place = Place(file, int(line), parts[1:])
        if parts[1] == "channels" and parts[3] in {"password", "secret"} and "${" not in str(value.value):
            yield place.fault("configuration.secret_in_file", None, ".env")
        if parts[1] == "routes" and parts[3] in known:
            code, names = known[parts[3]]
            wrong = [name for name in value.value or () if name not in names]
            yield from (place.fault(code, name, ", ".join(names)) for name in wrong)


def inbox_faults(
    project: Project | None, options: Mapping[str, BaseModel], connectors: Mapping[str, Any], document: Document
) -> Iterator[Fault]:
    """Inboxes that nobody would read: of a connector that cannot, or of a source whose `path` is another folder.

    Args:
        project: None when it could not be read.
        options: of the sources whose options could be read.
        connectors: the registry; one that reads what an inbox writes says `reads_inbox = True`.
        document: the project file.
    """
    for name, entry in (project.sources if project is not None else {}).items():
        if entry.inbox is None or name not in options:
            continue
        path, system = str(getattr(options[name], "path", "")), entry.formerly or name
        if not path or not getattr(connectors[entry.connector], "reads_inbox", False):
            yield document.fault("configuration.inbox_not_supported", ("sources", name, "inbox"), entry.connector)
        elif posixpath.normpath(path) != f"data/inbox/{system}":
            yield document.fault("configuration.inbox_path", ("sources", name, "path"), path, f"data/inbox/{system}")


def _unknown_value(document: Document, path: Path, found: str, allowed: object) -> Fault:
    names = list(allowed) if isinstance(allowed, tuple | Mapping) else []
    fault = unknown_name(document, (*path[:-1], found), names, "configuration.wrong_value")
    return document.fault("configuration.wrong_value", path, found, str(fault.facts["expected"]))
