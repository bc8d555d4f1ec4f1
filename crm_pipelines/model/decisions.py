"""What people decided, as the ledger hands it to the pure rooms."""

from dataclasses import dataclass
from datetime import datetime

from crm_pipelines.model.enums import Judgement


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgement over two sets of records, as they were shown.

    Attributes:
        seq: place in the ledger; decisions are taken in this order.
        decision_id: its name.
        judgement: same, different or unsure.
        record_ids_left: one side as shown.
        record_ids_right: the other side as shown.
        supersedes: the decision it replaces, or None.
        evidence: what the machine had to show when it was made, as `clustering.confirmation` digests it; None: nobody
            knows.
    """

    seq: int
    decision_id: str
    judgement: Judgement
    record_ids_left: tuple[str, ...]
    record_ids_right: tuple[str, ...]
    supersedes: str | None = None
    evidence: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Pin:
    """A value a steward fixed for the customer that held these records.

    Attributes:
        seq: place in the ledger.
        pin_id: its name.
        record_ids: members of the customer when it was pinned.
        attribute: canonical field.
        value: what shall stand there; None: nothing.
        steward: who said so.
        pinned_at: when.
        expires_at: when it ends, or None.
    """

    seq: int
    pin_id: str
    record_ids: tuple[str, ...]
    attribute: str
    value: str | None
    steward: str
    pinned_at: datetime
    expires_at: datetime | None = None
