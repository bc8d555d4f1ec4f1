"""Standardisation: what the delivered rows mean; every row accounted for.

The newest version of a row that can be read becomes live. A version that cannot is quarantined and the older one stays
live, marked. The dispositions of all rows delivered in this run are settled here, so both accounting identities are
checked here, and a false one stops the run.
"""

import json
from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.interpreters import n_processes_for
from assets.reading_tasks import chunk_rows, tasks_of
from assets.resources import Road
from crm_pipelines.standardise.version import RULES_VERSION
from crm_pipelines.stores import interpretations
from crm_pipelines.stores.accounts import settle_accounts
from crm_pipelines.stores.arrival_rules import arrival_tests
from crm_pipelines.stores.landed_accounts import settle_sums
from crm_pipelines.stores.row_corrections import RowCorrections
from crm_pipelines.stores.warehouse import Step

GROUP = "standardisation"
_CORRECTIONS = "corrections"  # place in the ledger up to which corrections of rows have been looked after


@dg.multi_asset(
    group_name=GROUP,
    specs=[
        dg.AssetSpec(
            "standardised_records",
            deps=["source_records", "suppression"],
            kinds={"duckdb", "polars"},
            description="One row per live record: an observation in canonical columns and comparable form.",
        ),
        dg.AssetSpec(
            "quarantine",
            deps=["source_records"],
            kinds={"duckdb"},
            description="One row per row held back, with its reason.",
        ),
        dg.AssetSpec(
            "set_aside_records",
            deps=["source_records"],
            kinds={"duckdb"},
            description="One row per delivered row that is no customer's (automatic replies, staff), with its reason.",
        ),
        dg.AssetSpec(
            "observed_interactions",
            deps=["source_records"],
            kinds={"duckdb"},
            description="One row per thing that happened (mail, form, ticket, order), as its source tells it.",
        ),
        dg.AssetSpec(
            "observed_relationships",
            deps=["source_records"],
            kinds={"duckdb"},
            description="One row per two records and a kind of relationship, as a source tells it.",
        ),
        dg.AssetSpec(
            "consent_events",
            deps=["source_records"],
            kinds={"duckdb"},
            description="One row per consent given or refused, as a source tells it.",
        ),
    ],
    can_subset=False,
)
def standardisation(road: dg.ResourceParam[Road]) -> Iterator[dg.MaterializeResult[None]]:
    """Interpret what changed and account for every delivered row."""
    with road.warehouse.step("standardised_records", run_id=road.run_id) as step:
        standardise_changes(road, step)
        accounts = settle_accounts(step, is_rebuild=road.is_rebuild)
        settle_sums(step, road.landing, summed_fields(road))
    counts = {account["source_system"]: account for account in accounts}
    yield dg.MaterializeResult(
        asset_key="standardised_records",
        metadata={"rows": road.warehouse.count("standardised_records"), "accounting": dg.MetadataValue.json(counts)},
    )
    for name in ("quarantine", "set_aside_records"):
        yield dg.MaterializeResult(
            asset_key=name,
            metadata={
                "rows": road.warehouse.count(name),
                "reasons": dg.MetadataValue.json(interpretations.reasons(road.warehouse, name)),
            },
        )
    for name in ("observed_interactions", "observed_relationships", "consent_events"):
        yield dg.MaterializeResult(asset_key=name, metadata={"rows": road.warehouse.count(name)})


def summed_fields(road: Road) -> dict[str, tuple[str, ...]]:
    """Source -> columns whose sums are accounted for beside the rows."""
    return {name: source.entry.reconcile for name, source in road.loaded.sources.items() if source.entry.reconcile}


def standardise_changes(road: Road, step: Step) -> None:
    """Interpret every waiting version: the newest of each record first, older ones only where that was quarantined."""
    corrections = road.ledger.corrections(road.ledger_seq)
    last = int(road.warehouse.fact(step.name, _CORRECTIONS) or 0)
    interpretations.start(step, meaning_hashes(road), (one.source_record_id for one in corrections if one.seq > last))
    step.note(_CORRECTIONS, str(road.ledger_seq))
    corrected = RowCorrections.of(corrections, road.loaded.project_key)
    while (n_waiting := interpretations.next_round(step)) > 0:
        road.warehouse.expect(n_waiting)
        n_processes = n_processes_for(n_waiting)
        if n_processes > 1:
            road.interpreters.start(n_processes)
        n_chunk = chunk_rows(n_waiting, n_processes)
        chunks = (corrected.applied(interpretations.waiting(step, at, n_chunk)) for at in range(0, n_waiting, n_chunk))
        for tables in road.interpreters.interpreted(tasks_of(road, chunks)):
            interpretations.store(step, tables)
        interpretations.settle_round(step)
    road.interpreters.stop()
    interpretations.finish(step)


def meaning_hashes(road: Road) -> dict[str, str]:
    """What decides how a source's rows are read; when it changes, all its rows are read again.

    A new suppression counts: whoever is live and must not be any more has to be found among all rows. So do the stop
    values of the model: a placeholder that was learned is one in every row. And so do the rules of arrival.
    """
    digests = sorted(found.digest for found in road.ledger.suppressions(road.ledger_seq))
    stops = {field: sorted(keys) for field, keys in sorted(road.stop_values.items())}
    rules = [one.as_json() for one in arrival_tests(road.loaded.rules.quality)]
    asked = "".join(json.dumps(one, sort_keys=True) for one in (stops, rules) if one)
    all_sources = interpretations.text_hash("".join(digests) + asked)
    return {source: f"{RULES_VERSION}:{all_sources}:{hash_of(road, source)}" for source in road.connectors}


def hash_of(road: Road, source: str) -> str:
    """Hash of a source's mapping and defaults."""
    loaded = road.loaded.sources.get(source)
    if loaded is None:
        return "none"
    facts: dict[str, Any] = {
        "mapping": loaded.mapping.model_dump(mode="json"),
        "timezone": loaded.timezone,
        "country": road.loaded.project.country,
    }
    return interpretations.text_hash(json.dumps(facts, sort_keys=True, ensure_ascii=False))
