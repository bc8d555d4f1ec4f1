"""Clustering: pairs and decisions into a partition; what the machine may not decide becomes a question."""

from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg
import polars as pl

from assets.resources import Road
from crm_pipelines.clustering.partition import Edge, Limits, Partition, partition
from crm_pipelines.clustering.questions import Question, conflicts, questions
from crm_pipelines.clustering.verdicts import Verdicts, verdicts
from crm_pipelines.matching.model_version import ModelVersion
from crm_pipelines.model.enums import CustomerType
from crm_pipelines.stores import components
from crm_pipelines.stores.review_queue import replace_questions
from crm_pipelines.stores.warehouse import Step

GROUP = "clustering"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The weights that count in this project: the model's, unless the rules override them."""

    auto_match: float
    review: float


@dg.multi_asset(
    group_name=GROUP,
    specs=[
        dg.AssetSpec(
            "clusters",
            deps=["scored_pairs"],
            kinds={"python", "duckdb"},
            description="One row per live record: the cluster it is in during this run.",
        ),
        dg.AssetSpec(
            "review_queue",
            deps=["scored_pairs"],
            kinds={"duckdb"},
            description="One row per open question to a steward.",
        ),
    ],
    can_subset=False,
)
def clustering(road: dg.ResourceParam[Road]) -> Iterator[dg.MaterializeResult[None]]:
    """Partition the components that a change can reach."""
    with road.warehouse.step("clusters", reads=("pairs",), run_id=road.run_id) as step:
        n_reached = cluster_changes(road, step)
    yield dg.MaterializeResult(
        asset_key="clusters", metadata={"rows": road.warehouse.count("clusters"), "records_reached": n_reached}
    )
    yield dg.MaterializeResult(asset_key="review_queue", metadata={"rows": road.warehouse.count("review_queue")})


def cluster_changes(road: Road, step: Step) -> int:
    """Re-cluster what changed pairs, new decisions or other thresholds can reach."""
    model, demanded = road.model(), verdicts(road.decisions())
    limits = {kind: thresholds(road, model, kind) for kind in CustomerType}
    seeds = f"select cast(key as integer) as record_key from {step.changed('pairs')}"  # noqa: S608 - constant name
    seeds = f"{seeds} union all {_decided_records(road, step)}"
    settings = repr((sorted(limits.items()), road.loaded.rules.matching.clustering.size_cap))
    if road.warehouse.fact(step.name, "settings") != settings:
        seeds = f"{seeds} union all select record_key from standardised_records"
    step.note("settings", settings)
    n_reached = components.reach(
        step, seeds, {kind.value: limits[kind].auto_match for kind in CustomerType}, demanded.together
    )
    records, edges = components.live_records(step), components.edges(step)
    neighbours = components.neighbours(step, {kind.value: limits[kind].review for kind in CustomerType})
    clusters: list[tuple[str, ...]] = []
    asked: list[Question] = conflicts(demanded, records["record_id"])
    for kind in CustomerType:
        found, found_edges = _partition(kind, records, edges, demanded, limits[kind], road)
        clusters += found.clusters
        asked += questions(found, found_edges, demanded, limits[kind].review, neighbours)
    components.replace_clusters(step, clusters)
    replace_questions(step, asked)
    return n_reached


def thresholds(road: Road, model: ModelVersion, kind: CustomerType) -> Thresholds:
    """The thresholds of a customer type."""
    own, learned = road.loaded.rules.matching.thresholds_of(kind), model.types[kind].thresholds
    return Thresholds(
        auto_match=learned.auto_match if own.auto_match is None else own.auto_match,
        review=learned.review if own.review is None else own.review,
    )


def _partition(  # noqa: PLR0913 - the whole of what a partition depends on
    kind: CustomerType, records: pl.DataFrame, edges: pl.DataFrame, demanded: Verdicts, limit: Thresholds, road: Road
) -> tuple[Partition, list[Edge]]:
    found = edges.filter(pl.col("customer_type") == kind.value)
    listed = [
        Edge(left, right, weight, bool(contradicts))
        for left, right, weight, contradicts in found.select(
            "record_id_l", "record_id_r", "match_weight", "is_contradiction"
        ).iter_rows()
    ]
    members = records.filter(pl.col("customer_type") == kind.value)["record_id"]
    limits = Limits(
        auto_match_weight=limit.auto_match,
        bridge_weight=limit.review,
        largest_cluster=road.loaded.rules.matching.clustering.size_cap,
    )
    return partition(members, listed, demanded, limits), listed


def _decided_records(road: Road, step: Step) -> str:
    """Query of the records that decisions since the last clustering speak of."""
    last = int(road.warehouse.fact(step.name, "ledger_seq") or 0)
    step.note("ledger_seq", str(road.ledger_seq))
    fresh = [decision for decision in road.decisions() if decision.seq > last]
    superseded = {decision.supersedes for decision in fresh}
    named = [decision for decision in road.decisions() if decision.seq > last or decision.decision_id in superseded]
    records = sorted({record for one in named for record in (*one.record_ids_left, *one.record_ids_right)})
    step.frame("decided_ids", pl.DataFrame({"record_id": pl.Series(records, dtype=pl.String())}))
    return "select record_key from record_keys inner join decided_ids using (record_id)"
