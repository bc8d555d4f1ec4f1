"""The figures of a run held against the past of each source, and what comes of them at the checks."""

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from assets.resources import Road
from crm_pipelines.drift.judging import judged_day
from crm_pipelines.model.measures import Judged, Measure, Past
from crm_pipelines.rules.mapping import MAIN_STREAM, SourceMapping
from crm_pipelines.rules.quality import QualityCheck, least_moves
from crm_pipelines.stores import source_metrics
from crm_pipelines.stores.operations_files import OperationsFiles
from quality.measures import MeasuredSource, measured
from quality.metric_drift import metric_result
from quality.results import CheckResult

_PERSON_FIELDS = frozenset({
    "name", "family_name", "given_name", "name_kana", "family_name_kana", "given_name_kana", "birth_date",
    "organisation_name", "email", "phone", "postal_code", "address",
})  # fmt: skip


def drift_results(road: Road, checks: Sequence[QualityCheck]) -> list[CheckResult]:
    """Measure the rows of this run, keep the figures with their day, and judge them at each check."""
    if not checks:
        return []
    judged = [] if road.is_rebuild else _judged(road)
    return [metric_result(check, judged) for check in checks]


def _judged(road: Road) -> list[Judged]:
    """The figures of the sources that this run read; a range read again and a replayed landing are no day's rows."""
    warehouse, day = road.warehouse, road.started_at.astimezone(ZoneInfo(road.loaded.project.timezone)).date()
    source_metrics.remember(warehouse, OperationsFiles(road.paths).current())
    with warehouse.step("source_metrics", run_id=road.run_id) as step:
        past = source_metrics.past_before(step.con, day)
        sources = [_measured_source(road, name, past) for name in _read_sources(road)]
        found = source_metrics.added_up(step.con, day, road.run_id, measured(step.con, road.run_id, sources, day))
        judged = _judged_measures(road, found, day, past)
        source_metrics.keep(step, day, judged)
    return judged


def _judged_measures(road: Road, measures: Sequence[Measure], day: date, past: Past) -> list[Judged]:
    least, con = least_moves(road.loaded.rules.quality), road.warehouse.connection
    of_source: dict[str, list[Measure]] = {}
    for one in measures:
        of_source.setdefault(one.source, []).append(one)
    return [
        judged
        for source, ours in of_source.items()
        for judged in judged_day(ours, day, past, least, is_whole=source_metrics.is_whole(con, day, source))
    ]


def _read_sources(road: Road) -> list[str]:
    """Sources that gave their rows in this run."""
    found = road.warehouse.connection.execute(
        """select source_system from source_status
           where run_id = ? and (error_code is null or error_code = 'source.shrunk') order by source_system""",
        [road.run_id],
    ).fetchall()
    return [str(name) for (name,) in found if name not in road.options.backfills]


def _measured_source(road: Road, name: str, past: Past) -> MeasuredSource:
    loaded = road.loaded.sources.get(name)
    known = frozenset(column for source, _, column in past.days if source == name and column)
    return MeasuredSource(name, frozenset() if loaded is None else _person_columns(loaded.mapping), known)


def _person_columns(mapping: SourceMapping) -> frozenset[str]:
    """Columns of the rows that say who a person or an organisation is, as the figures name them."""
    streams: Mapping[str, str] = {name: "" if name in ("", MAIN_STREAM) else f"{name}/" for name in mapping.streams}
    return frozenset(
        prefix + column.split(".")[0]
        for stream, prefix in streams.items()
        for field, source in mapping.streams[stream].fields.items()
        if field in _PERSON_FIELDS
        for column in source.columns
    )
