"""The past of golden ids and of the values under them, as a publication tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from crm_pipelines.stores.statements import statement


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """One thing that happened to a golden id.

    Attributes:
        position: in the identity log.
        event: `IdentityEventKind`.
        reason: code of what was found.
        cause: `ChangeCause`; None in a log of an older program.
        record_ids: the records it speaks of.
        other_ids: the ids that its records went to, or came from.
        run_id: of the run that logged it.
        model_version: of the scores it rests on; None as `cause`.
    """

    position: int
    happened_at: datetime
    event: str
    reason: str
    cause: str | None
    record_ids: Sequence[str]
    other_ids: Sequence[str]
    run_id: str
    model_version: str | None


@dataclass(frozen=True, slots=True)
class Home:
    """A golden id that a record stood under, from when to when; it stands there now when `valid_to` is None."""

    golden_id: str
    valid_from: datetime
    valid_to: datetime | None


@dataclass(frozen=True, slots=True)
class MemberThen:
    """A record of a customer at some time, and the id it lives under now; None when it is gone."""

    golden_id: str
    record_id: str
    golden_id_now: str | None


@dataclass(frozen=True, slots=True)
class CustomerThen:
    """A customer of some time whose records are others now, and the ids under which they live."""

    golden_id: str
    n_records: int
    n_records_now: int
    golden_ids_now: Sequence[str]


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A value of a customer that became another; changes of one time share their `version`, from 2 on."""

    version: int
    changed_at: datetime
    attribute: str
    value_before: str | None
    value: str | None
    cause: str
    rule: str | None
    record_id_before: str | None
    record_id: str | None
    is_erased: bool
    run_id: str


@dataclass(frozen=True, slots=True)
class CurrentValue:
    """A value that a customer has; `since_at` is None for one that it was first published with."""

    attribute: str
    value: str | None
    rule: str
    record_id: str | None
    pinned_by: str | None
    pinned_until: datetime | None
    source_changed_at: datetime | None
    since_at: datetime | None


def identity_changes(con: duckdb.DuckDBPyConnection, golden_id: str) -> list[IdentityChange]:
    """All that ever happened to a golden id, the oldest first; nothing for an id that was never given out."""
    rows = con.execute(statement("identity_events"), {"golden_id": golden_id}).fetchall()
    return [IdentityChange(*row) for row in rows]


def homes(con: duckdb.DuckDBPyConnection, record_id: str) -> list[Home]:
    """The golden ids that a record has stood under, the oldest first."""
    return [Home(*row) for row in con.execute(statement("homes_of_record"), {"record_id": record_id}).fetchall()]


def members_then(con: duckdb.DuckDBPyConnection, moment: datetime, golden_ids: Sequence[str]) -> list[MemberThen]:
    """The records that stood under these ids just before a moment."""
    parameters = {"golden_ids": list(golden_ids), "moment": moment}
    return [MemberThen(*row) for row in con.execute(statement("members_then"), parameters).fetchall()]


def home_then(con: duckdb.DuckDBPyConnection, moment: datetime, record_id: str) -> str | None:
    """The golden id that a record stood under just before a moment; None when it stood under none."""
    return next(
        (
            home.golden_id
            for home in homes(con, record_id)
            if home.valid_from < moment and (home.valid_to is None or home.valid_to >= moment)
        ),
        None,
    )


def resolved_then(con: duckdb.DuckDBPyConnection, moment: datetime, golden_id: str) -> list[str]:
    """The living ids to which an id that was retired led just before a moment."""
    rows = con.execute(
        """select redirects_to from redirects
           where golden_id = $golden_id and valid_from < $moment and (valid_to is null or valid_to >= $moment)
           order by redirects_to""",
        {"golden_id": golden_id, "moment": moment},
    ).fetchall()
    return [found for (found,) in rows]


def counts_then(con: duckdb.DuckDBPyConnection, moment: datetime) -> tuple[int, int]:
    """How many customers and how many records lived just before a moment."""
    found = con.execute(
        """select count(distinct golden_id), count(*) from crosswalk
           where valid_from < $moment and (valid_to is null or valid_to >= $moment)""",
        {"moment": moment},
    ).fetchall()
    return int(found[0][0]), int(found[0][1])


def differing_then(con: duckdb.DuckDBPyConnection, moment: datetime) -> list[CustomerThen]:
    """The customers of just before a moment that are made of other records now, or live no more."""
    return [CustomerThen(*row) for row in con.execute(statement("differing_then"), {"moment": moment}).fetchall()]


def first_known_at(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """When the first id was given out; None when none was."""
    found: datetime | None = con.execute("select min(happened_at) from identity_log").fetchall()[0][0]
    return found


def similar_ids(con: duckdb.DuckDBPyConnection, typed: str) -> list[str]:
    """Ids that were given out and differ from what somebody typed by one slip; three at most."""
    plain = "".join(character for character in typed.upper() if character.isalnum())
    return [found for (found,) in con.execute(statement("similar_golden_ids"), {"plain": plain}).fetchall()]


def value_changes(con: duckdb.DuckDBPyConnection, golden_id: str) -> list[ValueChange]:
    """How the values of a customer changed, the oldest first."""
    rows = con.execute(statement("value_changes_of"), {"golden_id": golden_id}).fetchall()
    return [ValueChange(*row) for row in rows]


def current_values(con: duckdb.DuckDBPyConnection, golden_id: str) -> list[CurrentValue]:
    """The values that a customer has, by attribute."""
    rows = con.execute(statement("current_values"), {"golden_id": golden_id}).fetchall()
    return [CurrentValue(*row) for row in rows]
