"""Clustering: pairs and decisions into a partition; what the machine may not decide becomes a question."""

from collections.abc import Iterator, Sequence

import dagster as dg
import polars as pl

from assets.resources import Road
from crm_pipelines.clustering.confirmation import confirmations, needed
from crm_pipelines.clustering.partition import Edge, Limits, RefusedUnion, partition
from crm_pipelines.clustering.questions import Question, conflicts, each_once, questions
from crm_pipelines.clustering.undisputed import undisputed
from crm_pipelines.clustering.verdicts import Verdicts, standing, verdicts
from crm_pipelines.model.enums import Band, CustomerType
from crm_pipelines.stores import components, decided_pairs
from crm_pipelines.stores.review_queue import replace_questions
from crm_pipelines.stores.warehouse import Step

GROUP = "clustering"


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
    yield from clustered(road)


def clustered(road: Road) -> Iterator[dg.MaterializeResult[None]]:
    """Walk the stage: one step, and what it made."""
    with road.warehouse.step("clusters", reads=("pairs", "records"), run_id=road.run_id) as step:
        n_reached = cluster_changes(road, step)
    yield dg.MaterializeResult(
        asset_key="clusters", metadata={"rows": road.warehouse.count("clusters"), "records_reached": n_reached}
    )
    yield dg.MaterializeResult(asset_key="review_queue", metadata={"rows": road.warehouse.count("review_queue")})


def cluster_changes(road: Road, step: Step) -> int:
    """Re-cluster what changed pairs, new decisions or other limits can reach."""
    demanded, model = verdicts(road.decisions()), road.model
    rules = road.loaded.rules.matching.clustering
    limits = {kind: Limits.of(model.types[kind].thresholds.review, rules) for kind in CustomerType}
    seeds = f"select cast(key as integer) as record_key from {step.changed('pairs')}"  # noqa: S608 - constant name
    seeds = f"{seeds} union all {_decided_records(road, step)}"
    settings = repr((model.id, rules.size_cap, sorted(rules.one_per_source)))
    if road.warehouse.fact(step.name, "settings") != settings:
        seeds = f"{seeds} union all select record_key from standardised_records"  # noqa: S608 - our own text
    step.note("settings", settings)
    n_reached = components.reach(step, seeds, demanded.together)
    records, edges = components.live_records(step), components.edges(step)
    placed: list[pl.DataFrame] = []
    refused: list[RefusedUnion] = []
    asking: list[pl.DataFrame] = []
    for kind in CustomerType:
        members = records.filter(pl.col("customer_type") == kind.value)["record_id"]
        pairs = edges.filter(pl.col("customer_type") == kind.value)
        split = undisputed(members, pairs, demanded, limits[kind])
        found = partition(split.disputed, _edges(split.growing), demanded, limits[kind])
        placed += [split.placed, components.placed(found.clusters)]
        refused += found.refused
        asking.append(split.asking)
    suspended = (record for one, _ in demanded.suspended for record in (*one.record_ids_left, *one.record_ids_right))
    clusters = pl.concat(placed)
    between = questions(refused, pl.concat(asking), pl.concat([clusters, components.neighbours(step)]), demanded)
    asked = each_once([*conflicts(demanded, components.live_named(step, suspended)), *between])
    components.replace_clusters(step, clusters)
    replace_questions(step, asked + _turned_against(road, step, demanded, asked))
    return n_reached


def _turned_against(road: Road, step: Step, demanded: Verdicts, asked: Sequence[Question]) -> list[Question]:
    """Questions to confirm verdicts about records reached that the evidence has turned against."""
    decisions = road.decisions()
    shown = [decision for decision in standing(decisions) if decision.evidence is not None]
    if not shown:
        return []
    decided_pairs.stage_sets(step.con, decided_pairs.sets_of(shown))
    pairs = decided_pairs.cross_pairs(step.con, components.DECIDED_AND_REACHED)
    named = [one for one in shown if one.decision_id in pairs]
    records = (record for one in named for record in (*one.record_ids_left, *one.record_ids_right))
    return needed(confirmations(decisions, demanded, pairs, components.live_named(step, records)), asked)


def _edges(pairs: pl.DataFrame) -> list[Edge]:
    bands = {band.value: band for band in Band}
    columns = ("record_id_l", "record_id_r", "match_weight", "is_contradiction", "band")
    return [
        Edge(left, right, weight, bool(contradicts), bands[band])
        for left, right, weight, contradicts, band in zip(*(pairs[name] for name in columns), strict=True)
    ]


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
