"""Profiles: what happened with each customer, what it agreed to, and the 360 view of both."""

from collections.abc import Iterator

import dagster as dg
import polars as pl

from assets.resources import Road
from crm_pipelines.stores.profiles import replace_profiles
from crm_pipelines.stores.relationship_evidence import NAME as EVIDENCE
from crm_pipelines.stores.relationship_evidence import replace_evidence
from crm_pipelines.stores.warehouse import Step

GROUP = "profile"
_CONSENT_SCHEMA = pl.Schema(
    {
        "consent_event_id": pl.String(),
        "record_id": pl.String(),
        "purpose": pl.String(),
        "channel": pl.String(),
        "granted": pl.Boolean(),
        "obtained_at": pl.Datetime("us", "UTC"),
        "proof": pl.String(),
        "names_refusal": pl.String(),
    }
)
_DEPS = [
    "customers",
    "crosswalk",
    "observed_interactions",
    "observed_relationships",
    "consent_events",
    "residents",
    "organisation_keys",
]
_GRAINS = {
    "interactions": "One row per thing that happened with a golden customer.",
    "relationships": "One row per two golden customers and a kind of relationship.",
    "consents": "One row per golden customer, purpose and channel: the strictest word counts.",
    "profiles": "One row per golden customer: the 360 view.",
}
_EVIDENCE = {
    "residents": "One row per record with a house number: the home it tells of.",
    "organisation_keys": "One row per record of an organisation and key by which others may belong to it.",
}


@dg.multi_asset(
    group_name=GROUP,
    specs=[
        dg.AssetSpec(name, deps=["standardised_records"], kinds={"duckdb"}, description=grain)
        for name, grain in _EVIDENCE.items()
    ],
    can_subset=False,
)
def relationship_evidence(road: dg.ResourceParam[Road]) -> Iterator[dg.MaterializeResult[None]]:
    """Note what the changed records say of homes, branches and parent companies."""
    with road.warehouse.step(EVIDENCE, reads=("records",), run_id=road.run_id) as step:
        n_changed = replace_evidence(step)
    for table in _EVIDENCE:
        yield dg.MaterializeResult(
            asset_key=table, metadata={"rows": road.warehouse.count(table), "records_changed": n_changed}
        )


@dg.multi_asset(
    group_name=GROUP,
    specs=[dg.AssetSpec(name, deps=_DEPS, kinds={"duckdb"}, description=grain) for name, grain in _GRAINS.items()],
    can_subset=False,
)
def profile(road: dg.ResourceParam[Road]) -> Iterator[dg.MaterializeResult[None]]:
    """Rebuild the profiles of customers whose values, activity or consent changed."""
    yield from profiled(road)


def profiled(road: Road) -> Iterator[dg.MaterializeResult[None]]:
    """Walk the stage: one step, and what it made."""
    with road.warehouse.step("profiles", reads=("golden", "activity"), run_id=road.run_id) as step:
        n_changed = rebuild_profiles(road, step)
    for table in _GRAINS:
        yield dg.MaterializeResult(
            asset_key=table, metadata={"rows": road.warehouse.count(table), "customers_rebuilt": n_changed}
        )


def rebuild_profiles(road: Road, step: Step) -> int:
    """Rebuild what changed, consents recorded in the ledger since the last time included."""
    rows = [
        (consent.consent_id, consent.record_id, consent.purpose, consent.channel, consent.granted, consent.obtained_at,
         consent.proof, consent.names_refusal)
        for consent in road.ledger.consents(road.ledger_seq)
    ]  # fmt: skip
    step.frame("ledger_consents", pl.DataFrame(rows, schema=_CONSENT_SCHEMA, orient="row"))
    last = int(road.warehouse.fact(step.name, "ledger_seq") or 0)
    fresh = [consent.record_id for consent in road.ledger.consents(road.ledger_seq, after=last)]
    step.frame("told_records", pl.DataFrame({"record_id": pl.Series(fresh, dtype=pl.String())}))
    step.note("ledger_seq", str(road.ledger_seq))
    return replace_profiles(step)
