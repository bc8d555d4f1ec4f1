from pathlib import Path

from assets.resources import JOB
from tests.house.asset_graph import graph_json, small_definitions
from tests.house.source_files import ROOT

_SNAPSHOT = Path(__file__).parents[1] / "snapshots" / "asset_graph.json"


def test_asset_graph_is_as_recorded() -> None:
    """A change of keys, edges, groups or checks is seen by whoever reads the change: write the snapshot anew."""
    assert graph_json() == _SNAPSHOT.read_text(encoding="utf-8")


def test_each_stage_is_one_file_and_one_group() -> None:
    groups = {spec.group_name for spec in small_definitions().resolve_all_asset_specs()}
    assert groups == {
        path.stem for path in (ROOT / "assets").glob("*.py") if "GROUP = " in path.read_text(encoding="utf-8")
    }


def test_each_asset_says_its_grain() -> None:
    silent = [
        spec.key.to_user_string()
        for spec in small_definitions().resolve_all_asset_specs()
        if not (spec.description or "").startswith("One row per ")
    ]
    assert silent == []


def test_schedules_of_the_project_file_start_the_job() -> None:
    schedules = {schedule.name: schedule.cron_schedule for schedule in small_definitions().schedules or []}
    assert schedules == {"web_form_schedule": "*/10 * * * *", "project_schedule": "0 6 * * *"}
    assert {schedule.job_name for schedule in small_definitions().schedules or []} == {JOB}
