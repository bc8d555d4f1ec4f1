# ruff: noqa: S608 - the statements are built from declared rules and constant names; values are bound
"""Which pairs are compared at all: two records that share a blocking key which is not too common.

A rule names features; each combination of their members is a key. The rules reach initials, romaji, kana company names
and records without a name through readings, contact points, places and dates. A key that more records share than the
rule's cap says nothing and proposes no pair; the count is absolute, so that a growing base does not move other keys.
A key is a hash of the rule and its values, so that it names the rule as well (`key_hashing.py`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from crm_pipelines.matching.key_hashing import hashed
from crm_pipelines.model.enums import CustomerType

_PERSON, _ORGANISATION = CustomerType.PERSON, CustomerType.ORGANISATION


@dataclass(frozen=True, slots=True)
class BlockingRule:
    """One rule.

    Attributes:
        id: short and stable; stands in `blocking_keys.rule` and in message codes (`blocking.<id>`).
        customer_type: the records it is for.
        features: parts of the key, each a feature or a SQL expression over features; a record that lacks one has none.
        lists: those of the parts that are lists and give one key per member.
        cap: most records of one key for which the key still proposes pairs.
    """

    id: str
    customer_type: CustomerType
    features: tuple[str, ...]
    lists: tuple[str, ...] = ()
    cap: int = 60


_APART = "\x1f"
_WORD = re.compile(r"[a-z_]+")
_LAST_FOUR = "list_transform(phones, lambda x: right(x, 4))"
# The parts that are more than a feature, once more: the feature, and what is taken of it.
_PARTS: Mapping[str, tuple[str, Callable[[str], str]]] = {
    _LAST_FOUR: ("phones", lambda text: text[-4:]),
    "left(birth_day, 7)": ("birth_day", lambda text: text[:7]),
    "right(birth_day, 5)": ("birth_day", lambda text: text[-5:]),
    "left(core_key, 2)": ("core_key", lambda text: text[:2]),
}

RULES: tuple[BlockingRule, ...] = (
    BlockingRule("p_email", _PERSON, ("emails",), lists=("emails",), cap=80),
    BlockingRule("p_phone", _PERSON, ("phones",), lists=("phones",), cap=80),
    BlockingRule("p_local", _PERSON, ("email_locals",), lists=("email_locals",), cap=8),
    BlockingRule("p_name", _PERSON, ("full_name_key",), cap=24),
    BlockingRule("p_reading", _PERSON, ("readings",), lists=("readings",), cap=12),
    BlockingRule("p_reading_city", _PERSON, ("readings", "city_key"), lists=("readings",)),
    BlockingRule("p_sound", _PERSON, ("sounds",), lists=("sounds",), cap=12),
    BlockingRule("p_given_postal", _PERSON, ("given_readings", "postal_code_key"), lists=("given_readings",), cap=10),
    BlockingRule("p_birth_family", _PERSON, ("birth_day", "family_readings"), lists=("family_readings",)),
    BlockingRule("p_birth_given", _PERSON, ("birth_day", "given_readings"), lists=("given_readings",)),
    BlockingRule("p_birth_initials", _PERSON, ("birth_day", "initials")),
    BlockingRule("p_heads", _PERSON, ("name_heads", "place_key"), cap=8),
    BlockingRule("p_birth_postal", _PERSON, ("birth_day", "postal_code_key")),
    BlockingRule("p_address_family", _PERSON, ("address_key", "family_readings"), lists=("family_readings",)),
    BlockingRule("p_address_name", _PERSON, ("address_key", "family_name_key")),
    BlockingRule("p_number_family", _PERSON, ("postal_number_key", "family_readings"), lists=("family_readings",)),
    BlockingRule(
        "p_four_family", _PERSON, (_LAST_FOUR, "family_readings"), lists=(_LAST_FOUR, "family_readings"), cap=12
    ),
    BlockingRule("p_company_family", _PERSON, ("organisation_name_key", "family_readings"), lists=("family_readings",)),
    # A mail service that no list has holds thousands of one name; a firm does not.
    BlockingRule(
        "p_domain_family", _PERSON, ("email_domain_key", "family_readings"), lists=("family_readings",), cap=8
    ),
    BlockingRule("p_identifier", _PERSON, ("identifier",), cap=40),
    # So few are born on one day in a small base; in a large one the cap silences it.
    BlockingRule("p_birth", _PERSON, ("birth_day",), cap=8),
    BlockingRule(
        "p_postal_family", _PERSON, ("postal_code_key", "family_readings"), lists=("family_readings",), cap=10
    ),
    # Latin names that are not Japanese: a part, or a word alone, with a place or half a birth date.
    BlockingRule("p_part_place", _PERSON, ("name_parts", "place_key"), lists=("name_parts",), cap=24),
    BlockingRule("p_part_postal", _PERSON, ("name_parts", "postal_code_key"), lists=("name_parts",), cap=24),
    BlockingRule("p_part_month", _PERSON, ("name_parts", "left(birth_day, 7)"), lists=("name_parts",), cap=24),
    BlockingRule("p_part_day", _PERSON, ("name_parts", "right(birth_day, 5)"), lists=("name_parts",), cap=24),
    BlockingRule("o_number", _ORGANISATION, ("corporate_number_key",), cap=80),
    BlockingRule("o_core", _ORGANISATION, ("core_key",)),
    BlockingRule("o_core_city", _ORGANISATION, ("core_key", "city_key")),
    BlockingRule("o_reading", _ORGANISATION, ("readings",), lists=("readings",)),
    BlockingRule("o_reading_city", _ORGANISATION, ("readings", "city_key"), lists=("readings",)),
    BlockingRule("o_email", _ORGANISATION, ("emails",), lists=("emails",), cap=80),
    BlockingRule("o_phone", _ORGANISATION, ("phones",), lists=("phones",), cap=80),
    BlockingRule("o_domain", _ORGANISATION, ("domains",), lists=("domains",)),
    BlockingRule("o_address", _ORGANISATION, ("address_key",)),
    BlockingRule("o_number_postal", _ORGANISATION, ("postal_number_key",)),
    BlockingRule("o_four_city", _ORGANISATION, (_LAST_FOUR, "city_key"), lists=(_LAST_FOUR,)),
    BlockingRule("o_words", _ORGANISATION, ("name_words",)),
    BlockingRule("o_house", _ORGANISATION, ("house", "left(core_key, 2)")),
    BlockingRule("o_head_postal", _ORGANISATION, ("left(core_key, 2)", "postal_code_key"), cap=12),
)
BITS: dict[str, int] = {rule.id: 1 << place for place, rule in enumerate(RULES)}


def blocking_keys_sql(records: str, customer_type: CustomerType | None = None) -> str:
    """One row per record, rule and key: `record_key, customer_type, rule, key`, each once.

    Args:
        records: table with `record_key`, `customer_type` and the base features, at least `features_in_keys`.
        customer_type: of all the records; None: of both.
    """
    rules = (rule for rule in RULES if customer_type in (None, rule.customer_type))
    return "\nunion all\n".join(_rule_sql(rule, records) for rule in rules)


def blocking_texts(features: Mapping[str, Any], customer_type: CustomerType) -> dict[str, BlockingRule]:
    """The keys of one record as `blocking_keys_sql` makes them, before they are hashed, each with its rule."""
    return {
        _APART.join((rule.id, *parts)): rule
        for rule in RULES
        if rule.customer_type == customer_type
        for parts in product(*(_members(rule, part, features) for part in rule.features))
    }


def _members(rule: BlockingRule, part: str, features: Mapping[str, Any]) -> Sequence[str]:
    """What stands in a part of a rule's key; nothing where the record says nothing of it."""
    name, of = _PARTS.get(part, (part, str))
    value = features.get(name)
    if value is None:
        return ()
    return [of(member) for member in value] if part in rule.lists else (of(value),)


def features_in_keys(customer_type: CustomerType) -> frozenset[str]:
    """The features that the rules of a customer type name."""
    expressions = " ".join(part for rule in RULES if rule.customer_type == customer_type for part in rule.features)
    return frozenset(_WORD.findall(expressions))


def caps_sql() -> str:
    """The rules as rows: `rule, cap, bit`."""
    rows = ", ".join(f"('{rule.id}', {rule.cap}, {BITS[rule.id]})" for rule in RULES)
    return f"select * from (values {rows}) as caps(rule, cap, bit)"


def _rule_sql(rule: BlockingRule, records: str) -> str:
    """Unnest one list at a time: two in one select would run side by side, not give every combination.

    The members of a feature differ from one another; what is made of them need not.
    """
    columns = [f"{feature} as part_{place}" for place, feature in enumerate(rule.features)]
    source = f"select record_key, {', '.join(columns)} from {records} where customer_type = '{rule.customer_type}'"
    for place, feature in enumerate(rule.features):
        if feature in rule.lists:
            source = f"select * replace (unnest(part_{place}) as part_{place}) from ({source})"
    parts = [f"part_{place}" for place in range(len(rule.features))]
    known = " and ".join(f"{part} is not null" for part in parts)
    text = f"concat_ws(chr(31), '{rule.id}', {', '.join(parts)})"
    each = "" if all(part.isidentifier() for part in rule.lists) else "distinct"
    return (
        f"select {each} record_key, '{rule.customer_type}' as customer_type, '{rule.id}' as rule, "
        f"{hashed(text)} as key from ({source}) where {known}"
    )
