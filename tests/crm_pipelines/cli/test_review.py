"""`review`: questions are listed and shown, an answer is kept once, and nothing that was answered is asked again."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.cli.main import run_command
from crm_pipelines.model.enums import Judgement
from crm_pipelines.stores.ledger.facts import Decision
from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.worlds import World

STEWARD = ("--steward", "hanako")


@pytest.fixture
def project(world: World, tmp_path: Path) -> World:
    return world.copy(tmp_path / "project")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str, terminal: bool = False) -> None:
    text = "".join(f"{line}\n" for line in lines)
    monkeypatch.setattr("sys.stdin", _Terminal(text) if terminal else io.StringIO(text))


def decisions(project: World) -> list[Decision]:
    with open_ledger(ProjectPaths(project.root).ledger_url) as ledger:
        return ledger.decisions()


def listed(ask: CallWorld, project: World, *options: object) -> list[dict[str, Any]]:
    code, document = ask(project, "review", *options)
    assert code == 0
    return list(document["open_questions"])


def test_questions_are_listed_the_most_urgent_first(project: World, ask: CallWorld) -> None:
    found = listed(ask, project)
    assert len(found) == 20
    assert [one["priority"] for one in found] == sorted((one["priority"] for one in found), reverse=True)
    assert {one["state"] for one in found} == {"open"}
    assert listed(ask, project, "list", "--limit", 3) == found[:3]


def test_filters_choose_kinds_and_customer_types(project: World, ask: CallWorld) -> None:
    everything = listed(ask, project, "--limit", 1_000)
    people = listed(ask, project, "--type", "person", "--limit", 1_000)
    assert {one["customer_type"] for one in people} == {"person"}
    assert 0 < len(people) < len(everything)
    clusters = listed(ask, project, "--kind", "cluster", "--kind", "conflict", "--limit", 1_000)
    assert clusters == [one for one in everything if one["kind"] == "cluster"]


def test_a_question_is_shown_with_the_records_of_both_sides(project: World, ask: CallWorld) -> None:
    name = listed(ask, project, "--limit", 1)[0]["question_id"]
    code, document = ask(project, "review", "show", name)
    assert code == 0
    question = document["question"]
    assert {row["record"] for row in document["records_of_both"] if row["side"] == "A"} == set(
        question["record_ids_left"]
    )
    assert {row["record"] for row in document["records_of_both"] if row["side"] == "B"} == set(
        question["record_ids_right"]
    )
    assert {"field", "a", "b"} == set(document["values"][0])


@pytest.mark.parametrize(
    ("said", "judgement"), [("same", Judgement.MATCH), ("different", Judgement.NO_MATCH), ("unsure", Judgement.UNSURE)]
)
def test_an_answer_stands_in_the_ledger_as_it_was_shown(
    project: World, ask: CallWorld, said: str, judgement: Judgement
) -> None:
    name = listed(ask, project, "--limit", 1)[0]["question_id"]
    question = ask(project, "review", "show", name)[1]["question"]
    code, document = ask(project, "review", "answer", name, said, "--reason", "電話で確認", *STEWARD)
    assert code == 0
    (made,) = decisions(project)
    assert (made.decision_id, made.judgement, made.steward) == (document["decision_id"], judgement, "hanako")
    assert (made.reason, made.question_id) == ("電話で確認", name)
    assert [*made.record_ids_left, *made.record_ids_right] == [
        *question["record_ids_left"],
        *question["record_ids_right"],
    ]
    assert (made.evidence is None) is (judgement is Judgement.UNSURE)


def test_an_answered_question_waits_and_is_neither_offered_nor_answered_again(project: World, ask: CallWorld) -> None:
    name = listed(ask, project, "--limit", 1)[0]["question_id"]
    ask(project, "review", "answer", name, "different", *STEWARD)
    code, document = ask(project, "review", "answer", name, "same", *STEWARD)
    assert (code, document["error"]["code"]) == (1, "ledger.question_decided")
    assert document["error"]["facts"]["steward"] == "hanako"
    assert len(decisions(project)) == 1
    found = listed(ask, project, "--limit", 1_000)
    assert (found[-1]["question_id"], found[-1]["state"]) == (name, "waiting")
    assert name not in {one["question_id"] for one in found[:-1]}


def test_unsure_leaves_the_question_open(project: World, ask: CallWorld) -> None:
    name = listed(ask, project, "--limit", 1)[0]["question_id"]
    ask(project, "review", "answer", name, "unsure", *STEWARD)
    assert listed(ask, project, "--limit", 1)[0]["state"] == "open"
    assert ask(project, "review", "answer", name, "same", *STEWARD)[0] == 0


def test_a_question_that_is_not_asked_is_refused(project: World, ask: CallWorld) -> None:
    code, document = ask(project, "review", "answer", "0" * 20, "same", *STEWARD)
    assert (code, document["error"]["code"]) == (1, "review.no_such_question")


def test_an_answer_that_needs_two_people_is_refused_here_and_unsure_is_not(project: World, ask: CallWorld) -> None:
    (project.root / "rules").mkdir(exist_ok=True)
    (project.root / "rules" / "review.yaml").write_text("two_people_from: 2\n", encoding="utf-8")
    name = listed(ask, project, "--limit", 1)[0]["question_id"]
    code, document = ask(project, "review", "answer", name, "same", *STEWARD)
    assert (code, document["error"]["code"]) == (1, "stewardship.two_needed")
    assert decisions(project) == []
    assert ask(project, "review", "answer", name, "unsure", "--reason", "web.reason.family", *STEWARD)[0] == 0
    code, document = ask(project, "review", "show", name)
    assert [one["why"] for one in document["decisions"]] == ["Family or colleagues"]


def test_a_trial_tells_what_would_happen_and_records_nothing(project: World, ask: CallWorld) -> None:
    name = listed(ask, project, "--limit", 1)[0]["question_id"]
    code, document = ask(project, "review", "answer", name, "same", "--dry-run", *STEWARD)
    assert (code, document["decision_id"], decisions(project)) == (0, None, [])
    assert len(document["before"]) == 2
    (one,) = document["after"].values()
    assert sorted(one) == sorted(record for members in document["before"].values() for record in members)


def test_another_verdict_that_settles_a_question_makes_it_wait(project: World, ask: CallWorld) -> None:
    name = listed(ask, project, "--limit", 1)[0]["question_id"]
    question = ask(project, "review", "show", name)[1]["question"]
    left, right = question["record_ids_left"][0], question["record_ids_right"][0]
    assert ask(project, "merge", left, right, *STEWARD)[0] == 0
    shown = ask(project, "review", "show", name)[1]["question"]
    assert (shown["state"], shown["decided_by"]) == ("waiting", [decisions(project)[0].decision_id])


def test_walking_takes_answers_with_reasons_and_gives_them_back(
    project: World, ask: CallWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third, *_ = (one["question_id"] for one in listed(ask, project))
    typed(monkeypatch, "s same person", "d", "z", "what", "u", "k", "q")
    code, document = ask(project, "review", "walk", "--limit", 5, *STEWARD)
    assert code == 0
    assert [(one["question_id"], one["answer"]) for one in document["answers"]] == [(first, "same"), (second, "unsure")]
    assert document["n_left"] == 3
    made = decisions(project)
    assert [one.judgement.value for one in made] == ["MATCH", "NO_MATCH", "UNSURE", "UNSURE"]
    assert made[0].reason == "same person"
    assert made[2].supersedes == made[1].decision_id
    open_now = [one["question_id"] for one in listed(ask, project) if one["state"] == "open"]
    assert open_now[:2] == [second, third]


@pytest.mark.parametrize(("language", "words"), [("en", "one customer?"), ("ja", "同じ顧客ですか")])
def test_on_a_terminal_a_question_is_drawn_with_its_reason(
    project: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    typed(monkeypatch, "q", terminal=True)
    code = run_command(["review", "walk", "--project", str(project.root), "--lang", language, *STEWARD], {})
    shown = capsys.readouterr().out
    assert code == 0
    assert words in shown
    assert "≠" in shown or "=" in shown


def test_without_a_name_the_user_of_the_computer_decides(
    project: World, ask: CallWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    name = listed(ask, project, "--limit", 1)[0]["question_id"]
    arguments = ["review", "answer", name, "same", "--project", str(project.root), "--json"]
    assert run_command(arguments, {"USER": "jiro"}) == 0
    capsys.readouterr()
    assert decisions(project)[0].steward == "jiro"
    assert run_command([*arguments, "--steward", "x" * 201], {}) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "review.no_steward"
