"""Pins: propose them for what a steward wants, record them, lift them, and tell how those in force stand.

The steward app and the command line call these; what a value must look like and what belongs together is decided in
the rooms. A pin names the records of the customer as published, so it follows them through merges and splits.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import duckdb

from crm_pipelines.model.enums import CustomerType, ValueStatus
from crm_pipelines.model.errors import Fact, Fault
from crm_pipelines.model.warehouse_tables import GOLDEN_COLUMNS
from crm_pipelines.rules.survivorship import SurvivorshipRules
from crm_pipelines.standardise.observations import Place
from crm_pipelines.standardise.stated import stated_columns
from crm_pipelines.stores.ledger.facts import NewPin, Pin, pins_in_force
from crm_pipelines.stores.ledger.ledger import Ledger
from crm_pipelines.stores.pinned_groups import beside
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.subjects import find_subject
from crm_pipelines.survivorship.pinning import pinned_whole

_NOT_PINNED = frozenset({"tags", "external_ids"})  # lists of the sources, not values that somebody could put right
PINNABLE = tuple(attribute for attribute in GOLDEN_COLUMNS if attribute not in _NOT_PINNED)
_USABLE = frozenset({ValueStatus.OK.value, ValueStatus.REPAIRED.value, ValueStatus.UNSUPPORTED.value})
_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class PinWish:
    """What a steward wants to stand in the golden record of a customer.

    Attributes:
        name: golden id or record id, as the tables write it.
        values: attribute -> text; None wants it empty. Several of one group (the lines of an address) go together.
        steward: user name.
        reason: why; needed.
        at: now.
        expires_at: when the sources count again; None for never.
    """

    name: str
    values: Mapping[str, str | None]
    steward: str
    reason: str
    at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PinState:
    """A pin in force and how it stands.

    Attributes:
        pin: as the ledger has it.
        golden_id: the customer it speaks of; None as long as no run has applied it, or when its records are gone.
        source_value: what the sources would put there; None when they say nothing.
        source_changed_at: when one last said otherwise after the pin was set; None when none did.
    """

    pin: Pin
    golden_id: str | None
    source_value: str | None
    source_changed_at: datetime | None


def proposed_pins(
    con: duckdb.DuckDBPyConnection, wish: PinWish, rules: SurvivorshipRules, place: Place
) -> tuple[list[NewPin], list[Fault]]:
    """What to record for a wish, or all that is wrong with it; nothing is written.

    A fault says in `field` what is wrong with the wish, and in `place` which of its values, from 0, where it is one.

    Args:
        con: the current publication.
        wish: what is wanted.
        rules: which attributes survive together.
        place: where values are at home that name no country.
    """
    subject = find_subject(con, wish.name)
    golden_ids = () if subject is None else subject.golden_ids
    if subject is None or len(golden_ids) != 1:
        return [], [Fault("pin.no_customer" if not golden_ids else "pin.several_customers", {"field": "id"})]
    if faults := list(_wrong(wish)):
        return [], faults
    kind, shown = _shown(con, golden_ids[0])
    said = {attribute: text for attribute, text in wish.values.items() if text is not None}
    columns = stated_columns(said, kind, place)
    if faults := [*_unusable(wish.values, columns)]:
        return [], faults
    asked = {attribute: None if text is None else str(columns[attribute]) for attribute, text in wish.values.items()}
    following = {name: None if value is None else str(value) for name, value in columns.items()} if said else {}
    together = beside(con, subject.members, asked, columns, shown, rules, kind, place)
    whole = pinned_whole(asked, following, together, rules)
    return [_pin(wish, subject.members, attribute, value) for attribute, value in whole.items()], []


def record_pins(ledger: Ledger, pins: Iterable[NewPin], as_of: datetime) -> list[Pin]:
    """Record proposed pins or lifts; those that hold already change nothing, so whoever was interrupted tries again.

    Args:
        ledger: where to.
        pins: from `proposed_pins` or `proposed_lifts`.
        as_of: now; what was pinned alike and has ended is pinned anew.
    """
    known = ledger.pins()
    standing = {pin.pin_id for pin in pins_in_force(known, as_of)} | {pin.pin_id for pin in known if pin.only_lifts}
    ended = {pin.pin_id for pin in known} - standing
    return [ledger.record_pin(_named_anew(pin, ended)) for pin in pins]


def _named_anew(pin: NewPin, ended: Collection[str]) -> NewPin:
    name = str(pin.pin_id)
    while name in ended:
        name = _name("again", name)
    return replace(pin, pin_id=name)


def proposed_lifts(
    con: duckdb.DuckDBPyConnection, ledger: Ledger, wish: PinWish, rules: SurvivorshipRules
) -> tuple[list[NewPin], list[Fault]]:
    """What to record so that the sources count again for these attributes and the rest of their groups.

    Args:
        con: the current publication.
        ledger: where the pins stand.
        wish: `values` names the attributes; their texts are not read.
        rules: which attributes survive together.
    """
    subject = find_subject(con, wish.name)
    if subject is None or not subject.members:
        return [], [Fault("pin.no_customer", {"field": "id"})]
    groups = {rules.group_of(attribute) for attribute in wish.values}
    held = [
        pin
        for pin in pins_in_force(ledger.pins(), wish.at)
        if rules.group_of(pin.attribute) in groups and set(pin.record_ids) & set(subject.members)
    ]
    if not held:
        return [], [Fault("pin.nothing_pinned", {"field": "attribute"})]
    return [
        NewPin(
            record_ids=pin.record_ids, attribute=pin.attribute, value=None, steward=wish.steward, pinned_at=wish.at,
            reason=wish.reason, lifts=pin.pin_id, pin_id=_name("lift", pin.pin_id),
        )
        for pin in held
    ], []  # fmt: skip


def pin_states(con: duckdb.DuckDBPyConnection, pins: Sequence[Pin], as_of: datetime) -> list[PinState]:
    """How the pins in force stand: those whose sources changed afterwards first, then in ledger order.

    Args:
        con: the current publication.
        pins: all of the ledger.
        as_of: now.
    """
    held = pins_in_force(pins, as_of)
    rows = con.execute(statement("pin_states"), {"pin_ids": [pin.pin_id for pin in held]}).fetchall()
    found = {pin_id: (golden_id, value, changed_at) for pin_id, golden_id, value, changed_at in rows}
    states = [PinState(pin, *found.get(pin.pin_id, (None, None, None))) for pin in held]
    return sorted(states, key=lambda state: (state.source_changed_at is None, state.pin.seq))


def _wrong(wish: PinWish) -> Iterable[Fault]:
    if not wish.values:
        yield Fault("pin.no_attribute", {"field": "attribute", "known": ", ".join(PINNABLE)})
    for place, attribute in enumerate(wish.values):
        if attribute not in PINNABLE:
            yield Fault("pin.unknown_attribute", {"field": "attribute", "known": ", ".join(PINNABLE), "place": place})
    if not wish.reason.strip():
        yield Fault("pin.no_reason", {"field": "reason"})
    if not wish.steward.strip():
        yield Fault("pin.no_steward", {"field": "steward"})
    if wish.expires_at is not None and wish.expires_at <= wish.at:
        yield Fault("pin.expired", {"field": "expires_on"})


def _unusable(values: Mapping[str, str | None], columns: Mapping[str, Any]) -> Iterable[Fault]:
    """Values that are none of their field: in a record they would lose to any other, so a steward may not say them."""
    for place, (attribute, text) in enumerate(values.items()):
        status = columns.get(f"{attribute}_status")
        is_value = columns.get(attribute) is not None and (status is None or status in _USABLE)
        if text is not None and not is_value:
            facts: dict[str, Fact] = {"field": "value", "attribute": f"cli.attribute.{attribute}", "place": place}
            yield Fault("pin.not_a_value", facts)


def _shown(con: duckdb.DuckDBPyConnection, golden_id: str) -> tuple[CustomerType, dict[str, str | None]]:
    listed = ", ".join(f'cast("{name}" as varchar)' for name in PINNABLE)
    rows = con.execute(f"select customer_type, {listed} from customers where golden_id = ?", [golden_id]).fetchall()  # noqa: S608
    return CustomerType(rows[0][0]), dict(zip(PINNABLE, rows[0][1:], strict=True))


def _pin(wish: PinWish, record_ids: Sequence[str], attribute: str, value: str | None) -> NewPin:
    until = None if wish.expires_at is None else wish.expires_at.isoformat()
    return NewPin(
        record_ids=tuple(record_ids), attribute=attribute, value=value, steward=wish.steward, pinned_at=wish.at,
        reason=wish.reason, expires_at=wish.expires_at,
        pin_id=_name("pin", sorted(record_ids), attribute, value, wish.steward, wish.reason, until),
    )  # fmt: skip


def _name(*content: object) -> str:
    """The id of an entry, from what it says: the same entry again is the same."""
    return hashlib.blake2b(json.dumps(content, ensure_ascii=False).encode(), digest_size=_ID_BYTES).hexdigest()
