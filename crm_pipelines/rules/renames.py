"""A source that has another name in the configuration than in the ids of its records.

Ids never change: what came as `erp:123` stays `erp:123`, with its verdicts, pins and golden id. A source that is called
otherwise from now on says so (`formerly: erp`); the configuration speaks of it by its new name, everything that is
stored by the old one. Here the names of the configuration become those of the ids.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from crm_pipelines.model.errors import Fault
from crm_pipelines.rules.mapping import SourceMapping
from crm_pipelines.rules.project import Project
from crm_pipelines.rules.quality import QualityRules
from crm_pipelines.rules.rule_set import Rules
from crm_pipelines.rules.survivorship import AttributeRules, SourceRanks, SurvivorshipRules
from crm_pipelines.rules.yaml_text import Document


def systems_of(project: Project) -> dict[str, str]:
    """Name of each source in the configuration -> its name in ids, in the order of the file."""
    return {name: entry.formerly or name for name, entry in project.sources.items()}


def rename_faults(project: Project | None, document: Document) -> Iterator[Fault]:
    """Two sources that would share the name in the ids of their records."""
    taken: dict[str, str] = {}
    for name, entry in (project.sources if project is not None else {}).items():
        system = entry.formerly or name
        other = taken.setdefault(system, name)
        if other != name:
            renamed = name if entry.formerly is not None else other
            yield document.fault("configuration.formerly_taken", ("sources", renamed, "formerly"), system)


def renamed_rules(rules: Rules, systems: Mapping[str, str]) -> Rules:
    """Rules that speak of sources by their names in ids."""
    if all(name == system for name, system in systems.items()):
        return rules
    clustering = rules.matching.clustering
    clean = tuple(systems.get(name, name) for name in clustering.one_per_source)
    matching = rules.matching.model_copy(update={"clustering": clustering.model_copy(update={"one_per_source": clean})})
    seen = {systems.get(name, name): roles for name, roles in rules.access.sources.items()}
    return replace(
        rules,
        matching=matching,
        survivorship=_survivorship(rules.survivorship, systems),
        access=rules.access.model_copy(update={"sources": seen}),
        quality=_quality(rules.quality, systems),
        alerts=rules.alerts.named_for(systems),
    )


def renamed_mapping(mapping: SourceMapping, systems: Mapping[str, str]) -> SourceMapping:
    """A mapping whose rows belong to those of another source under that one's name in ids."""
    streams = {}
    for name, stream in mapping.streams.items():
        owner = stream.belongs_to
        if owner is not None and owner.source is not None:
            owner = owner.model_copy(update={"source": systems.get(owner.source, owner.source)})
        streams[name] = stream.model_copy(update={"belongs_to": owner})
    return mapping.model_copy(update={"streams": streams})


def _quality(rules: QualityRules, systems: Mapping[str, str]) -> QualityRules:
    checks = {
        name: check.model_copy(
            update={
                "sources": tuple(systems.get(source, source) for source in check.sources),
                "source_thresholds": {systems.get(one, one): share for one, share in check.source_thresholds.items()},
            }
        )
        for name, check in rules.checks.items()
    }
    return rules.model_copy(update={"checks": checks})


def _survivorship(rules: SurvivorshipRules, systems: Mapping[str, str]) -> SurvivorshipRules:
    attributes = {name: _exception(one, systems) for name, one in rules.attributes.items()}
    return rules.model_copy(update={"source_ranks": _ranks(rules.source_ranks, systems), "attributes": attributes})


def _exception(rules: AttributeRules, systems: Mapping[str, str]) -> AttributeRules:
    ranks = rules.source_ranks
    return rules if ranks is None else rules.model_copy(update={"source_ranks": _ranks(ranks, systems)})


def _ranks(ranks: SourceRanks, systems: Mapping[str, str]) -> SourceRanks:
    sources = {systems.get(name, name): rank for name, rank in ranks.sources.items()}
    return ranks.model_copy(update={"sources": sources})
