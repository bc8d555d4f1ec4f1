"""A record that says less: who loses it, by the partition itself."""

from collections.abc import Sequence

from crm_pipelines.clustering.ablation import Fate, KnownWorld
from crm_pipelines.clustering.partition import Edge, Limits
from crm_pipelines.clustering.verdicts import verdicts
from crm_pipelines.model.decisions import Decision
from tests.builders import different, edge, same

LIMITS = Limits(bridge_weight=2)


def world(*edges: Edge, decisions: Sequence[Decision] = ()) -> KnownWorld:
    return KnownWorld(edges, verdicts(decisions), LIMITS)


def test_a_record_whose_pairs_stay_loses_nobody() -> None:
    edges = [edge("a", "b", 12), edge("b", "c", 20)]
    for record in "abc":
        own = [one for one in edges if record in (one.left, one.right)]
        assert world(*edges).fate(record, own) == Fate(2, is_lost=False, is_split=False)


def test_a_record_without_a_pair_stands_apart_and_parts_those_it_held_together() -> None:
    edges = [edge("a", "b", 12), edge("b", "c", 20)]
    assert world(*edges).fate("a", []) == Fate(2, is_lost=True, is_split=True)
    assert world(*edges).fate("b", [edge("b", "c", 19)]) == Fate(2, is_lost=False, is_split=True)


def test_a_pair_that_is_only_asked_holds_nobody() -> None:
    assert world(edge("a", "b", 12)).fate("a", [edge("a", "b", 5)]).is_lost


def test_what_people_said_holds_without_any_pair() -> None:
    assert world(edge("a", "b", 12), decisions=[same(1, "a", "b")]).fate("a", []) == Fate(
        1, is_lost=False, is_split=False
    )


def test_a_record_of_nobody_has_nobody_to_lose() -> None:
    assert world().fate("a", []) == Fate(0, is_lost=False, is_split=False)


def test_a_contradiction_that_comes_to_light_keeps_the_record_out() -> None:
    edges = [edge("a", "b", 12), edge("b", "c", 20)]
    new = [edge("a", "b", 12), edge("a", "c", -1, contradicts=True)]
    assert world(*edges).fate("a", new).is_lost


def test_whom_people_parted_stays_parted_whatever_the_new_pairs_join() -> None:
    edges = [edge("a", "b", 12), edge("c", "d", 20)]
    new = [edge("a", "b", 12), edge("a", "c", 30)]
    assert not world(*edges).fate("a", new).is_lost
    assert world(*edges, decisions=[different(1, "b", "c")]).fate("a", new).is_lost
