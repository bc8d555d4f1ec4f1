"""Checks of a run as a whole, not of a table's rows: its figures against their past, how fresh each source is."""

from collections.abc import Callable, Mapping, Sequence

from assets.resources import Road
from assets.source_drift import drift_results
from assets.standardisation import summed_fields
from crm_pipelines.drift.freshness import late_sources
from crm_pipelines.rules.quality import CheckKind, QualityCheck
from crm_pipelines.stores.freshness import awaited_sources
from crm_pipelines.stores.publication_view import attached_publication
from crm_pipelines.stores.reconciliation import gaps
from quality.freshness import freshness_result
from quality.reconciliation import reconciliation_result
from quality.results import CheckResult


def _freshness_results(road: Road, checks: Sequence[QualityCheck]) -> list[CheckResult]:
    """Of every source that is expected to be read or to bring rows, whether this run read it or not."""
    awaited = awaited_sources(road.loaded, road.warehouse) if checks else []
    late = late_sources(awaited, road.started_at)
    return [freshness_result(check, len(awaited), late) for check in checks]


def _reconciliation_results(road: Road, checks: Sequence[QualityCheck]) -> list[CheckResult]:
    """Rows and sums up to the candidate; where there is none, nothing is new, and the publication counts."""
    candidate = road.paths.publication_candidate
    path = candidate if candidate.exists() else road.paths.publication
    if not checks:
        return []
    with attached_publication(road.warehouse.connection, path) as publication:
        found = gaps(road.warehouse, road.run_id, publication, summed_fields(road))
    return [
        reconciliation_result(check, [(f"reconcile.{one.sentence}", one.facts) for one in found]) for check in checks
    ]


_RESULTS: Mapping[CheckKind, Callable[[Road, Sequence[QualityCheck]], list[CheckResult]]] = {
    CheckKind.METRIC_DRIFT: drift_results,
    CheckKind.FRESHNESS: _freshness_results,
    CheckKind.RECONCILIATION: _reconciliation_results,
}


def run_results(road: Road, checks: Sequence[QualityCheck]) -> list[CheckResult]:
    """One result per check, in no order of theirs."""
    return [
        result
        for kind, results in _RESULTS.items()
        for result in results(road, [check for check in checks if check.kind is kind])
    ]
