"""Standardise until nothing changes, so that a standard value standardises to itself whatever the raw one held."""

from collections.abc import Callable

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.values import StandardValue
from crm_pipelines.standardise.text import clean_text

_MOST_ROUNDS = 6
# Parts that the last round alone decides: a cut of an earlier round would contradict it.
_WHOLE_NAME = frozenset({"family", "given", "order_evidence", "core", "legal_form", "legal_position"})


def settled(
    standardise: Callable[[str], StandardValue], text: str, is_settled: Callable[[StandardValue], bool] | None = None
) -> StandardValue:
    """Return the value that `standardise` leaves as it is, with the rules, parts and flags of every round.

    Nested marks (a title behind brackets behind a title) need more than one round; nearly all values need one. A value
    that does not settle is shown as it came, `ambiguous` and without a key.

    Args:
        standardise: one round, from cleaned text to value.
        text: cleaned text.
        is_settled: a quick proof that another round would change nothing; it may say false too often, never true.
    """
    value, shown = standardise(text), text
    if is_settled is not None and is_settled(value):
        return value
    for _ in range(_MOST_ROUNDS):
        if value.std is None or value.std == shown:
            return value
        shown = value.std
        again = standardise(clean_text(shown))
        if again.std == shown and again.keys == value.keys and again.status in {value.status, ValueStatus.OK}:
            return value
        value = _merged(value, again)
    return StandardValue(text, status=ValueStatus.AMBIGUOUS, rules=("text.unsettled",))


def _merged(before: StandardValue, after: StandardValue) -> StandardValue:
    return StandardValue(
        after.std,
        after.keys,
        after.status,
        tuple(dict.fromkeys((*before.rules, *after.rules))),
        {part: value for part, value in before.parts.items() if part not in _WHOLE_NAME} | dict(after.parts),
        tuple(sorted({*before.flags, *after.flags})),
    )
