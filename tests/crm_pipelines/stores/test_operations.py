from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crm_pipelines.model.enums import RunOutcome
from crm_pipelines.rules.project import Project
from crm_pipelines.stores.operations import next_runs, write_operations
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.run_log import finish_run, start_run
from crm_pipelines.stores.source_status import SourceHealth, write_health
from tests.crm_pipelines.stores.small_road import DAY_ONE, SmallRoad, bad, row


@pytest.fixture
def road(tmp_path: Path) -> Iterator[SmallRoad]:
    opened = SmallRoad(tmp_path, in_memory=True)
    yield opened
    opened.warehouse.close()


def write(road: SmallRoad, number: int) -> Publications:
    publications = Publications(ProjectPaths(road.folder))
    now = DAY_ONE + timedelta(days=number)
    start_run(road.warehouse, f"r{number}", now, is_rebuild=False, ledger_seq=0)
    road.run_id = f"r{number}"
    road.apply()
    road.interpret()
    with road.step() as step:
        step.con.execute("insert into quality_results (run_id, \"check\", passed) values (?, 'c', true)", [road.run_id])
        write_health(step, "erp", SourceHealth().succeeded(now, "configured"))
    finish_run(road.warehouse, f"r{number}", now, RunOutcome.SUCCEEDED)
    write_operations(
        publications, road.warehouse, f"r{number}", now + timedelta(seconds=90), {"erp": None, "form": now}
    )
    return publications


def test_operations_file_tells_runs_accounts_lag_and_what_was_held_back(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"), row("2", "鈴木 花子", kind="staff"), bad("3"))
    with write(road, 1).connect_operations() as con:
        runs = con.execute("select source_system, received, new, quarantined, outcome from runs order by 1 nulls first")
        assert runs.fetchall() == [(None, 3, 1, 1, "succeeded"), ("erp", 3, 1, 1, "succeeded")]
        status = con.execute("select source_system, lag_seconds, next_run_at is null from source_status order by 1")
        assert status.fetchall() == [("erp", 90, True), ("form", None, False)]
        assert con.execute("select source_record_id, reason_code from quarantine").fetchall() == [
            ("erp:3", "file.wrong_width")
        ]
        assert con.execute("select reason_code from set_aside_records").fetchall() == [("set_aside.staff",)]


def test_runs_and_check_results_of_a_lost_warehouse_are_remembered(road: SmallRoad) -> None:
    road.land(row("1", "佐藤 太郎"))
    write(road, 1)
    road.rebuild()
    with write(road, 2).connect_operations() as con:
        assert con.execute("select run_id from runs where source_system is null order by 1").fetchall() == [
            ("r1",),
            ("r2",),
        ]
        assert con.execute("select run_id from quality_results order by 1").fetchall() == [("r1",), ("r2",)]


def test_next_run_is_the_earlier_of_the_sources_own_schedule_and_the_projects() -> None:
    project = Project.model_validate(
        {
            "timezone": "Asia/Tokyo",
            "schedules": {"run": "@daily"},
            "sources": {
                "erp": {"connector": "sql", "schedule": "30 * * * *", "url": "sqlite:///x"},
                "form": {"connector": "web_form", "path": "x"},
            },
        }
    )
    found = next_runs(project, datetime(2026, 4, 1, 0, 10, tzinfo=UTC), {})
    assert found["erp"] == datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
    assert found["form"] == datetime(2026, 4, 1, 15, 0, tzinfo=UTC)
