"""When the road is walked: schedules and sensors from the configuration, for the whole project and per source."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import dagster as dg

from crm_pipelines.rules.load import LoadedProject, LoadedSource
from crm_pipelines.rules.project import Project
from crm_pipelines.stores.landing import Backfill

ONLY_SOURCES_TAG = "crm_pipelines/only_sources"
AUTOMATIC_TAG = "crm_pipelines/automatic"
BACKFILL_TAG = "crm_pipelines/backfill"
SENSOR_SECONDS = 30
_UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


def schedules(project: Project, job: str) -> list[dg.ScheduleDefinition]:
    """The schedules that the project file declares.

    A source's own schedule reads that source alone and then does everything after landing, which is incremental.
    """
    found = [
        dg.ScheduleDefinition(
            name=f"{name}_schedule",
            job_name=job,
            cron_schedule=source.schedule,
            execution_timezone=project.timezone,
            tags={ONLY_SOURCES_TAG: name, AUTOMATIC_TAG: "true"},
            default_status=dg.DefaultScheduleStatus.RUNNING,
        )
        for name, source in project.sources.items()
        if source.schedule is not None
    ]
    if project.schedules.run is not None:
        found.append(
            dg.ScheduleDefinition(
                name="project_schedule",
                job_name=job,
                cron_schedule=project.schedules.run,
                execution_timezone=project.timezone,
                tags={AUTOMATIC_TAG: "true"},
                default_status=dg.DefaultScheduleStatus.RUNNING,
            )
        )
    return found


def sensors(loaded: LoadedProject, job: str) -> list[dg.SensorDefinition]:
    """One sensor per source whose files are watched (`watch: true`, or an inbox): a run starts when they change."""
    return [_sensor(source, job) for source in loaded.sources.values() if is_watched(source)]


def is_watched(source: LoadedSource) -> bool:
    """Whether a change of the source's local files starts a run."""
    return source.entry.watch or source.entry.inbox is not None


def _sensor(source: LoadedSource, job: str) -> dg.SensorDefinition:
    @dg.sensor(
        name=f"{source.name}_sensor",
        job_name=job,
        minimum_interval_seconds=SENSOR_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Starts a run when the files of `{source.name}` change.",
    )
    def look(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        position = local_position(source)
        if position == context.cursor or position is None:
            yield dg.SkipReason("nothing new")
            return
        tags = {ONLY_SOURCES_TAG: source.name, AUTOMATIC_TAG: "true"}
        if context.instance.get_runs(dg.RunsFilter(tags=tags, statuses=_UNDER_WAY), limit=1):
            yield dg.SkipReason("a run that reads it is under way")
            return
        context.update_cursor(position)
        yield dg.RunRequest(run_key=f"{source.name}:{position}", tags=tags)

    return look


def local_position(source: LoadedSource) -> str | None:
    """A digest that changes when a file of the source comes, grows or changes; None when there is no file.

    File names may name customers, so only their digest leaves this function.
    """
    root, written = Path(source.context.project_folder), str(getattr(source.options, "path", ""))
    path = root / written
    files = path.rglob("*") if path.is_dir() else root.glob(written) if not Path(written).is_absolute() else [path]
    found = sorted(
        (str(file), stat.st_size, stat.st_mtime_ns)
        for file in files
        if file.is_file() and not file.name.startswith(".") and (stat := file.stat())
    )
    return hashlib.sha256(repr(found).encode("utf-8", "surrogateescape")).hexdigest() if found else None


def backfills_of(tags: Mapping[str, str]) -> dict[str, Backfill]:
    """The backfill that a run's tag asks for (`erp/2026-01-01T00:00:00+09:00/2026-02-01T00:00:00+09:00`).

    Raises:
        ValueError: the tag has another shape, or times without an offset.
    """
    tag = tags.get(BACKFILL_TAG)
    if tag is None:
        return {}
    source, since, until = tag.split("/")
    begin, end = datetime.fromisoformat(since), datetime.fromisoformat(until)
    if begin.tzinfo is None or end.tzinfo is None:
        raise ValueError(BACKFILL_TAG)
    return {source: Backfill(begin, end)}
