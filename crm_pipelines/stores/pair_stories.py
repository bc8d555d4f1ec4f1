"""Gather everything there is to say about two records or about one customer, for tables, JSON and the page alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from crm_pipelines.clustering.chains import Link, shortest_chain
from crm_pipelines.clustering.growth import Growth, widest_path
from crm_pipelines.clustering.partition import Attempt, Edge
from crm_pipelines.clustering.rulings import Ruling, joining, ruling
from crm_pipelines.matching.direct import PairScore
from crm_pipelines.matching.explanation_keys import NearRule
from crm_pipelines.matching.explanation_waterfall import Waterfall, waterfall
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.stores.pair_evidence import PairEvidence, StoredPair
from crm_pipelines.stores.pair_surroundings import Neighbour, Surroundings, near_rules
from crm_pipelines.stores.relatives import Relative, relationships_of
from crm_pipelines.stores.subjects import HistoryEntry, OpenQuestion, Subject, history_of, questions_between


@dataclass(frozen=True, slots=True)
class Compared:
    """Two records of one customer type, scored.

    Attributes:
        left: columns of `standardised_records`.
        right: likewise.
        score: by the direct scorer.
        fall: the score step by step.
        stored: the pair as it was stored; None when it was not compared or not kept.
        rules: where it was not stored, what each blocking rule made of the two, the nearest first.
        neighbours: where it was not stored, the strongest stored pairs of each.
        path: where it was not stored, the strongest chain of stored pairs between the two.
        ruling: what people decided about the two.
        names_shared: comparison -> number of different names on the contact point that both have.
    """

    left: Mapping[str, Any]
    right: Mapping[str, Any]
    score: PairScore
    fall: Waterfall
    stored: StoredPair | None
    ruling: Ruling
    names_shared: Mapping[str, int]
    rules: tuple[NearRule, ...] = ()
    neighbours: Mapping[str, Sequence[Neighbour]] = field(default_factory=dict)
    path: tuple[Edge, ...] = ()


@dataclass(frozen=True, slots=True)
class PairStory:
    """All of two subjects.

    Attributes:
        publication: version of it.
        model_version: of the scores.
        left: what the first id stands for.
        right: the second.
        is_one: whether both are one customer; None when one of them lives no longer.
        chosen: the two records that are compared; None when no two can be.
        compared: what the comparison says; None for one record with itself, and for a person with an organisation.
        is_two_types: one is a person, the other an organisation.
        growth: how their clusters came about; None without `compared`.
        joint: the step in which the two came together.
        refused: the union of their two clusters that was refused.
        chain: how two records of one customer hang together by the pairs and decisions that join.
        history: what happened to the customer's id, when the two are one.
        contradictions: pairs of their customers' records that speak against one customer, when they are two.
        questions: open questions about the two.
        best: of two customers, the strongest stored pair between them.
        relationships: how two customers stand to each other.
    """

    publication: str
    model_version: str
    left: Subject
    right: Subject
    is_one: bool | None = None
    chosen: tuple[str, str] | None = None
    compared: Compared | None = None
    is_two_types: bool = False
    growth: Growth | None = None
    joint: Attempt | None = None
    refused: Attempt | None = None
    chain: tuple[Link, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    contradictions: tuple[tuple[str, str], ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
    best: tuple[tuple[str, str], StoredPair] | None = None
    relationships: tuple[Relative, ...] = ()

    @property
    def was_chosen(self) -> bool:
        """Whether the two records are other than those asked for."""
        return self.chosen is not None and self.chosen != (self.left.record_id, self.right.record_id)


@dataclass(frozen=True, slots=True)
class ClusterStory:
    """How one customer grew.

    Attributes:
        publication: version of it.
        model_version: of the scores.
        subject: what the id stands for.
        records: the customer's live records by id, with those that would join it today.
        growth: what was tried and what came of it; None when nobody lives under the id.
        joins: the steps in which its records come together today, in order.
        refused: the unions refused to it.
        history: what happened to its id.
        relationships: how it stands to others.
    """

    publication: str
    model_version: str
    subject: Subject
    records: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    growth: Growth | None = None
    joins: tuple[Attempt, ...] = ()
    refused: tuple[Attempt, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    relationships: tuple[Relative, ...] = ()

    @property
    def is_as_published(self) -> bool:
        """Whether today's pairs and decisions give the customer that was published."""
        return self.growth is None or self.growth.cluster_of(self.subject.members[0]) == self.subject.members


@dataclass(frozen=True, slots=True)
class Explaining:
    """Tells stories from one publication."""

    publication: str
    con: duckdb.DuckDBPyConnection
    pairs: PairEvidence
    around: Surroundings
    decisions: Sequence[Decision]

    def pair(self, left: Subject, right: Subject) -> PairStory:
        """Everything about two subjects."""
        story: dict[str, Any] = {}
        if left.golden_ids and right.golden_ids:
            chosen = self._chosen(left, right)
            story = {"is_one": left.golden_ids == right.golden_ids, "chosen": chosen}
            if chosen is not None and chosen[0] != chosen[1]:
                story |= self._comparison(*chosen)
            story |= self._whole(left) if story["is_one"] else self._parting(left, right)
        return PairStory(self.publication, self.pairs.model_version, left, right, **story)

    def cluster(self, subject: Subject) -> ClusterStory:
        """How the customer of a subject grew."""
        if len(subject.golden_ids) != 1:
            return ClusterStory(self.publication, self.pairs.model_version, subject)
        first = subject.members[0]
        growth = self.around.growth(subject.members, CustomerType(self.pairs.record(first)["customer_type"]))
        today = {record for member in subject.members for record in growth.cluster_of(member)}
        joins = [one for one in growth.attempts if one.refusal is None and today.issuperset(one.left)]
        return ClusterStory(
            self.publication,
            self.pairs.model_version,
            subject,
            self.pairs.records(today),
            growth,
            tuple(joins),
            tuple(growth.refusals(first)),
            tuple(history_of(self.con, subject.golden_ids[0])),
            tuple(relationships_of(self.con, subject.golden_ids)),
        )

    def _chosen(self, left: Subject, right: Subject) -> tuple[str, str] | None:
        """The two records to compare: those asked for, else the pair that speaks loudest for one customer."""
        if left.record_id is not None and right.record_id is not None:
            return left.record_id, right.record_id
        lefts = [record for record in left.records if record != right.record_id] or list(left.records)
        rights = [record for record in right.records if record != left.record_id] or list(right.records)
        return self.pairs.best_pair(lefts, rights)

    def _comparison(self, left: str, right: str) -> dict[str, Any]:
        one, other = self.pairs.record(left), self.pairs.record(right)
        if one["customer_type"] != other["customer_type"]:
            return {"is_two_types": True}
        kind = CustomerType(one["customer_type"])
        growth = self.around.growth((left, right), kind)
        same = joining(self.decisions)
        return {
            "compared": self._compared(left, right, one, other),
            "growth": growth,
            "joint": growth.joint(left, right),
            "refused": growth.refusal(left, right),
            "chain": shortest_chain(left, right, self.pairs.joining_edges(growth.cluster_of(left)), same),
        }

    def _compared(self, left: str, right: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Compared:
        score = self.pairs.score(one, other)
        stored = self.pairs.stored(left, right)
        found = ruling(self.decisions, left, right)
        fall = waterfall(score, self.pairs.model)
        names = self.pairs.names_shared(one, other)
        if stored is not None:
            return Compared(one, other, score, fall, stored, found, names)
        return Compared(
            one,
            other,
            score,
            fall,
            None,
            found,
            names,
            near_rules(self.con, self.pairs, left, right, score.customer_type),
            {record: self.around.neighbours(record) for record in (left, right)},
            widest_path(left, right, self.around.edges_between(left, right)),
        )

    def _whole(self, left: Subject) -> dict[str, Any]:
        return {"history": tuple(history_of(self.con, left.golden_ids[0]))}

    def _parting(self, left: Subject, right: Subject) -> dict[str, Any]:
        best = self.pairs.best_pair(left.members, right.members)
        stored = None if best is None else self.pairs.stored(*best)
        return {
            "contradictions": tuple(self.pairs.contradictions(left.members, right.members)),
            "questions": tuple(questions_between(self.con, left, right)),
            "best": None if best is None or stored is None else (best, stored),
            "relationships": tuple(relationships_of(self.con, left.golden_ids, right.golden_ids)),
        }
