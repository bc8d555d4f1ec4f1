"""A question as a steward sees it: why it is asked, both sides' records, and the decisions it is about."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from crm_pipelines.cli.explain_rows import member_rows
from crm_pipelines.cli.output import Cell
from crm_pipelines.cli.side_by_side import compared_fields, draw_side_by_side
from crm_pipelines.cli.stewarding import Stewarding, decision_facts, decision_rows, tell_decisions
from crm_pipelines.matching.shown_values import name_shown
from crm_pipelines.messages.catalogue import render
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.pair_evidence import PairEvidence
from crm_pipelines.stores.review_desk import QuestionState, QueuedQuestion

_LIST = (
    "question_id",
    "kind",
    "customer_type",
    "reason",
    "value_a",
    "value_b",
    "n_records",
    "match_weight",
    "standing",
)
_MEMBERS = ("side", "record", "name", "email", "phone", "birth_date", "address")


@dataclass(frozen=True, slots=True)
class ReviewScreen:
    """Shows the questions of one look at a project."""

    work: Stewarding

    def listed(self, questions: Sequence[QueuedQuestion]) -> None:
        """One line per question."""
        evidence = self.work.evidence()
        telling = {one.question_id: _telling(evidence, one) for one in questions}
        records = evidence.records(record for pair in telling.values() for record in pair)
        rows: list[dict[str, Cell]] = [
            {
                "question_id": one.question_id,
                "kind": one.kind.value,
                "customer_type": one.customer_type.value,
                "reason": one.reason,
                "value_a": name_shown(records.get(telling[one.question_id][0], {})),
                "value_b": name_shown(records.get(telling[one.question_id][1], {})),
                "n_records": len(one.record_ids_left) + len(one.record_ids_right),
                "match_weight": one.match_weight,
                "priority": one.priority,
                "state": one.state.value,
                "standing": self._standing(one),
            }
            for one in questions
        ]
        self.work.call.output.table("open_questions", _LIST, rows)

    def show(self, question: QueuedQuestion, title: str) -> None:
        """All of one question."""
        output = self.work.call.output
        output.value("question", _plain(question))
        facts = {"kind": f"cli.kind.{question.kind.value}", "reason": f"cli.reason.{question.reason}"}
        output.line("review.why", **facts, match_weight=question.match_weight, asked_at=self._day(question))
        self._records(question, title)
        about = "suspended" if question.causes else "to_confirm"
        rows = [*decision_rows(self.work, question.causes, "decides")]
        rows += decision_rows(self.work, question.about, about)
        rows += decision_rows(self.work, question.unsure, "unsure")
        tell_decisions(self.work, rows + decision_rows(self.work, question.decided_by, "waiting"))
        if question.causes:
            output.line("review.conflict_advice")

    def say(self, code: str, **facts: object) -> str:
        """A sentence in the reader's language."""
        return render(code, facts, self.work.call.language)

    def _records(self, question: QueuedQuestion, title: str) -> None:
        output, evidence = self.work.call.output, self.work.evidence()
        sides = question.record_ids_left, question.record_ids_right
        records = evidence.records([*sides[0], *sides[1]])
        left, right = _telling(evidence, question)
        fields = compared_fields(records[left], records[right])
        output.value("values", [{"field": field, "a": one, "b": other} for field, one, other in fields])
        output.value("compared", [left, right])
        if not output.as_json:
            draw_side_by_side(title, records[left], records[right], self.say)
        if len(records) > len(sides) or output.as_json:
            rows = [
                {"side": place, **row}
                for place, side in zip("AB", sides, strict=True)
                for row in member_rows({name: records[name] for name in side})
            ]
            output.table("records_of_both", _MEMBERS, rows)

    def _standing(self, question: QueuedQuestion) -> Fault:
        by: Sequence[Decision] = question.decided_by or question.unsure
        code = "open"
        if question.state is QuestionState.WAITING:
            code = "waiting"
        elif by:
            code = "unsure"
        return Fault(f"review.standing.{code}", decision_facts(by[-1], self.work.zone) if code != "open" else {})

    def _day(self, question: QueuedQuestion) -> str:
        return question.asked_at.astimezone(self.work.zone).isoformat(timespec="seconds")


def _telling(evidence: PairEvidence, question: QueuedQuestion) -> tuple[str, str]:
    """The two records, one of each side, that speak loudest for one customer."""
    sides = question.record_ids_left, question.record_ids_right
    return evidence.best_pair(*sides) or (sides[0][0], sides[1][0])


def read_line(prompt: str, *, is_drawn: bool) -> str | None:
    """What was typed; None at the end of the input."""
    if is_drawn:
        sys.stdout.write(prompt + " ")
        sys.stdout.flush()
    line = sys.stdin.readline()
    return line.strip() if line else None


def _plain(question: QueuedQuestion) -> dict[str, object]:
    return {
        "question_id": question.question_id,
        "kind": question.kind.value,
        "customer_type": question.customer_type.value,
        "reason": question.reason,
        "record_ids_left": question.record_ids_left,
        "record_ids_right": question.record_ids_right,
        "match_weight": question.match_weight,
        "priority": question.priority,
        "asked_at": question.asked_at,
        "state": question.state.value,
        "about": [one.decision_id for one in question.about],
        "causes": [one.decision_id for one in question.causes],
        "decided_by": [one.decision_id for one in question.decided_by],
    }
