"""From scored pairs to a partition that is not merely connected components.

Clusters grow along their strongest edges first (ties by record id, so arrival order never shows). A union is refused
if a person said "different" of any cross pair, if a scored cross pair contradicts (same family, another given name;
two corporate numbers), if both clusters hold a record of a source in which nobody stands twice, if they hang together
by a weak bridge only, or if the cluster would become a giant. What is refused is asked. A person's "same" overrides
everything but a person's earlier "different".
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum
from typing import TypeAlias

from crm_pipelines.clustering.union_find import UnionFind
from crm_pipelines.clustering.verdicts import Verdicts
from crm_pipelines.model.enums import Band
from crm_pipelines.model.ids import system_of
from crm_pipelines.rules.matching import ClusteringRules


@dataclass(frozen=True, slots=True)
class Edge:
    """A scored pair, smaller id first.

    Attributes:
        weight: its match weight (log2 odds).
        is_contradiction: something in it speaks of two customers.
        band: what the model says of it; only AUTO_MATCH joins. A heavy pair that a person must see is REVIEW.
    """

    left: str
    right: str
    weight: float
    is_contradiction: bool = False
    band: Band = Band.AUTO_MATCH


class Refusal(StrEnum):
    """Why two clusters were not joined although an edge said AUTO_MATCH."""

    VERDICT = "verdict"
    CONTRADICTION = "contradiction"
    ONE_PER_SOURCE = "one_per_source"
    WEAK_BRIDGE = "weak_bridge"
    GIANT = "giant"


@dataclass(frozen=True, slots=True)
class Limits:
    """Frozen with the model version.

    Attributes:
        bridge_weight: mean weight that the scored pairs between two clusters of two or more records must reach.
        largest_cluster: records in a cluster; a larger one is held.
        one_per_source: sources in which nobody stands twice.
    """

    bridge_weight: float
    largest_cluster: int = 60
    one_per_source: frozenset[str] = frozenset()

    @classmethod
    def of(cls, bridge_weight: float, rules: ClusteringRules) -> "Limits":
        """The limits that a model's review threshold and a project's rules come to."""
        return cls(bridge_weight, rules.size_cap, frozenset(rules.one_per_source))


@dataclass(frozen=True, slots=True)
class RefusedUnion:
    """An AUTO_MATCH edge that did not join its two clusters."""

    edge: Edge
    reason: Refusal


@dataclass(frozen=True, slots=True)
class Attempt:
    """Two groups that were to become one.

    Attributes:
        left: records of one, sorted.
        right: records of the other, sorted.
        edge: what brought them together; None where people said they are one.
        refusal: why they stayed apart; None when they were joined.
    """

    left: tuple[str, ...]
    right: tuple[str, ...]
    edge: Edge | None
    refusal: Refusal | None = None


Witness: TypeAlias = Callable[[Attempt], None]


@dataclass(frozen=True, slots=True)
class Partition:
    """Clusters (each sorted, in the order of their smallest ids) and what was refused on the way."""

    clusters: tuple[tuple[str, ...], ...]
    refused: tuple[RefusedUnion, ...]


def partition(
    records: Iterable[str],
    edges: Sequence[Edge],
    verdicts: Verdicts,
    limits: Limits,
    witness: Witness | None = None,
) -> Partition:
    """Partition the records of whole connected components.

    Args:
        records: every record to be placed; ids in edges or verdicts that are not among them are ignored.
        edges: the stored pairs among them: AUTO_MATCH ones join, the others count as evidence between clusters.
        verdicts: what people demand.
        limits: thresholds of the model version.
        witness: is told of every attempt to join two groups, in order; changes nothing.
    """
    growing = _Growing(records, edges, verdicts, limits)
    growing.witness = witness
    for group in verdicts.together:
        growing.demand(group)
    strongest_first = sorted(
        (edge for edge in edges if edge.band is Band.AUTO_MATCH),
        key=lambda edge: (-edge.weight, edge.left, edge.right),
    )
    refused = [
        RefusedUnion(edge, reason) for edge in strongest_first if (reason := growing.try_union(edge)) is not None
    ]
    return Partition(tuple(growing.sets.groups()), _still_refused(refused, growing.sets))


class _Growing:
    """The clusters so far, and per cluster the pairs that speak about it."""

    def __init__(self, records: Iterable[str], edges: Sequence[Edge], verdicts: Verdicts, limits: Limits) -> None:
        self.sets = UnionFind()
        self.limits = limits
        self.witness: Witness | None = None
        self._known = set(records)
        for record in self._known:
            self.sets.join((record,))
        self._apart: dict[str, set[str]] = defaultdict(set)
        for left, right in verdicts.apart:
            if left in self._known and right in self._known:
                self._apart[left].add(right)
                self._apart[right].add(left)
        self._weights: dict[str, dict[str, tuple[float, bool]]] = defaultdict(dict)
        for edge in edges:
            if edge.left in self._known and edge.right in self._known:
                self._weights[edge.left][edge.right] = (edge.weight, edge.is_contradiction)
                self._weights[edge.right][edge.left] = (edge.weight, edge.is_contradiction)

    def demand(self, group: Sequence[str]) -> None:
        """Join what people said is one customer."""
        present = [record for record in group if record in self._known]
        for record in present:
            left, right = self.sets.find(present[0]), self.sets.find(record)
            if left != right:
                self._tell(left, right, None, None)
                self.sets.union(left, right)

    def try_union(self, edge: Edge) -> Refusal | None:
        """Join the clusters of an edge, or say why not."""
        if edge.left not in self._known or edge.right not in self._known:
            return None
        left, right = self.sets.find(edge.left), self.sets.find(edge.right)
        if left == right:
            return None
        reason = self._objection(self.sets.group(left), self.sets.group(right))
        self._tell(left, right, edge, reason)
        if reason is None:
            self.sets.union(left, right)
        return reason

    def _tell(self, left: str, right: str, edge: Edge | None, refusal: Refusal | None) -> None:
        if self.witness is not None:
            one, other = tuple(sorted(self.sets.group(left))), tuple(sorted(self.sets.group(right)))
            self.witness(Attempt(one, other, edge, refusal))

    def _objection(self, left: Sequence[str], right: Sequence[str]) -> Refusal | None:
        small, large = sorted((left, right), key=len)
        other = set(large)
        if any(not self._apart[record].isdisjoint(other) for record in small if record in self._apart):
            return Refusal.VERDICT
        cross = [fact for record in small for partner, fact in self._weights[record].items() if partner in other]
        if any(is_contradiction for _, is_contradiction in cross):
            return Refusal.CONTRADICTION
        if not self._clean_sources(small).isdisjoint(self._clean_sources(large)):
            return Refusal.ONE_PER_SOURCE
        if len(small) > 1 and fsum(weight for weight, _ in cross) / len(cross) < self.limits.bridge_weight:
            return Refusal.WEAK_BRIDGE
        if len(small) + len(large) > self.limits.largest_cluster:
            return Refusal.GIANT
        return None

    def _clean_sources(self, group: Sequence[str]) -> set[str]:
        """The sources of a group's records in which nobody stands twice."""
        wanted = self.limits.one_per_source
        return {source for record in group if (source := system_of(record)) in wanted} if wanted else set()


def _still_refused(refused: Sequence[RefusedUnion], sets: UnionFind) -> tuple[RefusedUnion, ...]:
    """One refusal (the strongest) per pair of clusters that ended apart."""
    kept: dict[tuple[str, str], RefusedUnion] = {}
    for union in refused:
        pair = sorted((sets.find(union.edge.left), sets.find(union.edge.right)))
        if pair[0] != pair[1]:
            kept.setdefault((pair[0], pair[1]), union)
    return tuple(kept.values())
