"""The applier: decisions reach readers while it runs, and whatever befalls it, the next one to come finds all whole."""

import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import NewDecision, NewPin
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.lock import RunLock
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.road.projects import (
    copied,
    current_version,
    deliver_form,
    differences,
    form_project,
    last_run,
    operations,
    publication,
    published,
    without_checks,
)
from tests.road.runner import Runner

_FIELDS = ("name", "email", "phone", "birth_date")
_ROWS = """\
1,小笠原 健太郎,kentaro.ogasawara@ogasawara-ke.jp,0466-22-1099,
2,小笠原 健太郎,kentaro.ogasawara@ogasawara-ke.jp,,
3,勅使河原 美咲,misaki@teshigawara-misaki.jp,0466-33-2088,1980-02-03
4,東海林 大輔,,,
"""
_NO_LARGE_CUSTOMER = """\
  no_large_customer:
    table: customers
    kind: no_rows
    query: "select golden_id from {rows} as checked where record_count > 2"
    dimension: validity
    severity: blocking
    message: quality.record_count_differs
    description: {en: No customer has more than two records., ja: 顧客のレコードは2件までです。}
"""
_LIVE = "select record_id, golden_id from crosswalk where valid_to is null"
_WATCH = ("--json", "run", "--watch")
_DECIDED = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, runner: Runner) -> Path:
    project = form_project(tmp_path_factory.mktemp("walked") / "project", *_FIELDS)
    deliver_form(project, _ROWS.splitlines())
    with (project / "rules" / "quality.yaml").open("a", encoding="utf-8") as rules:
        rules.write(_NO_LARGE_CUSTOMER)
    runner.walk(project)
    return project


@pytest.fixture
def project(walked: Path, tmp_path: Path) -> Path:
    return copied(walked, tmp_path / "project")


def test_a_verdict_and_a_pin_reach_readers_as_by_a_run_and_no_source_is_read(
    runner: Runner, project: Path, tmp_path: Path
) -> None:
    other = copied(project, tmp_path / "other")
    (project / "data" / "form.csv").unlink()  # a source that is gone is nothing to the applier
    pid = runner.begin_speaking(project, *_WATCH)
    runner.told("applier.watching")
    _decide(project, "joined", Judgement.MATCH, "form:3", "form:4")
    told = runner.told("applier.applied")
    assert (told["ledger_seq"], told["version"]) == (1, current_version(project))
    assert _together(project) == [("1", "2"), ("3", "4")]
    _pin(project)
    assert runner.told("applier.applied")["ledger_seq"] == 2
    assert ("勅使河原 みさき",) in published(project, "select name from customers")
    _end(runner, pid)
    _decide(other, "joined", Judgement.MATCH, "form:3", "form:4")
    runner.walk(other)
    _pin(other)
    runner.walk(other)
    assert differences(publication(project, but_clock=True), publication(other, but_clock=True)) == []
    assert [row[0] for row in operations(project, "select outcome from runs where source_system is null")] == [
        "succeeded"
    ] * 3


@pytest.mark.parametrize(
    "fault",
    [
        {"at": "crm_pipelines.stores.identity_log:IdentityLog.append", "when": "after"},
        {"at": "assets.decisions:results_of_decisions", "when": "after"},
        {"at": "crm_pipelines.stores.published:write_text", "when": "after"},
    ],
    ids=["log written", "checked", "shown"],
)
def test_one_that_is_killed_leaves_nothing_half(
    runner: Runner, project: Path, tmp_path: Path, fault: dict[str, str]
) -> None:
    before, other = publication(project), copied(project, tmp_path / "other")
    runner.begin_speaking(project, *_WATCH, faults=[fault | {"do": "kill"}])
    runner.told("applier.watching")
    _decide(project, "joined", Judgement.MATCH, "form:3", "form:4")
    assert runner.end().signal == signal.SIGKILL
    is_shown = _together(project) == [("1", "2"), ("3", "4")]
    assert is_shown or publication(project) == before
    pid = runner.begin_speaking(project, *_WATCH)
    runner.told("applier.applied")
    _end(runner, pid)
    _decide(other, "joined", Judgement.MATCH, "form:3", "form:4")
    runner.walk(other)
    assert differences(publication(project, but_clock=True), publication(other, but_clock=True)) == []
    assert list((project / "data").glob("*.candidate*")) == []


def test_it_waits_while_a_run_is_going_on(runner: Runner, project: Path) -> None:
    lock = RunLock(ProjectPaths(project).lock)
    with lock.acquire(command="crm-pipelines run", run_id="r1", now=_DECIDED):
        pid = runner.begin_speaking(project, *_WATCH)
        runner.told("applier.watching")
        _decide(project, "joined", Judgement.MATCH, "form:3", "form:4")
        assert runner.told("applier.waits")["run_id"] == "r1"
        assert _together(project) == [("1", "2"), ("3",), ("4",)]
    runner.told("applier.applied")
    assert _together(project) == [("1", "2"), ("3", "4")]
    _end(runner, pid)


def test_a_red_check_holds_is_told_once_and_the_next_decision_goes_on(runner: Runner, project: Path) -> None:
    version = current_version(project)
    pid = runner.begin_speaking(project, *_WATCH)
    runner.told("applier.watching")
    _decide(project, "too many", Judgement.MATCH, "form:1", "form:3")
    assert runner.told("run.gate_held")["checks"] == "no_large_customer"
    runner.told("applier.held")
    assert (current_version(project), last_run(project)[2]) == (version, "gate_held")
    _decide(project, "parted", Judgement.NO_MATCH, "form:1", "form:3", supersedes="too many")
    runner.told("applier.whole_road")
    assert runner.told("applier.applied")["ledger_seq"] == 2
    assert _together(project) == [("1", "2"), ("3",), ("4",)]
    outcomes = operations(project, "select outcome from runs where source_system is null order by started_at")
    assert [outcome for (outcome,) in outcomes] == ["succeeded", "gate_held", "succeeded"]
    _end(runner, pid)


def test_other_rules_take_the_whole_road(runner: Runner, project: Path) -> None:
    pid = runner.begin_speaking(project, *_WATCH)
    runner.told("applier.watching")
    without_checks(project)
    _decide(project, "joined", Judgement.MATCH, "form:1", "form:3")
    runner.told("applier.whole_road")
    runner.told("applier.applied")
    assert _together(project) == [("1", "2", "3"), ("4",)]
    _end(runner, pid)


def _end(runner: Runner, pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
    runner.told("applier.ended")
    ended = runner.end()
    assert (ended.code, ended.signal, ended.stderr) == (0, 0, "")


def _decide(project: Path, name: str, judgement: Judgement, left: str, right: str, **more: str) -> None:
    decision = NewDecision(
        judgement=judgement,
        record_ids_left=(left,),
        record_ids_right=(right,),
        steward="hanako",
        decided_at=_DECIDED,
        decision_id=name,
        **more,
    )
    with open_ledger(ProjectPaths(project).ledger_url) as ledger:
        ledger.record_decision(decision)


def _pin(project: Path) -> None:
    pin = NewPin(
        record_ids=("form:3",), attribute="name", value="勅使河原 みさき", steward="hanako", pinned_at=_DECIDED,
        pin_id="p1",
    )  # fmt: skip
    with open_ledger(ProjectPaths(project).ledger_url) as ledger:
        ledger.record_pin(pin)


def _together(project: Path) -> list[tuple[str, ...]]:
    """The keys of the rows of each customer."""
    found: dict[str, list[str]] = {}
    for record, golden_id in sorted(published(project, _LIVE)):
        found.setdefault(golden_id, []).append(record.removeprefix("form:"))
    return sorted(map(tuple, found.values()))
