"""What becomes of a customer when one of its records says less: the partition made again with that record's new pairs.

Clusters are those of `partition` itself, of whole components: the record's own, and those that its new pairs lead to.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm_pipelines.clustering.partition import Edge, Limits, partition
from crm_pipelines.clustering.union_find import UnionFind
from crm_pipelines.clustering.verdicts import Verdicts
from crm_pipelines.model.enums import Band


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a record and its customer.

    Attributes:
        n_mates: records that were of the same customer before.
        is_lost: the record is with none of them any more.
        is_split: the customer's records are not all together any more.
    """

    n_mates: int
    is_lost: bool
    is_split: bool


class KnownWorld:
    """Records with their stored pairs, in components.

    Args:
        edges: every stored pair that touches the records in question, or one that they hang together with.
        verdicts: what people demand.
        limits: of clustering.
    """

    def __init__(self, edges: Iterable[Edge], verdicts: Verdicts, limits: Limits) -> None:
        self._limits = limits
        self._together = {record: tuple(group) for group in verdicts.together for record in group}
        self._apart: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for pair in verdicts.apart:
            self._apart[pair[0]].append(pair)
        self._touching: dict[str, list[Edge]] = defaultdict(list)
        components = UnionFind()
        for edge in edges:
            self._touching[edge.left].append(edge)
            self._touching[edge.right].append(edge)
            if edge.band is Band.AUTO_MATCH:
                components.join((edge.left, edge.right))
        for group in verdicts.together:
            components.join(tuple(group))
        self._components = {record: tuple(group) for group in components.groups() for record in group}
        self._clusters: dict[tuple[str, ...], Mapping[str, frozenset[str]]] = {}

    def mates(self, record: str) -> frozenset[str]:
        """The other records of a record's customer as the pairs and verdicts stand."""
        component = self._component(record)
        if component not in self._clusters:
            self._clusters[component] = self._clustered(component, self._edges_of(component))
        return self._clusters[component][record] - {record}

    def fate(self, record: str, new_edges: Sequence[Edge]) -> Fate:
        """What becomes of a record whose stored pairs are replaced by others.

        Args:
            record: the record.
            new_edges: all its pairs from now on.
        """
        mates = self.mates(record)
        reached = [edge for edge in new_edges if edge.band is Band.AUTO_MATCH]
        partners = (edge.right if edge.left == record else edge.left for edge in reached)
        wanted = (record, *partners)
        members = tuple(sorted({member for one in wanted for member in self._component(one)}))
        kept = [edge for edge in self._edges_of(members) if record not in (edge.left, edge.right)]
        clusters = self._clustered(members, [*kept, *new_edges])
        own = clusters[record]
        return Fate(len(mates), bool(mates) and own.isdisjoint(mates), not (mates | {record}) <= own)

    def _component(self, record: str) -> tuple[str, ...]:
        return self._components.get(record, (record,))

    def _edges_of(self, members: Sequence[str]) -> list[Edge]:
        known = set(members)
        return [
            edge
            for record in members
            for edge in self._touching.get(record, ())
            if edge.left == record and edge.right in known
        ]

    def _clustered(self, members: Sequence[str], edges: Sequence[Edge]) -> dict[str, frozenset[str]]:
        found = partition(members, edges, self._verdicts_on(members), self._limits)
        return {record: frozenset(cluster) for cluster in found.clusters for record in cluster}

    def _verdicts_on(self, members: Sequence[str]) -> Verdicts:
        """What people demand of some records: thousands of verdicts speak of others."""
        groups = {self._together[record] for record in members if record in self._together}
        apart = frozenset(pair for record in members for pair in self._apart.get(record, ()))
        return Verdicts(tuple(sorted(groups)), apart)
