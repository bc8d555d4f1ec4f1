"""Which source value of an attribute survives: the order of the rules, ranks and trust of the sources, the groups."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from crm_pipelines.model.fields import GOLDEN_FIELDS
from crm_pipelines.rules.frozen import Frozen, refusal


class SurvivorshipRule(StrEnum):
    """One way to prefer a value over another."""

    SOURCE_RANK = "source_rank"  # the more trusted source
    RECENCY = "recency"  # the newer statement
    TRUST = "trust"  # the one to be trusted more, age and failed checks counted in
    COMPLETENESS = "completeness"  # more of the group filled
    FREQUENCY = "frequency"  # said by more records
    VALIDITY = "validity"  # the better value status


def _attribute(name: str) -> str:
    if name not in GOLDEN_FIELDS:
        raise refusal("configuration.unknown_field", allowed=GOLDEN_FIELDS)
    return name


Attribute = Annotated[str, AfterValidator(_attribute)]
Rank = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, le=1)]
HalfLife = Annotated[float, Field(gt=0, le=36_500)]


def _each_once(order: tuple[SurvivorshipRule, ...]) -> tuple[SurvivorshipRule, ...]:
    if twice := sorted({rule for rule in order if order.count(rule) > 1}):
        raise refusal("configuration.rule_twice", ", ".join(twice))
    return order


RuleOrder = Annotated[tuple[SurvivorshipRule, ...], Field(min_length=1), AfterValidator(_each_once)]


class SourceRanks(Frozen):
    """How much a source is trusted: 1 is most; a source's own rank comes before its connector's.

    Attributes:
        otherwise: the rank of a source that neither table names.
    """

    sources: Mapping[str, Rank] = {}
    connectors: Mapping[str, Rank] = {}
    otherwise: Rank = 50

    def rank(self, source: str, connector: str) -> int:
        """Rank of a source."""
        return self.sources.get(source, self.connectors.get(connector, self.otherwise))


class SourceTrust(Frozen):
    """How far a fresh statement is trusted, over 0 to 1, and how fast that fades.

    The trust of a value is `trust of its source x 0.5^(age / half-life) x share of checks passed`. All values that
    compete have one half-life, so which of two is trusted more is the same on any day: it follows from when they were
    said, not from when one looks. That is why a half-life belongs to an attribute and never to a source.

    Attributes:
        half_life_days: after how many days half of the trust is left.
        sources: by name of the source; comes before its connector's.
        connectors: by connector.
        otherwise: of a source that neither names.
    """

    half_life_days: HalfLife
    sources: Mapping[str, Share] = {}
    connectors: Mapping[str, Share] = {}
    otherwise: Share = 0.5


class OwnTrust(Frozen):
    """What of `SourceTrust` differs for one attribute or group; what it does not name is as for all."""

    half_life_days: HalfLife | None = None
    sources: Mapping[str, Share] = {}
    connectors: Mapping[str, Share] = {}
    otherwise: Share | None = None


class AttributeRules(Frozen):
    """What differs for one attribute that survives alone, or for a group; None: as for all."""

    order: RuleOrder | None = None
    source_ranks: SourceRanks | None = None
    trust: OwnTrust | None = None


class SurvivorshipRules(Frozen):
    """`rules/survivorship.yaml`.

    Attributes:
        order: rules in the order they are asked; the first that prefers decides.
        source_ranks: of all attributes that have none of their own.
        trust: likewise, of the rule `trust`.
        attributes: exceptions, by attribute or by the name of a group.
        groups: attributes that survive together, from one record (the name with its kana, the lines of an address).
    """

    order: RuleOrder
    source_ranks: SourceRanks
    trust: SourceTrust
    attributes: Mapping[str, AttributeRules] = {}
    groups: Mapping[str, tuple[Attribute, ...]]

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        names = (*self.groups, *GOLDEN_FIELDS)
        if unknown := [name for name in self.attributes if name not in names]:
            raise refusal("configuration.unknown_attribute", ", ".join(unknown))
        members = [attribute for group in self.groups.values() for attribute in group]
        if twice := sorted({name for name in members if members.count(name) > 1}):
            raise refusal("configuration.attribute_in_two_groups", ", ".join(twice))
        return self

    def group_of(self, attribute: str) -> str:
        """The group an attribute survives with; its own name when it survives alone."""
        return next((name for name, members in self.groups.items() if attribute in members), attribute)

    def order_of(self, attribute: str) -> tuple[SurvivorshipRule, ...]:
        """The rules asked for an attribute, in order."""
        return next((rules.order for rules in self._exceptions(attribute) if rules.order is not None), self.order)

    def rank(self, attribute: str, source: str, connector: str) -> int:
        """How much a source is trusted for an attribute; 1 is most."""
        ranks = (rules.source_ranks for rules in self._exceptions(attribute))
        return next((own for own in ranks if own is not None), self.source_ranks).rank(source, connector)

    def trust_of(self, attribute: str, source: str, connector: str) -> float:
        """How far a fresh statement of a source is trusted for an attribute, over 0 to 1."""
        for own in self._own_trusts(attribute):
            found = own.sources.get(source, own.connectors.get(connector, own.otherwise))
            if found is not None:
                return found
        return self.trust.sources.get(source, self.trust.connectors.get(connector, self.trust.otherwise))

    def half_life_days(self, attribute: str) -> float:
        """After how many days half of the trust in a value of an attribute is left."""
        own = (trust.half_life_days for trust in self._own_trusts(attribute))
        return next((days for days in own if days is not None), self.trust.half_life_days)

    def _own_trusts(self, attribute: str) -> tuple[OwnTrust, ...]:
        return tuple(rules.trust for rules in self._exceptions(attribute) if rules.trust is not None)

    def _exceptions(self, attribute: str) -> tuple[AttributeRules, ...]:
        names = (attribute, self.group_of(attribute))
        return tuple(self.attributes[name] for name in names if name in self.attributes)
