"""The review queue as a steward meets it: the published questions, held against what the ledger says by now.

A publication is a little older than the ledger. A question that was answered since, or that another decision has made
idle, waits for the next run: it is shown with the decision, and is not asked again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

import duckdb

from crm_pipelines.clustering.confirmation import confirmations
from crm_pipelines.clustering.contradictions import chain_against
from crm_pipelines.clustering.questions import Question, live_sides, question_id
from crm_pipelines.clustering.rulings import ruling
from crm_pipelines.clustering.settling import Settled
from crm_pipelines.clustering.verdicts import Verdicts, standing, verdicts
from crm_pipelines.model.decisions import Decision as Judged
from crm_pipelines.model.enums import Closing, CustomerType, Judgement, QuestionKind
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.decided_pairs import cross_pairs, sets_of, stage_sets
from crm_pipelines.stores.ledger.facts import Decision, as_judged
from crm_pipelines.stores.statements import statement

_PAGE = 500
_PRIORITY = 7  # its column among those of `questions_by_priority`
_CLOSED = "select closed_because, closed_at from closed_questions where question_id = ? order by seq desc limit 1"


class QuestionState(StrEnum):
    """Whether a question still wants an answer."""

    OPEN = "open"
    WAITING = "waiting"  # decided, and the next run will take it in


@dataclass(frozen=True, slots=True)
class QueuedQuestion(Question):
    """A question of the publication.

    Attributes:
        customer_type: of all its records.
        asked_at: since when.
        state: whether it wants an answer.
        decided_by: the decisions for which it waits to be taken out.
        unsure: answers of "unsure", which leave it open.
        about: the suspended decisions of a conflict; the verdicts to be confirmed.
        causes: the earlier decisions that suspend them, in ledger order.
    """

    customer_type: CustomerType
    asked_at: datetime
    state: QuestionState = QuestionState.OPEN
    decided_by: tuple[Decision, ...] = ()
    unsure: tuple[Decision, ...] = ()
    about: tuple[Decision, ...] = ()
    causes: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionFilter:
    """Which questions are wanted; empty means all.

    Attributes:
        kinds: why they are asked.
        customer_types: of their records.
        reasons: codes of why they are asked.
        limit: at most so many, the most urgent; None: all.
        only_open: without those that wait for a run.
        after: (priority, id) of a question: those that come behind it; None: from the most urgent on.
    """

    kinds: Collection[QuestionKind] = ()
    customer_types: Collection[CustomerType] = ()
    reasons: Collection[str] = ()
    limit: int | None = None
    only_open: bool = False
    after: tuple[float, str] | None = None


@dataclass(frozen=True)
class ReviewDesk:
    """The questions of one publication and the ledger of now.

    Attributes:
        con: the publication, open for reading; temporary tables are made on it.
        decisions: the whole ledger, in its order.
    """

    con: duckdb.DuckDBPyConnection = field(repr=False)
    decisions: Sequence[Decision] = field(repr=False)

    @cached_property
    def judged(self) -> list[Judged]:
        """The decisions as the pure rooms read them."""
        return as_judged(self.decisions)

    @cached_property
    def by_id(self) -> Mapping[str, Decision]:
        """Decision id -> the decision."""
        return {one.decision_id: one for one in self.decisions}

    @cached_property
    def demanded(self) -> Verdicts:
        """The closure of all decisions up to now."""
        return verdicts(self.judged)

    def questions(self, wanted: QuestionFilter | None = None) -> list[QueuedQuestion]:
        """The questions in the order in which they should be answered: those that wait come last."""
        asked = wanted or QuestionFilter()
        by_state: dict[QuestionState, list[QueuedQuestion]] = {state: [] for state in QuestionState}
        for row in self._rows(asked):
            told = self._told(row)
            by_state[told.state].append(told)
            if len(by_state[QuestionState.OPEN]) == asked.limit:
                break
        found = [*by_state[QuestionState.OPEN], *([] if asked.only_open else by_state[QuestionState.WAITING])]
        return found[: asked.limit]

    def question(self, name: str) -> QueuedQuestion:
        """One question.

        Raises:
            ConflictError: `ledger.question_decided`: it was answered and is gone; `review.closed.<reason>`: it is gone
                for a reason of `Closing`; `review.no_such_question`: nobody ever asked so.
        """
        rows = self.con.execute(statement("question_by_id"), {"question_id": name}).fetchall()
        if rows:
            return self._told(rows[0])
        closed = self.con.execute(_CLOSED, [name]).fetchone() if self._has_closings else None
        answers = self._answers(name)
        if answers and (closed is None or closed[0] == Closing.ANSWERED):
            raise decided(name, answers[-1])
        if closed is not None:
            because, at = closed
            raise ConflictError(f"review.closed.{Closing(because)}", question_id=name, closed_at=at.isoformat())
        raise ConflictError("review.no_such_question", question_id=name)

    def told(self, names: Sequence[str]) -> list[QueuedQuestion]:
        """Some questions of the publication in the order of their names; those that are not there are left out."""
        rows = self.con.execute(statement("questions_by_ids"), {"question_ids": list(names)}).fetchall()
        found = {row[0]: row for row in rows}
        return [self._told(found[name]) for name in names if name in found]

    def first_open(self, names: Sequence[str]) -> str | None:
        """The first of some questions that still wants an answer; None where none does."""
        return next((name for name in names if self._is_open(name)), None)

    def _is_open(self, name: str) -> bool:
        rows = self.con.execute(statement("question_by_id"), {"question_id": name}).fetchall()
        return any(self._told(row).state is QuestionState.OPEN for row in rows)

    @cached_property
    def answered(self) -> frozenset[str]:
        """Ids of the questions that a decision in force answers with "same" or "different"."""
        return frozenset(name for name in self._to_question if self._answers(name))

    def open_question(self, name: str) -> QueuedQuestion:
        """One question that still wants an answer.

        Raises:
            ConflictError: as `question`; `ledger.question_decided` also for one that waits for a run.
        """
        found = self.question(name)
        if found.state is QuestionState.WAITING:
            raise decided(name, found.decided_by[-1])
        return found

    def settled_by(self, left: Sequence[str], right: Sequence[str]) -> tuple[Decision, ...]:
        """The decisions that make two sets one customer or two, whatever the machine says; none while they are open."""
        if self._settled.between(left, right) is None:
            return ()
        pair = self._settled.parted_pair(left, right) or (left[0], right[0])
        return tuple(self.by_id[one.decision_id] for one in ruling(self.judged, *pair).decisions)

    def is_in_force(self, decision: Decision) -> bool:
        """Whether no later decision took the place of this one."""
        return decision.decision_id not in self._superseded

    def _rows(self, wanted: QuestionFilter) -> Iterator[tuple[Any, ...]]:
        """The questions as they stand in the publication, a page at a time: there may be hundreds of thousands."""
        after = wanted.after
        while True:
            page = self.con.execute(
                statement("questions_by_priority"),
                {
                    "kinds": [kind.value for kind in wanted.kinds or QuestionKind],
                    "customer_types": [kind.value for kind in wanted.customer_types or CustomerType],
                    "reasons": list(wanted.reasons),
                    "after_priority": None if after is None else after[0],
                    "after_id": None if after is None else after[1],
                    "n_most": _PAGE,
                },
            ).fetchall()
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1][_PRIORITY], page[-1][0]

    def _told(self, row: Sequence[Any]) -> QueuedQuestion:
        name, kind, left, right, reason, weight, value, priority, customer_type, asked_at = row
        asked = QueuedQuestion(
            name,
            QuestionKind(kind),
            tuple(left),
            tuple(right),
            reason,
            weight,
            value,
            priority,
            CustomerType(customer_type),
            asked_at,
        )
        about, causes = self._about(asked)
        by = () if about else self._decided_by(asked)
        unsure = (one for one in self._to_question.get(name, ()) if one.judgement is Judgement.UNSURE)
        state = QuestionState.WAITING if by else QuestionState.OPEN
        return replace(asked, state=state, decided_by=by, unsure=tuple(unsure), about=about, causes=causes)

    def _about(self, asked: QueuedQuestion) -> tuple[tuple[Decision, ...], tuple[Decision, ...]]:
        """What a question about decisions rests on by now: the decisions, and what suspends them."""
        if asked.kind is QuestionKind.CONFIRM:
            return tuple(self._turned.get(asked.question_id, ())), ()
        if asked.kind is not QuestionKind.CONFLICT:
            return (), ()
        suspended = self._suspended.get(asked.question_id, ())
        causes = {cause.decision_id: cause.seq for one in suspended for cause in chain_against(self.judged, one)}
        return (
            tuple(self.by_id[one.decision_id] for one in suspended),
            tuple(self.by_id[name] for name in sorted(causes, key=causes.__getitem__)),
        )

    def _decided_by(self, asked: QueuedQuestion) -> tuple[Decision, ...]:
        """The decisions after which a question is not asked any more."""
        answers = self._answers(asked.question_id)
        if answers or asked.kind in (QuestionKind.CONFLICT, QuestionKind.CONFIRM):
            return answers or self._last_word(asked)
        return self.settled_by(asked.record_ids_left, asked.record_ids_right)

    def _answers(self, name: str) -> tuple[Decision, ...]:
        """The decisions in force that answered a question with "same" or "different"."""
        return tuple(one for one in self._to_question.get(name, ()) if one.judgement is not Judgement.UNSURE)

    def _last_word(self, asked: QueuedQuestion) -> tuple[Decision, ...]:
        """The last decision that speaks of both sides: it made a question about decisions idle."""
        sides = set(asked.record_ids_left), set(asked.record_ids_right)
        speaking = [
            one for one in self.decisions if all(side & {*one.record_ids_left, *one.record_ids_right} for side in sides)
        ]
        return tuple(speaking[-1:] or self.decisions[-1:])

    @cached_property
    def _has_closings(self) -> bool:
        """Whether the publication is new enough to tell why questions went."""
        return bool(self.con.execute("select 1 from duckdb_tables() where table_name = 'closed_questions'").fetchall())

    @cached_property
    def _turned(self) -> Mapping[str, Sequence[Decision]]:
        """Question id -> the verdicts that the evidence of the publication has turned against."""
        shown = [one for one in standing(self.judged) if one.evidence is not None]
        stage_sets(self.con, sets_of(shown))
        live = self._live(record for one in shown for record in _records(one))
        found: dict[str, list[Decision]] = {}
        for one in confirmations(self.judged, self.demanded, cross_pairs(self.con), live):
            found.setdefault(one.question.question_id, []).append(self.by_id[one.decision.decision_id])
        return found

    @cached_property
    def _suspended(self) -> Mapping[str, Sequence[Judged]]:
        """Question id -> the decisions without effect that it is about."""
        live = self._live(record for one, _ in self.demanded.suspended for record in _records(one))
        found: dict[str, list[Judged]] = {}
        for one, _ in self.demanded.suspended:
            sides = live_sides(one, live)
            if sides is not None:
                found.setdefault(question_id(*sides), []).append(one)
        return found

    def _live(self, records: Iterable[str]) -> set[str]:
        """Those of some records that the publication shows."""
        rows = self.con.execute(statement("live_among"), {"records": sorted(set(records))}).fetchall()
        return {record for (record,) in rows}

    @cached_property
    def _settled(self) -> Settled:
        return Settled.of(self.demanded)

    @cached_property
    def _to_question(self) -> Mapping[str, Sequence[Decision]]:
        """Question id -> the decisions in force that named it."""
        found: dict[str, list[Decision]] = {}
        for one in self.decisions:
            if one.question_id is not None and self.is_in_force(one):
                found.setdefault(one.question_id, []).append(one)
        return found

    @cached_property
    def _superseded(self) -> frozenset[str]:
        return frozenset(one.supersedes for one in self.decisions if one.supersedes is not None)


def decided(name: str, by: Decision) -> ConflictError:
    """The refusal of a second answer."""
    return ConflictError("ledger.question_decided", question_id=name, steward=by.steward, decision_id=by.decision_id)


def _records(decision: Judged) -> tuple[str, ...]:
    return (*decision.record_ids_left, *decision.record_ids_right)
