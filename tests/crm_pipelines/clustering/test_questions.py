from collections.abc import Sequence

import pytest

from crm_pipelines.clustering.partition import Edge, Limits, partition
from crm_pipelines.clustering.questions import Question, conflicts, each_once, question_id, questions
from crm_pipelines.clustering.verdicts import verdicts
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import QuestionKind
from tests.builders import cluster_frame, different, edge, pair_frame, same

LIMITS = Limits(bridge_weight=2)


def asked(
    records: str, edges: Sequence[Edge], *decisions: Decision, neighbours: Sequence[tuple[str, ...]] = ()
) -> list[Question]:
    demanded = verdicts(decisions)
    found = partition(records, edges, demanded, LIMITS)
    return questions(found.refused, pair_frame(edges), cluster_frame([*found.clusters, *neighbours]), demanded)


def test_question_is_named_by_its_sets_whichever_side_is_called_left() -> None:
    assert question_id(["b", "a"], ["c"]) == question_id(["c"], ["a", "b"])
    assert question_id(["a"], ["b", "c"]) != question_id(["a", "b"], ["c"])


def test_pair_in_the_review_band_is_asked_about_as_clusters() -> None:
    (question,) = asked("abc", [edge("a", "b", 20), edge("b", "c", 3), edge("a", "c", 5)])
    assert (question.record_ids_left, question.record_ids_right) == (("a", "b"), ("c",))
    assert (question.kind, question.reason, question.match_weight) == (QuestionKind.PAIR, "review_band", 5)
    assert question.value == 3


def test_pair_below_the_band_or_inside_a_cluster_is_not_asked_about() -> None:
    assert asked("abc", [edge("a", "b", 20), edge("b", "c", -0.1)]) == []


def test_refused_union_is_asked_about_with_its_reason() -> None:
    edges = [edge("a", "b", 30), edge("c", "d", 29), edge("b", "c", 12), edge("a", "d", -20, contradicts=True)]
    (question,) = asked("abcd", edges)
    assert (question.kind, question.reason, question.match_weight) == (QuestionKind.CLUSTER, "contradiction", 12)


def test_what_a_person_parted_is_not_asked_again() -> None:
    edges = [edge("a", "b", 20), edge("b", "c", 12)]
    assert asked("abc", edges, different(1, "a", "c")) == []


def test_what_a_person_parted_through_a_record_that_is_gone_is_not_asked_again() -> None:
    assert asked("ac", [edge("a", "c", 5)], different(1, "a", "b"), same(2, "b", "c")) == []


def test_edge_to_a_cluster_of_another_component_is_asked_about_with_the_whole_cluster() -> None:
    (question,) = asked("a", [edge("a", "x", 4)], neighbours=[("x", "y")])
    assert question.record_ids_right == ("x", "y")


def test_doubt_is_greatest_at_even_odds() -> None:
    (even,) = asked("ab", [edge("a", "b", 0)])
    (likely,) = asked("ab", [edge("a", "b", 9)])
    assert even.priority == pytest.approx(2)
    assert 0 < likely.priority < 0.1


def test_questions_come_sorted_and_do_not_depend_on_the_order_of_edges() -> None:
    edges = [edge("a", "b", 1), edge("a", "c", 2), edge("b", "c", 3)]
    found = asked("abc", edges)
    assert found == asked("abc", edges[::-1])
    assert [question.question_id for question in found] == sorted(question.question_id for question in found)
    assert len(found) == 3


def test_two_sets_that_are_asked_about_for_two_reasons_are_asked_about_for_the_first() -> None:
    decisions = [different(1, "a", "x"), same(2, "a x", "b")]  # x is gone
    conflict = conflicts(verdicts(decisions), "ab")
    pair = asked("ab", [edge("a", "b", 3)], *decisions)
    assert [one.question_id for one in conflict] == [one.question_id for one in pair]
    assert each_once([*conflict, *pair]) == conflict


def test_suspended_decision_is_asked_about_while_both_sides_have_records() -> None:
    demanded = verdicts([different(1, "a", "b"), same(2, "b c", "a")])
    (question,) = conflicts(demanded, ["a", "b", "c"])
    assert (question.kind, question.reason, question.match_weight) == (
        QuestionKind.CONFLICT, "contradicts_decision", None,
    )  # fmt: skip
    assert (question.record_ids_left, question.record_ids_right) == (("a",), ("b", "c"))
    assert question.priority == question.value == 3
    assert conflicts(demanded, ["b", "c"]) == []
