"""The chain of earlier decisions that a decision contradicts."""

from crm_pipelines.clustering.contradictions import chain_against
from crm_pipelines.model.decisions import Decision
from tests.builders import different, same


def chain(*decisions: Decision) -> list[str]:
    """The decisions that suspend the last one."""
    return [one.decision_id for one in chain_against(decisions, decisions[-1])]


def test_what_holds_contradicts_nothing() -> None:
    assert chain(different(1, "a", "b"), same(2, "b", "c")) == []


def test_the_plain_opposite() -> None:
    assert chain(different(1, "a", "b"), same(2, "b", "a")) == ["d1"]
    assert chain(same(1, "a", "b"), different(2, "a c", "b")) == ["d1"]


def test_same_against_a_different_reached_by_way_of_other_verdicts() -> None:
    assert chain(same(1, "a", "b"), different(2, "b", "c"), same(3, "x", "y"), same(4, "a", "c")) == ["d1", "d2"]


def test_same_between_two_groups_of_which_two_members_are_parted() -> None:
    decisions = (same(1, "a", "b"), same(2, "c", "d"), different(3, "b", "d"), same(4, "a", "c"))
    assert chain(*decisions) == ["d1", "d2", "d3"]


def test_different_against_the_shortest_way_on_which_its_sides_are_one() -> None:
    decisions = (same(1, "a", "b"), same(2, "b", "c"), same(3, "c", "d"), same(4, "b", "d"), different(5, "a", "d"))
    assert chain(*decisions) == ["d1", "d4"]


def test_what_was_superseded_or_came_later_causes_nothing() -> None:
    decisions = [different(1, "a", "b"), same(2, "a", "b"), same(3, "b", "c")]
    assert [one.decision_id for one in chain_against(decisions, decisions[1])] == ["d1"]
    assert chain_against([*decisions, different(4, "x", "y", supersedes="d1")], decisions[1]) == ()


def test_a_decision_yet_to_be_made_that_replaces_what_it_contradicts_holds() -> None:
    known = [different(1, "a", "b"), different(2, "a", "b")]
    assert [one.decision_id for one in chain_against(known, same(3, "a", "b", supersedes="d1"))] == ["d2"]
    assert chain_against(known[:1], same(3, "a", "b", supersedes="d1")) == ()
