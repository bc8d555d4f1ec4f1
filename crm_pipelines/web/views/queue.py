"""The review queue as its page shows it: a page of questions, and what there is to choose from."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from crm_pipelines.matching.shown_values import name_shown
from crm_pipelines.model.enums import CustomerType, QuestionKind
from crm_pipelines.standardise.value_differences import Piece, differences
from crm_pipelines.stores.review_desk import QuestionFilter, QuestionState, QueuedQuestion
from crm_pipelines.web.masking import Sight
from crm_pipelines.web.reading_room import Look

PAGE = 50


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the list is narrowed to; None means all."""

    kind: QuestionKind | None = None
    customer_type: CustomerType | None = None
    reason: str | None = None

    @classmethod
    def of(cls, kind: str, customer_type: str, reason: str) -> "QueueFilter":
        """From an address; words that mean nothing are passed over."""
        found = cls(reason=reason or None)
        with suppress(ValueError):
            found = replace(found, kind=QuestionKind(kind))
        with suppress(ValueError):
            found = replace(found, customer_type=CustomerType(customer_type))
        return found

    def address(self, **changed: str | None) -> str:
        """The address of the list with something chosen otherwise."""
        named = {"kind": self.kind, "customer_type": self.customer_type, "reason": self.reason, **changed}
        query = urlencode({name: value for name, value in named.items() if value})
        return f"/review?{query}" if query else "/review"

    @property
    def is_narrow(self) -> bool:
        """Whether anything is chosen."""
        return any((self.kind, self.customer_type, self.reason))


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: the code of its name, how many questions have it, the address that chooses it."""

    code: str
    n_questions: int
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One question of the list: both names in pieces, what differs marked."""

    question: QueuedQuestion
    left: tuple[Piece, ...]
    right: tuple[Piece, ...]
    n_records: int

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
        facets: code of a facet -> its choices.
        n_questions: in all, however the list is narrowed.
        following: address of the next page; None at the end.
        first_open: id of the first question that wants an answer.
    """

    wanted: QueueFilter
    lines: tuple[Line, ...]
    facets: Mapping[str, tuple[Choice, ...]]
    n_questions: int
    following: str | None
    first_open: str | None


def queue_view(look: Look, wanted: QueueFilter, after: str, sight: Sight) -> QueueView:
    """Work a page of the queue out.

    Args:
        look: at the publication.
        wanted: what it is narrowed to.
        after: id of the question that the page before ended with; empty: the first page.
        sight: what the reader sees of values.
    """
    found = look.desk.questions(
        QuestionFilter(
            kinds=(wanted.kind,) if wanted.kind else (),
            customer_types=(wanted.customer_type,) if wanted.customer_type else (),
            reasons=(wanted.reason,) if wanted.reason else (),
            limit=PAGE + 1,
            after=_place_of(look, after),
        )
    )
    lines = _lines(look, found[:PAGE], sight)
    more = wanted.address(after=lines[-1].question.question_id) if len(found) > PAGE else None
    first = next((line.question.question_id for line in lines if line.is_open), None)
    counts = look.con.execute(
        "select kind, customer_type, reason, count(*) from review_queue group by all order by all"
    ).fetchall()
    return QueueView(wanted, lines, _facets(wanted, counts), sum(row[3] for row in counts), more, first)


def _place_of(look: Look, question_id: str) -> tuple[float, str] | None:
    found = look.con.execute("select priority from review_queue where question_id = ?", [question_id]).fetchall()
    return (float(found[0][0]), question_id) if found else None


def _lines(look: Look, questions: list[QueuedQuestion], sight: Sight) -> tuple[Line, ...]:
    named = {record for one in questions for record in (one.record_ids_left[0], one.record_ids_right[0])}
    records = look.evidence.records(named)
    return tuple(
        Line(
            one,
            *differences(*(_name(records, side, sight) for side in (one.record_ids_left, one.record_ids_right))),
            len(one.record_ids_left) + len(one.record_ids_right),
        )
        for one in questions
    )


def _name(records: Mapping[str, Mapping[str, Any]], side: Sequence[str], sight: Sight) -> str:
    """The name of a side's first record as it is shown; empty when it has none."""
    record = records.get(side[0], {})
    field = "name" if record.get("customer_type") == CustomerType.PERSON else "organisation_name"
    return sight.value(field, name_shown(record) or "", record.get("source_system"))


def _facets(wanted: QueueFilter, counts: list[tuple[str, str, str, int]]) -> dict[str, tuple[Choice, ...]]:
    """Each facet counts what the others leave."""
    facets: dict[str, tuple[Choice, ...]] = {}
    chosen = {"customer_type": wanted.customer_type, "kind": wanted.kind, "reason": wanted.reason}
    counted = [({"kind": kind, "customer_type": type_, "reason": reason}, n) for kind, type_, reason, n in counts]
    for name, mine in chosen.items():
        others = {other: value for other, value in chosen.items() if other != name and value}
        sums: Counter[str] = Counter()
        for values, n_questions in counted:
            if all(values[other] == value for other, value in others.items()):
                sums[values[name]] += n_questions
        facets[name] = tuple(
            Choice(
                f"cli.{name}.{value}",
                n_questions,
                wanted.address(**{name: None if value == mine else value}),
                value == mine,
            )
            for value, n_questions in sorted(sums.items(), key=lambda item: (-item[1], item[0]))
        )
    return facets
