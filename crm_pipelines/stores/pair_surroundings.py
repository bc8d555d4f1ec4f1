"""What stands around two records in a publication: their strongest neighbours, the ways between them, their component.

Clusters are told from whole components, as clustering itself sees them; one larger than a reader could follow is told
from its part within reach.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from crm_pipelines.clustering.growth import Growth, growth
from crm_pipelines.clustering.partition import Edge, Limits
from crm_pipelines.clustering.verdicts import Verdicts
from crm_pipelines.matching.explanation_keys import NearRule, Parts, nearest_rules, parts_of, parts_sql
from crm_pipelines.model.enums import Band, CustomerType
from crm_pipelines.stores.pair_evidence import PairEvidence
from crm_pipelines.stores.record_reads import RecordReads
from crm_pipelines.stores.statements import statement

_MOST_RECORDS = 5_000
_MOST_STEPS = 4
_MOST_PATH_RECORDS = 2_000


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A record that a stored pair leads to."""

    record_id: str
    match_weight: float
    band: str
    is_contradiction: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Reads what stands around records.

    Attributes:
        con: the publication.
        verdicts: what people demand up to now.
        limits: of clustering, per customer type.
        reads: of the publication, for whoever looks around more than once; None: nothing is kept.
    """

    con: duckdb.DuckDBPyConnection
    verdicts: Verdicts
    limits: dict[CustomerType, Limits]
    reads: RecordReads | None = None

    def neighbours(self, record_id: str, most: int = 3) -> list[Neighbour]:
        """The strongest stored pairs of a record, the heaviest first."""
        rows = self.con.execute(statement("neighbours_of_record"), {"record_id": record_id, "most": most}).fetchall()
        return [Neighbour(*row) for row in rows]

    def edges_between(self, left: str, right: str) -> list[Edge]:
        """The stored pairs within a few steps of two records, for the chains between them."""
        known, frontier = {left, right}, {left, right}
        found: dict[tuple[str, str], Edge] = {}
        for _ in range(_MOST_STEPS // 2):
            if not frontier or len(known) > _MOST_PATH_RECORDS:
                break
            edges = self._touching(frontier)
            found |= {(edge.left, edge.right): edge for edge in edges}
            met = {record for edge in edges for record in (edge.left, edge.right)}
            frontier = met - known
            known |= met
        return list(found.values())

    def growth(self, records: Iterable[str], customer_type: CustomerType) -> Growth:
        """How the clusters of the components of some records came about, by the pairs and decisions of today."""
        members, found = self._component(set(records))
        edges = [edge for edge in found if edge.left in members and edge.right in members]
        return growth(sorted(members), edges, self.verdicts, self.limits[customer_type])

    def _component(self, seeds: set[str]) -> tuple[set[str], list[Edge]]:
        """The records of the components, and every stored pair that touches one of them, by its records."""
        groups = {record: group for group in self.verdicts.together for record in group}
        known, frontier = set(seeds), set(seeds)
        edges: dict[tuple[str, str], Edge] = {}
        while frontier:
            touching = self._touching(frontier)
            edges |= {(edge.left, edge.right): edge for edge in touching}
            if len(known) >= _MOST_RECORDS:
                break
            met = {record for seed in frontier for record in groups.get(seed, ())}
            for edge in touching:
                if edge.band is Band.AUTO_MATCH:
                    met |= {edge.left, edge.right}
            frontier = self._live(met - known)
            known |= frontier
        return known, [edges[pair] for pair in sorted(edges)]

    def _live(self, records: set[str]) -> set[str]:
        return {record for (record,) in self._rows(statement("live_among"), records)}

    def _touching(self, records: Iterable[str]) -> list[Edge]:
        rows = self._rows(statement("pairs_touching"), records)
        return [
            Edge(left, right, weight, bool(contradicts), Band(band)) for left, right, weight, contradicts, band in rows
        ]

    def _rows(self, query: str, records: Iterable[str]) -> list[tuple[Any, ...]]:
        return (self.reads or RecordReads(self.con)).rows(query, records)


def near_rules(
    con: duckdb.DuckDBPyConnection, pairs: PairEvidence, left: str, right: str, customer_type: CustomerType
) -> tuple[NearRule, ...]:
    """What each blocking rule made of two records of one type, part by part, the nearest first."""
    records: Sequence[str] = [left, right]
    wanted = "(select * from standardised_records where record_id in (select unnest($records)))"
    rows = con.execute(parts_sql(customer_type, wanted), {"records": records}).fetchall()
    parts: dict[str, Parts] = {row[0]: parts_of(customer_type, row[1:]) for row in rows}
    return nearest_rules(pairs.traces(left, right), parts.get(left, {}), parts.get(right, {}))
