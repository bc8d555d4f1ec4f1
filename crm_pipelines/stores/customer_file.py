"""What a publication knows of one living customer: values with those they beat, contact points, consents, contacts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

import duckdb

from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.ids import system_of
from crm_pipelines.model.warehouse_tables import GOLDEN_COLUMNS
from crm_pipelines.stores.statements import statement

_NOT_A_VALUE = "not_a_value"
_PARTS = frozenset({"family_name", "given_name", "family_name_kana", "given_name_kana"})
"""They stand in `name` and `name_kana`."""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """The golden customer itself, with what its profile counts.

    Attributes:
        display_name: None when no source names it.
        name_kana: its reading as shown; None when no source tells it.
        former_ids: ids that lead to it.
        interaction_count: of all times.
        order_count: of purchases.
        order_amounts: currency -> sum, as text.
        contacts_by_channel: channel -> (how many, the first, the last).
    """

    golden_id: str
    customer_type: CustomerType
    display_name: str | None
    name_kana: str | None
    record_count: int
    source_systems: tuple[str, ...]
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    former_ids: tuple[str, ...]
    interaction_count: int
    order_count: int
    order_amounts: str | None
    contacts_by_channel: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A value that a record states; `record_id` is None for a pinned one."""

    value: str | None
    record_id: str | None
    observed_at: datetime | None

    @property
    def system(self) -> str | None:
        """The source that states it."""
        return None if self.record_id is None else system_of(self.record_id)


@dataclass(frozen=True, slots=True)
class GoldenValue:
    """What stands in the golden record for one attribute, and what it beat.

    Attributes:
        attribute: canonical field.
        chosen: the value; its `value` is None where it is pinned as empty, or none of those told survives.
        rule: code of the rule that decided.
        n_agreeing: records that state the same value.
        losers: the other values, each once, the best first.
        pin_id: of the pin that sets it, or None.
        pinned_by: steward, or None.
        pinned_until: None for ever, or without a pin.
        source_changed_at: when a source last said otherwise after the pin.
    """

    attribute: str
    chosen: Statement
    rule: str
    n_agreeing: int
    losers: tuple[Statement, ...]
    pin_id: str | None = None
    pinned_by: str | None = None
    pinned_until: datetime | None = None
    source_changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """An e-mail address, a telephone number or an address, and the records that tell it; a pinned one has none."""

    kind: str
    value: str
    is_primary: bool
    is_shared: bool
    last_seen_at: datetime | None
    record_ids: tuple[str, ...]

    @property
    def systems(self) -> tuple[str, ...]:
        """The sources that tell it."""
        return tuple(dict.fromkeys(map(system_of, self.record_ids)))


@dataclass(frozen=True, slots=True)
class ConsentState:
    """What was agreed to, by the strictest word."""

    purpose: str
    channel: str
    granted: bool
    since: datetime | None
    proof: str | None


@dataclass(frozen=True, slots=True)
class Contact:
    """One interaction."""

    channel: str | None
    happened_at: datetime | None
    direction: str | None
    subject: str | None
    source_system: str
    amount: Decimal | None
    currency: str | None
    status: str | None


def customer_row(con: duckdb.DuckDBPyConnection, golden_id: str) -> CustomerRow | None:
    """The customer of a living id; None for any other."""
    rows = con.execute(statement("customer_row"), {"golden_id": golden_id}).fetchall()
    if not rows:
        return None
    name, kind, *rest = rows[0]
    shown, kana, n_records, systems, first, last, former, *counts = rest
    return CustomerRow(
        name, CustomerType(kind), shown, kana, n_records, tuple(systems), first, last, tuple(former), *counts
    )


def golden_values(con: duckdb.DuckDBPyConnection, golden_id: str) -> list[GoldenValue]:
    """The values of a customer in the order of the columns; the parts of a name stand in the whole."""
    rows = con.execute(statement("golden_values_of"), {"golden_id": golden_id}).fetchall()
    found = {attribute: _golden(attribute, list(group)) for attribute, group in groupby(rows, key=lambda row: row[0])}
    has_name = "name" in found
    return [
        found[attribute]
        for attribute in GOLDEN_COLUMNS
        if attribute in found and not (attribute in _PARTS and has_name)
    ]


def contact_points(con: duckdb.DuckDBPyConnection, golden_id: str) -> list[ContactPoint]:
    """How the customer is reached: by kind, the primary one first."""
    rows = con.execute(
        """select kind, value, is_primary, is_shared, last_seen_at, record_ids from contact_points
           where golden_id = ? order by kind, is_primary desc, last_seen_at desc nulls last, value""",
        [golden_id],
    ).fetchall()
    return [
        ContactPoint(kind, value, is_primary, is_shared, seen_at, tuple(record_ids))
        for kind, value, is_primary, is_shared, seen_at, record_ids in rows
    ]


def consent_states(con: duckdb.DuckDBPyConnection, golden_id: str) -> list[ConsentState]:
    """What the customer agreed to and refused, the refusals first."""
    rows = con.execute(
        """select purpose, channel, granted, since, proof from consents
           where golden_id = ? order by granted, purpose, channel""",
        [golden_id],
    ).fetchall()
    return [ConsentState(*row) for row in rows]


def contacts(con: duckdb.DuckDBPyConnection, golden_id: str, most: int) -> list[Contact]:
    """The latest interactions, the newest first."""
    rows = con.execute(
        """select channel, happened_at, direction, subject, source_system, amount, currency, status from interactions
           where golden_id = ? order by happened_at desc nulls last, interaction_id limit ?""",
        [golden_id, most],
    ).fetchall()
    return [Contact(*row) for row in rows]


def questions_about(con: duckdb.DuckDBPyConnection, records: Sequence[str]) -> list[str]:
    """Ids of the published questions that some records stand in, the most urgent first."""
    rows = con.execute(
        """select question_id from review_queue
           where list_has_any(record_ids_left, $records) or list_has_any(record_ids_right, $records)
           order by priority desc, question_id""",
        {"records": list(records)},
    ).fetchall()
    return [question_id for (question_id,) in rows]


def names_of(con: duckdb.DuckDBPyConnection, golden_ids: Sequence[str]) -> Mapping[str, str | None]:
    """Golden id -> display name, of living customers."""
    rows = con.execute(
        "select golden_id, display_name from customers where golden_id in (select unnest(cast(? as varchar[]))) "
        "order by golden_id",
        [list(golden_ids)],
    ).fetchall()
    return dict(rows)


def _golden(attribute: str, rows: Sequence[tuple[Any, ...]]) -> GoldenValue:
    chosen = next((row for row in rows if row[4]), None)
    if chosen is None:  # the values it stands together with come from a record that has none
        rule = rows[0][5] if rows[0][5] == _NOT_A_VALUE else "together"
        return GoldenValue(attribute, Statement(None, None, None), rule, 0, tuple(_others(rows, None)))
    _, value, record_id, observed_at, _, rule, pin_id, pinned_by, until, source_changed_at = chosen
    return GoldenValue(
        attribute,
        Statement(value, record_id, observed_at),
        rule,
        sum(row[1] == value and row[2] is not None for row in rows),
        tuple(_others(rows, value)),
        pin_id,
        pinned_by,
        until,
        source_changed_at,
    )


def _others(rows: Sequence[tuple[Any, ...]], chosen: str | None) -> Iterator[Statement]:
    told = {chosen}
    for _, value, record_id, observed_at, *_ in rows:
        if value not in told:
            told.add(value)
            yield Statement(value, record_id, observed_at)
