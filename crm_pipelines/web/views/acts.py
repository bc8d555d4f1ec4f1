"""What merging, splitting or taking back would do, before it is recorded; what stands in its way."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crm_pipelines.model.enums import ActKind
from crm_pipelines.model.errors import ConflictError, Fault
from crm_pipelines.stores import stewardship
from crm_pipelines.stores.customer_file import CustomerRow
from crm_pipelines.stores.ledger.acts import Act
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.recorded_acts import is_undo
from crm_pipelines.stores.second_person import act_of
from crm_pipelines.stores.statements import statement
from crm_pipelines.stores.stewardship import Proposal
from crm_pipelines.stores.subjects import Subject
from crm_pipelines.web.masking import Sight
from crm_pipelines.web.reading_room import Look
from crm_pipelines.web.views.customer import RecordLine, record_lines
from crm_pipelines.web.views.effects import told
from crm_pipelines.web.views.foreseen import ForeseenView, foreseen_view

_KINDS = {"merge": ActKind.MERGE, "split": ActKind.SPLIT, "unmerge": ActKind.UNDO}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a steward asks for.

    Attributes:
        kind: merge, split or unmerge (a decision is taken back).
        row: the customer it starts from.
        fields: of the form, to be sent again when it is confirmed.
        subjects: the customers that are merged or split.
        decision_id: what is taken back.
        decision: the same; None when nobody knows it.
    """

    kind: str
    row: CustomerRow
    fields: tuple[tuple[str, str], ...]
    subjects: tuple[Subject, ...] = ()
    decision_id: str | None = None
    decision: Decision | None = None

    @property
    def partner(self) -> Subject | None:
        """Whom it is merged with."""
        return self.subjects[1] if self.kind == "merge" else None

    def act(self, look: Look, proposal: Proposal) -> Act:
        """The same, so that it can be made again."""
        return act_of(look.desk, _KINDS[self.kind], proposal, self.subjects, self.decision_id)


@dataclass(frozen=True, slots=True)
class Card:
    """A customer before or after.

    Attributes:
        lines: its records.
        moved: ids of those that stand elsewhere now.
    """

    golden_id: str
    lines: tuple[RecordLine, ...]
    moved: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ActView:
    """What a change would do.

    Attributes:
        sentences: who changes, begins or ends.
        before: the customers it touches, as published.
        after: as they would be.
        replaced: decisions in force that would end with it.
        foreseen: their values and consents.
    """

    sentences: tuple[Fault, ...]
    before: tuple[Card, ...]
    after: tuple[Card, ...]
    replaced: tuple[Decision, ...]
    foreseen: ForeseenView


@dataclass(frozen=True, slots=True)
class Conflict:
    """What stands in the way; `decision_ids` when it may be replaced."""

    fault: Fault
    decision_ids: tuple[str, ...]


def act_view(look: Look, proposal: Proposal, sight: Sight, now: datetime) -> ActView:
    """Look ahead; nothing is recorded."""
    ahead = stewardship.outlook(look.desk, proposal, look.foresight)
    before = tuple(Card(name, record_lines(look, records, sight)) for name, records in ahead.before.items())
    after = tuple(
        Card(name, record_lines(look, records, sight), frozenset(records) - set(ahead.before.get(name, ())))
        for name, records in ahead.after.items()
        if records
    )
    foreseen = foreseen_view(look, ahead.before, ahead.after, sight, now)
    return ActView(tuple(told(ahead)), before, after, proposal.replaced, foreseen)


def conflict_told(error: ConflictError, timezone: str) -> Conflict:
    """A refusal in the words of a page; what contradicts may be replaced by whoever says so."""
    if error.code != "stewardship.contradicts":
        return Conflict(error.fault, ())
    decided_at = datetime.fromisoformat(str(error.facts["decided_at"])).astimezone(ZoneInfo(timezone))
    fault = Fault("web.act.contradicts", {"steward": error.facts["steward"], "decided_at": decided_at.isoformat()})
    return Conflict(fault, tuple(str(error.facts["decision_ids"]).split(", ")))


def undo_elsewhere(look: Look, decision_id: str, proposal: Proposal) -> str | None:
    """Address of the customer's page where taking a decision back is previewed and proposed to a second person.

    None where one person is enough: little hangs on it, or one person alone answered a question, which is asked again.
    What a second person approved does not end by one person's hand. What took an answer back asks nothing again when
    it is taken back itself: the answer counts anew.

    Args:
        look: at the publication and the ledger.
        decision_id: what is taken back.
        proposal: the decisions of that.
    """
    undone = look.desk.by_id[decision_id]
    if undone.question_id is not None and undone.approved_by is None and not is_undo(undone):
        return None
    act = act_of(look.desk, ActKind.UNDO, proposal, decision_id=decision_id)
    if not look.loaded.rules.review.needs_two(act.n_records):
        return None
    ((_, golden_id),) = look.con.execute(statement("homes_of"), {"records": [act.customers[0][0]]}).fetchall()
    return f"/customers/{golden_id}/undo/{decision_id}"
