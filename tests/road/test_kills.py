"""A run may be killed anywhere: the runs after it come to what an undisturbed run comes to, ids included."""

import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.road.projects import accounts, contents, current_version, differences, last_run, operations, publication
from tests.road.runner import Runner

Copy = Callable[[Path], Path]
_STORES = "crm_pipelines.stores"
_N_RANDOM_KILLS = 7


def _at(place: str, when: str, **more: Any) -> dict[str, Any]:
    return {"at": place, "when": when, "do": "kill", **more}


def _before_commit_of(step: str) -> dict[str, Any]:
    """All of the step is written, nothing of it is committed."""
    return _at(f"{_STORES}.warehouse:Step.finish", "after", step=step)


# In the order of the road: each kill meets the whole work of its step, for no run before it came so far.
COMMIT_POINTS = {
    "a batch is written under its hidden name": _at(f"{_STORES}.landing:Landing.commit", "before"),
    "a batch has its name": _at(f"{_STORES}.landing:Landing.commit", "after"),
    "two batches of one run have their names": _at(f"{_STORES}.landing:Landing.commit", "after", call=2),
    "status of a source": _before_commit_of("source_status"),
    "source records": _before_commit_of("source_records"),
    "standardised records": _before_commit_of("standardised_records"),
    "scored pairs": _before_commit_of("scored_pairs"),
    "clusters": _before_commit_of("clusters"),
    "the identity log is not yet written": _at(f"{_STORES}.identity_log:IdentityLog.append", "before"),
    "the identity log is written, the warehouse not": _at(f"{_STORES}.identity_log:IdentityLog.append", "after"),
    "crosswalk": _before_commit_of("crosswalk"),
    "golden customers": _before_commit_of("attribute_values"),
    "profiles": _before_commit_of("profiles"),
    "a candidate is begun": _at("assets.publication:build_candidate", "before"),
    "a candidate is committed": _at("assets.publication:build_candidate", "after"),
    "a candidate is noted": _before_commit_of("candidate"),
    "promoted, but not copied for readers": _at(f"{_STORES}.published:Publications._publish", "before"),
    "copied for readers, the pointer not switched": _at(f"{_STORES}.published:write_text", "before"),
    "before the operations file": _at("assets.publication:write_operations_file", "before"),
    "before the pointer to the operations file": _at(f"{_STORES}.operations_files:write_text", "before"),
}


def test_a_kill_at_every_commit_point_changes_nothing(
    runner: Runner, unwalked: Path, first_day: Path, copy_of: Copy
) -> None:
    project = copy_of(unwalked)
    survived = [name for name, point in COMMIT_POINTS.items() if _is_survived(runner, project, faults=[point])]
    runner.walk(project)
    _require_same(project, first_day)
    assert survived == []


def test_kills_at_random_calls_change_nothing(
    runner: Runner, second_day_delivered: Path, second_day: Path, copy_of: Copy
) -> None:
    project = copy_of(second_day_delivered)
    rng = random.Random(5)  # noqa: S311 - places to die
    for _ in range(_N_RANDOM_KILLS):
        _is_survived(runner, project, die_at_call=rng.randint(40, 1_100))
    runner.walk(project)
    _require_same(project, second_day)


def test_a_killed_first_run_of_the_second_day_loses_no_id(
    runner: Runner, second_day_delivered: Path, second_day: Path, copy_of: Copy
) -> None:
    project = copy_of(second_day_delivered)
    point = COMMIT_POINTS["the identity log is written, the warehouse not"]
    assert not _is_survived(runner, project, faults=[point])
    logged = contents(project / "data" / "identity")
    assert len(logged) == len(contents(second_day_delivered / "data" / "identity")) + 1
    switched_but_not_noted = _before_commit_of("publication")
    assert not _is_survived(runner, project, faults=[switched_but_not_noted])
    assert current_version(project) != current_version(second_day_delivered)
    runner.walk(project)
    assert contents(project / "data" / "identity") == logged
    _require_same(project, second_day)


def _is_survived(runner: Runner, project: Path, **order: Any) -> bool:
    before = current_version(project)
    ended = runner.run(project, **order)
    assert ended.signal in (0, signal.SIGKILL)
    assert ended.code == 0, ended.stderr
    if ended.signal and before is not None:
        assert current_version(project) is not None
        publication(project)  # readers open something whole, whatever was under way
    return ended.signal == 0


def _require_same(project: Path, undisturbed: Path) -> None:
    assert differences(publication(undisturbed, but_clock=True), publication(project, but_clock=True)) == []
    assert last_run(project)[2] == "succeeded"
    live = "select source_system, live_after from runs where source_system is not null and run_id = ? order by 1"
    assert operations(project, live, [last_run(project)[0]]) == operations(
        undisturbed, live, [last_run(undisturbed)[0]]
    )
    for account in accounts(project).values():
        gained = account["live_before"] + account["new"] + account["restored"] + account["released"]
        assert account["live_after"] == gained - account["deleted"] - account["erased"] - account["newly_suppressed"]
