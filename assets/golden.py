"""Golden customers: which source value of each attribute survives, and the customer it makes."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.resources import Road
from crm_pipelines.stores.golden import PINS, SOURCE_RANKS, replace_golden
from crm_pipelines.stores.warehouse import Step
from crm_pipelines.survivorship.ranking import source_rank_rows

GROUP = "golden"


@dg.multi_asset(
    group_name=GROUP,
    specs=[
        dg.AssetSpec(
            "attribute_values",
            deps=["crosswalk", "standardised_records"],
            kinds={"duckdb"},
            description="One row per golden customer, attribute and source value, with the survivor marked.",
        ),
        dg.AssetSpec(
            "contact_points",
            deps=["crosswalk", "standardised_records"],
            kinds={"duckdb"},
            description="One row per golden customer and email, phone or address.",
        ),
        dg.AssetSpec(
            "customers",
            deps=["crosswalk", "standardised_records"],
            kinds={"duckdb"},
            description="One row per live golden customer.",
        ),
    ],
    can_subset=False,
)
def golden(road: dg.ResourceParam[Road]) -> Iterator[dg.MaterializeResult[None]]:
    """Rebuild the golden customers whose records or values changed."""
    yield from survived(road)


def survived(road: Road) -> Iterator[dg.MaterializeResult[None]]:
    """Walk the stage: one step, and what it made."""
    with road.warehouse.step("attribute_values", reads=("membership", "records"), run_id=road.run_id) as step:
        n_changed = rebuild_golden(road, step)
    for table in ("attribute_values", "contact_points", "customers"):
        yield dg.MaterializeResult(
            asset_key=table, metadata={"rows": road.warehouse.count(table), "customers_rebuilt": n_changed}
        )


def rebuild_golden(road: Road, step: Step) -> int:
    """Rebuild what changed; other rules, source ranks or pins reach everything they speak of."""
    rules = road.loaded.rules.survivorship
    ranks = source_rank_rows(rules, dict(road.connectors))
    step.frame("source_ranks", pl.DataFrame(ranks, schema=SOURCE_RANKS, orient="row"))
    pins = [
        (
            pin.seq,
            pin.pin_id,
            list(pin.record_ids),
            pin.attribute,
            pin.value,
            pin.steward,
            pin.pinned_at,
            pin.expires_at,
        )
        for pin in road.pins()
    ]
    step.frame("pins", pl.DataFrame(pins, schema=PINS, orient="row"))
    settings = repr((rules.model_dump(mode="json"), ranks))
    is_all = road.warehouse.fact(step.name, "settings") not in (None, settings)
    step.note("settings", settings)
    return replace_golden(step, rules, is_all=is_all)
