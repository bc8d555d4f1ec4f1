from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crm_pipelines.model.enums import SourceState
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.source_status import SourceHealth, health_of, next_tries, write_health
from crm_pipelines.stores.warehouse import Warehouse

NOW = datetime(2026, 4, 1, tzinfo=UTC)
DOWN, REFUSED = Fault("source.unreachable", {"source": "erp"}), Fault("source.refused_login", {"source": "erp"})


def failed(n_times: int, fault: Fault = DOWN, *, is_fatal: bool = False) -> SourceHealth:
    health = SourceHealth().succeeded(NOW, "c")
    for _ in range(n_times):
        health = health.failed(NOW, "c", fault, is_fatal=is_fatal)
    return health


def wait(health: SourceHealth) -> timedelta:
    assert health.next_try_at is not None
    return health.next_try_at - NOW


@pytest.mark.parametrize(("n_times", "minutes"), [(1, 1), (2, 2), (5, 16), (12, 360), (500, 360)])
def test_waits_double_up_to_six_hours(n_times, minutes):
    assert wait(failed(n_times)) == timedelta(minutes=minutes)
    assert failed(n_times).state is SourceState.WAITING


@pytest.mark.parametrize(("n_times", "hours"), [(1, 1), (3, 4), (9, 24)])
def test_what_somebody_must_mend_is_tried_rarely(n_times, hours):
    health = failed(n_times, REFUSED, is_fatal=True)
    assert (wait(health), health.state) == (timedelta(hours=hours), SourceState.NEEDS_ACTION)


def test_a_source_that_says_how_long_it_needs_is_believed():
    asked = Fault("source.too_many_requests", {"source": "erp", "retry_after_seconds": 7200})
    assert wait(failed(1, asked)) == timedelta(hours=2)


def test_a_scheduled_run_leaves_it_alone_until_then_and_no_longer():
    health = failed(1)
    assert health.waits(NOW + timedelta(seconds=59), "c")
    assert not health.waits(NOW + timedelta(seconds=60), "c")


def test_a_changed_configuration_is_tried_at_once_and_counts_anew():
    health = failed(9)
    assert not health.waits(NOW, "mended")
    assert health.failed(NOW, "mended", DOWN, is_fatal=False).n_failures == 1


def test_success_ends_the_wait_and_keeps_what_was_noticed():
    notice = Fault("schema.new_column", {"column": "x"})
    health = failed(3).noticed([notice, notice]).succeeded(NOW, "c")
    assert (health.state, health.n_failures, health.next_try_at, health.error) == (SourceState.OK, 0, None, None)
    assert health.notices == (notice,)


def test_what_is_known_comes_back_from_the_warehouse(tmp_path: Path):
    health = failed(2).noticed([Fault("schema.new_column", {"column": "列"})])
    with Warehouse.open(tmp_path / "w.duckdb") as warehouse:
        assert health_of(warehouse, "erp") == SourceHealth()
        with warehouse.step("source_status", run_id="r") as step:
            write_health(step, "erp", health)
            write_health(step, "form", SourceHealth().succeeded(NOW, "c"))
        assert health_of(warehouse, "erp") == health
        assert next_tries(warehouse) == {"erp": NOW + timedelta(minutes=2)}


def test_a_try_that_lies_in_the_future_makes_nobody_wait():
    health = failed(1)
    assert health.waits(NOW, "c")
    assert not health.waits(NOW - timedelta(days=365), "c")  # the clock was a year ahead when it failed
