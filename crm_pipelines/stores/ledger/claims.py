"""Who is at work on which question, and what somebody wants to see later.

A claim keeps colleagues from thinking about the same question twice; it forbids nobody to answer. Opening a question
claims it for some minutes; an assignment lasts until the question is answered or given back.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from crm_pipelines.stores.ledger.engine import database_errors, ledger_name, writing
from crm_pipelines.stores.ledger.people import Person
from crm_pipelines.stores.ledger.tables import claims, postponements

CLAIM_ENDS_AFTER = timedelta(minutes=10)
_RENEWED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One question and who has it.

    Attributes:
        person_id: whose it is.
        name: of that person.
        until: when it ends by itself; None: it was assigned.
        assigned_by: who gave it to the person, or the person itself; None: the person has opened it.
        taken_from: person id of whoever had it before, until that person has seen it.
    """

    question_id: str
    person_id: str
    name: str
    until: datetime | None
    assigned_by: str | None
    taken_from: str | None

    def holds(self, now: datetime) -> bool:
        """Whether it still counts."""
        return self.until is None or self.until > now


class Claims:
    """Claims and what was put off. Every method raises StoreError `store.ledger_unavailable` without the database.

    Args:
        engine: of the ledger's database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._name = ledger_name(engine)

    def of_question(self, question_id: str, now: datetime) -> Claim | None:
        """Who has a question now; None when nobody does."""
        with database_errors(self._name), self._engine.connect() as connection:
            found = _found(connection, question_id)
        return found if found is not None and found.holds(now) else None

    def holding(self, now: datetime) -> list[Claim]:
        """All claims that count, by question id."""
        counts = sa.or_(claims.c.until.is_(None), claims.c.until > now)
        with database_errors(self._name), self._engine.connect() as connection:
            rows = connection.execute(sa.select(claims).where(counts).order_by(claims.c.question_id)).all()
        return [_claim(row) for row in rows]

    def open(self, question_id: str, person: Person, now: datetime) -> Claim:
        """Claim a question that nobody else has, because the person looks at it; what it only looked at before is free.

        Returns:
            The claim that counts: the person's, or that of somebody else who was first.
        """
        found = self.of_question(question_id, now)
        is_own = found is not None and found.person_id == person.person_id
        if found is not None and found.taken_from == person.person_id:
            self._told(question_id)
        if found is not None and (not is_own or _is_fresh(found, now)):
            return found
        with database_errors(self._name), writing(self._engine) as connection:
            found = _found(connection, question_id)
            if found is not None and found.holds(now) and (found.person_id != person.person_id or found.until is None):
                return found
            _give_up_glances(connection, person)
            return _put(connection, _made(question_id, person, until=now + CLAIM_ENDS_AFTER))

    def take(self, question_id: str, person: Person, now: datetime) -> Claim:
        """Take a question over, whoever has it; that person is told at the next look."""
        with database_errors(self._name), writing(self._engine) as connection:
            found = _found(connection, question_id)
            is_taken = found is not None and found.holds(now) and found.person_id != person.person_id
            before = found.person_id if found is not None and is_taken else None
            return _put(connection, _made(question_id, person, until=now + CLAIM_ENDS_AFTER, taken_from=before))

    def assign(self, question_ids: Collection[str], person: Person, by: Person) -> None:
        """Give questions to a person, for as long as they are open."""
        with database_errors(self._name), writing(self._engine) as connection:
            for question_id in question_ids:
                _put(connection, _made(question_id, person, assigned_by=by.name))

    def release(self, question_id: str, person: Person | None = None) -> None:
        """Give a question back: one's own, or with None anybody's (it was answered)."""
        condition = claims.c.question_id == question_id
        if person is not None:
            condition = sa.and_(condition, claims.c.person_id == person.person_id)
        with database_errors(self._name), writing(self._engine) as connection:
            connection.execute(claims.delete().where(condition))

    def postpone(self, question_id: str, person: Person, until: datetime) -> None:
        """Put a question behind the others, for one person and for a time; it is free for everybody else."""
        same = sa.and_(postponements.c.question_id == question_id, postponements.c.person_id == person.person_id)
        row = {"question_id": question_id, "person_id": person.person_id, "until": until}
        mine = sa.and_(claims.c.question_id == question_id, claims.c.person_id == person.person_id)
        with database_errors(self._name), writing(self._engine) as connection:
            connection.execute(postponements.delete().where(same))
            connection.execute(postponements.insert(), row)
            connection.execute(claims.delete().where(mine, claims.c.until.is_not(None)))

    def postponed(self, person: Person, now: datetime) -> frozenset[str]:
        """The questions a person put off that are still to wait."""
        condition = sa.and_(postponements.c.person_id == person.person_id, postponements.c.until > now)
        with database_errors(self._name), self._engine.connect() as connection:
            return frozenset(connection.execute(sa.select(postponements.c.question_id).where(condition)).scalars())

    def _told(self, question_id: str) -> None:
        with database_errors(self._name), writing(self._engine) as connection:
            connection.execute(claims.update().where(claims.c.question_id == question_id), {"taken_from": None})


def _is_fresh(claim: Claim, now: datetime) -> bool:
    """Whether a claim need not be renewed yet: a write for every look would be many."""
    return claim.until is None or claim.until > now + CLAIM_ENDS_AFTER - _RENEWED_EVERY


def _give_up_glances(connection: sa.Connection, person: Person) -> None:
    glance = sa.and_(claims.c.person_id == person.person_id, claims.c.until.is_not(None))
    connection.execute(claims.delete().where(glance))


def _made(question_id: str, person: Person, **more: Any) -> Claim:
    """A claim of a person; what is not named is None."""
    rest = {"until": None, "assigned_by": None, "taken_from": None, **more}
    return Claim(question_id=question_id, person_id=person.person_id, name=person.name, **rest)


def _put(connection: sa.Connection, claim: Claim) -> Claim:
    """Write a claim in the place of whatever stands there."""
    connection.execute(claims.delete().where(claims.c.question_id == claim.question_id))
    connection.execute(claims.insert(), {name: getattr(claim, name) for name in Claim.__dataclass_fields__})
    return claim


def _found(connection: sa.Connection, question_id: str) -> Claim | None:
    row = connection.execute(sa.select(claims).where(claims.c.question_id == question_id)).one_or_none()
    return None if row is None else _claim(row)


def _claim(row: sa.Row[Any]) -> Claim:
    return Claim(**{name: getattr(row, name) for name in Claim.__dataclass_fields__})
