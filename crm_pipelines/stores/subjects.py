"""Whom an id speaks of: a record or a golden customer, living or retired, as a publication knows them."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from crm_pipelines.model.ids import is_golden_id
from crm_pipelines.stores.statements import statement


@dataclass(frozen=True, slots=True)
class Redirect:
    """A retired golden id and where it leads."""

    golden_id: str
    redirects_to: str
    reason: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What an id stands for.

    Attributes:
        name: the id, in the form the tables hold.
        record_id: the record; None when a golden id was asked for.
        golden_ids: the living customers it leads to; none when it lives no longer.
        members: their live records, sorted; of a record its customer's, itself included.
        redirects: those that led from the id to the living customers.
        former_ids: golden ids the record lived under before, the latest first.
    """

    name: str
    record_id: str | None
    golden_ids: tuple[str, ...]
    members: tuple[str, ...]
    redirects: tuple[Redirect, ...] = ()
    former_ids: tuple[str, ...] = ()

    @property
    def records(self) -> tuple[str, ...]:
        """The records that are compared: the record itself, or all of the customer."""
        return self.members if self.record_id is None else (self.record_id,)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One thing that happened to a golden id."""

    happened_at: datetime
    event: str
    reason: str | None
    n_records: int
    to_golden_id: str | None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """An open question about two sets of records."""

    question_id: str
    kind: str
    reason: str
    match_weight: float | None


def find_subject(con: duckdb.DuckDBPyConnection, name: str) -> Subject | None:
    """Look an id up in a publication; None when it was never published.

    Args:
        con: the publication.
        name: a record id, or a golden id in any case.
    """
    golden_id = name.strip().upper()
    return _customer(con, golden_id) if is_golden_id(golden_id) else _record(con, name)


def history_of(con: duckdb.DuckDBPyConnection, golden_id: str) -> list[HistoryEntry]:
    """How a customer grew: what happened to its id, the oldest first."""
    rows = con.execute(statement("history_of_customer"), {"golden_id": golden_id}).fetchall()
    return [HistoryEntry(*row) for row in rows]


def questions_between(con: duckdb.DuckDBPyConnection, left: Subject, right: Subject) -> list[OpenQuestion]:
    """The open questions whether two subjects are one customer, the most urgent first."""
    sides = {"lefts": list(left.members), "rights": list(right.members)}
    return [OpenQuestion(*row) for row in con.execute(statement("questions_between"), sides).fetchall()]


def _customer(con: duckdb.DuckDBPyConnection, golden_id: str) -> Subject | None:
    members = _members(con, (golden_id,))
    if members:
        return Subject(golden_id, None, (golden_id,), members)
    redirects = tuple(
        Redirect(*row)
        for row in con.execute(
            """select golden_id, redirects_to, reason from redirects
               where golden_id = ? and valid_to is null order by redirects_to""",
            [golden_id],
        ).fetchall()
    )
    if not redirects and not history_of(con, golden_id):
        return None
    living = tuple(redirect.redirects_to for redirect in redirects)
    return Subject(golden_id, None, living, _members(con, living), redirects)


def _record(con: duckdb.DuckDBPyConnection, record_id: str) -> Subject | None:
    rows = con.execute(
        """select golden_id, null as valid_from from homes where record_id = $record_id
           union all
           select golden_id, valid_from from crosswalk where valid_to is not null and record_id = $record_id
           order by valid_from desc nulls first, golden_id""",
        {"record_id": record_id},
    ).fetchall()
    if not rows:
        return None
    living = tuple(golden_id for golden_id, valid_from in rows if valid_from is None)
    former = tuple(dict.fromkeys(golden_id for golden_id, _ in rows if golden_id not in living))
    return Subject(record_id, record_id, living, _members(con, living), (), former)


def _members(con: duckdb.DuckDBPyConnection, golden_ids: tuple[str, ...]) -> tuple[str, ...]:
    rows = con.execute(
        """select record_id from crosswalk
           where golden_id in (select unnest(cast($ids as varchar[]))) and valid_to is null
           order by record_id""",
        {"ids": list(golden_ids)},
    ).fetchall()
    return tuple(record for (record,) in rows)
