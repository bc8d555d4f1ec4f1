"""The second factor of people who sign in with a password of ours: turned on and off, asked for, and lost.

Codes are worked out by the web, which alone can read the secrets; here stands which of them counted. A proof is tried
and written down in one transaction, where writers stand in one queue: a code counts once, and of many guesses at once
each counts.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.audit import Action, Happening, append_audit
from crm_pipelines.stores.ledger.engine import database_errors, ledger_name, writing
from crm_pipelines.stores.ledger.people import Person, Way, count_failure, digest_of, person_of
from crm_pipelines.stores.ledger.tables import half_sign_ins, people, recovery_codes, sign_ins

HALF_ENDS_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class NewFactor:
    """A second factor that somebody has shown they have.

    Attributes:
        sealed: the secret, encrypted.
        step: of the code that showed it, which counts no more.
        codes: recovery codes, as `Proof.recovery` will have them.
    """

    sealed: str = field(repr=False)
    step: int
    codes: Collection[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody typed to show that they have the second factor.

    Attributes:
        step: of the code of now that it is, in 30 s since 1970; None: it is none.
        recovery: the same text as a recovery code is written; empty: it is none.
    """

    step: int | None
    recovery: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a proof.

    Attributes:
        way: which one it was; None: it did not count.
        wait: how long its person has to wait before the next is looked at; None: it was looked at.
    """

    way: Way | None = None
    wait: timedelta | None = None


class SecondFactors:
    """Raises StoreError `store.ledger_unavailable` without the database.

    Args:
        engine: of the ledger's database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._name = ledger_name(engine)

    def begin(self, person: Person, now: datetime) -> str:
        """Note that somebody has shown a password and shall show a code; return the secret of a cookie for that."""
        secret = secrets.token_urlsafe(32)
        with database_errors(self._name), writing(self._engine) as connection:
            connection.execute(half_sign_ins.delete().where(half_sign_ins.c.ends_at <= now))
            row = {"person_id": person.person_id, "ends_at": now + HALF_ENDS_AFTER}
            connection.execute(half_sign_ins.insert(), row | {"token_digest": digest_of(secret)})
        return secret

    def half_way(self, secret: str, now: datetime) -> Person | None:
        """Who shall show a code; None: it took too long, or they may not come in or need no code any more."""
        query = sa.select(people).join(half_sign_ins, half_sign_ins.c.person_id == people.c.person_id)
        counts = (
            half_sign_ins.c.token_digest == digest_of(secret),
            half_sign_ins.c.ends_at > now,
            people.c.is_active,
            people.c.second_factor.is_not(None),
        )
        with database_errors(self._name), self._engine.connect() as connection:
            row = connection.execute(query.where(*counts)).one_or_none()
        return None if row is None else person_of(row)

    def finish(self, secret: str, person: Person, proof: Proof, now: datetime) -> Tried:
        """Try the code of somebody who is half way (`half_way`); with one that counts they are no longer."""
        own = half_sign_ins.c.token_digest == digest_of(secret)
        with database_errors(self._name), writing(self._engine) as connection:
            if connection.execute(sa.select(half_sign_ins.c.person_id).where(own)).one_or_none() is None:
                return Tried()  # ended meanwhile: by another request of the same browser, say
            tried = _tried(connection, person.person_id, proof, now)
            if tried.way is not None:
                connection.execute(half_sign_ins.delete().where(own))
        return tried

    def turn_on(self, person_id: str, factor: NewFactor, now: datetime, staying: str) -> None:
        """Ask somebody for a code from now on; all their other sign-ins end.

        Args:
            person_id: whose.
            factor: what they show from now on.
            now: aware.
            staying: secret of the sign-in that goes on.

        Raises:
            ConflictError: `people.second_factor_is_on`.
        """
        wanted = {"second_factor": factor.sealed, "second_factor_at": now, "second_factor_step": factor.step}
        with database_errors(self._name), writing(self._engine) as connection:
            is_off = sa.and_(people.c.person_id == person_id, people.c.second_factor.is_(None))
            if not connection.execute(people.update().where(is_off), wanted).rowcount:
                raise ConflictError("people.second_factor_is_on")
            _keep_codes(connection, person_id, factor.codes)
            _end_sign_ins(connection, person_id, staying)
            append_audit(connection, _told(now, Action.SECOND_FACTOR_ON, person_id, person_id))

    def turn_off(self, person_id: str, proof: Proof, now: datetime, staying: str) -> Tried:
        """Ask somebody for no code any more, who shows one a last time; all their other sign-ins end."""
        with database_errors(self._name), writing(self._engine) as connection:
            tried = _tried(connection, person_id, proof, now)
            if tried.way is not None:
                _forget(connection, person_id)
                _end_sign_ins(connection, person_id, staying)
                append_audit(connection, _told(now, Action.SECOND_FACTOR_OFF, person_id, person_id))
        return tried

    def renew_codes(self, person_id: str, proof: Proof, codes: Collection[str], now: datetime) -> Tried:
        """Keep other recovery codes for somebody who shows a code; those before count no more."""
        with database_errors(self._name), writing(self._engine) as connection:
            tried = _tried(connection, person_id, proof, now)
            if tried.way is not None:
                _keep_codes(connection, person_id, codes)
                append_audit(connection, _told(now, Action.RECOVERY_CODES_MADE, person_id, person_id))
        return tried

    def n_codes(self, person_id: str) -> int:
        """How many recovery codes somebody has left."""
        query = sa.select(sa.func.count()).where(recovery_codes.c.person_id == person_id)
        with database_errors(self._name), self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def reset(self, person_id: str, by: str, now: datetime) -> None:
        """Let somebody sign in without a code who has lost it, as an administrator does; their sign-ins end.

        Raises:
            ConflictError: `people.unknown`; `people.own_second_factor`: one's own is turned off with a code.
        """
        if person_id == by:
            raise ConflictError("people.own_second_factor")
        with database_errors(self._name), writing(self._engine) as connection:
            row = connection.execute(sa.select(people).where(people.c.person_id == person_id)).one_or_none()
            if row is None:
                raise ConflictError("people.unknown")
            if row.second_factor is None:
                return
            _forget(connection, person_id)
            _end_sign_ins(connection, person_id, "")
            append_audit(connection, _told(now, Action.SECOND_FACTOR_RESET, by, person_id))


def _tried(connection: sa.Connection, person_id: str, proof: Proof, now: datetime) -> Tried:
    """Whether a proof counts, which it does once; one that does not is counted as a wrong password is."""
    same = people.c.person_id == person_id
    row = connection.execute(sa.select(people).where(same)).one()
    if row.blocked_until is not None and row.blocked_until > now:
        return Tried(wait=row.blocked_until - now)
    if row.second_factor is not None and proof.step is not None and proof.step > row.second_factor_step:
        connection.execute(people.update().where(same), {"second_factor_step": proof.step})
        return Tried(Way.CODE)
    own = sa.and_(recovery_codes.c.person_id == person_id, recovery_codes.c.code_digest == digest_of(proof.recovery))
    if proof.recovery and connection.execute(recovery_codes.delete().where(own)).rowcount:
        append_audit(connection, _told(now, Action.RECOVERY_CODE_USED, person_id, person_id))
        return Tried(Way.RECOVERY)
    count_failure(connection, person_id, now)
    append_audit(connection, _told(now, Action.SECOND_FACTOR_FAILED, None, person_id))
    return Tried()


def _keep_codes(connection: sa.Connection, person_id: str, codes: Collection[str]) -> None:
    connection.execute(recovery_codes.delete().where(recovery_codes.c.person_id == person_id))
    rows = [{"person_id": person_id, "code_digest": digest_of(code)} for code in codes]
    connection.execute(recovery_codes.insert(), rows)


def _forget(connection: sa.Connection, person_id: str) -> None:
    nothing = dict.fromkeys(("second_factor", "second_factor_at", "second_factor_step"))
    connection.execute(people.update().where(people.c.person_id == person_id), nothing)
    connection.execute(recovery_codes.delete().where(recovery_codes.c.person_id == person_id))


def _end_sign_ins(connection: sa.Connection, person_id: str, staying: str) -> None:
    others = sa.and_(sign_ins.c.person_id == person_id, sign_ins.c.token_digest != digest_of(staying))
    connection.execute(sign_ins.delete().where(others))
    connection.execute(half_sign_ins.delete().where(half_sign_ins.c.person_id == person_id))


def _told(now: datetime, action: Action, by: str | None, person_id: str) -> Happening:
    return Happening(happened_at=now, action=action, person_id=by, object_kind="person", object_id=person_id)
