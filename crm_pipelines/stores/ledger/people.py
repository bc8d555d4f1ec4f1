"""The people who may sign in, and their open sign-ins.

Secrets of links and cookies are 256 random bits; what is kept of them is their SHA-256, so a copy of the database opens
nothing. Passwords come here hashed.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from crm_pipelines.model.enums import Role
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.audit import Action, Happening, append_audit
from crm_pipelines.stores.ledger.engine import database_errors, ledger_name, writing
from crm_pipelines.stores.ledger.tables import invitations, people, sign_ins

INVITATION_ENDS_AFTER = timedelta(hours=24)
IDLE_ENDS_AFTER = timedelta(hours=8)
SIGN_IN_ENDS_AFTER = timedelta(days=7)
FREE_FAILURES = 5
"""So many wrong passwords cost nothing; each one more doubles the time to wait, from two seconds on."""
_LONGEST_WAIT = timedelta(minutes=15)
_SEEN_EVERY = timedelta(minutes=1)


class Way(StrEnum):
    """How a sign-in began; its words are `web.me.way.<value>`."""

    PASSWORD = "password"  # noqa: S105 - a way in, no password
    CODE = "code"  # a password and a code of the second factor
    RECOVERY = "recovery"  # a password and a recovery code
    LINK = "link"  # the first time, by an invitation
    OPENID = "openid"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody who comes in for the first time.

    Attributes:
        email: to sign in with; its case does not count.
        name: as colleagues see it, and as entries of the ledger name their actor.
        password_hash: never the password.
        language: of the catalogue, or None.
    """

    email: str
    name: str
    password_hash: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may sign in.

    Attributes:
        theme: `light`, `dark`; None: as the system.
        has_shortcuts: whether single keys do something.
        password_hash: empty for somebody who comes in by OpenID Connect: no password fits it.
        blocked_until: before that, no password counts.
        time_zone: IANA name; None: the project's.
        second_factor: the secret of their codes as it is kept, encrypted; None: a password is enough.
        second_factor_at: when it was turned on.
    """

    person_id: str
    email: str
    name: str
    role: Role
    password_hash: str
    language: str | None
    theme: str | None
    has_shortcuts: bool
    is_active: bool
    blocked_until: datetime | None
    time_zone: str | None = None
    second_factor: str | None = field(default=None, repr=False)
    second_factor_at: datetime | None = None


class People:
    """Who may sign in. Every method raises StoreError `store.ledger_unavailable` without the database.

    Args:
        engine: of the ledger's database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._name = ledger_name(engine)

    def is_empty(self) -> bool:
        """Whether nobody ever came in."""
        with database_errors(self._name), self._engine.connect() as connection:
            return connection.execute(sa.select(people.c.person_id).limit(1)).first() is None

    def invite(self, role: Role, now: datetime, by: str | None = None) -> str:
        """Make a link by which one person may come in; return its secret.

        Args:
            role: of whoever comes in.
            now: aware.
            by: `person_id` of who invites; None: the first start, whose earlier links end.
        """
        secret = secrets.token_urlsafe(32)
        with database_errors(self._name), writing(self._engine) as connection:
            is_over = invitations.c.ends_at <= now
            if by is None:
                is_over = sa.or_(is_over, sa.and_(invitations.c.role == role.value, invitations.c.invited_by.is_(None)))
            connection.execute(invitations.delete().where(is_over))
            row = {"role": role.value, "ends_at": now + INVITATION_ENDS_AFTER, "invited_by": by}
            connection.execute(invitations.insert(), row | {"token_digest": digest_of(secret)})
            append_audit(connection, _told(now, Action.INVITED, by, "role", role.value))
        return secret

    def is_invited(self, secret: str, now: datetime) -> bool:
        """Whether a link still lets somebody in."""
        with database_errors(self._name), self._engine.connect() as connection:
            return _invitation(connection, secret, now) is not None

    def come_in(self, secret: str, new: NewPerson, now: datetime) -> Person:
        """Let somebody in by a link, which ends with it.

        Raises:
            ConflictError: `people.link_ended`; `people.email_taken`.
        """
        row = {
            "person_id": secrets.token_hex(16),
            "email": new.email.strip().lower(),
            "name": " ".join(new.name.split()),
            "password_hash": new.password_hash,
            "language": new.language,
            "theme": None,
            "has_shortcuts": True,
            "is_active": True,
            "created_at": now,
            "n_failures": 0,
            "blocked_until": None,
            "time_zone": None,
        }
        with database_errors(self._name), writing(self._engine) as connection:
            role = _invitation(connection, secret, now)
            if role is None:
                raise ConflictError("people.link_ended")
            if connection.execute(sa.select(people.c.person_id).where(people.c.email == row["email"])).first():
                raise ConflictError("people.email_taken")
            connection.execute(invitations.delete().where(invitations.c.token_digest == digest_of(secret)))
            connection.execute(people.insert(), row | {"role": role.value})
            append_audit(connection, _told(now, Action.CAME_IN, str(row["person_id"]), "role", role.value))
            return person_of(connection.execute(sa.select(people).where(people.c.email == row["email"])).one())

    def of_email(self, email: str) -> Person | None:
        """Somebody by the address to sign in with."""
        with database_errors(self._name), self._engine.connect() as connection:
            row = connection.execute(sa.select(people).where(people.c.email == email.strip().lower())).one_or_none()
        return None if row is None else person_of(row)

    def of_roles(self, roles: Collection[Role]) -> list[Person]:
        """Everybody of some roles who may still come in, by name."""
        wanted = sa.and_(people.c.is_active, people.c.role.in_(sorted(role.value for role in roles)))
        with database_errors(self._name), self._engine.connect() as connection:
            rows = connection.execute(sa.select(people).where(wanted).order_by(people.c.name, people.c.person_id)).all()
        return [person_of(row) for row in rows]

    def note_failure(self, person: Person, now: datetime) -> None:
        """Count a wrong password; after some of them the next may be tried only later."""
        with database_errors(self._name), writing(self._engine) as connection:
            count_failure(connection, person.person_id, now)
            append_audit(connection, _told(now, Action.SIGN_IN_FAILED, None, "person", person.person_id))

    def sign_in(self, person: Person, now: datetime, ending: str = "", way: Way = Way.PASSWORD) -> str:
        """Open a sign-in; return the cookie's secret, a new one each time.

        Args:
            person: whose.
            now: aware.
            ending: secret of the sign-in that the browser had until now, which ends.
            way: how it begins.
        """
        secret = secrets.token_urlsafe(32)
        with database_errors(self._name), writing(self._engine) as connection:
            connection.execute(sign_ins.delete().where(sign_ins.c.token_digest == digest_of(ending)))
            connection.execute(
                people.update().where(people.c.person_id == person.person_id),
                {"n_failures": 0, "blocked_until": None},
            )
            connection.execute(sign_ins.delete().where(sign_ins.c.opened_at < now - SIGN_IN_ENDS_AFTER))
            row = {"person_id": person.person_id, "opened_at": now, "seen_at": now, "way": way.value}
            connection.execute(sign_ins.insert(), row | {"token_digest": digest_of(secret)})
            append_audit(connection, _told(now, Action.SIGNED_IN, person.person_id))
        return secret

    def signed_in(self, secret: str, now: datetime, *, is_seen: bool = True) -> Person | None:
        """Whose cookie this is; None when it ended, or was idle too long, or its person may not come in any more.

        Args:
            secret: of the cookie.
            now: aware.
            is_seen: whether somebody did something; a page that asks by itself keeps no sign-in alive.
        """
        with database_errors(self._name), self._engine.connect() as connection:
            row = connection.execute(
                sa.select(people, sign_ins.c.seen_at)
                .join(sign_ins, sign_ins.c.person_id == people.c.person_id)
                .where(
                    sign_ins.c.token_digest == digest_of(secret),
                    sign_ins.c.opened_at > now - SIGN_IN_ENDS_AFTER,
                    sign_ins.c.seen_at > now - IDLE_ENDS_AFTER,
                    people.c.is_active,
                )
            ).one_or_none()
        if row is None:
            return None
        if is_seen and row.seen_at < now - _SEEN_EVERY:
            with database_errors(self._name), writing(self._engine) as connection:
                same = sign_ins.c.token_digest == digest_of(secret)
                connection.execute(sign_ins.update().where(same), {"seen_at": now})
        return person_of(row)

    def sign_out(self, secret: str, now: datetime) -> None:
        """End a sign-in; one that is gone already is fine."""
        own = sign_ins.c.token_digest == digest_of(secret)
        with database_errors(self._name), writing(self._engine) as connection:
            person_id = connection.execute(sa.select(sign_ins.c.person_id).where(own)).scalar_one_or_none()
            connection.execute(sign_ins.delete().where(own))
            if person_id is not None:
                append_audit(connection, _told(now, Action.SIGNED_OUT, person_id))

    def prefer(
        self, person: Person, *, language: str | None, theme: str | None, has_shortcuts: bool, time_zone: str | None
    ) -> None:
        """Keep how somebody likes the pages."""
        wanted = {"language": language, "theme": theme, "has_shortcuts": has_shortcuts, "time_zone": time_zone}
        with database_errors(self._name), writing(self._engine) as connection:
            connection.execute(people.update().where(people.c.person_id == person.person_id), wanted)

    def purpose_of(self, secret: str) -> str | None:
        """For what somebody looks at customers' data in this sign-in; None: they have not said."""
        query = sa.select(sign_ins.c.purpose).where(sign_ins.c.token_digest == digest_of(secret))
        with database_errors(self._name), self._engine.connect() as connection:
            return connection.execute(query).scalar_one_or_none()

    def say_purpose(self, secret: str, purpose: str) -> None:
        """Keep for what somebody looks at customers' data, until the sign-in ends."""
        with database_errors(self._name), writing(self._engine) as connection:
            own = sign_ins.c.token_digest == digest_of(secret)
            connection.execute(sign_ins.update().where(own), {"purpose": purpose})


def _invitation(connection: sa.Connection, secret: str, now: datetime) -> Role | None:
    role = connection.execute(
        sa.select(invitations.c.role).where(
            invitations.c.token_digest == digest_of(secret), invitations.c.ends_at > now
        )
    ).scalar_one_or_none()
    return None if role is None else Role(role)


def _told(now: datetime, action: Action, by: str | None, kind: str | None = None, name: str | None = None) -> Happening:
    return Happening(happened_at=now, action=action, person_id=by, object_kind=kind, object_id=name)


def count_failure(connection: sa.Connection, person_id: str, now: datetime) -> None:
    """Count a wrong password or code of somebody, who from a number of them on has to wait."""
    same = people.c.person_id == person_id
    n_failures = int(connection.execute(sa.select(people.c.n_failures).where(same)).scalar_one()) + 1
    blocked_until = None
    if n_failures > FREE_FAILURES:
        wait = timedelta(seconds=2.0 ** min(n_failures - FREE_FAILURES, 20))
        blocked_until = now + min(wait, _LONGEST_WAIT)
    connection.execute(people.update().where(same), {"n_failures": n_failures, "blocked_until": blocked_until})


def person_of(row: sa.Row[Any]) -> Person:
    """A row of `people`."""
    names = ("person_id", "email", "name", "password_hash", "language", "theme", "has_shortcuts", "is_active",
             "blocked_until", "time_zone", "second_factor", "second_factor_at")  # fmt: skip
    return Person(role=Role(row.role), **{name: getattr(row, name) for name in names})


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
