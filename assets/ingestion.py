"""Ingestion: what the sources delivered, into landing; from landing, the latest version of each source record.

A source that fails leaves the others running: its asset ends with the failure as a fact, and the run's last asset turns
red with the reason.
"""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial

import dagster as dg

from assets.resources import Road
from crm_pipelines.model.errors import CrmPipelinesError, Fault, SourceError, StepError
from crm_pipelines.model.ids import hashed_key
from crm_pipelines.rules.load import LoadedSource
from crm_pipelines.stores.arrivals import apply_batches
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
    if road.is_rebuild or (road.options.only_sources is not None and source not in road.options.only_sources):
        return {"rows": 0, "is_read": False}
    loaded = road.loaded.sources[source]
    counts: dict[str, int | str | bool] = {"rows": 0, "faults": 0, "batches": 0, "is_read": True}
    failure: Fault | None = None
    connector = loaded.connector(loaded.options, loaded.context)
    read = road.landing.open_read(
        source,
        run_id=road.run_id,
        connector=loaded.entry.connector,
        started_at=datetime.now(UTC),
        key_hash=key_hash(road, loaded, connector.key_is_personal),
        accepts_shrink=source in road.options.accept_shrink,
    )
    try:
        with read, closing(connector.pages(road.landing.bookmark(source))) as pages:
            for page in pages:
                read.add(page)
    except SourceError as error:
        failure = error.fault
    except CrmPipelinesError:
        raise
    except Exception as error:  # noqa: BLE001 - a connector that breaks stops no other; its text may quote values
        broken = StepError.of(f"{source}/landing", error)
        failure = Fault("source.broke", {**broken.facts, "source": source})
    if failure is not None:
        road.failed_sources.append(source)
        counts["error"] = failure.code
    for manifest in read.batches:
        counts["batches"] = int(counts["batches"]) + 1
        counts["rows"] = int(counts["rows"]) + manifest.n_rows
        counts["faults"] = int(counts["faults"]) + manifest.n_faults
    _note_status(road, source, failure)
    return counts


def key_hash(road: Road, source: LoadedSource, is_personal: bool) -> Callable[[str], str] | None:
    """How a source's keys become ids: personal ones (a Message-ID, an address) as keyed hashes."""
    return partial(hashed_key, road.loaded.project_key, source.name) if is_personal else None


def _note_status(road: Road, source: str, failure: Fault | None) -> None:
    now = datetime.now(UTC)
    facts = None if failure is None else json.dumps(dict(failure.facts), ensure_ascii=False, sort_keys=True)
    with road.warehouse.step("source_status", run_id=road.run_id) as step:
        known = step.con.execute(
            "select last_success_at from source_status where source_system = ?", [source]
        ).fetchall()
        success = now if failure is None else (known[0][0] if known else None)
        step.con.execute("delete from source_status where source_system = ?", [source])
        step.con.execute(
            "insert into source_status values (?, ?, ?, ?, ?, ?)",
            [source, success, now, None if failure is None else failure.code, facts, road.run_id],
        )


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
    for held in arrival.held:
        road.failed_sources.append(held.source)
        facts = json.dumps({"source": held.source, "n_absent": held.n_absent, "n_known": held.n_known})
        step.con.execute(
            "update source_status set error_code = 'source.shrunk', error_facts = ? where source_system = ?",
            [facts, held.source],
        )
    return {
        "rows": arrival.n_rows,
        "deleted_by_absence": arrival.n_absent,
        "held_reads": len(arrival.held),
        "batches": len(manifests),
    }
