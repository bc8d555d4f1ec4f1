"""The review queue as its page shows it: a page of questions, and what there is to choose from."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from crm_pipelines.matching.shown_values import name_shown
from crm_pipelines.model.enums import CustomerType, QuestionKind
from crm_pipelines.standardise.value_differences import Piece, differences
from crm_pipelines.stores.ledger.claims import Claim
from crm_pipelines.stores.queue_facets import FACETS, Group, Sight
from crm_pipelines.stores.review_desk import QuestionState, QueuedQuestion
from crm_pipelines.web import masking
from crm_pipelines.web.reading_room import Look

PAGE = 50
_OWN_WORDS = frozenset({"customer_type", "kind", "reason"})  # named for the command line already
_CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_KNOWN: Mapping[str, frozenset[str]] = {
    "customer_type": frozenset(CustomerType),
    "kind": frozenset(QuestionKind),
    "assignee": frozenset({"mine", "none", "others"}),
    "due": frozenset({"overdue", "today", "later"}),
    "band": frozenset({"above", "upper", "lower", "below", "none"}),
    "value": frozenset({"two", "few", "many"}),
    "age": frozenset({"day", "week", "month", "older"}),
}


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the list is narrowed to: facet -> code."""

    chosen: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "QueueFilter":
        """From an address; words that mean nothing are passed over."""
        found = {name: query[name] for name in FACETS if name in query}
        return cls({name: code for name, code in found.items() if _means_something(name, code)})

    def query(self, **changed: str | None) -> str:
        """The end of an address, with something chosen otherwise; empty when nothing is chosen."""
        query = urlencode({name: value for name, value in {**self.chosen, **changed}.items() if value})
        return f"?{query}" if query else ""

    def address(self, **changed: str | None) -> str:
        """The address of the list with something chosen otherwise."""
        return f"/review{self.query(**changed)}"

    @property
    def is_narrow(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.chosen)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: the code of its name, how many questions have it, the address that chooses it."""

    code: str
    n_questions: int
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One question of the list: both names in pieces, what differs marked.

    Attributes:
        due_at: until when it wants an answer.
        claim: who has it; None: nobody.
        is_mine: whether that is whoever looks.
        is_late: whether it should have been answered.
        is_postponed: whether whoever looks put it off.
    """

    question: QueuedQuestion
    left: tuple[Piece, ...]
    right: tuple[Piece, ...]
    n_records: int
    due_at: datetime
    claim: Claim | None = None
    is_mine: bool = False
    is_late: bool = False
    is_postponed: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it wants an answer."""
        return self.question.state is QuestionState.OPEN


@dataclass(frozen=True, slots=True)
class QueueView:
    """A page of the queue.

    Attributes:
        wanted: what it is narrowed to.
        lines: at most `PAGE`.
        facets: facet -> its choices.
        tabs: mine, nobody's, all.
        n_questions: open ones in all, however the list is narrowed.
        n_found: those it is narrowed to.
        following: address of the next page; None at the end.
        first_open: id of the first question that wants an answer and that nobody else has.
    """

    wanted: QueueFilter
    lines: tuple[Line, ...]
    facets: Mapping[str, tuple[Choice, ...]]
    tabs: tuple[Choice, ...]
    n_questions: int
    n_found: int
    following: str | None
    first_open: str | None


def queue_view(look: Look, sight: Sight, wanted: QueueFilter, after: str, seen: masking.Sight) -> QueueView:
    """Work a page of the queue out.

    Args:
        look: at the publication.
        sight: who looks, and when.
        wanted: what it is narrowed to.
        after: id of the question that the page before ended with; empty: the first page.
        seen: what the reader sees of values.
    """
    found = look.queue.listed(sight, wanted.chosen, after=after, n_most=PAGE + 1)
    lines = question_lines(look, sight, look.desk.told(found[:PAGE]), seen)
    more = wanted.address(after=found[PAGE - 1]) if len(found) > PAGE else None
    is_others = {line.question.question_id for line in lines if line.claim is not None and not line.is_mine}
    open_lines = (line.question.question_id for line in lines if line.is_open)
    counted = look.queue.groups(sight)
    matching = [one for one in counted if all(one.has(name, code) for name, code in wanted.chosen.items())]
    facets = _facets(wanted, counted)
    return QueueView(
        wanted=wanted,
        lines=lines,
        facets={name: choices for name, choices in facets.items() if name != "assignee" and choices},
        tabs=_tabs(wanted, facets["assignee"]),
        n_questions=sum(one.n_questions for one in counted),
        n_found=sum(one.n_questions for one in matching),
        following=more,
        first_open=next((name for name in open_lines if name not in is_others), None),
    )


def question_lines(
    look: Look, sight: Sight, questions: Sequence[QueuedQuestion], seen: masking.Sight
) -> tuple[Line, ...]:
    """Questions as lines of a list."""
    named = {record for one in questions for record in (one.record_ids_left[0], one.record_ids_right[0])}
    records = look.evidence.records(named)
    claims = {claim.question_id: claim for claim in sight.claims}
    names = {record_id: name_seen(record, seen) for record_id, record in records.items()}
    return tuple(_line(sight, names, claims, one) for one in questions)


def due_at(sight: Sight, question: QueuedQuestion) -> datetime:
    """Until when a question wants an answer."""
    return question.asked_at + timedelta(hours=sight.rules.due_hours_of(question.kind))


def name_seen(record: Mapping[str, Any], seen: masking.Sight) -> str:
    """The name of a record as a reader sees it; empty when it has none."""
    field = "name" if record.get("customer_type") == CustomerType.PERSON else "organisation_name"
    return seen.value(field, name_shown(record) or "", record.get("source_system"))


def _line(sight: Sight, names: Mapping[str, str], claims: Mapping[str, Claim], question: QueuedQuestion) -> Line:
    claim, until = claims.get(question.question_id), due_at(sight, question)
    sides = (question.record_ids_left, question.record_ids_right)
    left, right = differences(*(names.get(side[0], "") for side in sides))
    return Line(
        question=question,
        left=left,
        right=right,
        n_records=sum(len(side) for side in sides),
        due_at=until,
        claim=claim,
        is_mine=claim is not None and claim.person_id == sight.person_id,
        is_late=until < sight.now,
        is_postponed=question.question_id in sight.postponed,
    )


def _facets(wanted: QueueFilter, counted: Sequence[Group]) -> dict[str, tuple[Choice, ...]]:
    """Each facet counts what the others leave."""
    facets: dict[str, tuple[Choice, ...]] = {}
    for name in FACETS:
        others = {other: code for other, code in wanted.chosen.items() if other != name}
        sums: Counter[str] = Counter()
        for group in counted:
            if all(group.has(other, code) for other, code in others.items()):
                for value in group.sources if name == "source" else (group.values[name],):
                    sums[value] += group.n_questions
        facets[name] = tuple(_choice(wanted, name, value, sums[value]) for value in _in_order(name, sums))
    return facets


def _choice(wanted: QueueFilter, facet: str, value: str, n_questions: int) -> Choice:
    is_chosen = wanted.chosen.get(facet) == value
    address = wanted.address(**{facet: None if is_chosen else value})
    return Choice(_word(facet, value), n_questions, address, is_chosen)


def _word(facet: str, value: str) -> str:
    """The code of a value's name; a source has no other name than its own."""
    if facet == "source":
        return value
    return f"cli.{facet}.{value}" if facet in _OWN_WORDS else f"web.facet.{facet}.{value}"


_SCALES: Mapping[str, tuple[str, ...]] = {
    "due": ("overdue", "today", "later"),
    "band": ("above", "upper", "lower", "below", "none"),
    "value": ("many", "few", "two"),
    "age": ("day", "week", "month", "older"),
    "assignee": ("mine", "none", "others"),
}


def _in_order(facet: str, sums: Mapping[str, int]) -> list[str]:
    """A scale from its one end to the other, everything else by how many there are."""
    if facet in _SCALES:
        return [value for value in _SCALES[facet] if value in sums]
    return sorted(sums, key=lambda value: (-sums[value], value))


def _tabs(wanted: QueueFilter, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Mine, nobody's and all, also where there is nothing."""
    counts = {choice.code.rpartition(".")[2]: choice.n_questions for choice in choices}
    chosen = wanted.chosen.get("assignee")
    named = tuple(
        Choice(_word("assignee", value), counts.get(value, 0), wanted.address(assignee=value), chosen == value)
        for value in ("mine", "none")
    )
    everything = Choice("web.tab.all", sum(counts.values()), wanted.address(assignee=None), chosen is None)
    return (*named, everything)


def _means_something(facet: str, code: str) -> bool:
    return code in _KNOWN[facet] if facet in _KNOWN else _CODE.fullmatch(code) is not None
