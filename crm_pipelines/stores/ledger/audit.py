"""The audit log: who did or looked at what, when and for what; append-only, each row chained to the one before it.

A row holds ids and digests: it tells which customer was looked at, never what was seen. Rows are appended in a write
transaction of the ledger (`engine.writing`), where writers stand in one queue; what tells of a change is written in the
transaction of the change, so neither is there without the other.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from crm_pipelines.model.errors import ContractError
from crm_pipelines.stores.ledger.chain import FIRST_PREV_HASH
from crm_pipelines.stores.ledger.engine import database_errors, ledger_name, writing
from crm_pipelines.stores.ledger.tables import audit, entries, people

PAGE = 100


class Action(StrEnum):
    """What can happen; its words are `audit.action.<value>`."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    CAME_IN = "came_in"
    REFUSED = "refused"
    LOOKED = "looked"
    LISTED = "listed"
    DECIDED = "decided"
    DECISION_REPLACED = "decision_replaced"
    PINNED = "pinned"
    PIN_LIFTED = "pin_lifted"
    CONSENTED = "consented"
    SUPPRESSED = "suppressed"
    CORRECTED = "corrected"  # a row of a source was put right, dropped or released
    GATE_OVERRIDDEN = "gate_overridden"
    GATE_OVERRIDE_ENDED = "gate_override_ended"  # replaced, or withdrawn
    PROPOSED = "proposed"  # to a second person
    PROPOSAL_APPROVED = "proposal_approved"
    PROPOSAL_SENT_BACK = "proposal_sent_back"
    PROPOSAL_WITHDRAWN = "proposal_withdrawn"
    CLAIMED = "claimed"
    RELEASED = "released"
    INVITED = "invited"
    ROLE_CHANGED = "role_changed"
    SWITCHED_OFF = "switched_off"
    SWITCHED_ON = "switched_on"
    SIGN_INS_ENDED = "sign_ins_ended"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - what happened, no password
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    SECOND_FACTOR_RESET = "second_factor_reset"  # by an administrator
    SECOND_FACTOR_FAILED = "second_factor_failed"  # a wrong code after the right password
    RECOVERY_CODE_USED = "recovery_code_used"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    TOKEN_MADE = "token_made"  # noqa: S105 - as above
    TOKEN_ENDED = "token_ended"  # noqa: S105 - as above
    EXPORTED = "exported"
    IMPORTED = "imported"  # decisions out of a file, which count at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened.

    Attributes:
        happened_at: aware.
        action: what.
        person_id: who; None: nobody had signed in.
        object_kind: of what: `question`, `customer`, `entry`, `proposal`, `import`, `person`, `list`,
            `page`.
        object_id: which one; an id or a code, never a value.
        customer_id: golden id of the customer whose data were shown or touched.
        purpose: what for, in the words of the project's rules; None: nobody asked.
        digest: `hash` of the entry of the ledger that this tells of.
    """

    happened_at: datetime
    action: Action
    person_id: str | None = None
    object_kind: str | None = None
    object_id: str | None = None
    customer_id: str | None = None
    purpose: str | None = None
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """A row of the log.

    Attributes:
        seq: its place, from 1.
        person: name of who did it, as it stands today; of entries made on the command line, whom they name.
        happening: what happened.
        hash: what the next row is chained to.
    """

    seq: int
    person: str | None
    happening: Happening
    hash: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to read of the log; None means all.

    Attributes:
        since, until: half open.
        before: only rows before this `seq`, for the next page.
        limit: so many rows at most.
    """

    person_id: str | None = None
    action: Action | None = None
    customer_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = PAGE


def append_audit(connection: sa.Connection, *happenings: Happening) -> None:
    """Append rows, in a write transaction of the caller (`engine.writing`)."""
    last = connection.execute(sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).one_or_none()
    seq, prev_hash = (0, FIRST_PREV_HASH) if last is None else (last.seq, last.hash)
    for happening in happenings:
        seq += 1
        row: dict[str, Any] = {**asdict(happening), "action": happening.action.value, "seq": seq}
        row |= {"prev_hash": prev_hash}
        prev_hash = row["hash"] = row_hash(row)
        connection.execute(audit.insert(), row)


def row_hash(row: Mapping[str, Any]) -> str:
    """BLAKE2b-256 over a row and the hash of the row before it, in hex.

    Raises:
        ContractError: `ledger.time_without_zone`.
    """
    happened_at = row["happened_at"]
    if happened_at.tzinfo is None:
        raise ContractError("ledger.time_without_zone")
    content = {name: row[name] for name in ("seq", "prev_hash", *Happening.__dataclass_fields__)}
    content["happened_at"] = happened_at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=32).hexdigest()


class AuditLog:
    """Writes and reads the log. Every method raises StoreError `store.ledger_unavailable` without the database.

    Args:
        engine: of the ledger's database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._name = ledger_name(engine)

    def note(self, *happenings: Happening) -> None:
        """Append what happened, all or nothing; it stands on the disk when this returns."""
        if happenings:
            with database_errors(self._name), writing(self._engine) as connection:
                append_audit(connection, *happenings)

    def rows(self, wanted: AuditFilter) -> list[AuditRow]:
        """The rows that are wanted, the latest first."""
        query = (
            sa.select(audit, sa.func.coalesce(people.c.name, entries.c.actor).label("person"))
            .select_from(
                audit.outerjoin(people, people.c.person_id == audit.c.person_id).outerjoin(
                    entries, sa.and_(audit.c.object_kind == "entry", entries.c.entry_id == audit.c.object_id)
                )
            )
            .where(*_conditions(wanted))
            .order_by(audit.c.seq.desc())
            .limit(wanted.limit)
        )
        with database_errors(self._name), self._engine.connect() as connection:
            return [_row(row) for row in connection.execute(query).mappings()]

    def head(self) -> tuple[int, str]:
        """The last row's number and hash; 0 and zeros for an empty log."""
        query = sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
        with database_errors(self._name), self._engine.connect() as connection:
            last = connection.execute(query).one_or_none()
        return (0, FIRST_PREV_HASH) if last is None else (last.seq, last.hash)


def _conditions(wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    equal = {"person_id": wanted.person_id, "action": wanted.action, "customer_id": wanted.customer_id}
    conditions: list[sa.ColumnElement[bool]] = [audit.c[name] == value for name, value in equal.items() if value]
    if wanted.since is not None:
        conditions.append(audit.c.happened_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(audit.c.happened_at < wanted.until)
    if wanted.before is not None:
        conditions.append(audit.c.seq < wanted.before)
    return conditions


def _row(row: sa.RowMapping) -> AuditRow:
    told = {name: row[name] for name in Happening.__dataclass_fields__} | {"action": Action(row["action"])}
    return AuditRow(seq=row["seq"], person=row["person"], happening=Happening(**told), hash=row["hash"])
