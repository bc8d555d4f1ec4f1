"""The programs that may use the API: tokens with scopes.

A token is written `crmp_<id>_<secret>`; the secret is 256 random bits, kept as its SHA-256, so a copy of the database
opens nothing. The prefix lets scanners find one that was left in a repository.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from crm_pipelines.model.enums import TokenScope
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.audit import Action, Happening, append_audit
from crm_pipelines.stores.ledger.engine import database_errors, ledger_name, writing
from crm_pipelines.stores.ledger.tables import api_tokens, people

LONGEST_NAME = 200
_PREFIX = "crmp"
_ID_BYTES = 8
_NOBODY = hashlib.sha256(b"").hexdigest()  # compared where there is no token, so that both take as long


class TokenState(StrEnum):
    """How a token stands."""

    IN_USE = "in_use"
    ENDED = "ended"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token to be made.

    Attributes:
        name: of the program; the ledger names it as who decided.
        made_by: user name.
        scopes: at least one.
        ends_at: aware; None for never.
    """

    name: str
    made_by: str
    scopes: frozenset[TokenScope]
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token that was made; fields as in `NewToken`.

    Attributes:
        used_at: the hour of its last use; None: never used.
        revoked_at: None while it is not.
    """

    token_id: str
    name: str
    made_by: str
    scopes: frozenset[TokenScope]
    created_at: datetime
    used_at: datetime | None
    ends_at: datetime | None
    revoked_at: datetime | None

    def state(self, now: datetime) -> TokenState:
        """How it stands at a time."""
        if self.revoked_at is not None:
            return TokenState.REVOKED
        return TokenState.ENDED if self.ends_at is not None and self.ends_at <= now else TokenState.IN_USE


class Tokens:
    """Who may use the API. Every method raises StoreError `store.ledger_unavailable` without the database.

    Args:
        engine: of the ledger's database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._name = ledger_name(engine)

    def create(self, new: NewToken, now: datetime, by: str | None = None) -> tuple[Token, str]:
        """Make a token; give it and its text, which nobody can be shown again.

        Args:
            new: what it is called and may do.
            now: aware.
            by: `person_id` of who has signed in; None: nobody has, as on the command line.

        Raises:
            ConflictError: `tokens.bad_name` (n_most); `tokens.name_taken`: a person, or a token that was not revoked,
                has this name.
        """
        token_id, secret = secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(32)
        plain = " ".join(new.name.split())
        if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
            raise ConflictError("tokens.bad_name", n_most=LONGEST_NAME)
        row = {
            "token_id": token_id,
            "name": plain,
            "made_by": new.made_by,
            "secret_digest": _digest(secret),
            "scopes": sorted(new.scopes),
            "created_at": now,
            "ends_at": new.ends_at,
        }
        with database_errors(self._name), writing(self._engine) as connection:
            own = sa.select(api_tokens.c.token_id).where(
                api_tokens.c.name == row["name"], api_tokens.c.revoked_at.is_(None)
            )
            person = sa.select(people.c.person_id).where(people.c.name == row["name"])
            if connection.execute(own).first() or connection.execute(person).first():
                raise ConflictError("tokens.name_taken")
            connection.execute(api_tokens.insert(), row)
            made = _token(connection.execute(_of_id(token_id)).one())
            append_audit(connection, _told(now, Action.TOKEN_MADE, by, token_id))
        return made, f"{_PREFIX}_{token_id}_{secret}"

    def all(self) -> list[Token]:
        """Every token, revoked ones included, the newest first."""
        with database_errors(self._name), self._engine.connect() as connection:
            rows = connection.execute(
                sa.select(api_tokens).order_by(api_tokens.c.created_at.desc(), api_tokens.c.token_id)
            ).all()
        return [_token(row) for row in rows]

    def revoke(self, token_id: str, now: datetime, by: str | None = None) -> Token:
        """End a token for ever; one that was revoked stays as it is. `by` as for `create`.

        Raises:
            ConflictError: `tokens.unknown`.
        """
        with database_errors(self._name), writing(self._engine) as connection:
            is_open = sa.and_(api_tokens.c.token_id == token_id, api_tokens.c.revoked_at.is_(None))
            ended = connection.execute(api_tokens.update().where(is_open), {"revoked_at": now})
            if ended.rowcount:
                append_audit(connection, _told(now, Action.TOKEN_ENDED, by, token_id))
            row = connection.execute(_of_id(token_id)).one_or_none()
            if row is None:
                raise ConflictError("tokens.unknown", token_id=token_id)
            return _token(row)

    def of_text(self, text: str, now: datetime) -> Token | None:
        """Whose token this is; None when nobody's, or when it ended. Notes the hour of its use."""
        token_id, secret = _parts(text)
        with database_errors(self._name), self._engine.connect() as connection:
            row = connection.execute(_of_id(token_id)).one_or_none()
        is_right = hmac.compare_digest(_NOBODY if row is None else row.secret_digest, _digest(secret))
        if row is None or not is_right:
            return None
        token = _token(row)
        if token.state(now) is not TokenState.IN_USE:
            return None
        self._note_use(token, now)
        return token

    def _note_use(self, token: Token, now: datetime) -> None:
        hour = now.replace(minute=0, second=0, microsecond=0)
        if token.used_at is not None and token.used_at >= hour:
            return
        with database_errors(self._name), writing(self._engine) as connection:
            same = api_tokens.c.token_id == token.token_id
            connection.execute(api_tokens.update().where(same), {"used_at": hour})


def _told(now: datetime, action: Action, by: str | None, token_id: str) -> Happening:
    return Happening(happened_at=now, action=action, person_id=by, object_kind="token", object_id=token_id)


def scopes_named(names: Iterable[str]) -> frozenset[TokenScope]:
    """Scopes by their names.

    Raises:
        ValueError: there is none of a name.
    """
    return frozenset(TokenScope(name) for name in names)


def _of_id(token_id: str) -> sa.Select[Any]:
    return sa.select(api_tokens).where(api_tokens.c.token_id == token_id)


def _parts(text: str) -> tuple[str, str]:
    """Id and secret of a token as it is written; two empty texts of anything else."""
    prefix, _, rest = text.partition("_")
    token_id, _, secret = rest.partition("_")
    is_one = prefix == _PREFIX and text.isascii() and text.isprintable() and len(token_id) == 2 * _ID_BYTES
    return (token_id, secret) if is_one else ("", "")


def _token(row: sa.Row[Any]) -> Token:
    names = ("token_id", "name", "made_by", "created_at", "used_at", "ends_at", "revoked_at")
    return Token(scopes=scopes_named(row.scopes), **{name: getattr(row, name) for name in names})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
