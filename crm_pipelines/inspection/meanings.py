"""What a column most probably means, how surely, and why: its heading and its values each have a say.

Both agreeing are the surest. A heading whose field has values of a form of its own (an e-mail address, a phone) is
overruled by values that are none. Values alone decide only where their form is unmistakable.
"""

from dataclasses import dataclass, replace

from crm_pipelines.inspection.header_words import INDIVIDUAL_NUMBER, KEY, NO_FIELDS, HeaderVote
from crm_pipelines.inspection.value_tests import ValueVotes
from crm_pipelines.model.errors import Fact, Fault

HIGH, MEDIUM = 0.8, 0.55
"""From these on a confidence is called high or medium; below the latter a meaning is not proposed."""
_FIELD_TESTS = {
    "fax": "phone",
    "birth_date": "date",
    "updated_at": "date",
    "created_at": "date",
    "family_name_kana": "name_kana",
    "given_name_kana": "name_kana",
    "organisation_name_kana": "name_kana",
}
# A field whose values have a form: a heading is not believed against them.
_FORMED = frozenset(
    {"email", "phone", "fax", "postal_code", "birth_date", "updated_at", "created_at", "corporate_number"}
)
_FORMED_KANA = frozenset({"name_kana", "family_name_kana", "given_name_kana", "organisation_name_kana"})
# How far the form alone speaks for the field.
_BY_VALUES = {
    "email": 0.95, "corporate_number": 0.95, "website": 0.8, "phone": 0.85, "postal_code": 0.8, "address": 0.8,
    "name_kana": 0.75, "organisation_name_kana": 0.8, "organisation_name": 0.75, "name": 0.75,
}  # fmt: skip
_TESTED = frozenset({*_BY_VALUES, "gender", "country", "department", "job_title", "language", *_FIELD_TESTS})
_UNMISTAKABLE = frozenset({"email", "phone", "corporate_number", "website"})
_WEAK_REASONS = frozenset({"inspect.reason.heading_weak", "inspect.reason.address_part"})
_FEW = 5
_MOST_DISTINCT_OF_CODES = 12


@dataclass(frozen=True, slots=True)
class Meaning:
    """The probable meaning of a column.

    Attributes:
        name: a canonical field, `key`, `record_type`, ... or None when nothing is known.
        confidence: 0..1, by the rules of this file, not a frequency.
        reason: why, as a code with facts.
        share: of the values looked at that are such values; None where the meaning has no form or there are no values.
    """

    name: str | None
    confidence: float
    reason: Fault
    share: float | None = None

    @property
    def level(self) -> str:
        """`high`, `medium` or `low`."""
        return "high" if self.confidence >= HIGH else "medium" if self.confidence >= MEDIUM else "low"

    @property
    def is_field(self) -> bool:
        """Whether it is a canonical field that can be proposed."""
        return self.name is not None and self.name not in NO_FIELDS and self.confidence >= MEDIUM


def meaning_of(heading: HeaderVote | None, values: ValueVotes, n_distinct: int, *, is_unique: bool) -> Meaning:
    """Weigh the heading and the values of a column.

    Args:
        heading: None where it says nothing.
        values: of a sample.
        n_distinct: different values in the whole column.
        is_unique: every row has a value and no two the same.
    """
    if values.n_values >= 3 and values.signs.get("individual_number", 0) > 0.5 and not values.share("phone"):
        return Meaning(
            INDIVIDUAL_NUMBER, 0.9, Fault("inspect.reason.values", _share_facts(values, "individual_number"))
        )
    by_values = _by_values(values, n_distinct)
    if heading is None:
        return by_values
    by_heading = _by_heading(heading, values, is_unique=is_unique)
    is_weak = by_heading.reason.code in _WEAK_REASONS and by_values.name in _UNMISTAKABLE
    if by_values.name is not None and (by_heading.name is None or is_weak) and by_values.confidence >= MEDIUM:
        return replace(by_values, reason=Fault("inspect.reason.values_against_heading", by_values.reason.facts))
    return by_heading


def _by_heading(heading: HeaderVote, values: ValueVotes, *, is_unique: bool) -> Meaning:
    field, strength = heading
    if field == KEY:
        confidence = strength * (0.95 if is_unique else 0.7)
        return Meaning(KEY, confidence, Fault("inspect.reason.unique_key" if is_unique else "inspect.reason.heading"))
    share = _test_share(_FIELD_TESTS.get(field, field), values) if field in _TESTED else None
    if share is None or values.n_values == 0:
        return Meaning(field, strength * (0.8 if values.n_values else 0.7), Fault("inspect.reason.heading"))
    return _weighed(heading, values, share)


def _weighed(heading: HeaderVote, values: ValueVotes, share: float) -> Meaning:
    """A heading against the share of the values that are what it says."""
    field, strength = heading
    either = _unordered_share(values) if _FIELD_TESTS.get(field) == "date" else 0.0
    shown = max(0.0, share - either)
    facts: dict[str, Fact] = {"value_share": round(shown, 3), "n_values": values.n_values}
    weak = Fault("inspect.reason.heading_weak", facts)
    if either > 0.1:  # written as dates, but nobody can say which number is the month
        return Meaning(field, 0.9 * strength, weak, shown)
    if field in _FORMED or field in _FORMED_KANA:
        if share < 0.2 and values.n_values >= _FEW:
            told: dict[str, Fact] = {"meaning": f"inspect.meaning.{field}", **facts}
            return Meaning(None, 0.0, Fault("inspect.reason.contradicted", told))
        if share < 0.5:
            return Meaning(field, 0.6 * strength, weak, share)
    elif share < 0.15:  # a line of an address is no address by itself: no share is told
        is_part = field == "address"
        return Meaning(field, 0.75 * strength, Fault("inspect.reason.address_part") if is_part else weak)
    return Meaning(field, min(0.99, 0.75 * strength + 0.24 * share), Fault("inspect.reason.both", facts), shown)


def _test_share(test: str, values: ValueVotes) -> float | None:
    if test == "date":
        dates = (
            values.shares.get("date", 0.0) + values.shares.get("timestamp", 0.0) + values.signs.get("excel_serial", 0)
        )
        return min(1.0, dates)
    return values.share(test)


def _unordered_share(values: ValueVotes) -> float:
    return sum(values.signs.get(order, 0.0) for order in ("day_first", "month_first", "either_order"))


def _by_values(values: ValueVotes, n_distinct: int) -> Meaning:
    votes = {field: weight * values.shares.get(field, 0.0) for field, weight in _BY_VALUES.items()}
    if values.shares.get("name_kana", 0) and values.shares.get("organisation_name_kana", 0) < 0.3:
        votes["organisation_name_kana"] = 0.0
    if values.signs.get("sure_gender", 0) > 0.6 and n_distinct <= 6:
        votes["gender"] = 0.8 * values.shares.get("gender", 0.0)
    if n_distinct <= _MOST_DISTINCT_OF_CODES * 20 and values.shares.get("country", 0) > 0.9:
        votes["country"] = 0.7
    votes |= _dates(values)
    if not any(votes.values()):
        return Meaning(None, 0.0, Fault("inspect.reason.nothing" if values.n_values else "inspect.reason.no_values"))
    best = max(votes, key=lambda field: votes[field])
    test = _FIELD_TESTS.get(best, best) if best != "organisation_name_kana" else best
    share = _test_share(test, values) or 0.0
    if votes[best] < MEDIUM:
        return Meaning(None, 0.0, Fault("inspect.reason.nothing"))
    facts = {"value_share": round(share, 3), "n_values": values.n_values}
    few = 1.0 if values.n_values >= _FEW else 0.8
    return Meaning(best, votes[best] * few, Fault("inspect.reason.values", facts), share)


def _dates(values: ValueVotes) -> dict[str, float]:
    """Dates of the past without a time are birth dates; what other dates mean, the heading must say."""
    share = values.shares.get("date", 0.0)
    return {"birth_date": 0.7 * share} if share and values.signs.get("past", 0.0) > 0.8 * share else {}


def _share_facts(values: ValueVotes, sign: str) -> dict[str, float | int]:
    return {"value_share": round(values.signs[sign], 3), "n_values": values.n_values}
