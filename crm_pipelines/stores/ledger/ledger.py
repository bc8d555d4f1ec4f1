"""The ledger: record what people decide, and read it back as it stood at any entry."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType

import sqlalchemy as sa

from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger import reading, tables
from crm_pipelines.stores.ledger.appending import Header, append
from crm_pipelines.stores.ledger.audit import Action, Happening, append_audit
from crm_pipelines.stores.ledger.engine import database_errors, ledger_name, open_engine, writing
from crm_pipelines.stores.ledger.facts import (
    ChainReport,
    Consent,
    Correction,
    Decision,
    Entry,
    NewConsent,
    NewCorrection,
    NewDecision,
    NewPin,
    NewSuppression,
    Pin,
    Suppression,
)
from crm_pipelines.stores.ledger.imports import import_name, import_places
from crm_pipelines.stores.ledger.overrides import NewOverride, Override, override_of
from crm_pipelines.stores.ledger.requests import KeyedRequest, answered_with, note_answer
from crm_pipelines.stores.ledger.verification import verify


def open_ledger(url: str) -> "Ledger":
    """Open a ledger, making or migrating its tables when they are missing or older.

    Args:
        url: `sqlite:///file` or `postgresql://user:password@host/database`.

    Raises:
        StoreError: `store.ledger_url`, `store.ledger_unavailable`, or `store.newer_schema`: a newer version of this
            program has written it.
    """
    return Ledger(open_engine(url))


class Ledger:
    """What people decided. Written by web, API and command line at any time, by many at once.

    Recording the same id again changes nothing and gives the same `seq`, so a caller may try again after a lost answer.

    Every method raises StoreError `store.ledger_unavailable` when the database cannot be reached.
    """

    def __init__(self, engine: sa.Engine, person_id: str | None = None) -> None:
        self._engine = engine
        self._name = ledger_name(engine)
        self._person_id = person_id

    def by(self, person_id: str) -> "Ledger":
        """The same ledger in the hands of somebody who has signed in: the audit log names them."""
        return Ledger(self._engine, person_id)

    def record_decision(self, decision: NewDecision, *, only_if_open: bool = False) -> Decision:
        """Record a judgement.

        Args:
            decision: what was decided.
            only_if_open: refuse when the question has been answered meanwhile (UNSURE leaves it open).

        Raises:
            ConflictError: `ledger.question_decided` (question_id, steward, decision_id); `ledger.not_in_force`:
                what it supersedes is not there or is superseded already; `ledger.entry_differs`.
        """
        return self.record_decisions([decision], only_if_open=only_if_open)[0]

    def record_decisions(
        self, decisions: Sequence[NewDecision], *, only_if_open: bool = False, request: KeyedRequest | None = None
    ) -> list[Decision]:
        """Record several judgements one after the other, all or none.

        Args:
            decisions: what was decided, in the order in which they are to count.
            only_if_open: as for one.
            request: of the program that asks, to be noted with them.

        Raises:
            ConflictError: as for one; `api.answered`: the request was answered before, see `answer_to`;
                `api.key_reused`.
        """
        with database_errors(self._name), writing(self._engine) as connection:
            if request is not None and answered_with(connection, request) is not None:
                raise ConflictError("api.answered")
            seqs = [
                append_decision(connection, one, only_if_open=only_if_open, person_id=self._person_id)
                for one in decisions
            ]
            if request is not None:
                note_answer(connection, request, seqs[-1])
        found = {one.seq: one for one in self.decisions(max(seqs), after=min(seqs) - 1)} if seqs else {}
        return [found[seq] for seq in seqs]

    def import_decisions(self, decisions: Sequence[NewDecision], now: datetime) -> str | None:
        """Record decisions out of a file, all or none; the audit log tells of it once more as a whole.

        Returns:
            The name of what came in, for `imports`; None of nothing.

        Raises:
            ConflictError: as `record_decision`.
        """
        with database_errors(self._name), writing(self._engine) as connection:
            seqs = [append_decision(connection, one, only_if_open=False) for one in decisions]
            if not seqs:
                return None
            name = import_name(min(seqs), max(seqs))
            told = Happening(happened_at=now, action=Action.IMPORTED, object_kind="import", object_id=name)
            append_audit(connection, told)
        return name

    def places_of_import(self, name: str) -> range | None:
        """The `seq` of the decisions that came in with a file; None where there was no import of this name."""
        is_it = sa.and_(tables.audit.c.action == Action.IMPORTED.value, tables.audit.c.object_id == name)
        with database_errors(self._name), self._engine.connect() as connection:
            is_there = connection.execute(sa.select(sa.exists().where(is_it))).scalar_one()
        return import_places(name) if is_there else None

    def answer_to(self, request: KeyedRequest) -> Decision | None:
        """The decision with which a program's request was answered before; None: it is new.

        Raises:
            ConflictError: `api.key_reused`: its key was used for another request.
        """
        with database_errors(self._name), self._engine.connect() as connection:
            seq = answered_with(connection, request)
        return None if seq is None else self.decisions(seq, after=seq - 1)[0]

    def record_pin(self, pin: NewPin) -> Pin:
        """Pin a value, or lift a pin (`lifts`, with or without a new value in its place).

        Raises:
            ConflictError: `ledger.not_in_force`: the pin to lift is not there or is lifted already;
                `ledger.entry_differs`.
        """
        header = Header("pin", pin.pin_id, pin.steward, pin.pinned_at, reason=pin.reason, supersedes=pin.lifts)
        detail = {
            "record_ids": sorted(set(pin.record_ids)),
            "attribute": pin.attribute,
            "value": pin.value,
            "expires_at": pin.expires_at,
        }
        seq = self._append(header, detail)
        return self.pins(seq, after=seq - 1)[0]

    def record_consent(self, consent: NewConsent) -> Consent:
        """Record a consent or a refusal.

        Raises:
            ConflictError: `ledger.entry_differs`.
        """
        header = Header("consent", consent.consent_id, consent.recorded_by, consent.recorded_at)
        names = ("record_id", "purpose", "channel", "granted", "obtained_at", "proof", "names_refusal")
        seq = self._append(header, {name: getattr(consent, name) for name in names})
        return self.consents(seq, after=seq - 1)[0]

    def record_suppression(self, suppression: NewSuppression) -> Suppression:
        """Record that an identifier must not come in again.

        Raises:
            ConflictError: `ledger.entry_differs`.
        """
        new = suppression
        header = Header("suppression", new.suppression_id, new.recorded_by, new.recorded_at, reason=new.reason)
        seq = self._append(header, {"identifier_digest": new.digest, "identifier_kind": new.kind})
        return self.suppressions(seq, after=seq - 1)[0]

    def record_corrections(self, corrections: Sequence[NewCorrection]) -> None:
        """Record what somebody says of rows in quarantine, all or nothing."""
        names = ("source_record_id", "row_digest", "action", "fields", "waives")
        with database_errors(self._name), writing(self._engine) as connection:
            for new in corrections:
                header = Header("correction", None, new.steward, new.recorded_at, reason=new.reason)
                append(connection, header, {name: getattr(new, name) for name in names}, person_id=self._person_id)

    def record_override(self, new: NewOverride) -> Override:
        """Record an override of a gate, or withdraw one.

        Raises:
            ConflictError: `ledger.not_in_force`: the one to end is not there or has ended already.
        """
        header = Header("override", None, new.steward, new.recorded_at, reason=new.reason, supersedes=new.replaces)
        detail = {
            "check_id": new.check,
            "most_failed": new.most_failed,
            "most_share": new.most_share,
            "ends_at": None if new.withdraws else new.ends_at,
        }
        seq = self._append(header, detail)
        return self.overrides(seq, after=seq - 1)[0]

    def head_seq(self) -> int:
        """The last entry's number; 0 for an empty ledger. Entries up to it never change their order."""
        with database_errors(self._name), self._engine.connect() as connection:
            return reading.last_seq(connection)

    def decisions(self, up_to_seq: int | None = None, *, after: int = 0) -> list[Decision]:
        """All decisions in (`after`, `up_to_seq`], superseded ones included, in ledger order."""
        return [reading.decision(row) for row in self._rows(tables.decisions, up_to_seq, after)]

    def pins(self, up_to_seq: int | None = None, *, after: int = 0) -> list[Pin]:
        """All pins in (`after`, `up_to_seq`], lifted ones included, in ledger order."""
        return [reading.pin(row) for row in self._rows(tables.pins, up_to_seq, after)]

    def consents(self, up_to_seq: int | None = None, *, after: int = 0) -> list[Consent]:
        """All consents and refusals in (`after`, `up_to_seq`], in ledger order."""
        return [reading.consent(row) for row in self._rows(tables.consents, up_to_seq, after)]

    def suppressions(self, up_to_seq: int | None = None, *, after: int = 0) -> list[Suppression]:
        """All suppressions in (`after`, `up_to_seq`], in ledger order."""
        return [reading.suppression(row) for row in self._rows(tables.suppressions, up_to_seq, after)]

    def corrections(self, up_to_seq: int | None = None, *, after: int = 0) -> list[Correction]:
        """What people said of rows in quarantine, in (`after`, `up_to_seq`], in ledger order."""
        return [reading.correction(row) for row in self._rows(tables.corrections, up_to_seq, after)]

    def overrides(self, up_to_seq: int | None = None, *, after: int = 0) -> list[Override]:
        """All overrides of gates in (`after`, `up_to_seq`], ended ones included, in ledger order."""
        return [override_of(row) for row in self._rows(tables.gate_overrides, up_to_seq, after)]

    def entries(self, up_to_seq: int | None = None, *, after: int = 0) -> list[Entry]:
        """The audit: every entry in (`after`, `up_to_seq`], in ledger order."""
        return [reading.entry(row) for row in self._rows(None, up_to_seq, after)]

    def verify_chain(self) -> ChainReport:
        """Check every hash of the audit chain, and the digest of every entry whose values are not erased."""
        with database_errors(self._name), self._engine.connect() as connection:
            return verify(connection)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _append(self, header: Header, detail: Mapping[str, object]) -> int:
        with database_errors(self._name), writing(self._engine) as connection:
            return append(connection, header, detail, person_id=self._person_id)

    def _rows(self, detail: sa.Table | None, up_to_seq: int | None, after: int) -> list[sa.RowMapping]:
        with database_errors(self._name), self._engine.connect() as connection:
            return reading.rows(connection, detail, up_to_seq, after)


def append_decision(
    connection: sa.Connection, new: NewDecision, *, only_if_open: bool, person_id: str | None = None
) -> int:
    """Append a judgement inside the write transaction of the caller; return its `seq`.

    Raises:
        ConflictError: as `Ledger.record_decision`; nothing was written.
    """
    header = Header(
        "decision", new.decision_id, new.steward, new.decided_at, reason=new.reason, supersedes=new.supersedes
    )
    detail = {
        "judgement": new.judgement.value,
        "record_ids_left": sorted(set(new.record_ids_left)),
        "record_ids_right": sorted(set(new.record_ids_right)),
        "question_id": new.question_id,
        "evidence": None if new.evidence is None else sorted(set(new.evidence)),
        "batch_id": new.batch_id,
        "approved_by": new.approved_by,
    }
    asked = new.question_id if only_if_open else None
    return append(connection, header, detail, open_question=asked, person_id=person_id)
