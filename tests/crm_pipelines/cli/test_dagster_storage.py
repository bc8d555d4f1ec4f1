"""Dagster's records over connections that stay open are those that Dagster itself reads and writes."""

import os
from pathlib import Path

import dagster as dg
import pytest

from crm_pipelines.cli.dagster_home import prepared_dagster_home
from crm_pipelines.cli.dagster_storage import open_instance
from crm_pipelines.stores.project_paths import ProjectPaths


@dg.asset
def numbers() -> dg.MaterializeResult[None]:
    """One row per number."""
    return dg.MaterializeResult(metadata={"rows": 3})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = prepared_dagster_home(ProjectPaths(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(found))
    return found


def materialised(instance: dg.DagsterInstance) -> str:
    return dg.materialize([numbers], instance=instance).run_id


def rows_of(instance: dg.DagsterInstance) -> list[object]:
    found = instance.fetch_materializations(dg.AssetKey("numbers"), limit=10).records
    return [one.asset_materialization.metadata["rows"].value for one in found if one.asset_materialization]


def test_what_was_noted_is_there_for_dagster_and_the_other_way_round(home: Path) -> None:
    with open_instance(home) as instance:
        ours = materialised(instance)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        assert rows_of(instance) == [3]
        assert {one.dagster_event_type for one in instance.all_logs(ours)} >= {dg.DagsterEventType.STEP_SUCCESS}
        theirs = materialised(instance)
    with open_instance(home) as instance:
        assert rows_of(instance) == [3, 3]
        assert {run.run_id for run in instance.get_runs()} == {ours, theirs}


def test_both_may_write_at_the_same_time(home: Path) -> None:
    with open_instance(home) as ours, dg.DagsterInstance.from_config(str(home)) as theirs:
        for instance in (ours, theirs, ours, theirs):
            materialised(instance)
        assert rows_of(ours) == rows_of(theirs) == [3, 3, 3, 3]


def test_many_runs_leave_few_files_open(home: Path) -> None:
    with open_instance(home) as instance:
        for number in range(1, 9):
            run_id = materialised(instance)
            assert len(rows_of(instance)) == number
        assert len({event.name for event in _open_below(home / "history" / "runs")}) <= 4
        assert instance.all_logs(run_id)
    assert not _open_below(home / "history" / "runs")


def _open_below(folder: Path) -> list[Path]:
    """The databases below a folder that this process has open."""
    found = [Path(os.path.realpath(link)) for link in Path("/proc/self/fd").iterdir()]
    return [path for path in found if path.suffix == ".db" and path.is_relative_to(folder)]


def test_events_may_be_wiped_and_noted_again(home: Path) -> None:
    with open_instance(home) as instance:
        materialised(instance)
        instance.wipe()
        assert rows_of(instance) == []
        assert instance.all_logs(materialised(instance))
        assert rows_of(instance) == [3]
