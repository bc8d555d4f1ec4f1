"""What an administrator does with the people who may sign in, and how somebody comes in by OpenID Connect.

Each change stands in the audit log, written in its own transaction.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from crm_pipelines.model.enums import Role
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.audit import Action, Happening, append_audit
from crm_pipelines.stores.ledger.engine import database_errors, ledger_name, writing
from crm_pipelines.stores.ledger.people import (
    IDLE_ENDS_AFTER,
    SIGN_IN_ENDS_AFTER,
    Person,
    digest_of,
    person_of,
)
from crm_pipelines.stores.ledger.tables import half_sign_ins, openid_subjects, people, sign_ins


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody as the list of people shows them.

    Attributes:
        n_sign_ins: open ones.
        seen_at: the last time in an open sign-in, or None.
        is_openid: whether they come in by OpenID Connect.
    """

    person: Person
    n_sign_ins: int
    seen_at: datetime | None
    is_openid: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody as a provider of OpenID Connect knows them.

    Attributes:
        issuer, subject: the two that never change; only they say who it is.
        name: as the provider writes it, for people to read.
        role: what the project's rules make of the provider's claims.
    """

    issuer: str
    subject: str
    name: str
    role: Role


class Staff:
    """People, as an administrator sees them. Raises StoreError `store.ledger_unavailable` without the database.

    Args:
        engine: of the ledger's database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._name = ledger_name(engine)

    def members(self, now: datetime) -> Sequence[Member]:
        """Everybody who ever came in, by name."""
        is_open = sa.and_(sign_ins.c.opened_at > now - SIGN_IN_ENDS_AFTER, sign_ins.c.seen_at > now - IDLE_ENDS_AFTER)
        counted = sa.select(sa.func.count()).where(sign_ins.c.person_id == people.c.person_id, is_open)
        seen = sa.select(sa.func.max(sign_ins.c.seen_at)).where(sign_ins.c.person_id == people.c.person_id, is_open)
        known = sa.exists().where(openid_subjects.c.person_id == people.c.person_id)
        columns = (counted.scalar_subquery(), seen.scalar_subquery(), known)
        query = sa.select(people, *(column.label(f"shown_{number}") for number, column in enumerate(columns)))
        with database_errors(self._name), self._engine.connect() as connection:
            rows = connection.execute(query.order_by(people.c.name, people.c.person_id)).all()
        return [Member(person_of(row), row.shown_0, row.shown_1, bool(row.shown_2)) for row in rows]

    def change_role(self, person_id: str, role: Role, by: str, now: datetime) -> None:
        """Give somebody another role; it counts with their next request.

        Raises:
            ConflictError: `people.unknown`; `people.last_admin`: nobody could manage people any more.
        """
        with database_errors(self._name), writing(self._engine) as connection:
            found = _found(connection, person_id)
            if found.role is role:
                return
            if found.role is Role.ADMIN and found.is_active:
                _require_another_admin(connection, person_id)
            _change(connection, person_id, role=role.value)
            action, told = Action.ROLE_CHANGED, f"{person_id}:{found.role.value}>{role.value}"
            append_audit(connection, _told(now, action, by, told))

    def switch(self, person_id: str, *, is_active: bool, by: str, now: datetime) -> None:
        """Let somebody come in no more, which ends their sign-ins; or again.

        Raises:
            ConflictError: `people.unknown`; `people.last_admin`.
        """
        with database_errors(self._name), writing(self._engine) as connection:
            found = _found(connection, person_id)
            if found.is_active is is_active:
                return
            if found.role is Role.ADMIN and not is_active:
                _require_another_admin(connection, person_id)
            _change(connection, person_id, is_active=is_active)
            connection.execute(sign_ins.delete().where(sign_ins.c.person_id == person_id))
            connection.execute(half_sign_ins.delete().where(half_sign_ins.c.person_id == person_id))
            action = Action.SWITCHED_ON if is_active else Action.SWITCHED_OFF
            append_audit(connection, _told(now, action, by, person_id))

    def end_sign_ins(self, person_id: str, by: str, now: datetime, but: str = "") -> None:
        """End somebody's sign-ins.

        Args:
            person_id: whose.
            by: `person_id` of who ends them.
            now: aware.
            but: secret of one that stays; empty: none stays.

        Raises:
            ConflictError: `people.unknown`.
        """
        with database_errors(self._name), writing(self._engine) as connection:
            _found(connection, person_id)
            others = sa.and_(sign_ins.c.person_id == person_id, sign_ins.c.token_digest != digest_of(but))
            connection.execute(sign_ins.delete().where(others))
            connection.execute(half_sign_ins.delete().where(half_sign_ins.c.person_id == person_id))
            append_audit(connection, _told(now, Action.SIGN_INS_ENDED, by, person_id))

    def change_password(self, person_id: str, password_hash: str, now: datetime, staying: str) -> None:
        """Keep another password of somebody's own; all their other sign-ins end."""
        with database_errors(self._name), writing(self._engine) as connection:
            _change(connection, person_id, password_hash=password_hash)
            others = sa.and_(sign_ins.c.person_id == person_id, sign_ins.c.token_digest != digest_of(staying))
            connection.execute(sign_ins.delete().where(others))
            connection.execute(half_sign_ins.delete().where(half_sign_ins.c.person_id == person_id))
            append_audit(connection, _told(now, Action.PASSWORD_CHANGED, person_id, person_id))

    def come_in(self, subject: Subject, now: datetime) -> Person:
        """Somebody whom a provider vouches for; whoever comes for the first time becomes one of ours.

        The role is the one that the claims give now: who changes departments there changes roles here.

        Raises:
            ConflictError: `people.switched_off`: an administrator let them in no more.
        """
        with database_errors(self._name), writing(self._engine) as connection:
            own = sa.and_(openid_subjects.c.issuer == subject.issuer, openid_subjects.c.subject == subject.subject)
            known = connection.execute(sa.select(openid_subjects.c.person_id).where(own)).scalar_one_or_none()
            person_id = _newcomer(connection, subject, now) if known is None else str(known)
            found = _found(connection, person_id)
            if not found.is_active:
                raise ConflictError("people.switched_off")
            if found.role is not subject.role:
                told = f"{person_id}:{found.role.value}>{subject.role.value}"
                append_audit(connection, _told(now, Action.ROLE_CHANGED, None, told))
            _change(connection, person_id, role=subject.role.value, name=_name(subject))
            return _found(connection, person_id)

    def no_longer_welcome(self, issuer: str, subject: str, now: datetime) -> None:
        """End the sign-ins of somebody whom a provider knows and the project's rules give no role any more."""
        own = sa.and_(openid_subjects.c.issuer == issuer, openid_subjects.c.subject == subject)
        with database_errors(self._name), writing(self._engine) as connection:
            person_id = connection.execute(sa.select(openid_subjects.c.person_id).where(own)).scalar_one_or_none()
            if person_id is not None:
                connection.execute(sign_ins.delete().where(sign_ins.c.person_id == person_id))
            append_audit(connection, _told(now, Action.SIGN_IN_FAILED, None, person_id))


def _newcomer(connection: sa.Connection, subject: Subject, now: datetime) -> str:
    person_id = secrets.token_hex(16)
    # no address: nobody can sign in as them with a password, and an address at the provider makes nobody one of ours
    name = hashlib.sha256(f"{subject.issuer}\x1f{subject.subject}".encode()).hexdigest()
    row = {
        "person_id": person_id,
        "email": f"openid:{name[:32]}",
        "name": _name(subject),
        "role": subject.role.value,
        "password_hash": "",
        "has_shortcuts": True,
        "is_active": True,
        "created_at": now,
        "n_failures": 0,
    }
    connection.execute(people.insert(), row)
    known = {"issuer": subject.issuer, "subject": subject.subject, "person_id": person_id}
    connection.execute(openid_subjects.insert(), known)
    happening = _told(now, Action.CAME_IN, person_id, subject.role.value, "role")
    append_audit(connection, happening)
    return person_id


def _name(subject: Subject) -> str:
    shown = " ".join(subject.name.split())[:200]
    return shown if shown.isprintable() and shown else subject.subject[:200]


def _found(connection: sa.Connection, person_id: str) -> Person:
    row = connection.execute(sa.select(people).where(people.c.person_id == person_id)).one_or_none()
    if row is None:
        raise ConflictError("people.unknown")
    return person_of(row)


def _require_another_admin(connection: sa.Connection, person_id: str) -> None:
    others = sa.select(people.c.person_id).where(
        people.c.role == Role.ADMIN.value, people.c.is_active, people.c.person_id != person_id
    )
    if connection.execute(others.limit(1)).first() is None:
        raise ConflictError("people.last_admin")


def _change(connection: sa.Connection, person_id: str, **values: object) -> None:
    connection.execute(people.update().where(people.c.person_id == person_id), values)


def _told(now: datetime, action: Action, by: str | None, name: str | None, kind: str = "person") -> Happening:
    return Happening(happened_at=now, action=action, person_id=by, object_kind=kind, object_id=name)
