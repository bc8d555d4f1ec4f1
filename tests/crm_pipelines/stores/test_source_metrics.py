"""The figures of a day: added up over its reads, kept for a season, and not lost with the warehouse."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from crm_pipelines.model.measures import Judged, Measure, Metric
from crm_pipelines.stores import source_metrics
from crm_pipelines.stores.operations import write_operations
from crm_pipelines.stores.operations_files import OperationsFiles
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from crm_pipelines.stores.warehouse import Warehouse

_DAY = date(2026, 4, 6)
_RECEIVED = Measure("erp", Metric.RECEIVED, "", 5)
_FILLED = Measure("erp", Metric.FILLED, "mail", 3, 5)
_PLANS = Measure("erp", Metric.CATEGORIES, "plan", 5, None, {"a": 4, "b": 1})


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    with Warehouse.open(tmp_path / "warehouse.duckdb") as opened:
        yield opened


def _keep(warehouse: Warehouse, run_id: str, *measures: Measure, day: date = _DAY, is_unusual: bool = False) -> None:
    with warehouse.step("source_metrics", run_id=run_id) as step:
        found = source_metrics.added_up(step.con, day, run_id, measures)
        source_metrics.keep(step, day, [Judged(one, day, is_unusual=is_unusual) for one in found])


def test_the_reads_of_a_day_are_one_figure(warehouse: Warehouse) -> None:
    _keep(warehouse, "r1", _RECEIVED, _FILLED, _PLANS)
    _keep(warehouse, "r2", _RECEIVED, _PLANS)
    past = source_metrics.past_before(warehouse.connection, _DAY + timedelta(days=1))
    found = {series: days[0].measure for series, days in past.days.items()}
    assert found[_RECEIVED.series].n_seen == 10
    assert found[_PLANS.series].bins == {"a": 8, "b": 2}
    assert (found[_FILLED.series].n_seen, found[_FILLED.series].n_of) == (3, 5)  # the second read had none


def test_days_are_apart_and_the_day_itself_is_no_past(warehouse: Warehouse) -> None:
    _keep(warehouse, "r1", _RECEIVED, day=_DAY - timedelta(days=1))
    _keep(warehouse, "r2", _RECEIVED)
    assert len(source_metrics.past_before(warehouse.connection, _DAY).of(_RECEIVED)) == 1


def test_what_is_older_than_a_season_is_forgotten(warehouse: Warehouse) -> None:
    _keep(warehouse, "r1", _RECEIVED, day=_DAY - timedelta(days=source_metrics.KEPT_DAYS + 1))
    _keep(warehouse, "r2", _RECEIVED)
    assert warehouse.count("source_metrics") == 1


def test_a_day_is_whole_when_it_has_had_its_usual_reads(warehouse: Warehouse) -> None:
    con = warehouse.connection
    assert source_metrics.is_whole(con, _DAY, "erp")
    for days_ago in (3, 2, 1):
        for number in range(3):
            _keep(warehouse, f"r{days_ago}{number}", _RECEIVED, day=_DAY - timedelta(days=days_ago))
    assert not source_metrics.is_whole(con, _DAY, "erp")
    _keep(warehouse, "r01", _RECEIVED)
    _keep(warehouse, "r02", _RECEIVED)
    assert source_metrics.is_whole(con, _DAY, "erp")


def test_the_unusual_figures_of_a_run_are_told_first(warehouse: Warehouse) -> None:
    _keep(warehouse, "r1", _FILLED, day=_DAY)
    _keep(warehouse, "r1", Measure("form", Metric.RECEIVED, "", 0), is_unusual=True)
    assert [one.measure.source for one in source_metrics.of_run(warehouse.connection, "r1")] == ["form", "erp"]


def test_a_new_warehouse_takes_the_past_over_from_the_operations_file(warehouse: Warehouse, tmp_path: Path) -> None:
    paths = ProjectPaths(tmp_path / "project")
    _keep(warehouse, "r1", _RECEIVED, _PLANS)
    write_operations(Publications(paths), warehouse, "r1", datetime(2026, 4, 6, tzinfo=UTC), {})
    with Warehouse.open(tmp_path / "rebuilt.duckdb") as rebuilt:
        for _ in range(2):
            source_metrics.remember(rebuilt, OperationsFiles(paths).current())
        assert rebuilt.count("source_metrics") == 2
        past = source_metrics.past_before(rebuilt.connection, _DAY + timedelta(days=1))
    assert past.of(_PLANS)[0].measure == _PLANS
