"""All rules of a project: the shipped defaults with the project's overrides in them."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pydantic import ValidationError

from crm_pipelines.model.errors import ContractError, Fault
from crm_pipelines.rules.access import AccessRules
from crm_pipelines.rules.alerts import AlertRules
from crm_pipelines.rules.consent import ConsentRules
from crm_pipelines.rules.faults import validation_faults
from crm_pipelines.rules.frozen import Frozen
from crm_pipelines.rules.matching import MatchingRules
from crm_pipelines.rules.merge import EffectiveValue, effective_values, merged, without_empty
from crm_pipelines.rules.quality import QualityRules
from crm_pipelines.rules.quality_faults import quality_faults
from crm_pipelines.rules.quarantine import QuarantineRules
from crm_pipelines.rules.review import ReviewRules
from crm_pipelines.rules.substitute import substituted
from crm_pipelines.rules.survivorship import SurvivorshipRules
from crm_pipelines.rules.yaml_text import Document, Text, read_yaml

RULE_MODELS: Mapping[str, type[Frozen]] = {
    "matching": MatchingRules,
    "survivorship": SurvivorshipRules,
    "consent": ConsentRules,
    "quality": QualityRules,
    "review": ReviewRules,
    "access": AccessRules,
    "quarantine": QuarantineRules,
    "alerts": AlertRules,
}
_WITH_VARIABLES = frozenset({"alerts"})
"""Rules that may name variables: their values stand in the typed rules, and in nothing that is shown."""


@dataclass(frozen=True)
class Rules:
    """The rules in force.

    Attributes:
        effective: every value with its origin; what `doctor --effective` prints.
    """

    matching: MatchingRules
    survivorship: SurvivorshipRules
    consent: ConsentRules
    quality: QualityRules
    review: ReviewRules
    access: AccessRules
    quarantine: QuarantineRules
    alerts: AlertRules
    effective: tuple[EffectiveValue, ...] = ()

    def content_hash(self) -> str:
        """32 hex digits over all values; the same values give the same hash, wherever they came from."""
        return content_hash({value.key: value.value for value in self.effective})


def content_hash(values: object) -> str:
    """BLAKE2b of the JSON of a value, 32 hex digits; the order of keys does not count."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


@cache
def default_document(name: str) -> Document:
    """A shipped rules file.

    Raises:
        ContractError: the shipped file cannot be read.
    """
    raw = resources.files("crm_pipelines.rules").joinpath("defaults", f"{name}.yaml").read_bytes()
    document = read_yaml(raw, f"defaults/{name}.yaml")
    if document.faults:
        raise ContractError("configuration.shipped_file_broken", file=document.file)
    return document


def build_rules(
    overrides: Mapping[str, Document], env: Mapping[str, str] | None = None
) -> tuple[Rules | None, tuple[Fault, ...]]:
    """Merge the overrides over the defaults and type the result.

    Args:
        overrides: rules file without ending -> its document.
        env: variables that `${NAME}` names, where rules may.

    Returns:
        The rules, or None and every fault of the overrides.
    """
    typed: dict[str, Frozen] = {}
    faults: list[Fault] = []
    effective: list[EffectiveValue] = []
    for name, model in RULE_MODELS.items():
        override = overrides.get(name)
        values = merged(default_document(name).data, None if override is None else override.data)
        effective.extend(effective_values(name, values, override))
        document = _merged_document(name, values, override)
        data, missing = substituted(document, env or {}) if name in _WITH_VARIABLES else (values, ())
        faults.extend(missing)
        try:
            typed[name] = found = model.model_validate(without_empty(data))
        except ValidationError as error:
            faults.extend(validation_faults(error, model, document))
            continue
        if override is not None and isinstance(found, QualityRules):
            shipped = QualityRules.model_validate(default_document(name).data)
            faults.extend(quality_faults(found, shipped, document))
    if faults:
        return None, tuple(faults)
    build: Callable[..., Rules] = Rules
    return build(**typed, effective=tuple(effective)), ()


def shipped_rules() -> Rules:
    """The shipped defaults alone.

    Raises:
        ContractError: they do not fit their own schema.
    """
    rules, faults = build_rules({})
    if rules is None:
        raise ContractError("configuration.shipped_file_broken", file=str(faults[0].facts["file"]))
    return rules


def _merged_document(name: str, values: Text, override: Document | None) -> Document:
    """The merged values under the override's name and lines: only what the override says can be wrong."""
    base = override or default_document(name)
    return Document(base.file, values, base.lines)
