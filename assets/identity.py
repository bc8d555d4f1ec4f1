"""Identity: clusters into golden ids that last; every change of an id with its reason in the log.

The log is written before the warehouse commits. A step that was killed in between finds its events in the log and folds
them before it computes, so they count once and nothing is minted twice.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

import dagster as dg
import polars as pl

from assets.resources import Road
from crm_pipelines.identity.assignment import IdentityEvent, assign
from crm_pipelines.identity.causes import Basis, cause_of, freshly_decided
from crm_pipelines.model.enums import ChangeCause
from crm_pipelines.model.ids import minted_golden_id
from crm_pipelines.rules.rule_set import content_hash
from crm_pipelines.stores import identities
from crm_pipelines.stores.identity_fold import fold, folded_position
from crm_pipelines.stores.warehouse import Step

GROUP = "identity"
_ID_BYTES = 16


@dg.multi_asset(
    group_name=GROUP,
    specs=[
        dg.AssetSpec(
            "identity_log",
            deps=["clusters"],
            kinds={"parquet"},
            description="One row per change of a golden id, with its reason; append-only.",
        ),
        dg.AssetSpec(
            "crosswalk",
            deps=["clusters"],
            kinds={"duckdb"},
            description="One row per record and period: the golden customer it belongs to.",
        ),
        dg.AssetSpec(
            "redirects",
            deps=["clusters"],
            kinds={"duckdb"},
            description="One row per retired golden id and period: the live ids it resolves to.",
        ),
    ],
    can_subset=False,
)
def identity(road: dg.ResourceParam[Road]) -> Iterator[dg.MaterializeResult[None]]:
    """Give every changed cluster its golden id."""
    yield from identified(road)


def identified(road: Road) -> Iterator[dg.MaterializeResult[None]]:
    """Walk the stage: one step, and what it made."""
    with road.warehouse.step("crosswalk", reads=("clusters",), run_id=road.run_id) as step:
        folded = fold(step, road.identity_log.read(folded_position(step)))
        counts = name_clusters(road, step, is_behind=folded.n_events > 0)
    yield dg.MaterializeResult(
        asset_key="identity_log",
        metadata={"rows": road.warehouse.count("identity_log"), "events": dg.MetadataValue.json(counts)},
    )
    for table in ("crosswalk", "redirects"):
        yield dg.MaterializeResult(asset_key=table, metadata={"rows": road.warehouse.count(table)})


def name_clusters(road: Road, step: Step, *, is_behind: bool) -> dict[str, int]:
    """Log and fold what the changed clusters mean for golden ids; return events by kind.

    Args:
        road: this run's.
        step: the open step, with the log folded.
        is_behind: the log told of events that this warehouse did not know.
    """
    step.changed("clusters")
    clusters, facts = identities.at_hand(step, is_behind=is_behind)
    events = assign(clusters, facts, partial(minted_golden_id, road.loaded.project_key))
    if not events:
        return {}
    now, last = basis(road), identities.last_basis(step)
    decided = freshly_decided(road.decisions(), last)
    causes = [cause_of(event, facts.home, decided, now, last) for event in events]
    versions = identities.versions(step, [event.golden_id for event in events])
    happened_at = identities.not_before_the_last(step, road.started_at)
    frame = logged(list(zip(events, causes, strict=True)), versions, now, road.run_id, happened_at)
    after = folded_position(step)
    road.identity_log.append(frame, folded_to=after)
    fold(step, road.identity_log.read(after))
    return dict(frame.group_by("event").len().sort("event").iter_rows())


def basis(road: Road) -> Basis:
    """What this run rests on beside the records."""
    clustering = road.loaded.rules.matching.clustering.model_dump(mode="json")
    mappings = {name: mapping.model_dump(mode="json") for name, mapping in road.loaded.mappings.items()}
    return Basis(road.ledger_seq, road.model.id, content_hash([clustering, mappings]))


def logged(
    events: Sequence[tuple[IdentityEvent, ChangeCause]],
    versions: dict[str, int],
    now: Basis,
    run_id: str,
    happened_at: datetime,
) -> pl.DataFrame:
    """Events as rows of the log. `event_id` is the hash of the event's content, so a rerun adds nothing."""
    rows = []
    for event, cause in events:
        version = versions[event.golden_id] = versions.get(event.golden_id, 0) + 1
        content = [event.golden_id, version, event.event.value, event.reason, event.record_ids, event.to_golden_id]
        digest = hashlib.blake2b(json.dumps(content, ensure_ascii=False).encode(), digest_size=_ID_BYTES).hexdigest()
        rows.append(
            (digest, event.golden_id, version, event.event.value, event.reason, list(event.record_ids),
             event.to_golden_id, run_id, happened_at, cause.value, now.ledger_seq, now.model_version, now.rules_version)
        )  # fmt: skip
    return pl.DataFrame(rows, schema=identities.LOGGED, orient="row")
