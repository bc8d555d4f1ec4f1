"""Somebody's own open sign-ins: seen and ended by that person alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.audit import Action, Happening, append_audit
from crm_pipelines.stores.ledger.engine import database_errors, ledger_name, writing
from crm_pipelines.stores.ledger.people import IDLE_ENDS_AFTER, SIGN_IN_ENDS_AFTER, Way, digest_of
from crm_pipelines.stores.ledger.tables import sign_ins

FRESH_FOR = timedelta(minutes=15)
"""So long a sign-in shows who somebody is who has no password to show it with."""


@dataclass(frozen=True, slots=True)
class OpenSignIn:
    """A sign-in that counts.

    Attributes:
        sign_in_id: names it on a page; opens nothing.
        opened_at: aware.
        seen_at: when it was last used, to the minute.
        way: how it began; None: before that was kept.
        is_this: it is the one that asks.
    """

    sign_in_id: str
    opened_at: datetime
    seen_at: datetime
    way: Way | None
    is_this: bool


class SignIns:
    """One's own sign-ins. Raises StoreError `store.ledger_unavailable` without the database.

    Args:
        engine: of the ledger's database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._name = ledger_name(engine)

    def open_of(self, person_id: str, secret: str, now: datetime) -> Sequence[OpenSignIn]:
        """Those that are open, this one first, then the last used.

        Args:
            person_id: whose.
            secret: of the sign-in that asks.
            now: aware.
        """
        with database_errors(self._name), self._engine.connect() as connection:
            rows = connection.execute(_open(person_id, now)).all()
        own = digest_of(secret)
        found = [
            OpenSignIn(
                _id_of(row.token_digest), row.opened_at, row.seen_at, Way(row.way) if row.way else None,
                row.token_digest == own,
            )
            for row in rows
        ]  # fmt: skip
        return sorted(found, key=lambda one: not one.is_this)

    def is_fresh(self, secret: str, now: datetime) -> bool:
        """Whether a sign-in began a moment ago."""
        query = sa.select(sign_ins.c.opened_at).where(sign_ins.c.token_digest == digest_of(secret))
        with database_errors(self._name), self._engine.connect() as connection:
            opened_at = connection.execute(query).scalar_one_or_none()
        return opened_at is not None and opened_at > now - FRESH_FOR

    def end(self, person_id: str, sign_in_id: str, now: datetime) -> None:
        """End one of somebody's own; it counts with the next request.

        Raises:
            ConflictError: `people.no_sign_in`: this person has none of that name, or it ended.
        """
        with database_errors(self._name), writing(self._engine) as connection:
            open_now = connection.execute(_open(person_id, now)).all()
            meant = next((row.token_digest for row in open_now if _id_of(row.token_digest) == sign_in_id), None)
            if meant is None:
                raise ConflictError("people.no_sign_in")
            connection.execute(sign_ins.delete().where(sign_ins.c.token_digest == meant))
            told = Happening(
                happened_at=now,
                action=Action.SIGN_INS_ENDED,
                person_id=person_id,
                object_kind="person",
                object_id=person_id,
            )
            append_audit(connection, told)


def _open(person_id: str, now: datetime) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(sign_ins)
        .where(
            sign_ins.c.person_id == person_id,
            sign_ins.c.opened_at > now - SIGN_IN_ENDS_AFTER,
            sign_ins.c.seen_at > now - IDLE_ENDS_AFTER,
        )
        .order_by(sign_ins.c.seen_at.desc(), sign_ins.c.token_digest)
    )


def _id_of(token_digest: str) -> str:
    """What names a sign-in: of its digest another digest, by which no cookie can be looked up."""
    return hashlib.sha256(f"sign-in\x1f{token_digest}".encode()).hexdigest()[:32]
