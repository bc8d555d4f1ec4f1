from itertools import permutations

from crm_pipelines.clustering.chains import Link, shortest_chain
from crm_pipelines.clustering.partition import Edge
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Judgement


def path(links: tuple[Link, ...]) -> str:
    return "".join([link.left for link in links] + [link.right for link in links[-1:]])


def same(seq: int, left: str, right: str) -> Decision:
    return Decision(seq, f"d{seq}", Judgement.MATCH, tuple(left), tuple(right))


def test_the_fewest_links_are_taken() -> None:
    edges = [Edge("a", "b", 20.0), Edge("b", "c", 20.0), Edge("c", "d", 20.0), Edge("a", "d", 9.0)]
    assert path(shortest_chain("a", "d", edges)) == "ad"
    assert path(shortest_chain("a", "c", edges)) == "abc"


def test_of_equally_long_chains_the_stronger_is_told_whatever_the_order() -> None:
    edges = [Edge("a", "x", 9.0), Edge("x", "b", 9.0), Edge("a", "y", 12.0), Edge("b", "y", 12.0)]
    assert {path(shortest_chain("a", "b", order)) for order in permutations(edges)} == {"ayb"}


def test_a_chain_reads_from_the_beginning_to_the_end_in_both_directions() -> None:
    edges = [Edge("a", "b", 10.0), Edge("b", "c", 11.0)]
    assert [link.weight for link in shortest_chain("c", "a", edges)] == [11.0, 10.0]


def test_a_decision_joins_all_records_it_shows() -> None:
    links = shortest_chain("a", "d", [Edge("c", "d", 10.0)], [same(1, "ab", "c")])
    assert [(link.left, link.right, link.decision_id) for link in links] == [("a", "c", "d1"), ("c", "d", None)]


def test_without_a_connection_there_is_no_chain() -> None:
    assert shortest_chain("a", "b", [Edge("a", "c", 10.0)]) == ()
    assert shortest_chain("a", "a", []) == ()
