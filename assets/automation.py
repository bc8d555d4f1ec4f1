"""When the road is walked: schedules from the configuration, one for the whole project and one per source."""

import dagster as dg

from crm_pipelines.rules.project import Project

ONLY_SOURCES_TAG = "crm_pipelines/only_sources"


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
            tags={ONLY_SOURCES_TAG: name},
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
                default_status=dg.DefaultScheduleStatus.RUNNING,
            )
        )
    return found
