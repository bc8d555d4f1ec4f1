"""How clusters grew: the same partition told step by step, each refusal with what decided it."""

import random
from collections.abc import Sequence
from itertools import combinations

from crm_pipelines.clustering.growth import Growth, growth, refusal_facts, widest_path
from crm_pipelines.clustering.partition import Edge, Limits, Refusal, partition
from crm_pipelines.clustering.verdicts import verdicts
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Band
from tests.builders import different, edge, same

LIMITS = Limits(bridge_weight=2, largest_cluster=4)


def grown(records: str, edges: Sequence[Edge], *decisions: Decision) -> Growth:
    return growth(records, edges, verdicts(decisions), LIMITS)


def facts(found: Growth, left: str, right: str) -> dict[str, object]:
    attempt = found.refusal(left, right)
    assert attempt is not None
    across = found.across(attempt.left, attempt.right)
    return {"reason": attempt.refusal, **refusal_facts(attempt, across, found.limits)}


def test_steps_are_told_in_the_order_in_which_groups_joined() -> None:
    found = grown("abc", [edge("a", "b", 12), edge("b", "c", 20)])
    assert [(one.left, one.right) for one in found.joins("a")] == [(("b",), ("c",)), (("a",), ("b", "c"))]
    joint = found.joint("a", "c")
    assert joint is not None
    assert joint.edge == edge("a", "b", 12)


def test_what_people_joined_has_no_edge() -> None:
    found = grown("abc", [edge("b", "c", 20)], same(1, "a", "b"))
    assert [one.edge for one in found.joins("a")] == [None, edge("b", "c", 20)]


def test_a_verdict_names_the_two_that_a_person_parted() -> None:
    found = grown("abc", [edge("a", "b", 30), edge("b", "c", 20)], different(1, "a", "c"))
    told = facts(found, "c", "b")
    assert (told["reason"], told["record_a"], told["record_b"]) == (Refusal.VERDICT, "a", "c")


def test_a_contradiction_names_the_pair_that_contradicts() -> None:
    found = grown("abc", [edge("a", "b", 30), edge("b", "c", 20), edge("a", "c", -9, contradicts=True)])
    told = facts(found, "a", "c")
    assert (told["reason"], told["record_a"], told["record_b"]) == (Refusal.CONTRADICTION, "a", "c")


def test_a_clean_source_names_its_two_records() -> None:
    edges = [edge("crm:1", "erp:1", 30), edge("crm:1", "erp:2", 29)]
    limits = Limits(bridge_weight=2, one_per_source=frozenset({"erp"}))
    found = growth(["crm:1", "erp:1", "erp:2"], edges, verdicts([]), limits)
    attempt = found.refusal("crm:1", "erp:2")
    assert attempt is not None
    told = refusal_facts(attempt, found.across(attempt.left, attempt.right), limits)
    assert (attempt.refusal, told["record_a"], told["record_b"]) == (Refusal.ONE_PER_SOURCE, "erp:1", "erp:2")


def test_a_weak_bridge_tells_the_mean_of_all_pairs_across() -> None:
    thin = [edge("a", "b", 30), edge("c", "d", 30), edge("b", "c", 11), edge("a", "d", -20)]
    told = facts(grown("abcd", thin), "a", "d")
    assert (told["reason"], told["n_pairs"], told["mean_weight"]) == (Refusal.WEAK_BRIDGE, 2, -4.5)
    assert (told["record_a"], told["record_b"], told["bridge_weight"]) == ("b", "c", 2)


def test_a_giant_tells_both_sizes_and_the_cap() -> None:
    chain = [edge(one, other, 40 - place) for place, (one, other) in enumerate(zip("abcd", "bcde", strict=True))]
    told = facts(grown("abcde", chain), "a", "e")
    assert (told["reason"], told["n_left"], told["n_right"], told["n_most"]) == (Refusal.GIANT, 4, 1, 4)


def test_a_union_refused_first_and_made_later_is_no_refusal() -> None:
    edges = [edge("a", "b", 30), edge("c", "d", 29), edge("b", "c", 28), edge("a", "d", -40), edge("b", "d", 27)]
    found = grown("abcd", edges, same(1, "a", "d"))
    assert found.clusters == (("a", "b", "c", "d"),)
    assert found.refusals("a") == []
    assert found.refusal("a", "c") is None


def test_the_steps_end_in_the_partition_whatever_the_world() -> None:
    chance = random.Random(5)
    for _ in range(60):
        records = "abcdefgh"
        pairs = chance.sample(list(combinations(records, 2)), 12)
        edges = [edge(*pair, chance.uniform(-20, 40), contradicts=chance.random() < 0.15) for pair in pairs]
        decided = verdicts([different(1, "a", "h"), same(2, "c", "g")])
        found = growth(records, edges, decided, LIMITS)
        assert found.clusters == partition(records, edges, decided, LIMITS).clusters
        for cluster in found.clusters:
            joins = found.joins(cluster[0])
            assert len(joins) == len(cluster) - 1
            assert {record for one in joins for record in (*one.left, *one.right)} <= set(cluster)
        for refused in partition(records, edges, decided, LIMITS).refused:
            told = found.refusal(refused.edge.left, refused.edge.right)
            assert told is not None
            assert (told.edge, told.refusal) == (refused.edge, refused.reason)


def test_the_widest_path_has_the_strongest_weakest_pair() -> None:
    edges = [edge("a", "b", 5), edge("b", "d", 30), edge("a", "c", 9), edge("c", "e", 8), edge("e", "d", 7)]
    assert [one.weight for one in widest_path("a", "d", edges)] == [9, 8, 7]


def test_a_pair_that_contradicts_holds_nothing_together() -> None:
    edges = [edge("a", "b", 5, contradicts=True), Edge("b", "c", -3, band=Band.NON_MATCH)]
    assert widest_path("a", "c", edges) == ()
    assert widest_path("b", "c", edges) == (edges[1],)
