"""A clock that jumps: ids, order and periods stay sane, and a rebuild says the same.

What must hold, whatever the clock says: the run ends green with the same customers under the same ids; no period ends
before it begins; what is later in the identity log is not earlier in time; the newest run is the last one that ran.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.road.projects import differences, forget, last_run, operations, publication, published
from tests.road.runner import Runner

Copy = Callable[[Path], Path]
_YEAR = 365 * 86_400
_IDS = "select record_id, golden_id from crosswalk where valid_to is null order by 1"


def _jump(place: str, seconds: int) -> dict[str, Any]:
    return {"at": place, "when": "before", "do": "jump", "seconds": seconds}


@pytest.mark.parametrize("seconds", [-_YEAR, _YEAR], ids=["back", "ahead"])
def test_a_clock_that_jumps_between_runs_changes_no_id(
    runner: Runner, second_day_delivered: Path, second_day: Path, copy_of: Copy, seconds: int
) -> None:
    project = copy_of(second_day_delivered)
    runner.walk(project, clock_seconds=seconds)
    _require_sane(project, second_day)
    jumped = last_run(project)[0]
    runner.walk(project)  # the clock is right again
    assert last_run(project)[0] != jumped
    _require_sane(project, second_day)
    before = publication(project)
    forget(project, "warehouse.duckdb")
    runner.walk(project)
    assert differences(before, publication(project)) == []


@pytest.mark.parametrize("seconds", [-_YEAR, _YEAR], ids=["back", "ahead"])
def test_a_clock_that_jumps_within_a_run_changes_no_id(
    runner: Runner, second_day_delivered: Path, second_day: Path, copy_of: Copy, seconds: int
) -> None:
    project = copy_of(second_day_delivered)
    in_landing = _jump("crm_pipelines.stores.landing:Landing.commit", seconds)
    back_again = _jump("assets.matching:compare_changes", 0)
    runner.walk(project, faults=[in_landing, back_again])
    _require_sane(project, second_day)
    before = publication(project)
    forget(project, "warehouse.duckdb")
    runner.walk(project)
    assert differences(before, publication(project)) == []


def _require_sane(project: Path, undisturbed: Path) -> None:
    assert published(project, _IDS) == published(undisturbed, _IDS)
    assert last_run(project)[2] == "succeeded"
    for table in ("crosswalk", "redirects"):
        assert published(project, f"select * from {table} where valid_to < valid_from") == []
    log = [time for (time,) in published(project, "select happened_at from identity_log order by position")]
    assert log == sorted(log)
    ended = operations(project, "select run_id from runs where source_system is null and ended_at < started_at")
    assert ended == []
