"""What the machine may not decide: questions about two sets of records.

A question is named by the sets it asks about, never by golden ids, so claims and history follow it for as long as
somebody must answer it.
"""

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm_pipelines.clustering.partition import Edge, Partition
from crm_pipelines.clustering.verdicts import Verdicts
from crm_pipelines.model.enums import Band, QuestionKind

_ID_BYTES = 10


@dataclass(frozen=True, slots=True)
class Question:
    """One open question.

    Attributes:
        question_id: hash of the two sets.
        kind: why it is asked.
        record_ids_left: the side with the smallest id, sorted.
        record_ids_right: the other side, sorted.
        reason: `review_band`, a refusal of `partition`, or `contradicts_decision`.
        match_weight: the strongest edge between the sides, or None for a conflict of decisions.
        value: how much hangs on it: records touched.
        priority: value times doubt (1 at even odds, 0 at certainty).
    """

    question_id: str
    kind: QuestionKind
    record_ids_left: tuple[str, ...]
    record_ids_right: tuple[str, ...]
    reason: str
    match_weight: float | None
    value: float
    priority: float


def questions(
    partition: Partition,
    edges: Sequence[Edge],
    verdicts: Verdicts,
    neighbours: Sequence[tuple[str, ...]] = (),
) -> list[Question]:
    """All questions about the clusters of whole components, sorted by question id.

    Args:
        partition: the clusters and what was refused.
        edges: the stored pairs that touch their records.
        verdicts: a pair of clusters that a person parted is not asked about again.
        neighbours: clusters of other components to which some of the edges lead.
    """
    cluster_of = {record: cluster for cluster in (*neighbours, *partition.clusters) for record in cluster}
    asked: dict[tuple[tuple[str, ...], tuple[str, ...]], Question] = {}
    for refused in partition.refused:
        sides = _sides(cluster_of, refused.edge)
        if sides is not None and not _parted(sides, verdicts):
            asked[sides] = _question(QuestionKind.CLUSTER, sides, refused.reason.value, refused.edge.weight)
    worth_asking = (edge for edge in edges if edge.band is not Band.NON_MATCH)
    for edge in sorted(worth_asking, key=lambda edge: (-edge.weight, edge.left, edge.right)):
        sides = _sides(cluster_of, edge)
        if sides is not None and sides not in asked and not _parted(sides, verdicts):
            asked[sides] = _question(QuestionKind.PAIR, sides, "review_band", edge.weight)
    return sorted(asked.values(), key=lambda question: question.question_id)


def conflicts(verdicts: Verdicts, known: Iterable[str]) -> list[Question]:
    """A question for every suspended decision that still has records on both sides."""
    present = set(known)
    found = []
    for decision, _ in verdicts.suspended:
        left = tuple(sorted(set(decision.record_ids_left) & present))
        right = tuple(sorted(set(decision.record_ids_right) & present))
        if left and right:
            sides = (left, right) if left <= right else (right, left)
            found.append(_question(QuestionKind.CONFLICT, sides, "contradicts_decision", None))
    return sorted({question.question_id: question for question in found}.values(), key=lambda found: found.question_id)


def question_id(left: Sequence[str], right: Sequence[str]) -> str:
    """Name a question by the two sets it asks about, whichever is called left."""
    sides = sorted([sorted(left), sorted(right)])
    return hashlib.blake2b(json.dumps(sides, ensure_ascii=False).encode(), digest_size=_ID_BYTES).hexdigest()


def _sides(cluster_of: Mapping[str, tuple[str, ...]], edge: Edge) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    left, right = cluster_of.get(edge.left), cluster_of.get(edge.right)
    if left is None or right is None or left == right:
        return None
    return (left, right) if left <= right else (right, left)


def _parted(sides: tuple[tuple[str, ...], tuple[str, ...]], verdicts: Verdicts) -> bool:
    return (
        any((min(a, b), max(a, b)) in verdicts.apart for a in sides[0] for b in sides[1]) if verdicts.apart else False
    )


def _question(
    kind: QuestionKind, sides: tuple[tuple[str, ...], tuple[str, ...]], reason: str, weight: float | None
) -> Question:
    value = float(len(sides[0]) + len(sides[1]))
    doubt = 1.0 if weight is None else _doubt(weight)
    return Question(question_id(*sides), kind, sides[0], sides[1], reason, weight, value, value * doubt)


def _doubt(weight: float) -> float:
    """Four times p(1 - p): one at even odds, falling to zero on both sides."""
    odds = math.exp2(max(min(weight, 60.0), -60.0))
    probability = odds / (1 + odds)
    return 4 * probability * (1 - probability)
