"""What the API answers, field by field; the client reads the same types.

Times are UTC. A null means that nobody said anything, never "no". Fields may be added; none is renamed.
"""

from datetime import date, datetime
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from crm_pipelines.model.enums import Band, ChangeKind, CustomerType, Judgement

FactValue: TypeAlias = str | int | float | bool | None


class Answer(BaseModel):
    """Base of everything the API answers: a reader passes over fields it does not know yet."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class FieldProblem(Answer):
    """One field of a request that cannot be used; never with its value."""

    where: str = Field(description="Where it stands, as `/body/record/email`.")
    reason: str = Field(description="What is wrong, as a code: `missing`, `string_too_long` ...")


class Problem(Answer):
    """Why a request was not answered (RFC 9457)."""

    type: str = Field(description="`urn:crm-pipelines:problem:<code>`.")
    title: str = Field(description="The status in words.")
    status: int
    detail: str = Field(description="The sentence of the code, in the language of `Accept-Language`.")
    code: str = Field(description="Of the catalogue; `docs/messages.md` lists them all.")
    facts: dict[str, FactValue] = Field(description="What the sentence needs: ids, counts, names of fields.")
    errors: list[FieldProblem] = Field(default=[], description="The fields that cannot be used, at most 20.")


class GoldenValue(Answer):
    """A value that survived, and where it comes from."""

    attribute: str
    value: str | None
    record_id: str | None = Field(description="The record it was taken from; null of a value that was pinned.")
    source_system: str | None
    rule: str | None = Field(description="The rule that decided against the runner-up.")
    pinned_by: str | None
    observed_at: datetime | None
    trust: float | None = Field(description="0..1, of the statement.")


class ContactPoint(Answer):
    """One way to reach a customer."""

    kind: str = Field(description="email, phone, address.")
    value: str
    is_primary: bool
    is_shared: bool = Field(description="A role mailbox or a representative line.")
    last_seen_at: datetime | None
    record_ids: list[str]


class Consent(Answer):
    """What a customer agreed to or refused, as of the last word."""

    purpose: str
    channel: str
    granted: bool
    since: datetime
    proof: str | None


class Relationship(Answer):
    """How a customer stands to another one."""

    golden_id_from: str
    kind: str = Field(description="household, employee_of, contact_of, branch_of, subsidiary_of.")
    golden_id_to: str
    since: date | None


class RecordPlace(Answer):
    """Where a record lives now: one line of the crosswalk."""

    record_id: str
    golden_id: str
    source_system: str
    source_id: str | None = Field(description="As the source writes it; a keyed hash where the key is personal.")
    observation: str | None = Field(description="Null: the row's own; else the part of it, as `organisation`.")
    since: datetime


class Customer(Answer):
    """A living golden customer, whole."""

    golden_id: str
    customer_type: CustomerType
    display_name: str | None
    values: list[GoldenValue] = Field(description="One per attribute that has a value, by name.")
    contact_points: list[ContactPoint]
    consents: list[Consent]
    relationships: list[Relationship] = Field(description="In both directions, at most 100.")
    records: list[RecordPlace]
    first_seen_at: datetime | None
    last_seen_at: datetime | None
    updated_at: datetime | None


class CustomerAnswer(Answer):
    """What a golden id stands for now."""

    golden_id: str = Field(description="As asked for.")
    is_retired: bool = Field(
        description="The id lives no longer. `customers` are those it leads to now: one after a merge, several after a "
        "split. They are not the customer the id once was: keep their ids beside the old one."
    )
    customers: list[Customer]
    publication: str


class SourceRecordAnswer(Answer):
    """What became of one row of a source."""

    source: str
    source_id: str = Field(description="As asked for.")
    is_known: bool = Field(description="Whether any of its records was ever published.")
    records: list[RecordPlace] = Field(description="Its live records; empty when the row was deleted or held back.")
    former_golden_ids: list[str] = Field(description="Where its records lived before.")


class SourceRecordsAnswer(Answer):
    """One answer per row asked for, in the same order."""

    results: list[SourceRecordAnswer]
    publication: str


class FoundCustomer(Answer):
    """A customer that a search found."""

    golden_id: str
    customer_type: CustomerType
    display_name: str | None
    email: str | None
    phone: str | None
    organisation_name: str | None
    record_ids: list[str] = Field(description="The records by which it was found, at most 20.")


class SearchAnswer(Answer):
    """The customers of which one record has all that was asked for."""

    customers: list[FoundCustomer]
    is_complete: bool = Field(description="False: there are more than the limit.")
    publication: str


class Reason(Answer):
    """One piece of evidence."""

    code: str
    facts: dict[str, FactValue]
    sentence: str
    weight: float = Field(description="What it adds to the match weight, log2.")


class MatchedCustomer(Answer):
    """A customer that the record may belong to."""

    golden_id: str
    record_id: str = Field(description="The customer's record that speaks loudest for it; the reasons are about it.")
    display_name: str | None = Field(description="Null without the scope `customers:read`.")
    match_probability: float
    match_weight: float = Field(description="Log2 odds that the two are one, prior included.")
    band: Band
    is_contradiction: bool = Field(description="Something speaks so clearly of two that no weight joins them.")
    reasons: list[Reason] = Field(description="The prior first, then what was compared, the heaviest first.")


class MatchAnswer(Answer):
    """The customers that a record may belong to, the most probable first."""

    customer_type: CustomerType | None
    is_suppressed: bool = Field(description="The record would not come in: the person was erased or refused.")
    customers: list[MatchedCustomer]
    n_compared: int = Field(description="Records that were compared.")
    model_version: str
    publication: str


class CrosswalkPage(Answer):
    """A part of the crosswalk; a customer's records are never torn apart."""

    records: list[RecordPlace]
    next_cursor: str | None = Field(description="Null at the end.")
    publication: str


class Change(Answer):
    """One thing that others must follow."""

    seq: int = Field(description="Rises for ever, over all publications.")
    golden_id: str
    kind: ChangeKind
    resolves_to: list[str] = Field(description="Where the id leads now; itself while it lives, empty when it is gone.")


class ChangesPage(Answer):
    """The changes behind a place."""

    changes: list[Change]
    next_since: int = Field(description="What to ask with the next time, also at the end.")
    has_more: bool
    publication: str


class ProposalAnswer(Answer):
    """A decision that counts when a second person has approved it; the same request again tells what became of it."""

    proposal_id: str
    question_id: str | None = Field(description="That it answers; null of a judgement of records and of an undo.")
    undoes: str | None = Field(description="`decision_id` of what it takes back; null of anything else.")
    n_records: int | None = Field(description="Records that hang on it; null of an answer to a question.")
    judgement: Judgement
    proposed_by: str
    proposed_at: datetime


class DecisionAnswer(Answer):
    """A decision as it stands in the ledger; it counts within seconds, with the next publication."""

    decision_id: str
    seq: int
    judgement: Judgement
    record_ids_left: list[str]
    record_ids_right: list[str]
    decided_by: str
    decided_at: datetime
    question_id: str | None
    supersedes: str | None
