"""Publication: the last good publication plus the delta, checked, and then shown to readers at once.

The operations file tells how the run went. It is written at the end of every run, red or green, and no gate holds it.
"""

from datetime import UTC, datetime

import dagster as dg

from assets.resources import Road
from assets.settled import note_settled
from crm_pipelines.matching.levels import LEVEL_COLUMNS
from crm_pipelines.model.enums import RunOutcome
from crm_pipelines.model.errors import CrmPipelinesError, Fault, GateHeldError, without_values
from crm_pipelines.model.publication_tables import PUBLICATION_SCHEMA
from crm_pipelines.stores.followed import Followed, note_followed
from crm_pipelines.stores.freshness import awaited_sources
from crm_pipelines.stores.operations import next_runs, write_operations
from crm_pipelines.stores.publication import Delta, build_candidate, note_published
from crm_pipelines.stores.publication_fingerprint import fingerprint
from crm_pipelines.stores.quality_scores import expected_fields, score_run
from crm_pipelines.stores.question_closings import Decided
from crm_pipelines.stores.run_log import finish_run
from crm_pipelines.stores.source_status import next_tries

GROUP = "publication"
ALL_SOURCES_FAILED = "run.all_sources_failed"
_COMMIT = "commit_number"


@dg.asset(
    group_name=GROUP,
    kinds={"duckdb"},
    deps=[
        "standardised_records",
        "quarantine",
        "blocking_keys",
        "scored_pairs",
        "review_queue",
        "identity_log",
        "crosswalk",
        "redirects",
        "attribute_values",
        "contact_points",
        "customers",
        "interactions",
        "relationships",
        "consents",
        "profiles",
    ],
)
def publication(road: dg.ResourceParam[Road]) -> dg.MaterializeResult[None]:
    """One row per publication: the candidate copy of the last good one, with the delta, for the checks to judge."""
    delta = build(road)
    require_as_planned(road)
    return dg.MaterializeResult(
        metadata={
            "is_changed": delta.is_changed,
            "is_full": delta.is_full,
            "changes": delta.n_changes,
            "customers_replaced": delta.n_customers,
        }
    )


def build(road: Road) -> Delta:
    """Build the candidate; one in which nothing is new is thrown away again."""
    with without_values("publication"):
        if road.copying is not None:
            road.copying.result()
        candidate = road.publications.candidate(PUBLICATION_SCHEMA)
        delta = build_candidate(
            road.warehouse,
            candidate.path,
            road.run_id,
            level_columns=LEVEL_COLUMNS,
            at=road.started_at,
            decided=Decided.of(road.ledger.decisions(road.ledger_seq)),
        )
    with road.warehouse.step("candidate", run_id=road.run_id) as step:
        step.note(_COMMIT, str(delta.commit_number))
    if not delta.is_changed and not candidate.is_new:
        road.publications.discard()
    return delta


def require_as_planned(road: Road) -> None:
    """Hold a run that carries out a plan and comes to something else.

    Raises:
        GateHeldError: `plan.other_result`: readers keep the last publication.
    """
    planned = road.options.planned
    if planned is None:
        return
    candidate = road.paths.publication_candidate
    with without_values("publication"):
        found = fingerprint(candidate if candidate.exists() else road.paths.publication)
    if found != planned.result:
        raise GateHeldError("plan.other_result", plan_id=planned.plan_id)


@dg.asset(group_name=GROUP, kinds={"duckdb"}, deps=["publication"])
def published(road: dg.ResourceParam[Road]) -> dg.MaterializeResult[None]:
    """One row per published version: an immutable file and the pointer that readers follow."""
    planned = road.options.planned
    if planned is not None and planned.model_version is not None:
        # before the switch: killed in between, the next run publishes what was planned, and never takes it back
        road.models.switch(planned.model_version)
    return dg.MaterializeResult(metadata={"version": publish(road)})


def publish(road: Road) -> str:
    """Show the candidate to readers, if there is one; return the version that they open from now on."""
    if road.paths.publication_candidate.exists():
        with without_values("published"):
            road.publications.promote(road.publications.next_version())
        note_published(road.warehouse, int(road.warehouse.fact("candidate", _COMMIT) or 0))
        road.publications.prune(road.started_at)
    note_followed(road.paths, Followed(road.ledger_seq, road.started_at))
    note_settled(road)
    return road.publications.current_version() or ""


@dg.asset(group_name=GROUP, kinds={"duckdb"}, deps=["published"])
def operations(road: dg.ResourceParam[Road]) -> dg.MaterializeResult[None]:
    """One row per run and source: what was read, what became of it, how the run ended.

    Written when the run is green; `write_operations_file` does the same when it is not. A source that failed turns the
    run red here, after everything else was done without it.
    """
    failed = sorted(set(road.failed_sources))
    reason = Fault(sources_reason(road), {"sources": ", ".join(failed)}) if failed else None
    write_operations_file(road, RunOutcome.SOURCE_FAILED if failed else RunOutcome.SUCCEEDED, reason)
    if reason is not None:
        raise dg.Failure(description=f"{reason.code}: {', '.join(failed)}", allow_retries=False)
    return dg.MaterializeResult(metadata={"outcome": RunOutcome.SUCCEEDED.value})


def sources_reason(road: Road) -> str:
    """Whether some sources failed or every one that was asked; a read that was held did give its rows."""
    asked = road.options.only_sources or frozenset(road.loaded.sources)
    unread = road.warehouse.connection.execute(
        """select source_system from source_status
           where run_id = ? and error_code is not null and error_code <> 'source.shrunk' order by 1""",
        [road.run_id],
    ).fetchall()
    return ALL_SOURCES_FAILED if asked <= {row[0] for row in unread} else "run.sources_failed"


def write_operations_file(road: Road, outcome: RunOutcome, reason: Fault | None) -> None:
    """Note how the run ended and write the operations file."""
    now = datetime.now(UTC)
    finish_run(road.warehouse, road.run_id, now, outcome, reason)
    with without_values("operations"):
        score_run(road.warehouse, road.run_id, now, expected_fields(road.loaded.own_mappings))
        next_run_at = next_runs(road.loaded.project, now, next_tries(road.warehouse))
        awaited = awaited_sources(road.loaded, road.warehouse)
        write_operations(road.publications, road.warehouse, road.run_id, now, next_run_at, awaited)


def tell_end(road: Road, error: BaseException) -> None:
    """Write the operations file of a run in which a step failed."""
    outcome, reason = failure_reason(road, error)
    write_operations_file(road, outcome, reason)


def gate_reason(road: Road) -> Fault | None:
    """Why the gates held this run, or None when none did."""
    held = road.warehouse.connection.execute(
        """select gate, string_agg("check", ', ' order by "check") from quality_results
           where run_id = ? and not passed and severity = 'blocking' group by gate order by gate""",
        [road.run_id],
    ).fetchall()
    if not held:
        return None
    return Fault(
        "run.gate_held", {"gates": ", ".join(row[0] for row in held), "checks": ", ".join(row[1] for row in held)}
    )


def failure_reason(road: Road, error: BaseException | None) -> tuple[RunOutcome, Fault]:
    """How a red run ended: a gate held it, or a step broke."""
    gate = gate_reason(road)
    if gate is not None:
        road.publications.discard()
        return RunOutcome.GATE_HELD, gate
    cause = error
    while cause is not None and not isinstance(cause, CrmPipelinesError):
        cause = cause.__cause__
    if isinstance(cause, GateHeldError):
        road.publications.discard()
        return RunOutcome.GATE_HELD, cause.fault
    if isinstance(cause, CrmPipelinesError):
        return RunOutcome.FAILED, cause.fault
    return RunOutcome.FAILED, Fault(
        "run.step_failed", {"error": type(error).__name__ if error is not None else "unknown"}
    )
