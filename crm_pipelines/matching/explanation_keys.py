"""Why two records were never compared: which parts of a blocking key they have in common, and how near the others are.

A rule's key is made of parts (birth date and family name). A pair that has all but one part in common, or whose parts
differ by a slip of one or two characters, came near being compared; the nearest rules are told first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from crm_pipelines.matching.blocking import RULES, BlockingRule
from crm_pipelines.matching.explanation import RuleOutcome, RuleTrace
from crm_pipelines.matching.features import base_features_sql
from crm_pipelines.matching.similarity import edit_distance
from crm_pipelines.model.enums import CustomerType

_MOST_SLIPS = 2
_LEAST_LIKE = 0.6
_MOST_VALUES = 12
_APART = "\x1f"  # between the two names in one value, as `features.py` writes it
_NAMES = {
    "list_transform(phones, lambda x: right(x, 4))": "last_four",
    "left(core_key, 2)": "core_head",
    "left(birth_day, 7)": "birth_month",
    "right(birth_day, 5)": "birthday",
}
_OTHER = "other"
PART_NAMES: tuple[str, ...] = (
    *("address_key", "birth_day", "birth_month", "birthday", "city_key", "core_head", "core_key"),
    *("corporate_number_key", "domains", "email_domain_key", "email_locals", "emails", "family_name_key"),
    *("family_readings", "full_name_key", "given_name_key", "given_readings", "house", "identifier", "initials"),
    *("last_four", "name_heads", "name_parts", "name_words", "organisation_name_key", "phones", "place_key"),
    *("postal_code_key", "postal_number_key", "readings", "room_key", "sounds", "town_key", _OTHER),
)

Parts = Mapping[str, tuple[str, ...]]


class PartOutcome(StrEnum):
    """How two records stand to one part of a key."""

    SAME = "same"
    NEAR = "near"  # a slip of one or two characters apart
    DIFFERENT = "different"
    ONE_SIDE = "one_side"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class PartTrace:
    """One part of a rule's key.

    Attributes:
        part: its name, as in the code `blocking.part.<part>`.
        outcome: how the two records stand to it.
        nearness: 1 for the same, below 1 by the share of characters that differ, 0 for anything farther than a slip.
        near_values: the two values that are a slip apart; null otherwise.
    """

    part: str
    outcome: PartOutcome
    nearness: float
    near_values: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class NearRule:
    """A rule, what it made of the pair, and its parts in declared order."""

    trace: RuleTrace
    parts: tuple[PartTrace, ...]

    @property
    def nearness(self) -> float:
        """Mean nearness of the parts, 0 to 1."""
        return sum(part.nearness for part in self.parts) / len(self.parts) if self.parts else 0.0


def parts_sql(customer_type: CustomerType, records: str) -> str:
    """One row per record: `record_id` and a list of values per distinct part, in the order of `part_expressions`.

    Args:
        customer_type: whose rules.
        records: table with the columns of `standardised_records`.
    """
    listed = [
        f"{expression if is_list else f'[{expression}]'} as part_{place}"
        for place, (expression, is_list) in enumerate(part_expressions(customer_type).items())
    ]
    features = base_features_sql(customer_type)
    source = f"select r.record_id, {features} from {records} as r where r.customer_type = '{customer_type}'"  # noqa: S608 - declared
    return f"select record_id, {', '.join(listed)} from ({source})"  # noqa: S608 - declared expressions


def part_expressions(customer_type: CustomerType) -> dict[str, bool]:
    """Every distinct part of the rules of a type, and whether it is a list."""
    return {
        feature: feature in rule.lists
        for rule in RULES
        if rule.customer_type == customer_type
        for feature in rule.features
    }


def parts_of(customer_type: CustomerType, row: Sequence[Sequence[object] | None]) -> Parts:
    """The values of a record per part, from the columns of `parts_sql` after the first; nulls are left out."""
    return {
        expression: tuple(sorted(str(value) for value in values or () if value is not None))
        for expression, values in zip(part_expressions(customer_type), row, strict=True)
    }


def nearest_rules(traces: Sequence[RuleTrace], left: Parts, right: Parts) -> tuple[NearRule, ...]:
    """The rules with their parts: shared keys, then keys over their cap, then the rest, the nearest first.

    Args:
        traces: what each rule made of the pair.
        left: the parts of one record.
        right: of the other.
    """
    rules = {rule.id: rule for rule in RULES}
    found = [NearRule(trace, _parts(rules[trace.rule], left, right)) for trace in traces]
    order = list(RuleOutcome)
    first = (RuleOutcome.SHARED, RuleOutcome.TOO_COMMON)
    return tuple(
        sorted(
            found,
            key=lambda one: (
                first.index(one.trace.outcome) if one.trace.outcome in first else len(first),
                -one.nearness,
                order.index(one.trace.outcome),
                one.trace.rule,
            ),
        )
    )


def part_name(expression: str) -> str:
    """The name of a part in message codes."""
    name = _NAMES.get(expression, expression)
    return name if name in PART_NAMES else _OTHER


def message_codes() -> tuple[str, ...]:
    """Every code this module can give out, for the catalogue."""
    parts = {f"blocking.part.{name}" for name in PART_NAMES}
    return tuple(sorted(parts | {f"blocking.part_outcome.{outcome}" for outcome in PartOutcome}))


def _parts(rule: BlockingRule, left: Parts, right: Parts) -> tuple[PartTrace, ...]:
    return tuple(_part(part_name(name), left.get(name, ()), right.get(name, ())) for name in rule.features)


def _part(name: str, left: Sequence[str], right: Sequence[str]) -> PartTrace:
    if not left or not right:
        return PartTrace(name, PartOutcome.ONE_SIDE if left or right else PartOutcome.NEITHER, 0.0)
    if not set(left).isdisjoint(right):
        return PartTrace(name, PartOutcome.SAME, 1.0)
    shown = [[value.replace(_APART, " ") for value in values[:_MOST_VALUES]] for values in (left, right)]
    distance, one, other = min((edit_distance(one, other), one, other) for one in shown[0] for other in shown[1])
    likeness = 1 - distance / max(len(text.replace(" ", "")) for text in (one, other))
    if distance > _MOST_SLIPS or likeness < _LEAST_LIKE:
        return PartTrace(name, PartOutcome.DIFFERENT, 0.0)
    return PartTrace(name, PartOutcome.NEAR, likeness, (one, other))
