"""A verdict holds; when the evidence turns against it, somebody is asked to confirm it, once for each such evidence."""

from dataclasses import replace

import pytest

from crm_pipelines.clustering.confirmation import (
    CrossPair,
    confirmations,
    evidence_shown,
    machine_says,
    needed,
)
from crm_pipelines.clustering.questions import Question, question_id
from crm_pipelines.clustering.verdicts import verdicts
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Band, Judgement, QuestionKind
from tests.builders import different, same

LIVE = tuple("abcd")
JOINS = CrossPair("a", "b", 20.0, Band.AUTO_MATCH, False, {"name": "same", "email": "same"})
ASKED = CrossPair("a", "b", 5.0, Band.REVIEW, False, {"name": "same"})
LIGHT = CrossPair("a", "b", -9.0, Band.NON_MATCH, False, {"name": "different"})
AGAINST = CrossPair("a", "b", 8.0, Band.REVIEW, True, {"birth_date": "different", "email": "same"})


def shown(decision: Decision, *pairs: CrossPair) -> Decision:
    evidence = evidence_shown(decision.record_ids_left, decision.record_ids_right, pairs)
    return replace(decision, evidence=evidence)


def asked(now: list[CrossPair], *decisions: Decision, live: tuple[str, ...] = LIVE) -> list[tuple[str, str]]:
    """(reason, decision) of the questions that today's pairs between the sets of every decision open."""
    pairs = {one.decision_id: now for one in decisions}
    found = confirmations(decisions, verdicts(decisions), pairs, live)
    return [(one.question.reason, one.decision.decision_id) for one in found]


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([], Judgement.NO_MATCH),
        ([LIGHT], Judgement.NO_MATCH),
        ([LIGHT, ASKED], Judgement.UNSURE),
        ([LIGHT, JOINS], Judgement.MATCH),
        ([JOINS, AGAINST], Judgement.NO_MATCH),
    ],
)
def test_what_the_machine_says_of_two_sets(pairs: list[CrossPair], said: Judgement) -> None:
    assert machine_says(pairs) is said


@pytest.mark.parametrize("now", [[LIGHT], [AGAINST], []], ids=["far below", "contradiction", "nothing in common"])
def test_same_is_asked_again_when_the_evidence_comes_to_speak_against_it(now: list[CrossPair]) -> None:
    assert asked(now, shown(same(1, "a", "b"), ASKED)) == [("evidence_against_same", "d1")]


def test_different_is_asked_again_when_the_pair_comes_to_join() -> None:
    assert asked([JOINS], shown(different(1, "a", "b"), ASKED)) == [("evidence_against_different", "d1")]


@pytest.mark.parametrize(
    ("decision", "now"),
    [(same(1, "a", "b"), [JOINS]), (same(1, "a", "b"), [ASKED]), (different(1, "a", "b"), [LIGHT])],
)
def test_evidence_that_does_not_speak_against_the_verdict_asks_nothing(
    decision: Decision, now: list[CrossPair]
) -> None:
    assert asked(now, shown(decision)) == []


@pytest.mark.parametrize(
    ("decision", "then"),
    [(same(1, "a", "b"), [AGAINST]), (same(1, "a", "b"), []), (different(1, "a", "b"), [JOINS])],
)
def test_who_decided_in_the_face_of_the_evidence_is_not_asked_again(decision: Decision, then: list[CrossPair]) -> None:
    assert asked(then, shown(decision, *then)) == []


def test_another_weight_alone_asks_nothing() -> None:
    assert asked([replace(JOINS, weight=31.0)], shown(different(1, "a", "b"), JOINS)) == []


def test_who_was_shown_nothing_is_not_asked() -> None:
    assert asked([JOINS], different(1, "a", "b")) == []


def test_after_a_confirmation_only_other_evidence_asks_again() -> None:
    confirmed = replace(shown(different(2, "a", "b"), JOINS), supersedes="d1")
    decisions = (shown(different(1, "a", "b"), ASKED), confirmed)
    assert asked([JOINS], *decisions) == []
    assert asked([ASKED], *decisions) == []
    stronger = replace(JOINS, levels={"name": "same", "email": "same", "phone": "same"})
    assert asked([stronger], *decisions) == [("evidence_against_different", "d2")]


def test_confirming_one_of_two_equal_verdicts_is_enough() -> None:
    first, second = (shown(different(seq, "a", "b"), ASKED) for seq in (1, 2))
    assert len(asked([JOINS], first, second)) == 2
    confirmed = replace(shown(different(3, "a", "b"), JOINS), supersedes="d2")
    assert asked([JOINS], first, second, confirmed) == []


def test_a_pair_that_is_gone_is_no_new_evidence() -> None:
    other = CrossPair("a", "c", -9.0, Band.NON_MATCH, True, {"name": "different"})
    assert asked([AGAINST], shown(same(1, "a", "b c"), AGAINST, other)) == []


def test_a_suspended_verdict_is_a_conflict_and_not_asked_for_confirmation() -> None:
    decisions = (different(1, "a", "b"), shown(same(2, "a", "b"), ASKED))
    assert asked([LIGHT], *decisions) == []


def test_the_question_is_about_the_live_records_and_named_by_them() -> None:
    decision = shown(same(1, "a d", "b c"), ASKED)
    (found,) = confirmations([decision], verdicts([decision]), {"d1": [AGAINST]}, ("a", "b", "c"))
    question = found.question
    assert (question.record_ids_left, question.record_ids_right) == (("a",), ("b", "c"))
    assert question.question_id == question_id("a", "bc")
    assert (question.kind, question.match_weight, question.priority) == (QuestionKind.CONFIRM, 8.0, 3.0)
    assert asked([AGAINST], decision, live=("a", "d")) == []


def test_each_question_is_asked_once_and_only_for_one_reason() -> None:
    decisions = [shown(same(seq, "a", "b"), ASKED) for seq in (1, 2)]
    found = confirmations(decisions, verdicts(decisions), {"d1": [LIGHT], "d2": [LIGHT]}, LIVE)
    (question,) = needed(found, [])
    other = Question(question.question_id, QuestionKind.CONFLICT, ("a",), ("b",), "contradicts_decision", None, 2, 2)
    assert needed(found, [other]) == []
