"""What the machine may not decide: questions about two sets of records.

A question is named by the sets it asks about, never by golden ids, so claims and history follow it for as long as
somebody must answer it.
"""

import hashlib
import json
import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from crm_pipelines.clustering.partition import RefusedUnion
from crm_pipelines.clustering.verdicts import Verdicts
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Band, QuestionKind

_ID_BYTES = 10
_JSON = json.JSONEncoder(ensure_ascii=False)
_REVIEW_BAND = "review_band"
_ENDS = pl.Schema({"record_id_l": pl.String(), "record_id_r": pl.String()})
_PROPOSED = pl.Schema({**_ENDS, "match_weight": pl.Float64(), "reason": pl.String()})


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
    refused: Sequence[RefusedUnion], pairs: pl.DataFrame, clusters: pl.DataFrame, verdicts: Verdicts
) -> list[Question]:
    """All questions about the clusters of whole components, sorted by question id.

    Two clusters are asked about once: for the union that was refused, else for their strongest pair.

    Args:
        refused: what `partition` refused.
        pairs: stored pairs between the records: record_id_l, record_id_r, match_weight, band; those below the review
            band and those inside a cluster ask nothing.
        clusters: one row per record: record_id, cluster_id (its smallest id). Those of other components that some of
            the pairs lead to are among them; a pair with a record that is not asks nothing.
        verdicts: a pair of clusters that a person parted is not asked about again.
    """
    between = _between_clusters(_proposals(refused, pairs), clusters)
    parted = _between_clusters(pl.DataFrame(sorted(verdicts.apart), schema=_ENDS, orient="row"), clusters)
    asked = between.join(parted, on=("left", "right"), how="anti")
    members = _members(clusters, pl.concat([asked["left"], asked["right"]]).unique())
    columns = (asked[name] for name in ("left", "right", "reason", "match_weight"))
    found = [
        _question(
            QuestionKind.PAIR if reason == _REVIEW_BAND else QuestionKind.CLUSTER,
            (members[left], members[right]),
            reason,
            weight,
        )
        for left, right, reason, weight in zip(*columns, strict=True)
    ]
    return sorted(found, key=lambda question: question.question_id)


def conflicts(verdicts: Verdicts, known: Iterable[str]) -> list[Question]:
    """A question for every suspended decision that still has records on both sides."""
    present = set(known)
    found = []
    for decision, _ in verdicts.suspended:
        sides = live_sides(decision, present)
        if sides is not None:
            found.append(_question(QuestionKind.CONFLICT, sides, "contradicts_decision", None))
    return sorted({question.question_id: question for question in found}.values(), key=lambda found: found.question_id)


def each_once(found: Iterable[Question]) -> list[Question]:
    """Questions without those whose two sets an earlier one asks about for another reason, in their order."""
    first: dict[str, Question] = {}
    for question in found:
        first.setdefault(question.question_id, question)
    return list(first.values())


def live_sides(decision: Decision, present: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The two sets of a decision as far as their records are live, the smaller first; None when a side is gone."""
    left = tuple(sorted(record for record in set(decision.record_ids_left) if record in present))
    right = tuple(sorted(record for record in set(decision.record_ids_right) if record in present))
    if not left or not right:
        return None
    return (left, right) if left <= right else (right, left)


def question_id(left: Sequence[str], right: Sequence[str]) -> str:
    """Name a question by the two sets it asks about, whichever is called left."""
    sides = sorted([sorted(left), sorted(right)])
    return hashlib.blake2b(_JSON.encode(sides).encode(), digest_size=_ID_BYTES).hexdigest()


def _proposals(refused: Sequence[RefusedUnion], pairs: pl.DataFrame) -> pl.DataFrame:
    """What may be asked about, pair by pair: refusals first, then the strongest."""
    rows = [(union.edge.left, union.edge.right, union.edge.weight, union.reason.value) for union in refused]
    unions = pl.DataFrame(rows, schema=_PROPOSED, orient="row")
    in_band = pairs.filter(pl.col("band") != Band.NON_MATCH.value)
    others = in_band.select(*_ENDS, "match_weight", reason=pl.lit(_REVIEW_BAND)).sort("match_weight", descending=True)
    return pl.concat([unions, others])


def _between_clusters(proposed: pl.DataFrame, clusters: pl.DataFrame) -> pl.DataFrame:
    """The first proposal of every two clusters, which `left` and `right` name, the smaller id first."""
    named = proposed
    for end, name in zip(_ENDS, ("one", "other"), strict=True):
        cluster = clusters.select(pl.col("record_id").alias(end), pl.col("cluster_id").alias(name))
        named = named.join(cluster, on=end, maintain_order="left")
    sides = named.filter(pl.col("one") != pl.col("other")).with_columns(
        left=pl.min_horizontal("one", "other"), right=pl.max_horizontal("one", "other")
    )
    return sides.drop("one", "other", *_ENDS).unique(("left", "right"), keep="first", maintain_order=True)


def _members(clusters: pl.DataFrame, wanted: pl.Series) -> dict[str, tuple[str, ...]]:
    """The sorted records of the clusters wanted."""
    found = clusters.filter(pl.col("cluster_id").is_in(wanted.implode())).sort("record_id").group_by("cluster_id")
    grouped = found.agg("record_id")
    return {
        name: tuple(records)
        for name, records in zip(grouped["cluster_id"], grouped["record_id"].to_list(), strict=True)
    }


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
