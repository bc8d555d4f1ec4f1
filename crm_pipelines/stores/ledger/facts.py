"""What a person can lay down, before (`New...`) and after it stands in the ledger.

`seq` is the place in the ledger, from 1 in commit order. All times are aware.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_pipelines.model.decisions import Decision as Judged
from crm_pipelines.model.enums import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A steward's judgement of two sets of records, as they were shown.

    Attributes:
        judgement: MATCH, NO_MATCH or UNSURE.
        record_ids_left: one side of the question.
        record_ids_right: the other side.
        steward: user name.
        decided_at: when.
        reason: the steward's own words, or None.
        question_id: the question it answers; None when nobody asked.
        supersedes: `decision_id` of the decision that this one replaces.
        decision_id: given by a caller that may try again; None lets the ledger choose.
        evidence: what the machine had to show then, as `clustering.confirmation` digests it; None: nobody knows.
        batch_id: of the answers it was given together with, or None.
        approved_by: user name of the second person, or None.
    """

    judgement: Judgement
    record_ids_left: tuple[str, ...]
    record_ids_right: tuple[str, ...]
    steward: str
    decided_at: datetime
    reason: str | None = None
    question_id: str | None = None
    supersedes: str | None = None
    decision_id: str | None = None
    evidence: tuple[str, ...] | None = None
    batch_id: str | None = None
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision in the ledger; fields as in `NewDecision`, the record ids sorted."""

    seq: int
    decision_id: str
    judgement: Judgement
    record_ids_left: tuple[str, ...]
    record_ids_right: tuple[str, ...]
    steward: str
    decided_at: datetime
    reason: str | None
    question_id: str | None
    supersedes: str | None
    evidence: tuple[str, ...] | None = None
    batch_id: str | None = None
    approved_by: str | None = None

    @property
    def is_withdrawal(self) -> bool:
        """Whether it only takes another decision back."""
        return self.judgement is Judgement.UNSURE and self.supersedes is not None and self.question_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPin:
    """A value that a steward fixes for the customer of these records.

    Attributes:
        record_ids: members of the customer when it was pinned.
        attribute: canonical field.
        value: std form; None pins the attribute as empty, or only lifts when `lifts` is given.
        steward: user name.
        pinned_at: when.
        reason: the steward's own words, or None.
        expires_at: None for never.
        lifts: `pin_id` of the pin that ends with this entry.
        pin_id: given by a caller that may try again; None lets the ledger choose.
    """

    record_ids: tuple[str, ...]
    attribute: str
    value: str | None
    steward: str
    pinned_at: datetime
    reason: str | None = None
    expires_at: datetime | None = None
    lifts: str | None = None
    pin_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A pin in the ledger; fields as in `NewPin`, the record ids sorted.

    Attributes:
        is_erased: the value is gone with the person it told of; such a pin holds no longer.
    """

    seq: int
    pin_id: str
    record_ids: tuple[str, ...]
    attribute: str
    value: str | None
    steward: str
    pinned_at: datetime
    reason: str | None
    expires_at: datetime | None
    lifts: str | None
    is_erased: bool

    @property
    def only_lifts(self) -> bool:
        """Whether the entry ends another pin and sets nothing in its place."""
        return self.lifts is not None and self.value is None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsent:
    """A consent or refusal that somebody recorded by hand.

    Attributes:
        record_id: the observation it was given for.
        purpose: what for.
        channel: by which channel.
        granted: False is a refusal.
        obtained_at: when the person said so.
        proof: where that can be seen, or None.
        recorded_by: user name.
        recorded_at: when it was recorded.
        names_refusal: id of the refusal that this consent lifts; None lifts none.
        consent_id: given by a caller that may try again; None lets the ledger choose.
    """

    record_id: str
    purpose: str
    channel: str
    granted: bool
    obtained_at: datetime
    recorded_by: str
    recorded_at: datetime
    proof: str | None = None
    names_refusal: str | None = None
    consent_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A consent in the ledger; fields as in `NewConsent`."""

    seq: int
    consent_id: str
    record_id: str
    purpose: str
    channel: str
    granted: bool
    obtained_at: datetime
    recorded_by: str
    recorded_at: datetime
    proof: str | None
    names_refusal: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSuppression:
    """An identifier that must not come in again, as a keyed hash.

    Attributes:
        digest: `suppression_digest` of the canonical value.
        kind: of the identifier: email, phone, ...
        reason: code or words, or None.
        recorded_by: user name.
        recorded_at: when.
        suppression_id: given by a caller that may try again; None lets the ledger choose.
    """

    digest: str
    kind: str
    recorded_by: str
    recorded_at: datetime
    reason: str | None = None
    suppression_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """A suppression in the ledger; fields as in `NewSuppression`."""

    seq: int
    suppression_id: str
    digest: str
    kind: str
    recorded_by: str
    recorded_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCorrection:
    """What somebody says of a row in quarantine, as it was delivered.

    Attributes:
        source_record_id: of the row.
        row_digest: `stores.row_corrections.row_digest` of what was delivered.
        action: `fix`; `drop`; `release`: it goes on as it is; `expire`: dropped by the program, for it lay too long;
            `resubmit`: it is to be read again; `keep`: what was said before counts no more.
        steward: user name.
        recorded_at: when.
        fields: of a fix: column of the row -> what it should say; None empties it.
        reason: the steward's own words, or None.
        waives: of a release: the reason code in spite of which the row goes on.
    """

    source_record_id: str
    row_digest: str
    action: str
    steward: str
    recorded_at: datetime
    fields: Mapping[str, str | None] | None = None
    reason: str | None = None
    waives: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction in the ledger; fields as in `NewCorrection`."""

    seq: int
    correction_id: str
    source_record_id: str
    row_digest: str
    action: str
    steward: str
    recorded_at: datetime
    fields: Mapping[str, str | None] | None
    reason: str | None
    waives: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the audit: who did what when, and the chain."""

    seq: int
    kind: str
    entry_id: str
    actor: str
    recorded_at: datetime
    reason: str | None
    supersedes: str | None
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What checking the audit chain found.

    Attributes:
        n_entries: entries looked at.
        n_erased: entries whose values were erased; their digests can no longer be compared, the chain still can.
        first_broken_seq: the first entry that does not fit; None when all do.
    """

    n_entries: int
    n_erased: int
    first_broken_seq: int | None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, removed or slipped in."""
        return self.first_broken_seq is None


def as_judged(decisions: Iterable[Decision]) -> list[Judged]:
    """Decisions as the pure rooms read them: the judgement and the sets, without who said it and when."""
    return [
        Judged(
            found.seq,
            found.decision_id,
            found.judgement,
            found.record_ids_left,
            found.record_ids_right,
            found.supersedes,
            found.evidence,
        )
        for found in decisions
    ]


def decisions_in_force(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that no later one of the same list supersedes, in ledger order."""
    known = list(decisions)
    superseded = {decision.supersedes for decision in known}
    return [decision for decision in known if decision.decision_id not in superseded]


def pins_in_force(pins: Sequence[Pin], as_of: datetime) -> list[Pin]:
    """The pins that hold at a time: neither lifted, expired nor erased, in ledger order."""
    lifted = {pin.lifts for pin in pins}
    return [
        pin
        for pin in pins
        if pin.pin_id not in lifted
        and not pin.only_lifts
        and not pin.is_erased
        and (pin.expires_at is None or pin.expires_at > as_of)
    ]
