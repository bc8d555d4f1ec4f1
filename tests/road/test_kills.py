"""A run may be killed anywhere: the runs after it come to what an undisturbed run comes to, ids included."""

import random
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crm_pipelines.demo.second_day import write_second_day
from tests.road.projects import (
    accounts,
    contents,
    current_version,
    differences,
    last_run,
    operations,
    publication,
    without_checks,
)
from tests.road.runner import Runner

Copy = Callable[[Path], Path]
_STORES = "crm_pipelines.stores"
_N_RANDOM_KILLS = 10
_ONE_CHECK = ("quarantine_share",)  # enough for a gate that keeps its results


def _at(place: str, when: str, **more: Any) -> dict[str, Any]:
    return {"at": place, "when": when, "do": "kill", **more}


def _before_commit_of(step: str, **more: Any) -> dict[str, Any]:
    """All of the step is written, nothing of it is committed."""
    return _at(f"{_STORES}.warehouse:Step.finish", "after", step=step, **more)


# In the order of the road: each kill meets the whole work of its step, for no run before it came so far.
COMMIT_POINTS = {
    "tables of the warehouse": _at(f"{_STORES}.warehouse:Warehouse._create", "after"),
    "tables of the ledger": _at(f"{_STORES}.ledger.engine:_upgrade", "after"),
    "the run has begun": _before_commit_of("run_log"),
    "a batch is written under its hidden name": _at(f"{_STORES}.landing:Landing.commit", "before"),
    "a batch has its name": _at(f"{_STORES}.landing:Landing.commit", "after"),
    "two batches of one run have their names": _at(f"{_STORES}.landing:Landing.commit", "after", call=2),
    "status of a source": _before_commit_of("source_status"),
    "source records": _before_commit_of("source_records"),
    "standardised records": _before_commit_of("standardised_records"),
    "a model is written under its hidden name": _at(f"{_STORES}.models:commit_folder", "before"),
    "a model has its name": _at(f"{_STORES}.models:commit_folder", "after"),
    "the priors are not yet kept": _at(f"{_STORES}.models:write_text", "before"),
    "the priors are kept, the pairs not": _at(f"{_STORES}.models:write_text", "after"),
    "scored pairs": _before_commit_of("scored_pairs"),
    "clusters": _before_commit_of("clusters"),
    "the identity log is not yet written": _at(f"{_STORES}.identity_log:IdentityLog.append", "before"),
    "the identity log is written under its hidden name": _at(f"{_STORES}.identity_log:commit_file", "before"),
    "the identity log is written, the warehouse not": _at(f"{_STORES}.identity_log:IdentityLog.append", "after"),
    "crosswalk": _before_commit_of("crosswalk"),
    "golden customers": _before_commit_of("attribute_values"),
    "homes, and keys of organisations": _before_commit_of("relationship_evidence"),
    "profiles": _before_commit_of("profiles"),
    "results of checks": _before_commit_of("quality_results"),
    "a candidate is begun": _at("assets.publication:build_candidate", "before"),
    "a candidate is committed": _at("assets.publication:build_candidate", "after"),
    "a candidate is noted": _before_commit_of("candidate"),
    "a candidate has its version": _at(f"{_STORES}.published:write_stamp", "after", call=2),
    "promoted, but not copied for readers": _at(f"{_STORES}.published:Publications._publish", "before"),
    "copied for readers, the pointer not switched": _at(f"{_STORES}.published:write_text", "before"),
    "shown, but not up to which decision": _at(f"{_STORES}.followed:write_text", "before"),
    "shown, but not noted that nothing waits": _before_commit_of("settled"),
    "the end of the run": _before_commit_of("run_log", call=2),
    "scores of the run": _before_commit_of("quality_scores"),
    "before the operations file": _at("assets.publication:write_operations_file", "before"),
    "before the pointer to the operations file": _at(f"{_STORES}.operations_files:write_text", "before"),
}
# What only a project that has published before comes by.
LATER_POINTS = {
    "the last good publication is being copied": _at(f"{_STORES}.published:copy_file", "before"),
    "switched, but not noted": _before_commit_of("publication"),
}
# What is made to last by other means than a step of the warehouse, and the points that kill at it.
GUARDED = {
    "tables of the warehouse": "tables of the warehouse",
    "tables of the ledger": "tables of the ledger",
    "write_text by Landing.commit": "a batch is written under its hidden name",
    "commit_folder by Landing.commit": "a batch has its name",
    "commit_folder by ModelStore.save": "a model has its name",
    "write_text by ModelStore.keep_priors": "the priors are kept, the pairs not",
    "commit_file by IdentityLog._write": "the identity log is written, the warehouse not",
    "copy_file by Publications.candidate": "the last good publication is being copied",
    "candidate": "a candidate is committed",
    "stamp": "a candidate has its version",
    "commit_file by Publications.promote": "promoted, but not copied for readers",
    "link_file by Publications._publish": "copied for readers, the pointer not switched",
    "write_text by Publications._publish": "copied for readers, the pointer not switched",
    "write_text by note_followed": "shown, but not up to which decision",
    "commit_file by OperationsFiles.write": "before the pointer to the operations file",
    "write_text by OperationsFiles.write": "before the pointer to the operations file",
}


def test_no_write_is_without_a_commit_point(runner: Runner, unwalked: Path, copy_of: Copy) -> None:
    project = copy_of(unwalked)
    without_checks(project, but=_ONE_CHECK)
    written = _writes(runner, project)
    write_second_day(project / "data" / "inbox")
    written |= _writes(runner, project)
    points = COMMIT_POINTS | LATER_POINTS
    steps = {f"step {point['step']}" for point in points.values() if "step" in point}
    assert written - steps == set(GUARDED)
    assert written - set(GUARDED) == steps
    assert set(GUARDED.values()) <= set(points)


def _writes(runner: Runner, project: Path) -> set[str]:
    lines = runner.walk(project, list_writes=True).stdout.splitlines()
    return {line.removeprefix("wrote ") for line in lines if line.startswith("wrote ")}


def test_a_kill_at_every_commit_point_changes_nothing(
    runner: Runner, unwalked: Path, first_day: Path, copy_of: Copy
) -> None:
    project = copy_of(unwalked)
    without_checks(project, but=_ONE_CHECK)
    survived = [name for name, point in COMMIT_POINTS.items() if _is_survived(runner, project, faults=[point])]
    runner.walk(project)
    _require_same(runner, project, first_day)
    assert survived == []


def test_kills_at_random_calls_change_nothing(
    runner: Runner, second_day_delivered: Path, second_day: Path, copy_of: Copy
) -> None:
    project = copy_of(second_day_delivered)
    rng = random.Random(5)  # places to die
    for _ in range(_N_RANDOM_KILLS):
        _is_survived(runner, project, die_at_call=rng.randint(40, 1_100))
    runner.walk(project)
    _require_same(runner, project, second_day)


def test_a_killed_first_run_of_the_second_day_loses_no_id(
    runner: Runner, second_day_delivered: Path, second_day: Path, copy_of: Copy
) -> None:
    project = copy_of(second_day_delivered)
    point = COMMIT_POINTS["the identity log is written, the warehouse not"]
    assert not _is_survived(runner, project, faults=[point])
    logged = contents(project / "data" / "identity")
    assert len(logged) == len(contents(second_day_delivered / "data" / "identity")) + 1
    for point in LATER_POINTS.values():
        assert not _is_survived(runner, project, faults=[point])
    assert current_version(project) != current_version(second_day_delivered)
    runner.walk(project)
    assert contents(project / "data" / "identity") == logged
    _require_same(runner, project, second_day)


def _is_survived(runner: Runner, project: Path, **order: Any) -> bool:
    before = current_version(project)
    ended = runner.run(project, **order)
    assert ended.signal in (0, signal.SIGKILL)
    assert ended.code == 0, ended.stderr
    if ended.signal and before is not None:
        assert current_version(project) is not None
        publication(project)  # readers open something whole, whatever was under way
    return ended.signal == 0


def _require_same(runner: Runner, project: Path, undisturbed: Path) -> None:
    reconciled = runner.run(project, "--json", "reconcile")
    assert reconciled.code == 0, reconciled.stdout
    assert differences(publication(undisturbed, but_clock=True), publication(project, but_clock=True)) == []
    assert last_run(project)[2] == "succeeded"
    live = "select source_system, live_after from runs where source_system is not null and run_id = ? order by 1"
    assert operations(project, live, [last_run(project)[0]]) == operations(
        undisturbed, live, [last_run(undisturbed)[0]]
    )
    for account in accounts(project).values():
        gained = account["live_before"] + account["new"] + account["restored"] + account["released"]
        assert account["live_after"] == gained - account["deleted"] - account["erased"] - account["newly_suppressed"]
