"""What waits for a second person: one proposes it, another approves it or sends it back.

Many answers are given together; a single one, or an act on customers, waits where much hangs on it.

A proposal decides nothing. Its decisions are written when it is approved, in one transaction with the approval.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm_pipelines.model.enums import BatchState, Judgement
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.acts import Act
from crm_pipelines.stores.ledger.audit import Action, Happening, append_audit
from crm_pipelines.stores.ledger.engine import database_errors, ledger_name, writing
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.ledger.ledger import append_decision
from crm_pipelines.stores.ledger.people import Person
from crm_pipelines.stores.ledger.tables import batches


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """What somebody proposes.

    Attributes:
        judgement: of all the questions; of an act, of its decision.
        question_ids: in the order of the queue; of an act none.
        filters: facet -> code: what the list was narrowed to.
        reason: of the proposer; empty only of a single answer and of an act.
        replacing: of a single answer and of an act, the decisions that shall give way; None: of answers given together.
        act: what is done to customers; None: questions are answered.
    """

    judgement: Judgement
    question_ids: tuple[str, ...]
    filters: dict[str, str]
    reason: str
    replacing: tuple[str, ...] | None = None
    act: Act | None = None

    @property
    def is_single(self) -> bool:
        """Whether it is one answer or one act, which is written whole or not at all."""
        return self.replacing is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposer:
    """Who proposes and is no person: a program, by the id of its token."""

    person_id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(NewBatch):
    """A proposal and what became of it.

    Attributes:
        decided_by: who approved it, sent it back or withdrew it; None while it waits.
        n_recorded: decisions that were written; None before the approval.
    """

    batch_id: str
    proposed_by_id: str
    proposed_by: str
    proposed_at: datetime
    state: BatchState
    decided_by: str | None
    decided_at: datetime | None
    decided_reason: str | None
    n_recorded: int | None


class Batches:
    """The proposals. Every method raises StoreError `store.ledger_unavailable` without the database.

    Args:
        engine: of the ledger's database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._name = ledger_name(engine)

    def propose(self, new: NewBatch, by: Person | Proposer, now: datetime, batch_id: str | None = None) -> str:
        """Lay a proposal down; return its id.

        Args:
            new: what is proposed.
            by: whose proposal it is.
            now: aware.
            batch_id: of a caller that may try again; None: a new one.

        Raises:
            ConflictError: `batch.proposed_already`: an answer to the same question waits; `batch.act_proposed_already`.
        """
        batch_id = batch_id or secrets.token_hex(8)
        row = {
            "batch_id": batch_id,
            "judgement": new.judgement.value,
            "question_ids": list(new.question_ids),
            "filters": new.filters,
            "reason": new.reason,
            "replacing": None if new.replacing is None else list(new.replacing),
            "act": None if new.act is None else new.act.written(),
            "proposed_by_id": by.person_id,
            "proposed_by": by.name,
            "proposed_at": now,
            "state": BatchState.PROPOSED.value,
        }
        with database_errors(self._name), writing(self._engine) as connection:
            _require_first(connection, new)
            connection.execute(batches.insert(), row)
            _note(connection, Action.PROPOSED, batch_id, by, now)
        return batch_id

    def find(self, batch_id: str) -> Batch | None:
        """One of them; None where there is none of this id."""
        with database_errors(self._name), self._engine.connect() as connection:
            return _found(connection, batch_id)

    def waiting_one(self, batch_id: str) -> Batch:
        """One that nobody has decided about.

        Raises:
            ConflictError: `batch.no_such`, `batch.decided`.
        """
        with database_errors(self._name), self._engine.connect() as connection:
            return _waiting(connection, batch_id)

    def single(self) -> dict[str, Batch]:
        """Question id -> the single answer to it that waits."""
        with database_errors(self._name), self._engine.connect() as connection:
            return _single(connection)

    def acts(self) -> list[Batch]:
        """The acts that wait, the oldest first."""
        with database_errors(self._name), self._engine.connect() as connection:
            return _acts(connection)

    def act_about(self, act: Act) -> Batch | None:
        """The act that waits and speaks of the same as one; None without it."""
        with database_errors(self._name), self._engine.connect() as connection:
            return _act_about(connection, act)

    def batch(self, batch_id: str) -> Batch:
        """One of them.

        Raises:
            ConflictError: `batch.no_such`.
        """
        with database_errors(self._name), self._engine.connect() as connection:
            return _batch(connection, batch_id)

    def waiting(self) -> list[Batch]:
        """Those nobody has decided about, the oldest first."""
        return self._listed(batches.c.state == BatchState.PROPOSED.value, batches.c.proposed_at.asc(), None)

    def decided(self, n_most: int) -> list[Batch]:
        """The latest that were decided about, the newest first."""
        return self._listed(batches.c.state != BatchState.PROPOSED.value, batches.c.decided_at.desc(), n_most)

    def approve(
        self, batch_id: str, person: Person, now: datetime, decisions: Sequence[NewDecision]
    ) -> tuple[int, Collection[str]]:
        """Approve a proposal and write its decisions, all in one transaction.

        Args:
            batch_id: of a proposal that waits.
            person: somebody else than the proposer.
            now: the time of the approval.
            decisions: one a question; whatever was answered meanwhile is passed over. Of a single answer or an act:
                withdrawals of what it replaces, and the decision.

        Returns:
            How many decisions were written, and the questions that were passed over.

        Raises:
            ConflictError: `batch.no_such`, `batch.decided`, `batch.own`; of a single answer or an act also
                `ledger.question_decided`, `ledger.not_in_force`, `ledger.entry_differs`.
        """
        with database_errors(self._name), writing(self._engine) as connection:
            batch = _waiting(connection, batch_id)
            _require_other(batch, person)
            _note(connection, Action.PROPOSAL_APPROVED, batch_id, person, now)
            if batch.is_single:  # with what it replaces: all of it or nothing
                for one in decisions:
                    append_decision(connection, one, only_if_open=True, person_id=person.person_id)
                _decide(connection, batch_id, BatchState.APPROVED, person, now, n_recorded=1)
                return 1, ()
            passed_over = [one.question_id or "" for one in decisions if not _was_recorded(connection, one, person)]
            n_recorded = len(decisions) - len(passed_over)
            _decide(connection, batch_id, BatchState.APPROVED, person, now, n_recorded=n_recorded)
        return n_recorded, passed_over

    def send_back(self, batch_id: str, person: Person, now: datetime, reason: str) -> None:
        """Send a proposal back to its proposer, with the reason.

        Raises:
            ConflictError: `batch.no_such`, `batch.decided`, `batch.own`.
        """
        with database_errors(self._name), writing(self._engine) as connection:
            _require_other(_waiting(connection, batch_id), person)
            _decide(connection, batch_id, BatchState.SENT_BACK, person, now, reason=reason)
            _note(connection, Action.PROPOSAL_SENT_BACK, batch_id, person, now)

    def withdraw(self, batch_id: str, person: Person, now: datetime) -> None:
        """Take one's own proposal back before anybody has decided about it.

        Raises:
            ConflictError: `batch.no_such`, `batch.decided`, `batch.not_own`.
        """
        with database_errors(self._name), writing(self._engine) as connection:
            if _waiting(connection, batch_id).proposed_by_id != person.person_id:
                raise ConflictError("batch.not_own", batch_id=batch_id)
            _decide(connection, batch_id, BatchState.WITHDRAWN, person, now)
            _note(connection, Action.PROPOSAL_WITHDRAWN, batch_id, person, now)

    def _listed(
        self, condition: sa.ColumnElement[bool], order: sa.ColumnElement[Any], n_most: int | None
    ) -> list[Batch]:
        query = sa.select(batches).where(condition).order_by(order, batches.c.batch_id).limit(n_most)
        with database_errors(self._name), self._engine.connect() as connection:
            return [_told(row) for row in connection.execute(query).all()]


def _was_recorded(connection: sa.Connection, decision: NewDecision, person: Person) -> bool:
    """Whether a decision was written; False when its question was answered before."""
    try:
        append_decision(connection, decision, only_if_open=True, person_id=person.person_id)
    except ConflictError as error:
        if error.code != "ledger.question_decided":
            raise
        return False
    return True


def _require_other(batch: Batch, person: Person) -> None:
    if batch.proposed_by_id == person.person_id:
        raise ConflictError("batch.own", batch_id=batch.batch_id)


def _waiting(connection: sa.Connection, batch_id: str) -> Batch:
    found = _batch(connection, batch_id)
    if found.state is not BatchState.PROPOSED:
        raise ConflictError("batch.decided", batch_id=batch_id, steward=found.decided_by)
    return found


def _require_first(connection: sa.Connection, new: NewBatch) -> None:
    if new.act is not None:
        first = _act_about(connection, new.act)
        if first is not None:
            raise ConflictError("batch.act_proposed_already", batch_id=first.batch_id, steward=first.proposed_by)
    elif new.is_single:
        before = _single(connection).get(new.question_ids[0])
        if before is not None:
            raise ConflictError("batch.proposed_already", batch_id=before.batch_id, steward=before.proposed_by)


def _single(connection: sa.Connection) -> dict[str, Batch]:
    is_answer = sa.and_(batches.c.replacing.is_not(None), batches.c.act.is_(None))
    return {one.question_ids[0]: one for one in _waiting_such(connection, is_answer)}


def _acts(connection: sa.Connection) -> list[Batch]:
    return _waiting_such(connection, batches.c.act.is_not(None))


def _act_about(connection: sa.Connection, act: Act) -> Batch | None:
    found = (one for one in _acts(connection) if one.act is not None and one.act.about == act.about)
    return next(found, None)


def _waiting_such(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Batch]:
    query = sa.select(batches).where(batches.c.state == BatchState.PROPOSED.value, condition)
    return [_told(row) for row in connection.execute(query.order_by(batches.c.proposed_at, batches.c.batch_id)).all()]


def _note(connection: sa.Connection, action: Action, batch_id: str, who: Person | Proposer, now: datetime) -> None:
    """Write into the audit log what became of a proposal; a program is nobody who has signed in."""
    person_id = who.person_id if isinstance(who, Person) else None
    told = Happening(happened_at=now, action=action, person_id=person_id, object_kind="proposal", object_id=batch_id)
    append_audit(connection, told)


def _batch(connection: sa.Connection, batch_id: str) -> Batch:
    found = _found(connection, batch_id)
    if found is None:
        raise ConflictError("batch.no_such", batch_id=batch_id)
    return found


def _found(connection: sa.Connection, batch_id: str) -> Batch | None:
    row = connection.execute(sa.select(batches).where(batches.c.batch_id == batch_id)).one_or_none()
    return None if row is None else _told(row)


def _decide(  # noqa: PLR0913 - what stands in the row
    connection: sa.Connection,
    batch_id: str,
    state: BatchState,
    person: Person,
    now: datetime,
    *,
    reason: str | None = None,
    n_recorded: int | None = None,
) -> None:
    values = {"state": state.value, "decided_by": person.name, "decided_at": now, "decided_reason": reason}
    connection.execute(batches.update().where(batches.c.batch_id == batch_id), values | {"n_recorded": n_recorded})


def _told(row: sa.Row[Any]) -> Batch:
    typed = ("judgement", "question_ids", "state", "replacing", "act")
    names = [name for name in Batch.__dataclass_fields__ if name not in typed]
    return Batch(
        judgement=Judgement(row.judgement),
        question_ids=tuple(row.question_ids),
        state=BatchState(row.state),
        replacing=None if row.replacing is None else tuple(row.replacing),
        act=None if row.act is None else Act.read(row.act),
        **{name: getattr(row, name) for name in names},
    )
