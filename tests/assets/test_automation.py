"""Schedules and sensors of a project, as Dagster gets them."""

from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.sensor_definition import SensorExecutionData

from assets.automation import AUTOMATIC_TAG, ONLY_SOURCES_TAG, backfills_of, sensors
from assets.resources import JOB, RunOptions
from connectors.registry import CONNECTORS
from crm_pipelines.definitions import as_tagged, build_definitions
from crm_pipelines.rules.load import LoadedProject, load_project
from tests.worlds import PROJECT_KEY

CONFIGURATION = """
sources:
  legacy: {connector: files, path: "data/inbox/legacy/*.csv", key: no, watch: true, schedule: "*/5 * * * *"}
  quiet: {connector: files, path: data/quiet.csv, key: no}
"""
MAPPING = "fields: {name: name}\n"


@pytest.fixture
def project(tmp_path: Path) -> LoadedProject:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "crm_pipelines.yaml").write_text(CONFIGURATION)
    for name in ("legacy", "quiet"):
        (tmp_path / "mappings" / f"{name}.yaml").write_text(MAPPING)
    (tmp_path / "data" / "inbox" / "legacy").mkdir(parents=True)
    return load_project(tmp_path, CONNECTORS, {"PROJECT_KEY": PROJECT_KEY})


def look(project: LoadedProject, instance: dg.DagsterInstance, cursor: str | None = None) -> SensorExecutionData:
    (sensor,) = sensors(project, JOB)
    context = dg.build_sensor_context(instance=instance, cursor=cursor, definitions=build_definitions(project))
    return sensor.evaluate_tick(context)


def test_a_watched_source_starts_a_run_of_itself_once_for_each_change(project):
    file = project.root / "data" / "inbox" / "legacy" / "山田太郎.csv"
    with dg.instance_for_test() as instance:
        assert look(project, instance).run_requests == []
        file.write_text("no,name\n1,A\n")
        first = look(project, instance)
        (request,) = first.run_requests
        assert request.tags[ONLY_SOURCES_TAG] == "legacy"
        assert "山田" not in f"{request.run_key}{first.cursor}"
        assert look(project, instance, first.cursor).run_requests == []
        with file.open("a") as opened:
            opened.write("2,B\n")
        (again,) = look(project, instance, first.cursor).run_requests
        assert again.run_key != request.run_key


def test_nothing_is_started_while_a_run_of_the_source_is_under_way(project):
    (project.root / "data" / "inbox" / "legacy" / "a.csv").write_text("no,name\n1,A\n")
    tags = {ONLY_SOURCES_TAG: "legacy", AUTOMATIC_TAG: "true"}
    with dg.instance_for_test() as instance:
        job = build_definitions(project).resolve_job_def(JOB)
        instance.create_run_for_job(job, tags=tags, status=dg.DagsterRunStatus.STARTED)
        waiting = look(project, instance)
        assert (waiting.run_requests, waiting.cursor) == ([], None)


def test_a_sources_schedule_reads_it_alone_and_respects_its_wait(project):
    (schedule,) = build_definitions(project).schedules or ()
    assert isinstance(schedule, dg.ScheduleDefinition)
    options = as_tagged(RunOptions(), {str(k): str(v) for k, v in schedule.tags.items()})
    assert (options.only_sources, options.is_automatic) == ({"legacy"}, True)
    assert not as_tagged(RunOptions(), {}).is_automatic


def test_a_tag_asks_for_a_backfill():
    (since, until) = ("2026-01-01T00:00:00+09:00", "2026-02-01T00:00:00+09:00")
    found = backfills_of({"crm_pipelines/backfill": f"erp/{since}/{until}"})
    assert found["erp"].since.isoformat() < found["erp"].until.isoformat()
    options = as_tagged(RunOptions(), {"crm_pipelines/backfill": f"erp/{since}/{until}"})
    assert (options.only_sources, options.backfill_of("erp")) == ({"erp"}, found["erp"])
