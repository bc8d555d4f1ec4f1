"""Ingestion: what the sources delivered, into landing; from landing, the latest version of each source record.

A source that fails leaves the others running: its asset ends with the failure as a fact, and the run's last asset turns
red with the reason.
"""

import json
from datetime import UTC, datetime

import dagster as dg
from pydantic import SecretStr

from assets.reading_tasks import foresee
from assets.resources import Road
from assets.source_read import OVER_BUDGET, counts_of, read_source
from crm_pipelines.model.errors import Fact, Fault
from crm_pipelines.model.ids import hashed_key
from crm_pipelines.rules.load import LoadedSource
from crm_pipelines.stores.arrivals import apply_batches
from crm_pipelines.stores.source_status import health_of, write_health
from crm_pipelines.stores.warehouse import Step

GROUP = "ingestion"
_APPLIED = "applied_batch"


def landing_asset(source: str, connector: str) -> dg.AssetsDefinition:
    """The asset of one source's landing batches."""

    @dg.asset(
        key=[source, "landing"],
        group_name=GROUP,
        kinds={connector.split("_", maxsplit=1)[0], "parquet"},
        description=f"One row per row delivered by `{source}` ({connector}), verbatim, in immutable batches.",
    )
    def landed(road: dg.ResourceParam[Road]) -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata=land(road, source))

    return landed


def land(road: Road, source: str) -> dict[str, int | str | bool]:
    """Read one source into landing; return counts, and the error's code when the source failed."""
    if road.is_rebuild or not road.options.reads(source):
        return {"rows": 0, "is_read": False}
    _apply_earlier_batches(road)
    loaded, now = road.loaded.sources[source], datetime.now(UTC)
    health, configuration = health_of(road.warehouse, source), configuration_hash(road, loaded)
    if road.options.is_automatic and health.waits(now, configuration):
        road.failed_sources.append(source)
        return {"rows": 0, "is_read": False, "error": "" if health.error is None else health.error.code}
    road.interpreters.prepare(road.warehouse.count("standardised_records"))
    read = read_source(road, loaded)
    road.interpreters.expect(read.n_news)
    now = datetime.now(UTC)
    if read.failure is None:
        health = health.succeeded(now, configuration, road.held_sources.get(source))
    elif read.failure.code == OVER_BUDGET:
        health = health.broken_off(now, configuration, read.failure)
    else:
        road.failed_sources.append(source)
        health = health.failed(now, configuration, read.failure, is_fatal=read.is_fatal)
    with road.warehouse.step("source_status", run_id=road.run_id) as step:
        write_health(step, source, health.noticed(read.notices))
    return counts_of(read)


def configuration_hash(road: Road, source: LoadedSource) -> str:
    """Tells one configuration of a source from the next; keyed, because passwords are among what is hashed."""
    options = {name: _plain(value) for name, value in source.options.model_dump().items()}
    facts = [source.entry.connector, source.entry.schema_contract, options, source.mapping.model_dump(mode="json")]
    return hashed_key(road.loaded.project_key, source.name, json.dumps(facts, sort_keys=True, default=str))


def _plain(value: object) -> object:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value


def _apply_earlier_batches(road: Road) -> None:
    """Apply what the sources before landed, and a killed run: rows are held against all that is known."""
    applied = int(road.warehouse.fact("source_records", _APPLIED) or 0)
    if road.landing.last_sequence() > applied:
        with road.warehouse.step("source_records", run_id=road.run_id) as step:
            apply_landing(road, step)
        foresee(road, applied)


@dg.asset(group_name=GROUP, kinds={"duckdb"})
def suppression(road: dg.ResourceParam[Road]) -> dg.MaterializeResult[None]:
    """One row per keyed digest of an identifier that must not come in again (erased, refused); read first."""
    return dg.MaterializeResult(metadata={"rows": len(road.ledger.suppressions(road.ledger_seq))})


def source_records_asset(sources: list[str]) -> dg.AssetsDefinition:
    """The asset of all source records; it waits for the landing of every source."""

    @dg.asset(
        group_name=GROUP,
        kinds={"duckdb"},
        deps=["suppression", *(dg.AssetKey([source, "landing"]) for source in sources)],
    )
    def source_records(road: dg.ResourceParam[Road]) -> dg.MaterializeResult[None]:
        """One row per source record: the latest version its source delivered."""
        with road.warehouse.step("source_records", run_id=road.run_id) as step:
            return dg.MaterializeResult(metadata=apply_landing(road, step))

    return source_records


def apply_landing(road: Road, step: Step) -> dict[str, int]:
    """Apply the batches that landed since the last run."""
    applied = int(road.warehouse.fact("source_records", _APPLIED) or 0)
    manifests = road.landing.batches(after=applied)
    limits = {name: source.entry.complete_shrink_limit for name, source in road.loaded.sources.items()}
    arrival = apply_batches(step, road.landing, manifests, limits)
    if manifests:
        step.note(_APPLIED, str(manifests[-1].sequence))
    for held in arrival.still_held.values():
        road.failed_sources.append(held.source)
        facts: dict[str, Fact] = {"source": held.source, "n_absent": held.n_absent, "n_known": held.n_known}
        road.held_sources[held.source] = Fault("source.shrunk", facts)
        step.con.execute(
            "update source_status set error_code = 'source.shrunk', error_facts = ? where source_system = ?",
            [json.dumps(facts), held.source],
        )
    return {
        "rows": arrival.n_rows,
        "deleted_by_absence": arrival.n_absent,
        "held_reads": len(arrival.held),
        "batches": len(manifests),
    }
