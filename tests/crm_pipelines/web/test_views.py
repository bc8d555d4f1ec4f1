"""What pages of operations show, worked out from what they are given."""

from datetime import UTC, datetime

from crm_pipelines.model.enums import Judgement
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.runs_view import CheckEnd
from crm_pipelines.web.views.dashboard import Answers, answers_of
from crm_pipelines.web.views.scorecard import scorecard

AT = datetime(2026, 4, 1, tzinfo=UTC)


def decision(
    seq: int, steward: str, judgement: Judgement, supersedes: int | None = None, *, asked: bool = True
) -> Decision:
    return Decision(
        seq=seq,
        decision_id=f"d{seq}",
        judgement=judgement,
        record_ids_left=("a",),
        record_ids_right=("b",),
        steward=steward,
        decided_at=AT,
        reason=None,
        question_id="q" if asked else None,
        supersedes=None if supersedes is None else f"d{supersedes}",
    )


def test_an_answer_that_was_given_otherwise_later_counts_as_reversed_for_whoever_gave_it() -> None:
    ledger = [
        decision(1, "Mori", Judgement.MATCH),
        decision(2, "Saeki", Judgement.NO_MATCH, supersedes=1),
        decision(3, "Mori", Judgement.MATCH),
        decision(4, "Saeki", Judgement.UNSURE, supersedes=3, asked=False),
    ]
    assert answers_of(ledger) == (Answers("Mori", 2, 2), Answers("Saeki", 1, 0))


def check(name: str, dimension: str, n_failed: int, *, blocking: bool = False) -> CheckEnd:
    return CheckEnd("customers", name, dimension, blocking, not n_failed, 10, n_failed, Fault("quality.not_null"))


def test_a_scorecard_puts_broken_checks_first_and_says_whether_a_gate_is_shut() -> None:
    card = scorecard([check("a", "validity", 0), check("b", "validity", 5), check("c", "accuracy", 1, blocking=True)])
    assert [one.check for one in card.checks] == ["c", "b", "a"]
    assert card.is_held
    assert card.n_broken == 2
    assert not scorecard([]).is_held
