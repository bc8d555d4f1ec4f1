"""Splitting off what nobody disputes never changes what `partition` and `questions` would say of the whole."""

from collections.abc import Sequence

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.clustering.partition import Edge, Limits, partition
from crm_pipelines.clustering.questions import questions
from crm_pipelines.clustering.undisputed import Undisputed, connected, undisputed
from crm_pipelines.clustering.verdicts import Verdicts, verdicts
from crm_pipelines.model.decisions import Decision
from tests.builders import cluster_frame, different, edge, pair_frame, same

SETTINGS = settings(max_examples=200, deadline=None, derandomize=True, database=None)
RECORDS = [f"{system}:{n}" for system in ("crm", "erp") for n in range(8)]
LIMITS = Limits(bridge_weight=2)
names = st.sampled_from(RECORDS)
pairs = st.tuples(names, names).filter(lambda pair: pair[0] < pair[1])
graphs = st.dictionaries(
    pairs, st.tuples(st.sampled_from([-8.0, 0.5, 4.0, 10.0, 12.2, 20.0]), st.booleans()), max_size=16
)
ledgers = st.lists(st.tuples(st.booleans(), pairs), max_size=2)


def _split(edges: Sequence[Edge], demanded: Verdicts, limits: Limits) -> Undisputed:
    return undisputed(pl.Series(RECORDS), pair_frame(edges), demanded, limits)


def _clusters(split: Undisputed) -> list[tuple[str, ...]]:
    return [tuple(sorted(records)) for records in split.placed.group_by("cluster_id").agg("record_id")["record_id"]]


def _among(pairs: pl.DataFrame, edges: Sequence[Edge]) -> list[Edge]:
    kept = set(pairs.select("record_id_l", "record_id_r").rows())
    return [one for one in edges if (one.left, one.right) in kept]


@SETTINGS
@given(graphs, ledgers, st.sampled_from([3, 60]), st.sampled_from([frozenset(), frozenset({"erp"})]))
def test_clusters_refusals_and_questions_are_those_of_the_whole(
    graph: dict[tuple[str, str], tuple[float, bool]],
    drawn: list[tuple[bool, tuple[str, str]]],
    largest: int,
    clean: frozenset[str],
) -> None:
    edges = [edge(*pair, weight, contradicts=contradicts) for pair, (weight, contradicts) in graph.items()]
    demanded = verdicts((different if parts else same)(seq, *pair) for seq, (parts, pair) in enumerate(drawn))
    limits = Limits(2, largest, clean)
    whole = partition(RECORDS, edges, demanded, limits)
    split = _split(edges, demanded, limits)
    grown = partition(split.disputed, _among(split.growing, edges), demanded, limits)
    assert sorted([*_clusters(split), *grown.clusters]) == list(whole.clusters)
    assert grown.refused == whole.refused
    clusters = cluster_frame(whole.clusters)
    asked = questions(grown.refused, split.asking, clusters, demanded)
    assert asked == questions(whole.refused, pair_frame(edges), clusters, demanded)


def _disputed(*edges: Edge, decisions: Sequence[Decision] = (), limits: Limits = LIMITS) -> list[str]:
    return _split(edges, verdicts(decisions), limits).disputed.to_list()


def test_a_component_whose_pairs_all_join_needs_no_growing() -> None:
    joined = (edge("crm:0", "crm:1"), edge("crm:1", "erp:0"))
    split = _split([*joined, edge("crm:5", "erp:5", 4)], Verdicts(), LIMITS)
    assert split.disputed.to_list() == []
    assert ("crm:0", "crm:1", "erp:0") in _clusters(split)
    assert split.growing.is_empty()
    assert split.asking.select("record_id_l", "record_id_r").rows() == [("crm:5", "erp:5")]


def test_whatever_speaks_against_a_component_makes_it_grow() -> None:
    joined = (edge("crm:0", "crm:1"), edge("crm:1", "erp:0"))
    members = ["crm:0", "crm:1", "erp:0"]
    four = (*joined, edge("erp:0", "erp:1"))
    assert _disputed(*four, edge("crm:0", "erp:0", -20)) == [*members, "erp:1"]
    assert _disputed(*four, edge("crm:0", "erp:0", 4)) == []
    assert _disputed(*four, edge("crm:0", "erp:0", -5)) == []
    assert _disputed(*joined, edge("crm:0", "erp:0", -20)) == []
    assert _disputed(*joined, edge("crm:0", "erp:0", 20, contradicts=True)) == members
    assert _disputed(*joined, decisions=[different(1, "crm:0", "crm:7")]) == sorted([*members, "crm:7"])
    assert _disputed(*joined, limits=Limits(2, largest_cluster=2)) == members
    assert _disputed(*joined, limits=Limits(2, one_per_source=frozenset({"crm"}))) == members
    assert _disputed(*joined, limits=Limits(2, one_per_source=frozenset({"erp"}))) == []


def test_what_speaks_against_a_record_that_people_put_into_a_component_is_heard() -> None:
    edges = [edge("crm:0", "erp:0"), edge("crm:1", "erp:0", 3, contradicts=True)]
    demanded = verdicts([same(1, "crm:0", "crm:1")])
    split = _split(edges, demanded, LIMITS)
    assert _among(split.growing, edges) == edges
    assert ("crm:0", "crm:1") in partition(split.disputed, _among(split.growing, edges), demanded, LIMITS).clusters


@SETTINGS
@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40))
def test_connected_finds_the_smallest_node_of_each_component(drawn: list[tuple[int, int]]) -> None:
    smallest = list(range(30))
    for _ in drawn:
        for one, other in drawn:
            smallest[one] = smallest[other] = min(smallest[one], smallest[other])
    ends = [pl.Series(nodes, dtype=pl.UInt32()) for nodes in (zip(*drawn, strict=True) if drawn else ((), ()))]
    assert connected(30, *ends).to_list() == smallest
