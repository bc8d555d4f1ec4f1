"""How clusters came about, step by step: the partition made once more, with everything it joined and refused told.

Nothing is reckoned anew here: the steps are those of `partition` itself, so that an explanation cannot say otherwise
than the clusters do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum

from crm_pipelines.clustering.partition import Attempt, Edge, Limits, Refusal, partition
from crm_pipelines.clustering.verdicts import Verdicts
from crm_pipelines.model.ids import system_of


@dataclass(frozen=True, slots=True)
class Across:
    """What speaks between two groups of records.

    Attributes:
        edges: the stored pairs across, the heaviest first.
        mean_weight: of these; None without one.
        against: those of them that contradict, the heaviest first.
        parted: the pairs across that people said are different, smaller id first, sorted.
    """

    edges: tuple[Edge, ...]
    mean_weight: float | None
    against: tuple[Edge, ...]
    parted: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Growth:
    """Everything that was tried, in order, and what came of it.

    Attributes:
        attempts: two groups each; joined or refused.
        clusters: what came of it, as `Partition.clusters`.
        edges: the stored pairs it went by.
        verdicts: what people demand.
        limits: thresholds of the model version.
    """

    attempts: tuple[Attempt, ...]
    clusters: tuple[tuple[str, ...], ...]
    edges: Sequence[Edge] = field(repr=False)
    verdicts: Verdicts = field(repr=False)
    limits: Limits

    def cluster_of(self, record: str) -> tuple[str, ...]:
        """The cluster a record ended in; by itself when it is not known."""
        return next((cluster for cluster in self.clusters if record in cluster), (record,))

    def joins(self, record: str) -> list[Attempt]:
        """The steps in which the cluster of a record grew, in order."""
        members = set(self.cluster_of(record))
        return [one for one in self.attempts if one.refusal is None and members.issuperset(one.left)]

    def joint(self, left: str, right: str) -> Attempt | None:
        """The step in which two records came to be together; None when they did not."""
        return next((one for one in self.attempts if one.refusal is None and _between(one, left, right)), None)

    def refusals(self, record: str) -> list[Attempt]:
        """The unions refused to the cluster of a record, the first per other cluster; others may have joined since."""
        own = self.cluster_of(record)
        found: dict[tuple[str, ...], Attempt] = {}
        for attempt in self.attempts:
            ends = self.cluster_of(attempt.left[0]), self.cluster_of(attempt.right[0])
            if attempt.refusal is not None and own in ends and ends[0] != ends[1]:
                found.setdefault(ends[1] if ends[0] == own else ends[0], attempt)
        return list(found.values())

    def refusal(self, left: str, right: str) -> Attempt | None:
        """The first union refused between the clusters of two records."""
        wanted = {self.cluster_of(left), self.cluster_of(right)}
        for attempt in self.attempts:
            ends = {self.cluster_of(attempt.left[0]), self.cluster_of(attempt.right[0])}
            if attempt.refusal is not None and len(wanted) == 2 and ends == wanted:
                return attempt
        return None

    def across(self, left: Iterable[str], right: Iterable[str]) -> Across:
        """What speaks between two groups."""
        sides = (frozenset(left), frozenset(right))
        edges = sorted(
            (edge for edge in self.edges if _crosses(sides, edge.left, edge.right)),
            key=lambda edge: (-edge.weight, edge.left, edge.right),
        )
        return Across(
            edges=tuple(edges),
            mean_weight=fsum(edge.weight for edge in edges) / len(edges) if edges else None,
            against=tuple(edge for edge in edges if edge.is_contradiction),
            parted=tuple(sorted(pair for pair in self.verdicts.apart if _crosses(sides, *pair))),
        )


def growth(records: Iterable[str], edges: Sequence[Edge], verdicts: Verdicts, limits: Limits) -> Growth:
    """Partition records once more and keep every step; the arguments are those of `partition`."""
    attempts: list[Attempt] = []
    found = partition(records, edges, verdicts, limits, attempts.append)
    return Growth(tuple(attempts), found.clusters, edges, verdicts, limits)


def refusal_facts(attempt: Attempt, across: Across, limits: Limits) -> Mapping[str, str | int | float | None]:
    """What the sentence `explain.refused.<reason>` needs: the records that decided, the weights, the sizes."""
    telling: tuple[str, str] | None = None
    if attempt.refusal is Refusal.VERDICT and across.parted:
        telling = across.parted[0]
    elif attempt.refusal is Refusal.CONTRADICTION and across.against:
        telling = across.against[0].left, across.against[0].right
    elif attempt.refusal is Refusal.ONE_PER_SOURCE:
        telling = _of_one_source(attempt, limits)
    elif attempt.edge is not None:
        telling = attempt.edge.left, attempt.edge.right
    return {
        "record_a": telling[0] if telling else None,
        "record_b": telling[1] if telling else None,
        "match_weight": None if attempt.edge is None else attempt.edge.weight,
        "n_left": len(attempt.left),
        "n_right": len(attempt.right),
        "n_pairs": len(across.edges),
        "mean_weight": across.mean_weight,
        "bridge_weight": limits.bridge_weight,
        "n_most": limits.largest_cluster,
    }


def _of_one_source(attempt: Attempt, limits: Limits) -> tuple[str, str] | None:
    """The first two records of the two groups that stand in one source in which nobody stands twice."""
    pairs = (
        (left, right)
        for left in attempt.left
        for right in attempt.right
        if system_of(left) == system_of(right) and system_of(left) in limits.one_per_source
    )
    return next(pairs, None)


def widest_path(start: str, end: str, edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """The chain of stored pairs between two records whose weakest pair is the strongest; of equals the shorter.

    Args:
        start: where the chain begins.
        end: where it ends.
        edges: pairs of any band; those that contradict hold nothing together and are passed over.

    Returns:
        The pairs in order; none when there is no such chain.
    """
    usable = [edge for edge in edges if not edge.is_contradiction]
    weights = sorted({edge.weight for edge in usable})
    best: tuple[Edge, ...] = ()
    low, high = 0, len(weights) - 1
    while low <= high:
        middle = (low + high) // 2
        found = _shortest(start, end, [edge for edge in usable if edge.weight >= weights[middle]])
        best, low, high = (found, middle + 1, high) if found else (best, low, middle - 1)
    return best


def _shortest(start: str, end: str, edges: Sequence[Edge]) -> tuple[Edge, ...]:
    near: dict[str, list[tuple[str, Edge]]] = {}
    for edge in sorted(edges, key=lambda one: (-one.weight, one.left, one.right)):
        near.setdefault(edge.left, []).append((edge.right, edge))
        near.setdefault(edge.right, []).append((edge.left, edge))
    came: dict[str, tuple[str, Edge] | None] = {start: None}
    waiting = [start]
    for record in waiting:
        for other, edge in near.get(record, ()):
            if other not in came:
                came[other] = (record, edge)
                waiting.append(other)
    path: list[Edge] = []
    at = came.get(end)
    while at is not None:
        path.append(at[1])
        at = came[at[0]]
    return tuple(reversed(path))


def _between(attempt: Attempt, left: str, right: str) -> bool:
    return (left in attempt.left and right in attempt.right) or (left in attempt.right and right in attempt.left)


def _crosses(sides: tuple[frozenset[str], frozenset[str]], left: str, right: str) -> bool:
    return (left in sides[0] and right in sides[1]) or (left in sides[1] and right in sides[0])
