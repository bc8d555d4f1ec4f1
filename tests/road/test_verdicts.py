"""Verdicts on the real road: they hold, contradict each other, and are asked again when the evidence turns."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.road.projects import deliver_form, forget, form_project, published
from tests.road.runner import Runner

# 1 and 2 join by name and mail; 3 and 4 have nothing in common.
_ROWS = {
    "1": "小笠原 健太郎,kentaro.ogasawara@ogasawara-ke.jp,0466-22-1099,",
    "2": "小笠原 健太郎,kentaro.ogasawara@ogasawara-ke.jp,,",
    "3": "勅使河原 美咲,misaki@teshigawara-misaki.jp,0466-33-2088,1980-02-03",
    "4": "東海林 大輔,,,",
}
# Now 1 and 2 share a number too; 4 is a relative of 3, with another given name and birthday.
_TURNED = {
    "2": "小笠原 健太郎,kentaro.ogasawara@ogasawara-ke.jp,0466-22-1099,",
    "4": "勅使河原 大輔,misaki@teshigawara-misaki.jp,0466-33-2088,1985-07-09",
}
_QUEUE = "select question_id, kind, reason, record_ids_left, record_ids_right from review_queue order by all"
_CLOSED = "select question_id, closed_because from closed_questions order by seq"
_LIVE = "select record_id, golden_id from crosswalk where valid_to is null order by record_id"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    found = form_project(tmp_path / "project", "name", "email", "phone", "birth_date")
    _deliver(found, _ROWS)
    return found


def test_a_verdict_that_the_evidence_turns_against_holds_and_is_asked_about_until_confirmed(
    runner: Runner, project: Path
) -> None:
    runner.walk(project)
    assert _together(project) == [("1", "2"), ("3",), ("4",)]
    _steward(runner, project, "split", _home(project, "1"), "form:2")
    _steward(runner, project, "merge", _home(project, "3"), _home(project, "4"))
    runner.walk(project)
    assert (_together(project), _kinds(project)) == ([("1",), ("2",), ("3", "4")], [])

    _deliver(project, _ROWS | _TURNED)
    runner.walk(project)
    assert _together(project) == [("1",), ("2",), ("3", "4")]
    asked = published(project, _QUEUE)
    assert sorted((kind, reason, left, right) for _, kind, reason, left, right in asked) == [
        ("confirm", "evidence_against_different", ["form:1"], ["form:2"]),
        ("confirm", "evidence_against_same", ["form:3"], ["form:4"]),
    ]
    forget(project, "warehouse.duckdb")
    runner.walk(project)
    assert published(project, _QUEUE) == asked

    questions = {reason: name for name, _, reason, _, _ in asked}
    _steward(runner, project, "review", "answer", questions["evidence_against_different"], "different")
    shown = _steward(runner, project, "review")["open_questions"]
    assert {one["question_id"]: one["state"] for one in shown} == {
        questions["evidence_against_same"]: "open",
        questions["evidence_against_different"]: "waiting",
    }
    _steward(runner, project, "review", "answer", questions["evidence_against_same"], "different")
    runner.walk(project)
    assert (_together(project), _kinds(project)) == ([("1",), ("2",), ("3",), ("4",)], [])
    assert dict(published(project, _CLOSED)) == dict.fromkeys(questions.values(), "answered")

    _deliver(project, _ROWS | _TURNED | {"1": _TURNED["2"] + "1977-05-06", "2": _TURNED["2"] + "1977-05-06"})
    runner.walk(project)
    assert _kinds(project) == ["confirm"]
    ((again, *_),) = published(project, _QUEUE)

    _deliver(project, _ROWS | _TURNED)
    runner.walk(project)
    assert (_kinds(project), dict(published(project, _CLOSED))[again]) == ([], "decisions_agree")
    refused = _steward(runner, project, "review", "show", again, code=1)
    assert refused["error"]["code"] == "review.closed.decisions_agree"


def test_decisions_that_contradict_are_asked_with_the_chain_and_the_answer_settles_them(
    runner: Runner, project: Path
) -> None:
    runner.walk(project)
    parted = _steward(runner, project, "split", _home(project, "1"), "form:2")["decision_id"]
    joined = NewDecision(
        judgement=Judgement.MATCH, record_ids_left=("form:1",), record_ids_right=("form:2",), steward="jiro",
        decided_at=datetime(2026, 4, 1, tzinfo=UTC), decision_id="against",
    )  # fmt: skip
    with open_ledger(ProjectPaths(project).ledger_url) as ledger:
        ledger.record_decision(joined)
    runner.walk(project)
    ((name, kind, reason, *_),) = published(project, _QUEUE)
    assert (kind, reason) == ("conflict", "contradicts_decision")
    shown = _steward(runner, project, "review", "show", name)
    assert (shown["question"]["about"], shown["question"]["causes"]) == (["against"], [parted])
    assert {row["decision_id"]: (row["steward"], row["effect"]) for row in shown["decisions"]} == {
        parted: ("hanako", "decides"),
        "against": ("jiro", "suspended"),
    }

    refused = _steward(runner, project, "review", "answer", name, "same", code=1)
    assert refused["error"]["code"] == "stewardship.contradicts"
    assert refused["error"]["facts"]["decision_ids"] == parted
    _steward(runner, project, "review", "answer", name, "same", "--supersede", parted)
    runner.walk(project)
    assert (_together(project)[0], _kinds(project)) == (("1", "2"), [])

    _steward(runner, project, "undo", "last")
    runner.walk(project)
    assert (_together(project)[0], _kinds(project)) == (("1",), ["conflict"])


def _deliver(project: Path, rows: dict[str, str]) -> None:
    deliver_form(project, (f"{key},{row}" for key, row in rows.items()))


def _steward(runner: Runner, project: Path, *arguments: str, code: int = 0) -> Any:
    """Call a command as a steward; give its JSON document."""
    signed = ["--steward", "hanako"] if arguments[0] != "review" or "answer" in arguments else []
    ended = runner.run(project, *arguments, "--json", *signed)
    assert ended.code == code, ended.stdout + ended.stderr
    return json.loads(ended.stdout)


def _home(project: Path, key: str) -> str:
    return str(dict(published(project, _LIVE))[f"form:{key}"])


def _together(project: Path) -> list[tuple[str, ...]]:
    """The keys of the rows of each customer."""
    found: dict[str, list[str]] = {}
    for record, golden_id in published(project, _LIVE):
        found.setdefault(golden_id, []).append(record.removeprefix("form:"))
    return sorted(map(tuple, found.values()))


def _kinds(project: Path) -> Sequence[str]:
    return [kind for (kind,) in published(project, "select kind from review_queue order by all")]
