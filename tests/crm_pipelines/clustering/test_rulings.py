from crm_pipelines.clustering.rulings import joining, ruling
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Judgement

MATCH, NO_MATCH, UNSURE = Judgement.MATCH, Judgement.NO_MATCH, Judgement.UNSURE


def decided(seq: int, judgement: Judgement, left: str, right: str, supersedes: str | None = None) -> Decision:
    return Decision(seq, f"d{seq}", judgement, tuple(left), tuple(right), supersedes)


def names(decisions: tuple[Decision, ...]) -> list[str]:
    return [decision.decision_id for decision in decisions]


def test_nothing_decided_is_no_ruling() -> None:
    found = ruling([decided(1, MATCH, "a", "b")], "a", "c")
    assert (found.judgement, found.decisions) == (None, ())


def test_same_through_another_record_names_both_decisions_and_no_more() -> None:
    found = ruling([decided(1, MATCH, "a", "b"), decided(2, MATCH, "x", "y"), decided(3, MATCH, "b", "c")], "c", "a")
    assert (found.judgement, names(found.decisions)) == (MATCH, ["d1", "d3"])


def test_different_holds_through_a_same() -> None:
    found = ruling([decided(1, NO_MATCH, "a", "b"), decided(2, MATCH, "b", "c")], "a", "c")
    assert (found.judgement, names(found.decisions)) == (NO_MATCH, ["d1"])


def test_records_of_one_side_are_not_parted() -> None:
    assert ruling([decided(1, NO_MATCH, "ab", "c")], "a", "b").judgement is None


def test_a_superseded_decision_decides_nothing() -> None:
    decisions = [decided(1, NO_MATCH, "a", "b"), decided(2, MATCH, "a", "b", supersedes="d1")]
    found = ruling(decisions, "a", "b")
    assert (found.judgement, names(found.decisions)) == (MATCH, ["d2"])


def test_a_contradicting_decision_is_told_with_the_one_it_contradicts() -> None:
    decisions = [decided(1, MATCH, "a", "b"), decided(2, NO_MATCH, "b", "a")]
    found = ruling(decisions, "a", "b")
    assert (found.judgement, names(found.decisions)) == (MATCH, ["d1"])
    assert [(late.decision_id, early.decision_id) for late, early in found.suspended] == [("d2", "d1")]


def test_unsure_is_told_and_decides_nothing() -> None:
    found = ruling([decided(1, UNSURE, "b", "a")], "a", "b")
    assert (found.judgement, names(found.unsure)) == (None, ["d1"])


def test_only_decisions_that_hold_join() -> None:
    decisions = [decided(1, NO_MATCH, "a", "b"), decided(2, MATCH, "a", "b"), decided(3, MATCH, "c", "d")]
    assert names(tuple(joining(decisions))) == ["d3"]
