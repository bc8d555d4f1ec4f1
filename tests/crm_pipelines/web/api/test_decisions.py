"""What programs decide: once, under their own name, and after whoever was first."""

import threading
from typing import Any

import httpx
import pytest

from connectors.registry import CONNECTORS
from crm_pipelines.model.enums import Judgement
from crm_pipelines.rules.load import load_project
from crm_pipelines.settings import project_environment
from crm_pipelines.web.app import create_app
from crm_pipelines.web.server import opened_desk
from tests.crm_pipelines.web.api.conftest import Program
from tests.crm_pipelines.web.conftest import Switchboard
from tests.crm_pipelines.web.pages.conftest import App


def questions(app: App) -> list[Any]:
    with app.desk.room.look() as look:
        return look.desk.questions()


def decide(client: httpx.Client, key: str, **asked: Any) -> httpx.Response:
    return client.post("/decisions", json=asked, headers={"idempotency-key": key})


def test_an_answer_stands_in_the_ledger_under_the_name_of_the_token(app: App, program: Program) -> None:
    asked = questions(app)[0]
    made = decide(program(name="order desk"), "1", kind="question", question_id=asked.question_id, answer="different",
                  reason=" father and son ")  # fmt: skip
    assert made.status_code == 201, made.text
    (decision,) = app.desk.ledger.decisions()
    assert (decision.steward, decision.judgement, decision.reason) == (
        "order desk", Judgement.NO_MATCH, "father and son",
    )  # fmt: skip
    assert (decision.question_id, decision.decided_at) == (asked.question_id, app.clock.now)
    assert made.json()["decision_id"] == decision.decision_id
    assert app.desk.ledger.verify_chain().is_whole


def test_who_is_second_hears_who_was_first(app: App, program: Program) -> None:
    one, other, asked = program(name="one"), program(name="other"), questions(app)[0].question_id
    first = decide(one, "a", kind="question", question_id=asked, answer="same").json()
    late = decide(other, "b", kind="question", question_id=asked, answer="different")
    assert (late.status_code, late.json()["code"]) == (409, "ledger.question_decided")
    assert late.json()["facts"] == {"question_id": asked, "steward": "one", "decision_id": first["decision_id"]}
    assert len(app.desk.ledger.decisions()) == 1
    assert decide(other, "c", kind="question", question_id="0123", answer="same").status_code == 404


def test_the_same_request_again_is_answered_as_before_also_after_a_restart(
    app: App, program: Program, switchboard: Switchboard
) -> None:
    client, (first, second, *_) = program(), questions(app)
    asked = {"kind": "question", "question_id": first.question_id, "answer": "same"}
    made = decide(client, "key", **asked)
    again = decide(client, "key", **asked)
    assert (again.status_code, again.json()) == (200, made.json())
    assert again.headers["idempotent-replayed"] == "true"
    with app.desk.room.look() as look:
        root = look.loaded.root
    loaded = load_project(root, CONNECTORS, project_environment(root))
    with opened_desk(loaded) as desk:
        switchboard.app = create_app(loaded, {}, app.clock, desk)
        app.clock.pass_by(days=29)
        after = decide(client, "key", **asked)
        assert (after.status_code, after.json()) == (200, made.json())
        other = decide(client, "key", **{**asked, "question_id": second.question_id})
        assert (other.status_code, other.json()["code"]) == (422, "api.key_reused")
    assert len(app.desk.ledger.decisions()) == 1


def test_a_key_belongs_to_its_token(app: App, program: Program) -> None:
    (first, second, *_) = questions(app)
    for name, asked in (("one", first), ("other", second)):
        made = decide(program(name=name), "key", kind="question", question_id=asked.question_id, answer="same")
        assert made.status_code == 201
    assert len(app.desk.ledger.decisions()) == 2


def test_one_request_sent_many_times_at_once_is_one_decision(app: App, program: Program) -> None:
    client, asked = program(), questions(app)[0].question_id
    answers: list[httpx.Response] = []

    def send() -> None:
        answers.append(decide(client, "key", kind="question", question_id=asked, answer="same"))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.status_code for one in answers) == [200] * 7 + [201]
    assert len({one.text for one in answers}) == 1
    assert len(app.desk.ledger.decisions()) == 1


def test_a_decision_is_taken_back_and_its_question_is_open_again(app: App, program: Program) -> None:
    client, asked = program(), questions(app)[0].question_id
    made = decide(client, "a", kind="question", question_id=asked, answer="same").json()["decision_id"]
    undone = decide(client, "b", kind="undo", decision_id=made)
    assert (undone.status_code, undone.json()["supersedes"]) == (201, made)
    assert decide(client, "b", kind="undo", decision_id=made).json() == undone.json()
    late = decide(client, "c", kind="undo", decision_id=made)
    assert (late.status_code, late.json()["code"]) == (409, "stewardship.cannot_replace")
    assert decide(client, "d", kind="question", question_id=asked, answer="different").status_code == 201


def test_records_are_judged_though_nobody_asked(app: App, program: Program) -> None:
    client = program()
    with app.desk.room.look() as look:
        persons, firms = (
            [
                record
                for (record,) in look.con.execute(
                    "select min(record_id) from crosswalk join customers using (golden_id) where valid_to is null "
                    "and customer_type = ? group by golden_id order by 1 limit 3",
                    [kind],
                ).fetchall()
            ]
            for kind in ("person", "organisation")
        )
    one, other, third = persons

    def judged(key: str, left: list[str], right: list[str], answer: str = "different") -> tuple[int, str]:
        found = decide(client, key, kind="records", record_ids_left=left, record_ids_right=right, answer=answer)
        return found.status_code, found.json().get("code", "")

    assert judged("1", [one], [other])[0] == 201
    assert judged("2", [one], [other], "same") == (409, "stewardship.contradicts")
    assert judged("3", [other], [one]) == (409, "stewardship.waits")
    assert judged("4", [one], [firms[0]], "same") == (409, "stewardship.two_types")
    assert judged("5", [one], ["erp:no-such-row"]) == (409, "stewardship.unknown_record")
    assert judged("6", [one, other], [other]) == (409, "stewardship.one_record_twice")
    assert judged("7", [one], [third], "unsure")[0] == 201
    assert len(app.desk.ledger.decisions()) == 2


@pytest.mark.parametrize("key", [None, "", "two words", "x" * 201])
def test_a_decision_needs_a_key(app: App, program: Program, key: str | None) -> None:
    asked = {"kind": "undo", "decision_id": "x"}
    headers = {} if key is None else {"idempotency-key": key}
    assert program().post("/decisions", json=asked, headers=headers).status_code == 422
