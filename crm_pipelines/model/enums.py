"""The closed word lists of the field, each value as it stands in tables, YAML and URLs."""

from enum import StrEnum


class CustomerType(StrEnum):
    """What a customer is; persons and organisations are matched by two models."""

    PERSON = "person"
    ORGANISATION = "organisation"


class ValueStatus(StrEnum):
    """How far a standardised value can be trusted."""

    OK = "ok"
    REPAIRED = "repaired"  # a safe repair was made; the rules say which
    AMBIGUOUS = "ambiguous"  # readable in several ways: shown, weak as a key
    INVALID = "invalid"  # not a value of this field: no std, no key, raw kept
    PLACEHOLDER = "placeholder"  # "unknown", "test", 000-0000: std kept, no key
    UNSUPPORTED = "unsupported"  # a script or country we do not read: passed through untouched
    EMPTY = "empty"


class Disposition(StrEnum):
    """What became of one delivered row; the terms of the first accounting identity."""

    NEW = "new"
    RESTORED = "restored"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    ACTIVITY = "activity"
    SET_ASIDE = "set_aside"
    QUARANTINED = "quarantined"
    SUPPRESSED = "suppressed"


class SourceState(StrEnum):
    """How a source stands after its last read."""

    OK = "ok"
    WAITING = "waiting"  # it failed and may work again by itself: it is tried again later
    NEEDS_ACTION = "needs_action"  # it failed and somebody must act


class Band(StrEnum):
    """What the thresholds say of a scored pair."""

    AUTO_MATCH = "AUTO_MATCH"
    REVIEW = "REVIEW"
    NON_MATCH = "NON_MATCH"


class Judgement(StrEnum):
    """What a steward says of two sets of records."""

    MATCH = "MATCH"
    NO_MATCH = "NO_MATCH"
    UNSURE = "UNSURE"


class QuestionKind(StrEnum):
    """Why a question stands in the review queue."""

    PAIR = "pair"
    CLUSTER = "cluster"
    CONFLICT = "conflict"
    CONFIRM = "confirm"


class Closing(StrEnum):
    """Why a question is asked no more."""

    ANSWERED = "answered"
    RECORDS_GONE = "records_gone"
    RECORDS_CHANGED = "records_changed"
    ONE_CUSTOMER = "one_customer"
    DECIDED = "decided"  # apart, by another decision
    DECISIONS_AGREE = "decisions_agree"  # with each other, or with the evidence
    NO_DOUBT = "no_doubt"


class BatchState(StrEnum):
    """How what was proposed to a second person stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"  # by whoever proposed them


class ActKind(StrEnum):
    """What a steward or a program does to customers though nobody asked."""

    MERGE = "merge"
    SPLIT = "split"
    UNDO = "undo"  # a decision is taken back
    RECORDS = "records"  # two sets of records are judged, by a program


class IdentityEventKind(StrEnum):
    """What happened to a golden id; the identity log is made of these, the crosswalk is their fold."""

    MINTED = "minted"
    EXTENDED = "extended"  # records joined
    REDUCED = "reduced"  # records left, the id lives on
    MERGED = "merged"  # the id retired into `to_golden_id`, which took its records
    SPLIT = "split"  # records left `golden_id` for `to_golden_id`
    REVIVED = "revived"  # a retired id lives again with these records
    RETIRED = "retired"  # its last record went; nothing took its place
    ERASED = "erased"


class ChangeCause(StrEnum):
    """Why an id or a value changed; of several at once the first of this list that fits is named."""

    PIN = "pin"  # a steward pinned it
    PIN_ENDED = "pin_ended"  # a pin was lifted or its time was over
    VERDICT = "verdict"  # a steward decided who is one customer
    DATA = "data"  # records came, changed or went
    MODEL = "model"  # another model version, thresholds and prior included
    RULE = "rule"  # other rules or mappings


class ChangeKind(StrEnum):
    """What others must follow, in the `changes` table of a publication."""

    CREATED = "created"
    CHANGED = "changed"
    MERGED = "merged"
    SPLIT = "split"
    REVIVED = "revived"
    ERASED = "erased"


class RunOutcome(StrEnum):
    """How a run ended for one source, or as a whole (`source` is null)."""

    SUCCEEDED = "succeeded"
    SOURCE_FAILED = "source_failed"
    GATE_HELD = "gate_held"
    FAILED = "failed"


class Role(StrEnum):
    """What a person may do in the steward app."""

    VIEWER = "viewer"
    STEWARD = "steward"
    LEAD = "lead"
    ADMIN = "admin"
    PRIVACY_OFFICER = "privacy_officer"


class TokenScope(StrEnum):
    """What an API token allows its program to do."""

    CUSTOMERS_READ = "customers:read"
    MATCH = "match"
    DECISIONS_WRITE = "decisions:write"
    DECISIONS_OF_OTHERS = "decisions:others"  # take back or replace what somebody else decided
    CHANGES_READ = "changes:read"
