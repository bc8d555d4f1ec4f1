"""Append one entry to the ledger, inside a write transaction that nobody else can interleave."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger import tables
from crm_pipelines.stores.ledger.audit import Action, Happening, append_audit
from crm_pipelines.stores.ledger.chain import FIRST_PREV_HASH, content_digest, entry_hash

_entries = tables.entries
# kind of an entry -> what happened, and what when it takes the place of another
_ACTIONS = {
    "decision": (Action.DECIDED, Action.DECISION_REPLACED),
    "pin": (Action.PINNED, Action.PIN_LIFTED),
    "consent": (Action.CONSENTED, Action.CONSENTED),
    "correction": (Action.CORRECTED, Action.CORRECTED),
    "suppression": (Action.SUPPRESSED, Action.SUPPRESSED),
    "override": (Action.GATE_OVERRIDDEN, Action.GATE_OVERRIDE_ENDED),
}


@dataclass(frozen=True, slots=True)
class Header:
    """What all kinds of entries have in common.

    Attributes:
        kind: decision, pin, consent, suppression, correction or override.
        entry_id: None lets the ledger choose one at random.
        actor: user name.
        recorded_at: aware time.
        reason: words of a person, or None.
        supersedes: the entry that this one replaces or lifts, or None.
    """

    kind: str
    entry_id: str | None
    actor: str
    recorded_at: datetime
    reason: str | None = None
    supersedes: str | None = None


def append(
    connection: sa.Connection,
    header: Header,
    detail: Mapping[str, object],
    *,
    open_question: str | None = None,
    person_id: str | None = None,
) -> int:
    """Append an entry, its detail row and the audit's row; the same id with the same content again changes nothing.

    Args:
        connection: in a write transaction.
        header: of the entry.
        detail: column to value of the kind's own table.
        open_question: refuse when this question is answered already.
        person_id: of whoever has signed in; None: nobody has, as on the command line.

    Returns:
        The entry's `seq`.

    Raises:
        ConflictError: `ledger.entry_differs`, `ledger.not_in_force`, `ledger.question_decided`.
    """
    recorded = _recorded_already(connection, header, detail)
    if recorded is not None:
        return recorded
    if header.supersedes is not None:
        _require_in_force(connection, header.kind, header.supersedes)
    if open_question is not None:
        _require_open(connection, open_question, header.supersedes)
    last = connection.execute(
        sa.select(_entries.c.seq, _entries.c.hash).order_by(_entries.c.seq.desc()).limit(1)
    ).one_or_none()
    seq, prev_hash = (1, FIRST_PREV_HASH) if last is None else (last.seq + 1, last.hash)
    salt = secrets.token_hex(16)
    entry: dict[str, object] = {
        **asdict(header),
        "seq": seq,
        "entry_id": header.entry_id or secrets.token_hex(16),
        "salt": salt,
        "digest": content_digest(salt, {**detail, "reason": header.reason}),
        "prev_hash": prev_hash,
    }
    entry["hash"] = entry_hash(entry)
    connection.execute(_entries.insert(), entry)
    connection.execute(tables.DETAILS[header.kind].insert(), {"seq": seq, **detail})
    append_audit(connection, _happening(header, str(entry["entry_id"]), str(entry["hash"]), person_id))
    return seq


def _happening(header: Header, entry_id: str, digest: str, person_id: str | None) -> Happening:
    return Happening(
        happened_at=header.recorded_at,
        action=_ACTIONS[header.kind][header.supersedes is not None],
        person_id=person_id,
        object_kind="entry",
        object_id=entry_id,
        digest=digest,
    )


def _recorded_already(connection: sa.Connection, header: Header, detail: Mapping[str, object]) -> int | None:
    """The `seq` under which a caller that tries again has recorded this before, or None."""
    if header.entry_id is None:
        return None
    columns = (_entries.c.seq, _entries.c.kind, _entries.c.salt, _entries.c.digest)
    found = connection.execute(sa.select(*columns).where(_entries.c.entry_id == header.entry_id)).one_or_none()
    if found is None:
        return None
    is_erased = found.salt is None
    content = {**detail, "reason": header.reason}
    if found.kind != header.kind or not (is_erased or content_digest(found.salt, content) == found.digest):
        raise ConflictError("ledger.entry_differs", entry_id=header.entry_id)
    return int(found.seq)


def _require_in_force(connection: sa.Connection, kind: str, entry_id: str) -> None:
    found = connection.execute(
        sa.select(_entries.c.kind, _entries.c.entry_id).where(
            sa.or_(_entries.c.entry_id == entry_id, _entries.c.supersedes == entry_id)
        )
    ).all()
    if [tuple(row) for row in found] != [(kind, entry_id)]:
        raise ConflictError("ledger.not_in_force", entry_id=entry_id)


def _require_open(connection: sa.Connection, question_id: str, superseding: str | None) -> None:
    later = _entries.alias("later")
    answer = connection.execute(
        sa.select(_entries.c.entry_id, _entries.c.actor)
        .join(tables.decisions, tables.decisions.c.seq == _entries.c.seq)
        .where(
            tables.decisions.c.question_id == question_id,
            tables.decisions.c.judgement != Judgement.UNSURE.value,
            ~sa.exists().where(later.c.supersedes == _entries.c.entry_id),
            _entries.c.entry_id != (superseding or ""),
        )
        .order_by(_entries.c.seq)
        .limit(1)
    ).one_or_none()
    if answer is not None:
        raise ConflictError(
            "ledger.question_decided", question_id=question_id, steward=answer.actor, decision_id=answer.entry_id
        )
