"""How two records of one customer hang together: the shortest chain of pairs and decisions between them."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crm_pipelines.clustering.partition import Edge
from crm_pipelines.model.decisions import Decision


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain.

    Attributes:
        left: the record nearer to the beginning.
        right: the record nearer to the end.
        weight: match weight of the pair; None where a decision joins the two.
        decision_id: the decision that joins the two; None where the pair does.
    """

    left: str
    right: str
    weight: float | None
    decision_id: str | None = None


def shortest_chain(start: str, end: str, edges: Iterable[Edge], same: Sequence[Decision] = ()) -> tuple[Link, ...]:
    """The fewest links from one record to another; of several such chains the one with the stronger first links.

    Args:
        start: where the chain begins.
        end: where it ends.
        edges: the pairs that join on their own.
        same: the decisions that say "same" and hold.

    Returns:
        The links in order; none when there is no chain, or when both records are one.
    """
    links = _links(edges, same)
    came_from: dict[str, str] = {start: start}
    waiting = deque([start])
    while waiting and end not in came_from:
        record = waiting.popleft()
        for other in sorted(links[record], key=lambda name: (-_strength(links[record][name]), name)):
            if other not in came_from:
                came_from[other] = record
                waiting.append(other)
    if end not in came_from:
        return ()
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return tuple(
        Link(left, right, links[left][right].weight, links[left][right].decision_id)
        for left, right in pairwise(reversed(path))
    )


def _links(edges: Iterable[Edge], same: Sequence[Decision]) -> Mapping[str, dict[str, Link]]:
    """Record -> neighbour -> what joins them; a decision comes before a pair."""
    found: dict[str, dict[str, Link]] = defaultdict(dict)
    for edge in edges:
        for left, right in ((edge.left, edge.right), (edge.right, edge.left)):
            found[left][right] = Link(left, right, edge.weight)
    for decision in reversed(same):
        records = sorted({*decision.record_ids_left, *decision.record_ids_right})
        for left in records:
            for right in records:
                if left != right:
                    found[left][right] = Link(left, right, None, decision.decision_id)
    return found


def _strength(link: Link) -> float:
    return float("inf") if link.weight is None else link.weight
