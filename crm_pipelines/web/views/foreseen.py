"""Values and consents before and after a change, side by side, as its preview shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_pipelines.stores.golden_outlook import (
    Consents,
    ForeseenConsent,
    Homes,
    Values,
    foreseen_consents,
    foreseen_values,
    published_consents,
    published_values,
)
from crm_pipelines.stores.ledger.facts import NewPin, Pin, pins_in_force
from crm_pipelines.web.masking import Sight
from crm_pipelines.web.reading_room import Look

_PARTS = frozenset({"family_name", "given_name", "family_name_kana", "given_name_kana"})
"""They stand in `name` and `name_kana`."""


@dataclass(frozen=True, slots=True)
class ValueCell:
    """A value of a customer; `is_new` where the same customer has another one now."""

    text: str | None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class ValueRow:
    """An attribute: its values before and after, customer by customer."""

    attribute: str
    before: tuple[ValueCell, ...]
    after: tuple[ValueCell, ...]

    @property
    def is_changed(self) -> bool:
        """Whether any customer gets another value."""
        return any(cell.is_new for cell in self.after)


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A purpose and channel: the states before and after, None where nothing is told."""

    purpose: str
    channel: str
    before: tuple[ForeseenConsent | None, ...]
    after: tuple[ForeseenConsent | None, ...]


@dataclass(frozen=True, slots=True)
class ForeseenView:
    """Before and after.

    Attributes:
        before: golden ids of the columns before.
        after: of those after.
        values: attributes that any of them has.
        consents: likewise; of customers in `consents_unknown` nobody can tell yet.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    values: tuple[ValueRow, ...]
    consents: tuple[ConsentRow, ...]
    consents_unknown: frozenset[str]


def foreseen_view(  # noqa: PLR0913, PLR0917 - before, after, and for whom
    look: Look, before: Homes, after: Homes, sight: Sight, now: datetime, more_pins: Sequence[NewPin] = ()
) -> ForeseenView:
    """Work it out.

    Args:
        look: at the publication.
        before: golden id -> its records as published.
        after: golden id -> the records it would have; those without any are left out.
        sight: what the reader sees of values.
        now: aware; pins hold up to their end.
        more_pins: that are not recorded yet; with one that lifts another the sources count again.
    """
    living = {name: records for name, records in after.items() if records}
    lifted = {pin.lifts for pin in more_pins}
    held: list[Pin | NewPin] = [pin for pin in pins_in_force(look.pins, now) if pin.pin_id not in lifted]
    held += [pin for pin in more_pins if pin.lifts is None]
    consents = published_consents(look.con, before)
    later = foreseen_consents(consents, before, living)
    return ForeseenView(
        tuple(before),
        tuple(living),
        _values(published_values(look.con, before), foreseen_values(look.con, look.loaded, living, held), sight),
        _consents(consents, later),
        frozenset(name for name, states in later.items() if states is None),
    )


def _values(before: Values, after: Values, sight: Sight) -> tuple[ValueRow, ...]:
    attributes = dict.fromkeys(name for found in (*before.values(), *after.values()) for name in found)
    return tuple(
        ValueRow(
            name,
            tuple(ValueCell(_seen(name, found.get(name), sight)) for found in before.values()),
            tuple(
                ValueCell(
                    _seen(name, found.get(name), sight),
                    golden_id in before and before[golden_id].get(name) != found.get(name),
                )
                for golden_id, found in after.items()
            ),
        )
        for name in attributes
        if not (name in _PARTS and attributes.keys() & {"name", "name_kana"})
    )


def _seen(attribute: str, value: str | None, sight: Sight) -> str | None:
    return sight.value(attribute, value) if value else None


def _consents(before: Consents, after: Consents) -> tuple[ConsentRow, ...]:
    keys = sorted({key for states in (*before.values(), *after.values()) for key in states or {}})
    return tuple(
        ConsentRow(
            *key,
            tuple((states or {}).get(key) for states in before.values()),
            tuple((states or {}).get(key) for states in after.values()),
        )
        for key in keys
    )
