import random
from collections.abc import Callable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.clustering.partition import Edge, Limits, Partition, Refusal, partition
from crm_pipelines.clustering.verdicts import Verdicts, verdicts
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Band
from tests.builders import different, same
from tests.builders import edge as scored

LIMITS = Limits(bridge_weight=2)
LOOSE = Limits(bridge_weight=-1000, largest_cluster=1000)


def edge(pair: str, weight: float = 20, *, contradicts: bool = False) -> Edge:
    return scored(pair[0], pair[1], weight, contradicts=contradicts)


def clusters(records: str, edges: Sequence[Edge], *decisions: Decision, limits: Limits = LIMITS) -> list[str]:
    return ["".join(cluster) for cluster in partition(records, edges, verdicts(decisions), limits).clusters]


def refusals(records: str, edges: Sequence[Edge], *decisions: Decision, limits: Limits = LIMITS) -> list[Refusal]:
    return [refused.reason for refused in partition(records, edges, verdicts(decisions), limits).refused]


def test_auto_match_pairs_join_and_weaker_ones_do_not() -> None:
    assert clusters("abcd", [edge("ab"), edge("bc", 9.9)]) == ["ab", "c", "d"]


def test_heavy_pair_that_a_person_must_see_does_not_join() -> None:
    assert clusters("ab", [Edge("a", "b", 30, band=Band.REVIEW)]) == ["a", "b"]


def test_match_joins_without_any_edge() -> None:
    assert clusters("abc", [], same(1, "a", "c")) == ["ac", "b"]


def test_match_overrides_a_contradiction() -> None:
    assert clusters("ab", [edge("ab", -30, contradicts=True)], same(1, "a", "b")) == ["ab"]


def test_no_match_keeps_records_apart_whatever_the_edge_says() -> None:
    edges = [edge("ab", 99)]
    assert clusters("ab", edges, different(1, "a", "b")) == ["a", "b"]
    assert refusals("ab", edges, different(1, "a", "b")) == [Refusal.VERDICT]


def test_no_match_holds_through_third_records() -> None:
    found = clusters("abcd", [edge("ac", 30), edge("bc", 25), edge("bd", 20)], different(1, "a", "b"))
    assert found == ["ac", "bd"]


def test_no_match_holds_through_a_match_whose_record_is_gone() -> None:
    decisions = (different(1, "a", "b"), same(2, "b", "c"))
    assert clusters("ac", [edge("ac")], *decisions) == ["a", "c"]


def test_contradicting_pair_between_two_clusters_forbids_their_union() -> None:
    edges = [edge("ab", 30), edge("cd", 29), edge("bc", 28), edge("ad", -5, contradicts=True)]
    assert clusters("abcd", edges) == ["ab", "cd"]
    assert refusals("abcd", edges) == [Refusal.CONTRADICTION]


def test_two_records_of_a_source_in_which_nobody_stands_twice_are_never_joined_not_even_by_way_of_a_third() -> None:
    edges = [scored("crm:1", "erp:1", 30), scored("crm:1", "erp:2", 29), scored("erp:1", "erp:2", 28)]
    limits = Limits(bridge_weight=2, one_per_source=frozenset({"erp"}))
    found = partition(["crm:1", "erp:1", "erp:2"], edges, verdicts([]), limits)
    assert found.clusters == (("crm:1", "erp:1"), ("erp:2",))
    assert [union.reason for union in found.refused] == [Refusal.ONE_PER_SOURCE]
    assert len(partition(["crm:1", "erp:1", "erp:2"], edges, verdicts([]), LIMITS).clusters) == 1


def test_a_person_may_join_two_records_of_a_clean_source() -> None:
    limits = Limits(bridge_weight=2, one_per_source=frozenset({"erp"}))
    found = partition(["erp:1", "erp:2"], [scored("erp:1", "erp:2", 30)], verdicts([same(1, "erp:1", "erp:2")]), limits)
    assert found.clusters == (("erp:1", "erp:2"),)


def test_weak_bridge_between_two_groups_is_cut() -> None:
    edges = [edge("ab", 30), edge("cd", 29), edge("bc", 11), edge("ad", -20), edge("ac", -20)]
    assert clusters("abcd", edges) == ["ab", "cd"]
    assert refusals("abcd", edges) == [Refusal.WEAK_BRIDGE]


def test_single_record_needs_no_bridge() -> None:
    edges = [edge("ab", 30), edge("bc", 11), edge("ac", -20)]
    assert clusters("abc", edges) == ["abc"]


def test_cluster_that_would_become_a_giant_is_held() -> None:
    edges = [edge("ab", 30), edge("bc", 20), edge("cd", 15)]
    limits = Limits(bridge_weight=2, largest_cluster=3)
    assert clusters("abcd", edges, limits=limits) == ["abc", "d"]
    assert refusals("abcd", edges, limits=limits) == [Refusal.GIANT]


def test_refusal_that_a_later_union_made_void_is_not_reported() -> None:
    edges = [edge("ab", 30), edge("cd", 29), edge("bc", 11), edge("ad", -20)]
    assert partition("abcd", edges, verdicts([same(1, "a", "d")]), LIMITS).refused == ()


def test_records_that_are_not_there_are_ignored() -> None:
    assert clusters("ab", [edge("ax", 90), edge("xb", 90)], same(1, "b", "y")) == ["a", "b"]


names = st.sampled_from([f"r{n}" for n in range(9)])
pairs = st.tuples(names, names).filter(lambda pair: pair[0] < pair[1])
graphs = st.dictionaries(
    pairs, st.tuples(st.sampled_from([-8.0, 0.1, 0.2, 0.3, 4.0, 10.0, 11.1, 12.2, 20.0]), st.booleans()), max_size=24
)
ledgers = st.lists(
    st.tuples(st.booleans(), pairs).map(lambda drawn: (different if drawn[0] else same, drawn[1])), max_size=5
)


def _edges(graph: dict[tuple[str, str], tuple[float, bool]]) -> list[Edge]:
    return [
        scored(*pair, weight, contradicts=contradicts and weight < 10) for pair, (weight, contradicts) in graph.items()
    ]


def _decisions(drawn: Sequence[tuple[Callable[..., Decision], tuple[str, str]]]) -> list[Decision]:
    return [make(seq, *pair) for seq, (make, pair) in enumerate(drawn)]


@settings(max_examples=100, deadline=None)
@given(graphs, ledgers, st.randoms(use_true_random=False))
def test_partition_does_not_depend_on_any_order(
    graph: dict[tuple[str, str], tuple[float, bool]],
    drawn: list[tuple[object, tuple[str, str]]],
    chance: random.Random,
) -> None:
    records, edges, decisions = [f"r{n}" for n in range(9)], _edges(graph), _decisions(drawn)
    limits = Limits(bridge_weight=0.2, largest_cluster=6)
    first = partition(records, edges, verdicts(decisions), limits)
    for shuffled in (records, edges, decisions):
        chance.shuffle(shuffled)
    assert partition(records, edges, verdicts(decisions), limits) == first


@settings(max_examples=100, deadline=None)
@given(graphs, ledgers, st.sets(names))
def test_verdicts_are_never_broken_and_records_are_partitioned(
    graph: dict[tuple[str, str], tuple[float, bool]], drawn: list[tuple[object, tuple[str, str]]], gone: set[str]
) -> None:
    records = sorted({f"r{n}" for n in range(9)} - gone)
    demanded = verdicts(_decisions(drawn))
    found = partition(records, _edges(graph), demanded, LIMITS)
    assert sorted(record for cluster in found.clusters for record in cluster) == records
    place = {record: cluster for cluster in found.clusters for record in cluster}
    for left, right in demanded.apart:
        assert left in gone or right in gone or place[left] != place[right]
    for group in demanded.together:
        assert len({place[record] for record in group if record not in gone}) <= 1


@settings(max_examples=100, deadline=None)
@given(graphs)
def test_without_objections_the_partition_is_connected_components(
    graph: dict[tuple[str, str], tuple[float, bool]],
) -> None:
    records = [f"r{n}" for n in range(9)]
    edges = [Edge(*pair, 20) for pair in graph]
    assert partition(records, edges, Verdicts(), LOOSE) == Partition(_connected(records, edges), ())


def _connected(records: Sequence[str], edges: Sequence[Edge]) -> tuple[tuple[str, ...], ...]:
    parent = {record: record for record in records}

    def root(record: str) -> str:
        return record if parent[record] == record else root(parent[record])

    for one in edges:
        parent[root(one.left)] = root(one.right)
    groups: dict[str, list[str]] = {}
    for record in records:
        groups.setdefault(root(record), []).append(record)
    return tuple(sorted(tuple(sorted(group)) for group in groups.values()))


@settings(max_examples=50, deadline=None)
@given(graphs, ledgers)
def test_unrelated_records_change_nothing(
    graph: dict[tuple[str, str], tuple[float, bool]], drawn: list[tuple[object, tuple[str, str]]]
) -> None:
    records, edges, demanded = [f"r{n}" for n in range(9)], _edges(graph), verdicts(_decisions(drawn))
    alone = partition(records, edges, demanded, LIMITS)
    beside = partition([*records, "x1", "x2"], [*edges, Edge("x1", "x2", 50)], demanded, LIMITS)
    assert set(beside.clusters) - set(alone.clusters) == {("x1", "x2")}
    assert beside.refused == alone.refused
