"""Matching: which records are compared, and how strongly each pair speaks for one customer."""

from collections.abc import Iterator

import dagster as dg

from assets.resources import Road
from crm_pipelines.matching.incremental import PairUpdate, build_pairs, prior_has_moved, update_pairs
from crm_pipelines.matching.key_hashing import key_hash
from crm_pipelines.matching.model_version import ModelVersion, priors_of
from crm_pipelines.matching.rejudging import only_thresholds_differ, rejudge_pairs
from crm_pipelines.model.errors import CrmPipelinesError
from crm_pipelines.stores.warehouse import Step

GROUP = "matching"
_MODEL = "model_version"
_KEYS = "key_hash"
# quarantine, so that nothing is made of a batch of which too much is held
_DEPS = ["standardised_records", "quarantine"]


@dg.multi_asset(
    group_name=GROUP,
    specs=[
        dg.AssetSpec(
            "blocking_keys",
            deps=_DEPS,
            kinds={"duckdb"},
            description="One row per record and blocking key; records that share one are compared.",
        ),
        dg.AssetSpec(
            "scored_pairs",
            deps=_DEPS,
            kinds={"splink", "duckdb"},
            description="One row per pair of records above the model's floor, with its match weight and band.",
        ),
    ],
    can_subset=False,
)
def matching(road: dg.ResourceParam[Road]) -> Iterator[dg.MaterializeResult[None]]:
    """Compare what changed with what it can reach."""
    with road.warehouse.step("scored_pairs", reads=("match_content",), run_id=road.run_id) as step:
        update = compare_changes(step, road)
    yield dg.MaterializeResult(
        asset_key="blocking_keys",
        metadata={
            "rows": road.warehouse.count("blocking_keys"),
            "keys_above_cap": dg.MetadataValue.json(dict(update.capped_keys)),
        },
    )
    yield dg.MaterializeResult(
        asset_key="scored_pairs",
        metadata={
            "rows": road.warehouse.count("scored_pairs"),
            "model_version": update.model.id,
            "priors": dg.MetadataValue.json(priors_of(update.model)),
            "records_rescored": update.n_rescored,
            "pairs_scored": update.n_scored,
            "pairs_stored": update.n_stored,
            "pairs_by_rule": dg.MetadataValue.json(dict(update.pairs_by_rule)),
        },
    )


def compare_changes(step: Step, road: Road) -> PairUpdate:
    """Bring the pairs up to date; another model version, prior or hash of keys compares all anew.

    Other thresholds compare none anew: the weights stand.
    """
    changed = step.changed("match_content")
    query = f"select cast(key as integer) as record_key from {changed}"  # noqa: S608 - constant name
    model, in_force = road.model, road.priors
    hashed = key_hash(step.con)
    before, keys = step.warehouse.fact(step.name, _MODEL), step.warehouse.fact(step.name, _KEYS)
    is_anew = keys != hashed or not (before == model.id or _only_thresholds_moved(road, before))
    if not is_anew:
        if before != model.id:  # what follows meets every pair
            road.warehouse.expect(road.warehouse.count("standardised_records"))
        step.temporary("content_changed", query)
        update = update_pairs(step.con, "content_changed", model)
        if before != model.id:
            update = rejudge_pairs(step.con, model, update)
        if prior_has_moved(step.con, model):
            is_anew, in_force = True, {}  # whatever the build finds: held to the old one, it could move again every run
    if is_anew:
        road.warehouse.expect(road.warehouse.count("standardised_records"))
        step.temporary("content_changed", f"{query} union select record_key from standardised_records")  # noqa: S608
        update = build_pairs(step.con, model, in_force)
    road.settle(update.model)
    step.note(_MODEL, update.model.id)
    step.note(_KEYS, hashed)
    step.mark("pairs", "select record_key from content_changed union select record_key from pair_changed_records")
    step.con.execute("drop table if exists temp.pair_changed_records")
    return update


def _only_thresholds_moved(road: Road, before: str | None) -> bool:
    """Whether the pairs' own version can be read and weighs as the one in use does."""
    try:
        old = ModelVersion.from_files(road.models.load(before)) if before else None
    except CrmPipelinesError:  # gone, or of other declarations: then its weights are not ours
        return False
    return old is not None and only_thresholds_differ(old, road.model)
