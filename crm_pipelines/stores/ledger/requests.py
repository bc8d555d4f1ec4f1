"""What programs asked for under an `Idempotency-Key`, so that asking again does nothing again.

The row is written in the transaction that writes the decision: there is either both or neither, whatever is killed.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.tables import api_requests

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A request with its key.

    Attributes:
        token_id: whose.
        key: as the program chose it.
        content: what it asks for, as text.
        at: aware.
    """

    token_id: str
    key: str
    content: str
    at: datetime


def answered_with(connection: sa.Connection, request: KeyedRequest) -> int | None:
    """The `seq` of the entry with which a request was answered before, or None.

    Raises:
        ConflictError: `api.key_reused`: the key was used for another request.
    """
    columns = api_requests.c.request_digest, api_requests.c.seq
    found = connection.execute(sa.select(*columns).where(_same(request))).one_or_none()
    if found is None:
        return None
    if found.request_digest != _digest(request.content):
        raise ConflictError("api.key_reused")
    return int(found.seq)


def note_answer(connection: sa.Connection, request: KeyedRequest, seq: int) -> None:
    """Keep with which entry a request was answered; what is older than `KEPT` goes."""
    connection.execute(api_requests.delete().where(api_requests.c.answered_at < request.at - KEPT))
    connection.execute(
        api_requests.insert(),
        {
            "token_id": request.token_id,
            "key_digest": _digest(request.key),
            "request_digest": _digest(request.content),
            "seq": seq,
            "answered_at": request.at,
        },
    )


def _same(request: KeyedRequest) -> sa.ColumnElement[bool]:
    return sa.and_(api_requests.c.token_id == request.token_id, api_requests.c.key_digest == _digest(request.key))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
