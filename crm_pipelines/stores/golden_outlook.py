"""Which values and consents customers would have, told before a change is recorded, from a publication alone.

The values survive by the rules of the project, over the records of the publication in the homes that they would have,
with the pins of the ledger. What has arrived since the publication is not seen. Consents are told of whole customers:
from whom each record of a customer has them is not published.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from crm_pipelines.model.warehouse_tables import GOLDEN_COLUMNS
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.ledger.facts import NewPin, Pin
from crm_pipelines.survivorship.golden import pinned_values_sql
from crm_pipelines.survivorship.ranking import attribute_values_sql, checks_passed_sql, source_rank_rows

Homes = Mapping[str, Sequence[str]]
Values = dict[str, dict[str, str | None]]


@dataclass(frozen=True, slots=True)
class ForeseenConsent:
    """A consent or refusal, and since when."""

    granted: bool
    since: datetime | None


Consents = dict[str, dict[tuple[str, str], ForeseenConsent] | None]


def published_values(con: duckdb.DuckDBPyConnection, golden_ids: Iterable[str]) -> Values:
    """Golden id -> attribute -> the value that stands there as published."""
    rows = con.execute(
        """select golden_id, attribute, value from attribute_values
           where survives and golden_id in (select unnest(cast(? as varchar[]))) order by golden_id, attribute""",
        [list(golden_ids)],
    ).fetchall()
    return _by_customer(rows, golden_ids)


def foreseen_values(
    con: duckdb.DuckDBPyConnection, loaded: LoadedProject, homes: Homes, pins: Sequence[Pin | NewPin]
) -> Values:
    """Golden id -> attribute -> the value that would survive.

    Args:
        con: the publication.
        loaded: the project.
        homes: golden id -> the records it would have.
        pins: that hold then, in the order of the ledger; what is new stands last.
    """
    rules = loaded.rules.survivorship
    connectors = {name: source.entry.connector for name, source in loaded.sources.items()}
    ranks = list(zip(*source_rank_rows(rules, connectors), strict=True)) or [()] * 4
    bound = _bound(homes) | dict(zip(("groups", "systems", "ranks", "trusts"), map(list, ranks), strict=True))
    rows = con.execute(
        f"""with {_HOMES},
            source_ranks as (
                select unnest(cast($groups as varchar[])) as group_name,
                    unnest(cast($systems as varchar[])) as source_system,
                    unnest(cast($ranks as integer[])) as source_rank, unnest(cast($trusts as double[])) as source_trust
            ),
            changed_members as materialized (
                select homes.golden_id, {checks_passed_sql()} as checks_passed, standardised_records.* exclude (run_id)
                from homes inner join standardised_records using (record_id)
            )
            select golden_id, attribute, value from ({attribute_values_sql(rules)}) where survives
            order by golden_id, attribute""",  # noqa: S608 - text of our own; values are bound
        bound,
    ).fetchall()
    return _by_customer([*rows, *_pinned(con, homes, pins)], homes)


def published_consents(con: duckdb.DuckDBPyConnection, golden_ids: Iterable[str]) -> Consents:
    """Golden id -> (purpose, channel) -> the state as published."""
    found: Consents = {name: {} for name in golden_ids}
    rows = con.execute(
        """select golden_id, purpose, channel, granted, since from consents
           where golden_id in (select unnest(cast(? as varchar[]))) order by golden_id, purpose, channel""",
        [list(found)],
    ).fetchall()
    for golden_id, purpose, channel, granted, since in rows:
        states = found[golden_id]
        if states is not None:
            states[purpose, channel] = ForeseenConsent(granted, since)
    return found


def foreseen_consents(before: Consents, homes_before: Homes, homes_after: Homes) -> Consents:
    """Golden id -> the states that would hold: of customers that come together the strictest.

    None of a customer that is made of a part of another one: what each record told is not published.
    """
    found: Consents = {}
    for golden_id, records in homes_after.items():
        parts = [name for name, members in homes_before.items() if not set(members).isdisjoint(records)]
        is_whole = set(records) == {record for name in parts for record in homes_before[name]}
        found[golden_id] = _strictest([before.get(name) or {} for name in parts]) if is_whole else None
    return found


_HOMES = """
    homes as (
        select unnest(cast($golden_ids as varchar[])) as golden_id, unnest(cast($record_ids as varchar[])) as record_id
    )"""


def _strictest(
    all_states: Sequence[Mapping[tuple[str, str], ForeseenConsent]],
) -> dict[tuple[str, str], ForeseenConsent]:
    """One refusal is a refusal; of two alike the later one stands."""
    found: dict[tuple[str, str], ForeseenConsent] = {}
    for states in all_states:
        for key, one in states.items():
            before = found.get(key)
            found[key] = one if before is None or _strictness(one) > _strictness(before) else before
    return found


def _strictness(one: ForeseenConsent) -> tuple[bool, float]:
    return not one.granted, one.since.timestamp() if one.since is not None else float("-inf")


def _pinned(
    con: duckdb.DuckDBPyConnection, homes: Homes, pins: Sequence[Pin | NewPin]
) -> list[tuple[str, str, str | None]]:
    """What pins put in the place of the sources' values."""
    records = {record for members in homes.values() for record in members}
    held = [pin for pin in pins if not records.isdisjoint(pin.record_ids)]
    if not held:
        return []
    bound = _bound(homes) | {
        "seqs": list(range(len(held))),
        "pin_ids": [str(pin.pin_id) for pin in held],
        "pin_records": [list(pin.record_ids) for pin in held],
        "attributes": [pin.attribute for pin in held],
        "pin_values": [pin.value for pin in held],
        "stewards": [pin.steward for pin in held],
        "times": [pin.pinned_at for pin in held],
        "ends": [pin.expires_at for pin in held],
    }
    rows: list[tuple[str, str, str | None]] = con.execute(
        f"""with {_HOMES},
            crosswalk as (select golden_id, record_id, null as valid_to from homes),
            pins as (
                select unnest(cast($seqs as bigint[])) as seq, unnest(cast($pin_ids as varchar[])) as pin_id,
                    unnest(cast($pin_records as varchar[][])) as record_ids,
                    unnest(cast($attributes as varchar[])) as attribute,
                    unnest(cast($pin_values as varchar[])) as value,
                    unnest(cast($stewards as varchar[])) as steward, unnest(cast($times as timestamptz[])) as pinned_at,
                    unnest(cast($ends as timestamptz[])) as expires_at
            )
            select golden_id, attribute, value from ({pinned_values_sql()}) order by golden_id, attribute""",  # noqa: S608 - as above
        bound,
    ).fetchall()
    return rows


def _bound(homes: Homes) -> dict[str, Any]:
    pairs = [(golden_id, record) for golden_id, members in homes.items() for record in members]
    return {"golden_ids": [name for name, _ in pairs], "record_ids": [record for _, record in pairs]}


def _by_customer(rows: Iterable[tuple[str, str, str | None]], golden_ids: Iterable[str]) -> Values:
    """Each customer's values in the order of the columns; of two for one attribute the later counts."""
    told: Values = {name: {} for name in golden_ids}
    for golden_id, attribute, value in rows:
        told[golden_id][attribute] = value
    order = {name: place for place, name in enumerate(GOLDEN_COLUMNS)}
    return {
        golden_id: dict(sorted(found.items(), key=lambda item: order.get(item[0], len(order))))
        for golden_id, found in told.items()
    }
